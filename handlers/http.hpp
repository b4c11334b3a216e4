// A request and its answer as plain values: what handlers take and give. Sockets, framing and the
// library of the day stay behind the guard, so every handler is a function that a test can call.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "module/domain/ids.hpp"

namespace tillbridge::handlers {

// What a request turned out to be about, for its log line; set by its handler.
struct Subject {
    std::string connection;  // ids; empty where none is known
    std::string invoice;
};

struct Request {
    std::string method;
    std::string path;                            // raw, without the query
    std::string query;                           // raw, without the question mark
    std::map<std::string, std::string> headers;  // lower-case names
    std::string body;
    std::string client;  // the caller's address; that of X-Forwarded-For behind a trusted proxy
    domain::RequestId id;
    std::vector<std::pair<std::string_view, std::string>> params;  // from the path, decoded
    Subject about{};

    const std::string& param(std::string_view name) const;   // empty where there is none
    const std::string& header(std::string_view name) const;  // empty where there is none
    std::string content_type() const;                        // lower case, without its parameters
    std::string cookie(std::string_view name) const;
};

struct Answer {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers = {};

    Answer& with(std::string name, std::string value) & {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    Answer&& with(std::string name, std::string value) && {
        headers.emplace_back(std::move(name), std::move(value));
        return std::move(*this);
    }
};

using Handler = std::function<Answer(Request&)>;

// What an error of a route looks like.
enum class Format {
    api,   // {"error":{"code","message","field"}}
    crm,   // {"success":false,"errorMsg":"…"}
    page,  // a small HTML page
};

Answer json_answer(int status, std::string body);
Answer redirect(const std::string& url);  // 303

}  // namespace tillbridge::handlers
