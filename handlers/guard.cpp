#include "handlers/guard.hpp"

#include <Poco/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "handlers/errors.hpp"

namespace tillbridge::handlers {

namespace {

constexpr std::array<std::string_view, 7> kMethods = {"GET",    "HEAD",    "POST", "PUT",
                                                      "DELETE", "OPTIONS", "PATCH"};
constexpr std::chrono::milliseconds kSlow{1000};

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 204:
            return "No Content";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 411:
            return "Length Required";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 417:
            return "Expectation Failed";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 503:
            return "Service Unavailable";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Status";
    }
}

// RFC 9110 §5.6.7; made anew once a second and thread.
const std::string& http_date(domain::UtcTime now) {
    thread_local std::int64_t second = -1;
    thread_local std::string text;
    if (second != now.seconds()) {
        second = now.seconds();
        const std::time_t at = static_cast<std::time_t>(second);
        std::tm parts{};
        gmtime_r(&at, &parts);
        constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        text = fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                           kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                           kMonths[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                           parts.tm_hour, parts.tm_min, parts.tm_sec);
    }
    return text;
}

// A value from outside (an address of a gateway) must not end the line that it stands in.
void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    for (const char c : value)
        if (static_cast<unsigned char>(c) >= 0x20U && c != 0x7F) out += c;
    out += "\r\n";
}

std::string_view route_label(const Guard::Passage& passage) {
    return passage.match.route == nullptr ? std::string_view("none")
                                          : std::string_view(passage.match.route->pattern);
}

void add_subject(port::LogFields& fields, const Subject& about) {
    if (!about.connection.empty()) fields.emplace_back("connectionId", about.connection);
    if (!about.invoice.empty()) fields.emplace_back("invoiceId", about.invoice);
}

}  // namespace

Guard::Passage Guard::enter(const Head& head, const std::string& peer, Instant now) const {
    const bool known = std::find(kMethods.begin(), kMethods.end(), head.method) != kMethods.end();
    return {domain::RequestId(parts_.random.id()), router_.match(head.method, head.path), now,
            known ? head.method : "other", client_of(head, peer)};
}

std::string Guard::client_of(const Head& head, const std::string& peer) const {
    const auto forwarded = head.headers.find("x-forwarded-for");
    if (forwarded == head.headers.end()) return peer;
    std::string client = parts_.proxies.client(peer, forwarded->second);
    // Once is enough: behind a proxy that is not listed every request has it.
    if (client == peer && !told_of_proxy_.load(std::memory_order_relaxed) &&
        !parts_.proxies.trusts(peer) && !told_of_proxy_.exchange(true))
        parts_.log.warn("X-Forwarded-For is ignored: server.trusted_proxies does not list the peer",
                        {{"peer", peer}});
    return client;
}

Guard::Passage Guard::enter_broken(const std::string& peer, Instant now) const {
    return {domain::RequestId(parts_.random.id()), {}, now, "other", peer};
}

std::size_t Guard::body_limit(const Passage& passage) const {
    return passage.match.route == nullptr ? kBodyLimit : passage.match.route->body_limit;
}

HeadFault Guard::check(const Head& head, const Passage& passage) const {
    if (passage.match.route == nullptr) return {404, "request.not_found"};
    if (!passage.match.method_allowed) return {405, "request.method"};
    if (head.body_missing && passage.match.route->needs_body)
        return {411, "request.length_required"};
    if (head.body == Head::Body::sized && head.length > body_limit(passage))
        return {413, "request.too_large"};
    return {0, ""};
}

Answer Guard::handle(Passage& passage, Head&& head, std::string&& body) const {
    Request request;
    request.method = std::move(head.method);
    request.path = std::move(head.path);
    request.query = std::move(head.query);
    request.headers = std::move(head.headers);
    request.body = std::move(body);
    request.id = passage.id;
    request.params = std::move(passage.match.params);
    request.client = passage.client;
    Answer answer = run(request, *passage.match.route);
    account(passage, answer, request.about);
    return answer;
}

