#include "tests/sandbox/base/faults.hpp"

#include <chrono>
#include <set>
#include <thread>

namespace tillbridge::sandbox {
namespace {

void check_words(const Json& object, const std::set<std::string>& known, const char* what) {
    if (!object.is_object()) throw ControlError(std::string(what) + " must be an object");
    for (const auto& [name, value] : object.items())
        if (known.count(name) == 0) throw ControlError(std::string(what) + ": unknown: " + name);
}

HttpResponse scripted(const Json& action, int status) {
    auto response = HttpResponse::json(status, Json::object());
    if (has(action, "body")) response.body = text_of(action, "body");
    if (has(action, "contentType")) response.type = text_of(action, "contentType");
    if (action.contains("headers"))
        for (const auto& [name, value] : action.at("headers").items())
            response.headers.emplace_back(
                name, value.is_string() ? value.get<std::string>() : dump(value));
    return response;
}

}  // namespace

void pause_ms(std::int64_t milliseconds) {
    if (milliseconds > 0) std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

Json Faults::as_json(const Fault& fault) {
    return {{"id", fault.id},         {"side", fault.side}, {"scope", fault.scope},
            {"path", fault.path},     {"nth", fault.nth},   {"count", fault.count},
            {"action", fault.action}, {"hits", fault.hits}, {"probability", fault.probability}};
}

Json Faults::add_one(const Json& json) {
    check_words(json, {"side", "scope", "path", "nth", "count", "probability", "action"}, "fault");
    Fault fault;
    fault.side = required_text(json, "side");
    if (fault.side != "crm" && fault.side != "uapay" && fault.side != "prodamus" &&
        fault.side != "crmCall" && fault.side != "hook")
        throw ControlError("side: crm, uapay, prodamus, crmCall or hook");
    fault.scope = text_of(json, "scope");
    fault.path = text_of(json, "path");
    fault.nth = int_of(json, "nth", 1);
    fault.count = int_of(json, "count", 1);
    fault.probability = number_of(json, "probability", 1);
    if (!has(json, "action")) throw ControlError("field is required: action");
    fault.action = json.at("action");
    check_words(fault.action,
                {"delayMs", "delayAfterMs", "dropBefore", "dropAfter", "status", "statusAfter",
                 "body", "contentType", "headers", "error", "duplicate", "malformed", "html",
                 "slowBytes", "slowPauseMs"},
                "action");
    fault.id = ++last_id_;
    faults_.push_back(fault);
    return as_json(fault);
}

Json Faults::add(const Json& fault_or_list) {
    const std::lock_guard lock(mutex_);
    Json added = Json::array();
    if (fault_or_list.is_array())
        for (const auto& fault : fault_or_list) added.push_back(add_one(fault));
    else
        added.push_back(add_one(fault_or_list));
    return added;
}

Json Faults::list() const {
    const std::lock_guard lock(mutex_);
    Json list = Json::array();
    for (const auto& fault : faults_) list.push_back(as_json(fault));
    return list;
}

bool Faults::remove(std::int64_t id) {
    const std::lock_guard lock(mutex_);
    return std::erase_if(faults_, [&](const Fault& fault) { return fault.id == id; }) > 0;
}

void Faults::clear() {
    const std::lock_guard lock(mutex_);
    faults_.clear();
}

std::optional<Json> Faults::hit(const std::string& side, const std::string& scope,
                                const std::string& path) {
    const std::lock_guard lock(mutex_);
    std::optional<Json> action;
    for (auto& fault : faults_) {
        if (fault.side != side || (!fault.scope.empty() && fault.scope != scope) ||
            path.find(fault.path) == std::string::npos)
            continue;
        ++fault.seen;
        if (action || fault.seen < fault.nth) continue;
        if (fault.count != 0 && fault.seen >= fault.nth + fault.count) continue;
        if (fault.probability < 1 && random_.fraction() >= fault.probability) continue;
        ++fault.hits;
        action = fault.action;
    }
    return action;
}

HttpResponse with_fault(const std::optional<Json>& found,
                        const std::function<HttpResponse()>& effect,
                        const std::function<HttpResponse(const Json&)>& error) {
    if (!found) return effect();
    const Json& action = *found;
    pause_ms(int_of(action, "delayMs"));
    if (bool_of(action, "dropBefore")) {
        HttpResponse dropped;
        dropped.drop = true;
        return dropped;
    }
    if (has(action, "error") && error) return error(action.at("error"));
    if (has(action, "status")) return scripted(action, static_cast<int>(int_of(action, "status")));
    if (bool_of(action, "html"))
        return HttpResponse::html(200, "<!DOCTYPE html><html><body>Something else</body></html>");
    if (has(action, "duplicate")) effect();
    HttpResponse response = effect();
    pause_ms(int_of(action, "delayAfterMs"));
    if (has(action, "statusAfter"))
        response = scripted(action, static_cast<int>(int_of(action, "statusAfter")));
    if (bool_of(action, "malformed")) response.body.resize(response.body.size() / 2);
    response.drop = response.drop || bool_of(action, "dropAfter");
    response.slow_bytes = static_cast<std::size_t>(int_of(action, "slowBytes"));
    response.slow_pause_ms = static_cast<int>(int_of(action, "slowPauseMs", 100));
    return response;
}

OutAnswer send_with_fault(const std::optional<Json>& found, OutCall call,
                          std::vector<OutAnswer>* second) {
    if (!found) return send_call(call);
    const Json& action = *found;
    pause_ms(int_of(action, "delayMs"));
    if (bool_of(action, "dropBefore")) {
        OutAnswer answer;
        answer.error = "not sent (fault)";
        return answer;
    }
    if (bool_of(action, "malformed")) call.body.resize(call.body.size() / 2);
    call.leave_after_sending = bool_of(action, "dropAfter");
    if (!has(action, "duplicate")) return send_call(call);
    OutAnswer other;
    if (text_of(action, "duplicate") == "concurrent") {
        std::thread twin([&] { other = send_call(call); });
        auto answer = send_call(call);
        twin.join();
        if (second != nullptr) second->push_back(other);
        return answer;
    }
    auto answer = send_call(call);
    other = send_call(call);
    if (second != nullptr) second->push_back(other);
    return answer;
}

}  // namespace tillbridge::sandbox
