#include "handlers/web/serve.hpp"

#include <Poco/InflatingStream.h>

#include <iterator>
#include <sstream>

#include "handlers/errors.hpp"
#include "handlers/percent.hpp"

namespace tillbridge::handlers::web {

namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// Calls `look` with each element of a comma list until it says true.
template <class Look>
bool any_of_list(std::string_view list, Look look) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        if (look(trimmed(list.substr(0, comma)))) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

bool takes_gzip(const Request& request) {
    return any_of_list(request.header("accept-encoding"), [](std::string_view coding) {
        const std::size_t semicolon = std::min(coding.find(';'), coding.size());
        const std::string_view name = trimmed(coding.substr(0, semicolon));
        std::string_view weight = trimmed(coding.substr(std::min(semicolon + 1, coding.size())));
        // `q=0`, `q=0.00`: it is refused.
        const bool refused =
            weight.substr(0, 3) == "q=0" && weight.find_first_of("123456789") == weight.npos;
        return (name == "gzip" || name == "x-gzip") && !refused;
    });
}

bool has_it(const Request& request, const std::string& etag) {
    return any_of_list(request.header("if-none-match"), [&](std::string_view given) {
        if (given.substr(0, 2) == "W/") given.remove_prefix(2);
        return given == etag || given == "*";
    });
}

std::string unpack(std::string_view gzip) {
    std::istringstream packed{std::string(gzip)};
    Poco::InflatingInputStream plain(packed, Poco::InflatingStreamBuf::STREAM_GZIP);
    return {std::istreambuf_iterator<char>(plain), {}};
}

// What runs, loads and is asked: our own origin. Images may be drawn into the page (`data:`).
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types vue";

}  // namespace

Answer serve(const Asset& asset, const Request& request, const char* cache_control) {
    const bool gzip = takes_gzip(request);
    // The packed form is another representation, and its tag another one (RFC 9110 §8.8.3.3).
    const std::string etag = '"' + std::string(asset.etag) + (gzip ? "-gzip\"" : "\"");
    Answer answer{200, std::string(asset.content_type), {}, {}};
    answer.with("ETag", etag).with("Vary", "Accept-Encoding").with("Cache-Control", cache_control);
    if (has_it(request, etag)) {
        answer.status = 304;
        return answer;
    }
    if (gzip) {
        answer.with("Content-Encoding", "gzip");
        answer.body = asset.gzip;
    } else {
        answer.body = unpack(asset.gzip);
    }
    return answer;
}

Answer frame(const PageAssets& page, const Frame& frame) {
    const std::string root = escape_html(frame.prefix) + "/web/";
    std::string out = "<!doctype html>\n<html lang=\"" + escape_html(frame.language) +
                      "\"><head><meta charset=\"utf-8\">"
                      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                      "<meta name=\"robots\" content=\"noindex\"><title>" +
                      escape_html(frame.title) + "</title>";
    out += "<link rel=\"icon\" href=\"data:,\">";  // or browsers ask for /favicon.ico
    const auto link = [&](std::string_view rel, std::string_view file) {
        out.append("<link rel=\"").append(rel).append("\" href=\"").append(root);
        out.append(file).append("\">");
    };
    for (const std::string_view style : page.styles) link("stylesheet", style);
    for (const std::string_view script : page.preloads) link("modulepreload", script);
    out += "<script type=\"module\" src=\"" + root + std::string(page.script) + "\"></script>";
    out += "</head><body><div id=\"app\" data-prefix=\"" + escape_html(frame.prefix) + "\"></div>";
    if (!frame.noscript_html.empty()) out += "<noscript>" + frame.noscript_html + "</noscript>";
    out += "</body></html>\n";
    Answer answer{200, "text/html; charset=utf-8", std::move(out), {}};
    answer.with("Content-Security-Policy", kPolicy)
        .with("Referrer-Policy", "no-referrer")
        .with("X-Frame-Options", "DENY")
        .with("Cross-Origin-Opener-Policy", "same-origin")
        .with("Content-Language", frame.language);
    return answer;
}

std::vector<Route> routes(const port::Texts& texts) {
    if (assets().empty()) return {};
    const auto give = [&texts](Request& request) {
        const Asset* asset = find_asset("pages/" + request.param("file"));
        if (asset == nullptr)
            return error_answer(Format::api, 404, {"request.not_found", "", "", {}}, texts,
                                preferred_language(request));
        return serve(*asset, request, kForever);
    };
    return {{{"GET", "HEAD"}, "/web/{file}", give, Format::api, 0, false}};
}

}  // namespace tillbridge::handlers::web
