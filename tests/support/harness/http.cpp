#include "tests/support/harness/http.hpp"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/String.h>
#include <Poco/URI.h>

#include <fstream>
#include <sstream>

namespace tillbridge::harness {
namespace {

Poco::Timespan span_of(std::chrono::milliseconds time) {
    return Poco::Timespan(std::chrono::microseconds(time).count());
}

Fields headers_of(const Poco::Net::HTTPResponse& response) {
    Fields headers;
    for (const auto& [name, value] : response) headers.emplace_back(Poco::toLower(name), value);
    return headers;
}

}  // namespace

std::string Answer::header(const std::string& name) const {
    for (const auto& [key, value] : headers)
        if (key == name) return value;
    return {};
}

Json Answer::json() const {
    auto parsed = Json::parse(body, nullptr, false);
    if (parsed.is_discarded())
        throw std::runtime_error("no JSON: " + std::to_string(status) + ' ' + error + ' ' + body);
    return parsed;
}

std::string percent_encoded(const std::string& text) {
    std::string out;
    Poco::URI::encode(text, "!#$%&'()*+,/:;=?@[]\"\\ ", out);
    return out;
}

std::string form_encoded(const Fields& fields) {
    std::string out;
    for (const auto& [name, value] : fields)
        out += (out.empty() ? "" : "&") + percent_encoded(name) + '=' + percent_encoded(value);
    return out;
}

std::string bytes_of_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Answer Http::request(const std::string& method, const std::string& path, const std::string& body,
                     const Fields& headers) const {
    const Poco::URI uri(base_);
    Answer answer;
    try {
        Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
        session.setKeepAlive(false);
        session.setTimeout(span_of(timeout_));
        Poco::Net::HTTPRequest request(method, path.empty() ? "/" : path,
                                       Poco::Net::HTTPMessage::HTTP_1_1);
        request.setKeepAlive(false);
        if (!body.empty() || method == "POST" || method == "PATCH")
            request.setContentLength64(static_cast<Poco::Int64>(body.size()));
        for (const auto& [name, value] : headers) request.set(name, value);
        session.sendRequest(request) << body << std::flush;
        Poco::Net::HTTPResponse response;
        std::ostringstream text;
        Poco::StreamCopier::copyStream(session.receiveResponse(response), text);
        answer.body = text.str();
        answer.headers = headers_of(response);
        answer.status = static_cast<int>(response.getStatus());
    } catch (const Poco::Exception& failure) {
        answer.error = failure.displayText();
        if (answer.error.empty()) answer.error = "broken";
    }
    return answer;
}

Answer Http::get(const std::string& path, const Fields& headers) const {
    return request("GET", path, {}, headers);
}

Answer Http::post_form(const std::string& path, const Fields& fields, const Fields& headers) const {
    Fields all{{"Content-Type", "application/x-www-form-urlencoded"}};
    all.insert(all.end(), headers.begin(), headers.end());
    return request("POST", path, form_encoded(fields), all);
}

Answer Http::post_json(const std::string& path, const Json& body, const Fields& headers) const {
    Fields all{{"Content-Type", "application/json"}};
    all.insert(all.end(), headers.begin(), headers.end());
    return request("POST", path, body.dump(), all);
}

std::string Http::raw(const std::string& bytes) const {
    const Poco::URI uri(base_);
    Poco::Net::StreamSocket socket;
    socket.connect(Poco::Net::SocketAddress(uri.getHost(), uri.getPort()), span_of(timeout_));
    socket.setReceiveTimeout(span_of(timeout_));
    std::string got;
    try {
        std::size_t sent = 0;
        while (sent < bytes.size())
            sent += static_cast<std::size_t>(
                socket.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent)));
        char buffer[4096];
        for (int n = 0; (n = socket.receiveBytes(buffer, sizeof buffer)) > 0;)
            got.append(buffer, static_cast<std::size_t>(n));
    } catch (const Poco::Exception&) {  // closed or silent: what came so far is the answer
    }
    return got;
}

}  // namespace tillbridge::harness
