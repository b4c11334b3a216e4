#include "tests/sandbox/crm/calls.hpp"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <thread>

#include "tests/sandbox/crm/checks.hpp"

namespace tillbridge::sandbox {
namespace {

OutCall wire_form(const ModuleCall& call) {
    OutCall out;
    out.method = call.method;
    out.url = call.url;
    out.timeout_ms = call.timeout_ms;
    if (call.method == "GET") {
        const auto query = call.fields.encoded();
        if (!query.empty()) out.url += (out.url.find('?') == std::string::npos ? "?" : "&") + query;
    } else {
        out.content_type = "application/x-www-form-urlencoded";
        out.body = call.fields.encoded();
    }
    return out;
}

void record(Crm& crm, const ModuleCall& call, const OutAnswer& answer, int repeat) {
    const Json body = answer.body_json();
    crm.calls.add({{"at", iso_utc(crm.world.clock.now())},
                   {"account", call.account},
                   {"action", call.action},
                   {"method", call.method},
                   {"url", call.url},
                   {"fields", call.fields.as_json()},
                   {"repeat", repeat},
                   {"status", answer.status},
                   {"body", body},
                   {"error", answer.error},
                   {"durationMs", answer.duration_ms}});
    if (answer.status == 0 || call.action == "raw" || call.action == "config" ||
        call.action == "embed")
        return;
    const auto wrong = check_answer(call.action, answer.status, body);
    if (!wrong.empty())
        crm.world.violation("crm", call.account, "answer." + call.action, wrong,
                            {{"status", answer.status}, {"body", body}});
}

}  // namespace

bool ModuleAnswer::ok() const {
    const Json json = body();
    return first.status >= 200 && first.status < 300 && json.is_object() &&
           bool_of(json, "success");
}

ModuleAnswer call_module(Crm& crm, const ModuleCall& call) {
    const auto out = wire_form(call);
    std::string path;
    try {
        path = Poco::URI(call.url).getPath();
    } catch (const Poco::Exception&) {
        throw ControlError("the module's address is unreadable: " + call.url);
    }
    const auto send = [&](std::vector<OutAnswer>& more) {
        return send_with_fault(crm.world.faults.hit("crmCall", call.account, path), out, &more);
    };
    ModuleAnswer answer;
    if (call.repeat == "concurrent") {
        OutAnswer other;
        std::vector<OutAnswer> more;
        std::thread twin([&] { other = send(more); });
        answer.first = send(answer.repeats);
        twin.join();
        answer.repeats.push_back(other);
        answer.repeats.insert(answer.repeats.end(), more.begin(), more.end());
    } else {
        answer.first = send(answer.repeats);
        if (call.repeat == "sequential") {
            auto other = send(answer.repeats);
            answer.repeats.push_back(other);
        }
    }
    record(crm, call, answer.first, 0);
    for (const auto& repeat : answer.repeats) record(crm, call, repeat, 1);
    crm.world.bell.ring();
    return answer;
}

}  // namespace tillbridge::sandbox
