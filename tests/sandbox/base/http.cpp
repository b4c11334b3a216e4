#include "tests/sandbox/base/http.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>

namespace tillbridge::sandbox {

Fields::Fields(const std::string& urlencoded) {
    for (const auto& part : split(urlencoded, '&')) {
        const auto equals = part.find('=');
        if (equals == std::string::npos)
            add(url_decode(part, true), "");
        else
            add(url_decode(part.substr(0, equals), true),
                url_decode(part.substr(equals + 1), true));
    }
}

std::optional<std::string> Fields::find(const std::string& name) const {
    for (const auto& [key, value] : fields_)
        if (key == name) return value;
    return std::nullopt;
}

std::string Fields::get(const std::string& name, const std::string& fallback) const {
    return find(name).value_or(fallback);
}

void Fields::add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
}

std::string Fields::encoded() const {
    std::string text;
    for (const auto& [name, value] : fields_) {
        if (!text.empty()) text += '&';
        text += url_encode(name) + '=' + url_encode(value);
    }
    return text;
}

Json Fields::as_json() const {
    Json object = Json::object();
    for (const auto& [name, value] : fields_) {
        auto parsed = parse_json(value);
        object[name] = parsed && parsed->is_structured() ? *parsed : Json(value);
    }
    return object;
}

std::string HttpRequest::header(const std::string& lower_name) const {
    auto found = headers.find(lower_name);
    return found == headers.end() ? std::string() : found->second;
}

Fields HttpRequest::form() const {
    if (!starts_with(header("content-type"), "application/x-www-form-urlencoded")) return {};
    return Fields(body);
}

HttpResponse HttpResponse::json(int status, const Json& body) {
    HttpResponse response;
    response.status = status;
    response.body = dump(body);
    return response;
}

HttpResponse HttpResponse::html(int status, std::string body) {
    HttpResponse response;
    response.status = status;
    response.type = "text/html; charset=utf-8";
    response.body = std::move(body);
    return response;
}

HttpResponse HttpResponse::see_other(const std::string& location) {
    HttpResponse response = html(303, "");
    response.headers.emplace_back("Location", location);
    return response;
}

std::string url_encode(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~')
            out += c;
        else
            out += fmt::format("%{:02X}", byte);
    }
    return out;
}

std::string url_decode(const std::string& text, bool plus_is_space) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() &&
            std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0 &&
            std::isxdigit(static_cast<unsigned char>(text[i + 2])) != 0) {
            out += static_cast<char>(std::strtol(text.substr(i + 1, 2).c_str(), nullptr, 16));
            i += 2;
        } else {
            out += plus_is_space && text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

std::string html_escape(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    while (from <= text.size()) {
        auto to = text.find(separator, from);
        if (to == std::string::npos) to = text.size();
        if (to > from) parts.push_back(text.substr(from, to - from));
        from = to + 1;
    }
    return parts;
}

bool starts_with(const std::string& text, const std::string& start) {
    return text.compare(0, start.size(), start) == 0;
}

std::string without_slash(std::string url) {
    while (!url.empty() && url.back() == '/') url.pop_back();
    return url;
}

}  // namespace tillbridge::sandbox
