// Requests and responses as plain values, so that handlers know nothing of the server library, and
// the small helpers around them: forms, URLs, escaping.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/sandbox/base/json.hpp"

namespace tillbridge::sandbox {

// Fields of a form or a query, in their order; the first of a name counts.
class Fields {
  public:
    Fields() = default;
    explicit Fields(const std::string& urlencoded);

    std::optional<std::string> find(const std::string& name) const;
    std::string get(const std::string& name, const std::string& fallback = "") const;
    bool has(const std::string& name) const { return find(name).has_value(); }
    void add(std::string name, std::string value);
    std::string encoded() const;
    Json as_json() const;  // values that are JSON objects or lists become such
    const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

struct HttpRequest {
    std::string method;
    std::string path;                   // decoded, without the query
    std::vector<std::string> segments;  // of the path, without empty ones
    Fields query;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
    std::string peer;  // source address without port

    std::string header(const std::string& lower_name) const;
    Fields form() const;  // the body as a form; empty for other content types
};

struct HttpResponse {
    int status = 200;
    std::string type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    bool drop = false;           // close the connection instead of answering
    std::size_t slow_bytes = 0;  // send so many bytes at a time
    int slow_pause_ms = 100;

    static HttpResponse json(int status, const Json& body);
    static HttpResponse html(int status, std::string body);
    static HttpResponse see_other(const std::string& location);
};

std::string url_encode(const std::string& text);
std::string url_decode(const std::string& text, bool plus_is_space);
std::string html_escape(const std::string& text);
std::vector<std::string> split(const std::string& text, char separator);  // without empty parts
bool starts_with(const std::string& text, const std::string& start);
std::string without_slash(std::string url);  // no "/" at its end

}  // namespace tillbridge::sandbox
