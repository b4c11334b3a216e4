// One attempt of a notification as it goes out: number, signature, encoding, and the wrong forms
// that a receiver must refuse (prodamus.md §3.6 to §3.8, §4.2).
#include <Poco/Exception.h>
#include <Poco/URI.h>

#include "tests/sandbox/prodamus/deliveries.hpp"
#include "tests/sandbox/prodamus/signature.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr char kBoundary[] = "----sandbox7MA4YWxk";

std::string key_for(const ProdamusNotice& notice) {
    if (notice.form == "wrongKey") return "not-" + notice.key;
    if (notice.form == "demoKey") return notice.key + "demo";
    return notice.key;
}

void put_body(OutCall& call, const std::string& encoding, const Tree& data) {
    if (encoding == "json") {
        call.content_type = "application/json";
        call.body = data.dump(-1, ' ', false, Tree::error_handler_t::replace);
    } else if (encoding == "multipart") {
        call.content_type = std::string("multipart/form-data; boundary=") + kBoundary;
        call.body = multipart_of(data, kBoundary);
    } else {
        call.content_type = "application/x-www-form-urlencoded";
        call.body = form_of(data);
    }
}

}  // namespace

OutCall ProdamusDeliveries::call_of(const ProdamusNotice& notice, std::int64_t attempt) {
    Tree data = notice.data;
    if (attempt > 0) data["attempt"] = std::to_string(attempt);
    OutCall call;
    call.url = notice.url;
    call.timeout_ms = static_cast<int>(notice.switches.number("hookTimeoutMs"));
    call.headers = {{"User-Agent", "curl"}, {"Accept", "*/*"}};
    if (notice.form != "unsigned") {
        auto sign = signature_of(data, key_for(notice));
        if (notice.form == "badSignature") sign[0] = sign[0] == '0' ? '1' : '0';
        if (notice.switches.on("repeatSign")) sign = "Sign: " + sign;
        call.headers.emplace_back("Sign", sign);
    }
    if (notice.form == "tampered") data["sum"] = "1.00";
    put_body(call, notice.encoding, data);
    return call;
}

Json ProdamusDeliveries::send(const ProdamusNotice& notice, std::int64_t attempt) const {
    const auto call = call_of(notice, attempt);
    std::string path = notice.url;
    try {
        path = Poco::URI(notice.url).getPath();
    } catch (const Poco::Exception&) {
        // An unreadable address fails in the call itself.
    }
    const auto started = world_.clock.now();
    const auto answer = send_with_fault(world_.faults.hit("hook", notice.host, path), call);
    std::string sign;
    for (const auto& [name, value] : call.headers)
        if (name == "Sign") sign = value;
    return {{"at", iso_utc(started)},
            {"attempt", attempt},
            {"signature", sign},
            {"contentType", call.content_type},
            {"sent", call.body},
            {"status", answer.status},
            {"body", answer.body.substr(0, 2000)},
            {"error", answer.error.empty() ? Json() : Json(answer.error)},
            {"durationMs", answer.duration_ms}};
}

}  // namespace tillbridge::sandbox
