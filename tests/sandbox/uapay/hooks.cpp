#include "tests/sandbox/uapay/hooks.hpp"

#include "tests/sandbox/base/http_client.hpp"
#include "tests/sandbox/base/jwt.hpp"

namespace tillbridge::sandbox {

Hooks::Hooks(World& world)
    : Deliveries(world, "hook-", {5'000, 300'000, 3'600'000, 7'200'000, 86'400'000}),
      world_(world) {}

std::string Hooks::body_of(const Json& claims, const std::string& secret, const std::string& form) {
    if (form == "unsigned") return dump(claims);
    return dump({{"token", make_token(claims, secret, form)}});
}

void Hooks::queue(const Message& message) {
    Parcel parcel;
    parcel.shown = {{"clientId", message.client_id},
                    {"invoiceId", message.invoice_id},
                    {"paymentId", message.payment_id},
                    {"status", message.status},
                    {"body", message.body},
                    {"paymentStatus", message.payment_status}};
    parcel.keys = {{"clientId", message.client_id},
                   {"paymentId", message.payment_id},
                   {"invoice", message.invoice_id}};
    parcel.url = message.url;
    parcel.owner = message.client_id;
    parcel.group = message.payment_id;
    parcel.switches = message.switches;
    parcel.send = [this, message](std::int64_t) { return send(message); };
    Deliveries::queue(parcel);
}

Json Hooks::send(const Message& message) const {
    OutCall call;
    call.url = message.url;
    call.content_type = "application/json";
    call.body = message.body;
    call.timeout_ms = static_cast<int>(message.switches.number("hookTimeoutMs"));
    const auto started = world_.clock.now();
    const auto fault = world_.faults.hit("hook", message.client_id, path_of(message.url));
    return attempt_view(started, send_with_fault(fault, call));
}

}  // namespace tillbridge::sandbox
