#include "tests/sandbox/base/http_client.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/URI.h>

#include <array>

#include "tests/sandbox/base/clock.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr std::size_t kAnswerLimit = 4U << 20U;

void exchange(const OutCall& call, OutAnswer& answer) {
    const Poco::URI url(call.url);
    if (url.getScheme() != "http") {
        answer.error = "only http:// is called from the sandbox: " + call.url;
        return;
    }
    Poco::Net::HTTPClientSession session(url.getHost(), url.getPort());
    session.setTimeout(Poco::Timespan(static_cast<Poco::Int64>(call.timeout_ms) * 1000));
    auto path = url.getPathAndQuery();
    Poco::Net::HTTPRequest request(call.method, path.empty() ? "/" : path, "HTTP/1.1");
    request.setKeepAlive(false);
    request.set("User-Agent", "tillbridge-sandbox");
    for (const auto& [name, value] : call.headers) request.set(name, value);
    if (call.method != "GET") {
        request.setContentType(call.content_type);
        request.setContentLength64(static_cast<Poco::Int64>(call.body.size()));
    }
    session.sendRequest(request) << call.body << std::flush;
    if (call.leave_after_sending) {
        answer.error = "left before the answer (fault)";
        return;
    }
    Poco::Net::HTTPResponse response;
    auto& in = session.receiveResponse(response);
    std::array<char, 16384> buffer{};
    while (in.good() && answer.body.size() < kAnswerLimit) {
        in.read(buffer.data(), buffer.size());
        answer.body.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
    }
    answer.status = static_cast<int>(response.getStatus());
    answer.location = response.get("Location", "");
}

}  // namespace

Json OutAnswer::body_json() const {
    auto json = parse_json(body);
    return json ? *json : Json(body);
}

OutAnswer send_call(const OutCall& call) {
    OutAnswer answer;
    const auto start = wall_now();
    try {
        exchange(call, answer);
    } catch (const Poco::TimeoutException&) {
        answer.error = "timeout";
    } catch (const Poco::Exception& error) {
        answer.error = error.displayText();
    } catch (const std::exception& error) {
        answer.error = error.what();
    }
    answer.duration_ms = wall_now() - start;
    if (answer.status != 0 && answer.duration_ms > call.timeout_ms) {
        answer.status = 0;
        answer.error = "timeout";
    }
    return answer;
}

}  // namespace tillbridge::sandbox