Answer Guard::run(Request& request, const Route& route) const {
    std::string what;
    try {
        return route.handle(request);
    } catch (const Poco::Exception& e) {
        what = e.displayText();
    } catch (const std::exception& e) {
        what = e.what();
    } catch (...) {
        what = "an exception of unknown type";
    }
    port::LogFields fields = {{"requestId", request.id.value}};
    add_subject(fields, request.about);
    fields.insert(fields.end(), {{"route", route.pattern}, {"error", what}});
    parts_.log.error("request failed", fields);
    return error_answer(route.format, 500, {"internal", "", "", {}}, parts_.texts,
                        language_of_sender(request));
}

std::string Guard::language_of_sender(const Request& request) const {
    try {
        if (parts_.language) return parts_.language(request);
    } catch (const std::exception& e) {
        // It is asked when something is wrong already: a store that fails must not fail twice.
        parts_.log.error("a reader's language is not known", {{"error", e.what()}});
    }
    return preferred_language(request);
}

Answer Guard::refuse(const Passage& passage, const HeadFault& fault, const Head* head) const {
    const Format format =
        passage.match.route == nullptr ? Format::api : passage.match.route->format;
    Request request;
    if (head != nullptr) {
        request.query = head->query;
        request.headers = head->headers;
    }
    const std::string language = head == nullptr ? "ru" : language_of_sender(request);
    Answer answer =
        error_answer(format, fault.status, {fault.code, "", "", {}}, parts_.texts, language);
    if (fault.status == 405) answer.with("Allow", passage.match.allow);
    if (fault.status == 503) answer.with("Retry-After", "1");
    account(passage, answer, request.about);
    return answer;
}

void Guard::account(const Passage& passage, const Answer& answer, const Subject& about) const {
    const auto took = std::chrono::steady_clock::now() - passage.since;
    const std::string_view route = route_label(passage);
    const fmt::format_int status(answer.status);
    try {
        parts_.meter.count("http_requests_total", {{"route", route},
                                                   {"method", passage.method},
                                                   {"status", {status.data(), status.size()}}});
        parts_.meter.observe("http_request_seconds", std::chrono::duration<double>(took).count(),
                             {{"route", route}});
        const bool refused = answer.status >= 400;
        const bool failed = answer.status >= 500;
        const bool listed = passage.match.route != nullptr && passage.match.route->logged;
        if (!refused && !listed && took < kSlow) return;
        const double millis = std::chrono::duration<double, std::milli>(took).count();
        port::LogFields fields = {{"requestId", passage.id.value}};
        add_subject(fields, about);
        fields.insert(fields.end(), {{"method", passage.method},
                                     {"route", std::string(route)},
                                     {"status", status.str()},
                                     {"ms", fmt::format("{:.2f}", millis)},
                                     {"client", passage.client}});
        parts_.log.write(failed ? port::Level::warn : port::Level::info, "request", fields);
    } catch (const std::exception& e) {
        // The answer is decided: what is counted and logged of it must not undo that.
        parts_.log.error("request not counted", {{"error", e.what()}});
    }
}

std::string Guard::render_head(const Answer& answer, const domain::RequestId& id,
                               bool keep_alive) const {
    std::string out;
    out.reserve(512);
    fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", answer.status,
                   reason_phrase(answer.status));
    append_header(out, "Date", http_date(parts_.clock.now()));
    append_header(out, "X-Request-Id", id.value);
    // These two end with their head (RFC 9112 §6.3); a length would be that of something else.
    if (answer.status != 204 && answer.status != 304) {
        append_header(out, "Content-Type", answer.content_type);
        fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", answer.body.size());
    }
    append_header(out, "X-Content-Type-Options", "nosniff");
    bool cached = false;
    for (const auto& [name, value] : answer.headers) {
        append_header(out, name, value);
        cached = cached || name == "Cache-Control";
    }
    if (!cached) append_header(out, "Cache-Control", "no-store");
    append_header(out, "Connection", keep_alive ? "keep-alive" : "close");
    out += "\r\n";
    return out;
}

}  // namespace tillbridge::handlers
