#include "handlers/http.hpp"

#include <algorithm>

namespace tillbridge::handlers {

namespace {

const std::string kNothing;

std::string_view strip_blanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

const std::string& Request::param(std::string_view name) const {
    for (const auto& [key, value] : params)
        if (key == name) return value;
    return kNothing;
}

const std::string& Request::header(std::string_view name) const {
    const auto at = headers.find(std::string(name));
    return at == headers.end() ? kNothing : at->second;
}

std::string Request::content_type() const {
    const std::string& whole = header("content-type");
    std::string type(strip_blanks(std::string_view(whole).substr(0, whole.find(';'))));
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return type;
}

std::string Request::cookie(std::string_view name) const {
    std::string_view rest = header("cookie");
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        const std::string_view pair = strip_blanks(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name)
            return std::string(pair.substr(equals + 1));
    }
    return {};
}

Answer json_answer(int status, std::string body) {
    return {status, "application/json", std::move(body), {}};
}

Answer redirect(const std::string& url) {
    return Answer{303, "text/plain; charset=utf-8", "", {}}.with("Location", url);
}

}  // namespace tillbridge::handlers
