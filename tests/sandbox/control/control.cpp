#include "tests/sandbox/control/control.hpp"

#include <cstdlib>

#include "tests/sandbox/base/jwt.hpp"
#include "tests/sandbox/crm/views.hpp"
#include "tests/sandbox/uapay/views.hpp"

namespace tillbridge::sandbox {

HttpResponse Control::handle(const Path& path, const HttpRequest& request) {
    if (path.empty()) throw ControlError("not found", 404);
    const auto& first = path[0];
    if (first == "wait") return wait(request);
    Json answer;
    const bool post = request.method == "POST";
    if (first == "accounts")
        answer = accounts_call(path, request);
    else if (first == "orders")
        answer = orders_call(path, request);
    else if (first == "crm" && post)
        answer = actions_.run(body(request));
    else if (first == "invoices")
        answer = invoices(request);
    else if (first == "merchants")
        answer = merchants_call(path, request);
    else if (first == "payer" && post)
        answer = payer(body(request));
    else if (first == "uapay" && path.size() == 2)
        answer = uapay_list(path[1], request);
    else if (first == "prodamus")
        answer = prodamus_.handle({path.begin() + 1, path.end()}, request);
    else if (first == "bots")
        answer = bots_.control({path.begin() + 1, path.end()}, request);
    else if (first == "operations")
        answer = operations(request);
    else if (first == "hooks")
        answer = hooks_call(path, request);
    else if (first == "updates" || first == "notices" || first == "registrations" ||
             first == "calls" || first == "requests" || first == "violations")
        answer = crm_log(first, request);
    else
        answer = world_call(path, request);
    return HttpResponse::json(200, answer);
}

Control::Page Control::page(const HttpRequest& request) {
    return {std::strtoull(request.query.get("since", "0").c_str(), nullptr, 10),
            std::strtoull(request.query.get("limit", "1000000").c_str(), nullptr, 10)};
}

Json Control::body(const HttpRequest& request) {
    if (request.body.empty()) return Json::object();
    auto json = parse_json(request.body);
    if (!json || !json->is_structured()) throw ControlError("the body is not JSON");
    return *json;
}

Json Control::world_call(const Path& path, const HttpRequest& request) {
    const auto& first = path[0];
    const bool post = request.method == "POST";
    if (first == "state" && !post) return state();
    if (first == "clock") return clock_call(request);
    if (first == "faults") return faults_call(path, request);
    if (first == "switches" && post) return switches_call(body(request));
    if (first == "reset" && post) {
        const Json wanted = body(request);
        reset(has(wanted, "seed")
                  ? std::optional(static_cast<std::uint64_t>(int_of(wanted, "seed")))
                  : world_.options.seed);
        return {{"ok", true}};
    }
    throw ControlError("not found", 404);
}

void Control::reset(std::optional<std::uint64_t> seed) {
    world_.faults.clear();
    world_.clock.reset();
    world_.violations.clear();
    world_.log_settings.limit = 200000;
    world_.log_settings.requests = true;
    world_.random.reseed(seed);
    hooks_.reset();
    crm_.reset();
    uapay_.reset();
    prodamus_site_.reset(seed);
    bots_.reset();
    world_.bell.ring();
}

Json Control::clock_call(const HttpRequest& request) {
    if (request.method == "POST") {
        const Json wanted = body(request);
        if (has(wanted, "factor")) {
            const double factor = number_of(wanted, "factor");
            if (factor <= 0) throw ControlError("factor: above 0");
            world_.clock.set_factor(factor);
        }
        world_.clock.advance(static_cast<Millis>(number_of(wanted, "advanceSeconds") * 1000));
        payments_.settle();
        hooks_.wake();
        prodamus_site_.wake();
        world_.bell.ring();
    }
    return {{"now", iso_utc(world_.clock.now())},
            {"offsetSeconds", static_cast<double>(world_.clock.offset()) / 1000.0},
            {"factor", world_.clock.factor()}};
}

Json Control::faults_call(const Path& path, const HttpRequest& request) {
    const bool clears = request.method == "DELETE" ||
                        (path.size() == 2 && path[1] == "clear" && request.method == "POST");
    if (clears && path.size() == 2 && path[1] != "clear") {
        if (!world_.faults.remove(std::strtoll(path[1].c_str(), nullptr, 10)))
            throw ControlError("no such fault", 404);
    } else if (clears) {
        world_.faults.clear();
    } else if (request.method == "POST") {
        return {{"faults", world_.faults.add(body(request))}};
    }
    return {{"faults", world_.faults.list()}};
}

Json Control::switches_call(const Json& wanted) {
    if (!has(wanted, "set")) throw ControlError("field is required: set");
    Json set = wanted.at("set");
    if (!set.is_object()) throw ControlError("set must be an object");
    if (has(wanted, "account")) {
        const std::lock_guard lock(crm_.mutex);
        auto& switches = crm_.get(text_of(wanted, "account")).switches;
        switches.set(set);
        return {{"switches", switches.all()}};
    }
    if (has(wanted, "prodamus")) return prodamus_.switches(text_of(wanted, "prodamus"), set);
    if (has(wanted, "merchant")) {
        const std::lock_guard lock(uapay_.mutex);
        auto& switches = uapay_.merchant(text_of(wanted, "merchant")).switches;
        switches.set(set);
        return {{"switches", switches.all()}};
    }
    if (has(set, "logLimit"))
        world_.log_settings.limit = static_cast<std::size_t>(int_of(set, "logLimit"));
    if (has(set, "logRequests")) world_.log_settings.requests = bool_of(set, "logRequests");
    set.erase("logLimit");
    set.erase("logRequests");
    const std::scoped_lock lock(crm_.mutex, uapay_.mutex);
    Json for_crm = Json::object(), for_uapay = Json::object();
    for (const auto& [name, value] : set.items()) {
        if (!crm_.defaults.knows(name) && !uapay_.defaults.knows(name))
            throw ControlError("unknown switch: " + name);
        if (crm_.defaults.knows(name)) for_crm[name] = value;
        if (uapay_.defaults.knows(name)) for_uapay[name] = value;
    }
    crm_.defaults.set(for_crm);
    uapay_.defaults.set(for_uapay);
    for (auto& [name, account] : crm_.accounts) account.switches.set(for_crm);
    for (auto& [id, merchant] : uapay_.merchants) merchant.switches.set(for_uapay);
    Json all = crm_.defaults.all();
    all.update(uapay_.defaults.all());
    all["logLimit"] = world_.log_settings.limit.load();
    all["logRequests"] = world_.log_settings.requests.load();
    return {{"switches", all}};
}

Json Control::state() {
    Json accounts = Json::array(), merchants = Json::array();
    Json counts = {{"violations", world_.violations.size()},
                   {"updates", crm_.updates.size()},
                   {"calls", crm_.calls.size()},
                   {"notices", crm_.notices.size()},
                   {"operations", uapay_.operations.size()}};
    {
        const std::lock_guard lock(crm_.mutex);
        for (const auto& [name, account] : crm_.accounts) accounts.push_back(account_view(account));
    }
    {
        const std::lock_guard lock(uapay_.mutex);
        for (const auto& [id, merchant] : uapay_.merchants)
            merchants.push_back(merchant_view(merchant));
        counts["uapayInvoices"] = uapay_.invoices.size();
        counts["uapayPayments"] = uapay_.payments.size();
    }
    return {{"clock",
             {{"now", iso_utc(world_.clock.now())},
              {"offsetSeconds", static_cast<double>(world_.clock.offset()) / 1000.0},
              {"factor", world_.clock.factor()}}},
            {"module", world_.options.module_url},
            {"accounts", accounts},
            {"merchants", merchants},
            {"prodamus", prodamus_.pages()},
            {"faults", world_.faults.list()},
            {"counts", counts}};
}

}  // namespace tillbridge::sandbox
