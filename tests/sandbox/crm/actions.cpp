#include "tests/sandbox/crm/actions.hpp"

#include <thread>

#include "tests/sandbox/crm/views.hpp"

namespace tillbridge::sandbox {
namespace {

// Values of a call's fields: text as it is, everything else as JSON text.
void add_field(Fields& fields, const std::string& name, const Json& value) {
    fields.add(name, value.is_string() ? value.get<std::string>() : dump(value));
}

}  // namespace

Json CrmActions::run(const Json& command) {
    const auto action = required_text(command, "action");
    if (bool_of(command, "async")) {
        Json again = command;
        again["async"] = false;
        // The command outlives this call; the process ends only after its server has stopped.
        std::thread([this, again] {
            try {
                run(again);
            } catch (const std::exception& error) {
                crm_.world.violation("crm", text_of(again, "account"), "async", error.what(),
                                     again);
            }
        }).detach();
        return {{"started", true}};
    }
    if (action == "config") return config(command);
    if (action == "connect") return connect(command);
    if (action == "create") return create(command);
    if (action == "approve" || action == "cancel" || action == "refund")
        return change(command, action);
    if (action == "status") return status(command);
    if (action == "activity") return activity(command);
    if (action == "settings") return settings(command);
    if (action == "raw") return raw(command);
    throw ControlError("unknown action: " + action);
}

ModuleCall CrmActions::prepare(const Json& command, const Account& account,
                               const std::string& action) const {
    ModuleCall call;
    call.account = account.name;
    call.action = action;
    call.timeout_ms =
        static_cast<int>(int_of(command, "timeoutMs", account.switches.number("timeoutMs")));
    call.repeat = text_of(command, "repeat", account.switches.text("repeat"));
    return call;
}

std::string CrmActions::action_url(const Account& account, const std::string& module,
                                   const std::string& action) const {
    const Json& registration = account.modules.at(module);
    const bool general = action == "activity" || action == "settings";
    const Json::json_pointer place(general ? "/actions" : "/integrations/payment/actions");
    const auto path =
        registration.contains(place) ? text_of(registration.at(place), action.c_str()) : "";
    if (path.empty()) throw ControlError("the module registered no action " + action);
    return without_slash(text_of(registration, "baseUrl")) + path;
}

std::string CrmActions::client_id(const Account& account, const std::string& module,
                                  const Json& command) const {
    return text_of(command, "clientId", text_of(account.modules.at(module), "clientId"));
}

Json CrmActions::answered(const Json& command, const ModuleAnswer& answer,
                          const std::string& uuid) {
    const auto one = [](const OutAnswer& a) {
        return Json{{"status", a.status},
                    {"body", a.body_json()},
                    {"error", a.error.empty() ? Json() : Json(a.error)},
                    {"durationMs", a.duration_ms}};
    };
    Json result = one(answer.first);
    result["repeats"] = Json::array();
    for (const auto& repeat : answer.repeats) result["repeats"].push_back(one(repeat));
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(text_of(command, "account", "demo"));
    const CrmInvoice* invoice = account.invoice(uuid);
    if (invoice == nullptr) return result;
    result["invoice"] = invoice_view(*invoice);
    if (const Order* order = account.order(invoice->order_id); order != nullptr)
        result["order"] = order_view(account, *order);
    return result;
}

CrmActions::Target CrmActions::target(const Json& command) {
    const std::lock_guard lock(crm_.mutex);
    Account& account = crm_.get(text_of(command, "account", "demo"));
    std::string uuid = text_of(command, "invoice");
    if (uuid.empty()) {
        Order* order = account.order(int_of(command, "orderId"));
        if (order == nullptr || order->payments.empty()) throw ControlError("no such order", 404);
        OrderPayment* payment = has(command, "paymentId")
                                    ? order->payment(int_of(command, "paymentId"))
                                    : &order->payments.back();
        if (payment == nullptr || payment->invoices.empty())
            throw ControlError("this payment has no invoice", 404);
        uuid = payment->invoices.back();
    }
    const CrmInvoice* invoice = account.invoice(uuid);
    if (invoice == nullptr) throw ControlError("no such invoice: " + uuid, 404);
    return {uuid, invoice->external_id, invoice->module};
}

Json CrmActions::change(const Json& command, const std::string& action) {
    const auto at = target(command);
    ModuleCall call;
    {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(text_of(command, "account", "demo"));
        call = prepare(command, account, action);
        call.url = action_url(account, at.module, action);
        call.fields.add("clientId", client_id(account, at.module, command));
        Json body = {{"paymentId", at.external_id}};
        if (has(command, "amount")) body["amount"] = command.at("amount");
        if (has(command, "fields")) body.update(command.at("fields"));
        call.fields.add(action, dump(body));
        CrmInvoice* invoice = account.invoice(at.uuid);
        crm_.note(*invoice,
                  action + " asked" +
                      (has(command, "amount") ? " for " + dump(command.at("amount")) : ""));
        if (action == "cancel") invoice->cancel_asked = true;
    }
    const auto answer = call_module(crm_, call);
    {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(call.account);
        if (CrmInvoice* invoice = account.invoice(at.uuid); invoice != nullptr) {
            const Json body = answer.body();
            crm_.note(*invoice,
                      action + (answer.ok() ? " done" : " failed: ") +
                          (answer.ok() ? "" : text_of(body, "errorMsg", answer.first.error)));
            if (action == "cancel" && !answer.ok() && invoice->status != "canceled")
                invoice->cancel_asked = false;
            if (!answer.ok()) invoice->error = text_of(body, "errorMsg", answer.first.error);
            if (action == "refund" && answer.ok() && has(body, "result")) {
                const Json& result = body.at("result");
                bool known = false;
                for (auto& refund : invoice->refunds)
                    if (refund.id == text_of(result, "id")) known = true;
                const auto amount = has(result, "amount") ? cents_of(result.at("amount")) : 0;
                if (!known && amount)
                    invoice->refunds.push_back({text_of(result, "id"), text_of(result, "status"),
                                                text_of(result, "comment"), *amount});
            }
        }
    }
    crm_.world.bell.ring();
    return answered(command, answer, at.uuid);
}

Json CrmActions::status(const Json& command) {
    const auto at = target(command);
    ModuleCall call;
    {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(text_of(command, "account", "demo"));
        call = prepare(command, account, "status");
        call.method = text_of(command, "method", "GET");
        call.url = action_url(account, at.module, "status");
        Json body = {{"paymentId", at.external_id}};
        if (has(command, "fields")) body.update(command.at("fields"));
        call.fields.add("clientId", client_id(account, at.module, command));
        for (const auto& [name, value] : body.items()) add_field(call.fields, name, value);
    }
    return answered(command, call_module(crm_, call), at.uuid);
}

Json CrmActions::activity(const Json& command) {
    ModuleCall call;
    {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(text_of(command, "account", "demo"));
        const auto module = account.module_code(text_of(command, "module"));
        account.active = bool_of(command, "active", account.active);
        account.freeze = bool_of(command, "freeze", account.freeze);
        account.technical_url = text_of(command, "systemUrl", account.technical_url);
        call = prepare(command, account, "activity");
        call.url = action_url(account, module, "activity");
        call.fields.add("clientId", client_id(account, module, command));
        call.fields.add("systemUrl", account.technical_url);
        call.fields.add("activity", dump({{"active", account.active}, {"freeze", account.freeze}}));
    }
    return answered(command, call_module(crm_, call), "");
}

Json CrmActions::settings(const Json& command) {
    ModuleCall call;
    {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(text_of(command, "account", "demo"));
        const auto module = account.module_code(text_of(command, "module"));
        account.currency = text_of(command, "currency", account.currency);
        account.language = text_of(command, "language", account.language);
        account.timezone = text_of(command, "timezone", account.timezone);
        call = prepare(command, account, "settings");
        call.url = action_url(account, module, "settings");
        call.fields.add("clientId", client_id(account, module, command));
        call.fields.add("settings", dump(has(command, "settings")
                                             ? command.at("settings")
                                             : settings_of(account, crm_.world.clock.now())));
    }
    return answered(command, call_module(crm_, call), "");
}

Json CrmActions::raw(const Json& command) {
    ModuleCall call;
    {
        const std::lock_guard lock(crm_.mutex);
        Account& account = crm_.get(text_of(command, "account", "demo"));
        call = prepare(command, account, "raw");
        call.method = text_of(command, "method", "POST");
        call.url = without_slash(crm_.world.options.module_url) + required_text(command, "path");
        if (has(command, "fields"))
            for (const auto& [name, value] : command.at("fields").items())
                add_field(call.fields, name, value);
    }
    return answered(command, call_module(crm_, call), "");
}

}  // namespace tillbridge::sandbox
