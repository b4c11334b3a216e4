// A small HTTP client for tests: one connection a request, no redirects, answers as plain values.
// A connection that breaks or a time-out is a status of 0 with `error`.
#pragma once

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace tillbridge::harness {

using Json = nlohmann::json;
using Fields = std::vector<std::pair<std::string, std::string>>;

struct Answer {
    int status = 0;
    std::string error;  // of the connection
    Fields headers;     // names in lower case
    std::string body;

    std::string header(const std::string& lower_case_name) const;  // empty: not there
    Json json() const;  // throws with the whole answer where the body is no JSON
};

std::string percent_encoded(const std::string& text);
std::string form_encoded(const Fields& fields);
std::string bytes_of_file(const std::string& path);  // empty where it can't be read

class Http {
  public:
    // `base`: http://host:port, no trailing slash.
    explicit Http(std::string base, std::chrono::milliseconds timeout = std::chrono::seconds(60))
        : base_(std::move(base)), timeout_(timeout) {}

    Answer request(const std::string& method, const std::string& path, const std::string& body = {},
                   const Fields& headers = {}) const;
    Answer get(const std::string& path, const Fields& headers = {}) const;
    Answer post_form(const std::string& path, const Fields& fields,
                     const Fields& headers = {}) const;
    Answer post_json(const std::string& path, const Json& body, const Fields& headers = {}) const;
    // Bytes as they are, down one TCP connection; what comes back until it closes.
    std::string raw(const std::string& bytes) const;
    const std::string& base() const { return base_; }

  private:
    std::string base_;
    std::chrono::milliseconds timeout_;
};

}  // namespace tillbridge::harness
