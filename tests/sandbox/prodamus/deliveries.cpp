// One attempt of a notification as it goes out: number, signature, encoding, and the wrong forms
// that a receiver must refuse (prodamus.md §3.6 to §3.8, §4.2).
#include "tests/sandbox/prodamus/deliveries.hpp"

#include "tests/sandbox/prodamus/signature.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr Millis kMinute = 60'000, kHour = 60 * kMinute;
constexpr char kBoundary[] = "----sandbox7MA4YWxk";

// Three times each, but for the longest two.
std::vector<Millis> pauses() {
    std::vector<Millis> all;
    for (const Millis pause :
         {1 * kMinute, 5 * kMinute, 10 * kMinute, 30 * kMinute, 1 * kHour, 3 * kHour, 6 * kHour})
        all.insert(all.end(), 3, pause);
    all.insert(all.end(), {12 * kHour, 24 * kHour});
    return all;
}

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

ProdamusDeliveries::ProdamusDeliveries(World& world)
    : Deliveries(world, "notice-", pauses()), world_(world) {}

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
    const auto started = world_.clock.now();
    const auto fault = world_.faults.hit("hook", notice.host, path_of(notice.url));
    Json view = attempt_view(started, send_with_fault(fault, call));
    view["signature"] = "";
    for (const auto& [name, value] : call.headers)
        if (name == "Sign") view["signature"] = value;
    view.update({{"attempt", attempt}, {"contentType", call.content_type}, {"sent", call.body}});
    return view;
}

void ProdamusDeliveries::queue(const ProdamusNotice& notice) {
    Parcel parcel;
    parcel.shown = {{"host", notice.host},       {"event", notice.event},
                    {"orderId", notice.order},   {"orderNum", notice.order_num},
                    {"profile", notice.profile}, {"data", Json(notice.data)}};
    parcel.keys = {{"host", notice.host},
                   {"orderId", std::to_string(notice.order)},
                   {"orderNum", notice.order_num},
                   {"event", notice.event},
                   {"profile", std::to_string(notice.profile)}};
    parcel.url = notice.url;
    parcel.owner = notice.host;
    parcel.switches = notice.switches;
    parcel.send = [this, notice](std::int64_t attempt) { return send(notice, attempt); };
    Deliveries::queue(parcel);
}

}  // namespace tillbridge::sandbox
