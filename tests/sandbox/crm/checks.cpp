#include "tests/sandbox/crm/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tests/sandbox/base/local_time.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr Millis kTolerance = 10 * 60 * 1000;

std::size_t characters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    }));
}

void check_text(Json& errors, const Json& object, const char* name, std::size_t most) {
    if (!has(object, name)) return;
    if (!object.at(name).is_string())
        errors[name] = "must be text";
    else if (characters(object.at(name).get<std::string>()) > most)
        errors[name] = fmt::format("longer than {} characters", most);
}

void check_known(Json& errors, const Json& object, const std::set<std::string>& known) {
    for (const auto& [name, value] : object.items())
        if (known.count(name) == 0) errors[name] = "This form should not contain extra fields.";
}

void check_bool(Json& errors, const Json& object, const char* name) {
    if (has(object, name) && !object.at(name).is_boolean()) errors[name] = "must be a boolean";
}

void check_time(Json& errors, const Json& object, const char* name) {
    if (!has(object, name)) return;
    if (!object.at(name).is_string() || !parse_local(object.at(name).get<std::string>()))
        errors[name] = "must be a date-time Y-m-d H:i:s";
}

// A paid date must lie between the invoice's creation and now, in the account's timezone; both the
// sandbox's clock and real time count, since the module knows only the latter.
void check_paid_at(Json& errors, const Json& update, const Account& account,
                   const CrmInvoice& invoice, Millis now) {
    check_time(errors, update, "paidAt");
    if (!has(update, "paidAt") || errors.contains("paidAt")) return;
    const auto local = parse_local(update.at("paidAt").get<std::string>());
    const Millis at = zone(account.timezone).to_epoch(*local) * 1000;
    if (at > std::max(now, wall_now()) + kTolerance ||
        at < std::min(invoice.created_ms, invoice.created_wall_ms) - kTolerance)
        errors["paidAt"] = "is not a moment of this invoice's life in the account's timezone";
}

void check_refund(Json& errors, const Json& update, const CrmInvoice& invoice) {
    if (!has(update, "refund")) return;
    const Json& refund = update.at("refund");
    Json wrong = Json::object();
    if (!refund.is_object()) {
        errors["refund"] = "must be an object";
        return;
    }
    check_known(wrong, refund, {"id", "status", "amount", "comment"});
    check_text(wrong, refund, "id", 255);
    check_text(wrong, refund, "comment", 255);
    const auto id = text_of(refund, "id"), status = text_of(refund, "status");
    if (id.empty()) wrong["id"] = "This value should not be blank.";
    if (status != "succeeded" && status != "canceled") wrong["status"] = "is not valid";
    const auto amount = has(refund, "amount") ? cents_of(refund.at("amount")) : std::nullopt;
    if (!amount || *amount <= 0) wrong["amount"] = "must be greater than 0";
    std::int64_t others = 0;
    for (const auto& known : invoice.refunds) {
        if (known.id != id) others += known.status == "succeeded" ? known.amount : 0;
        if (known.id == id && amount && known.amount != *amount)
            wrong["amount"] = "differs from the same refund before";
    }
    const auto most = invoice.paid_amount > 0 ? invoice.paid_amount : invoice.amount;
    if (amount && status == "succeeded" && others + *amount > most)
        wrong["amount"] = "refunds are more than was paid";
    for (const auto& [name, text] : wrong.items()) errors["refund." + name] = text;
}

// pending → waitingForCapture → succeeded → refundSucceeded, canceled from the first two; a repeat
// of the present status is fine.
bool may_follow(const std::string& before, const std::string& after) {
    if (before.empty() || before == after) return true;
    if (before == "pending")
        return after == "waitingForCapture" || after == "succeeded" || after == "canceled";
    if (before == "waitingForCapture") return after == "succeeded" || after == "canceled";
    return before == "succeeded" && after == "refundSucceeded";
}

}  // namespace

bool web_url(const std::string& text, bool https_only) {
    if (characters(text) > 2048 || text.find_first_of(" \t\r\n\"<>") != std::string::npos)
        return false;
    if (starts_with(text, "https://")) return text.size() > 8;
    if (!starts_with(text, "http://")) return false;
    // Plain http is for this machine only, where the module under test answers.
    const bool local = starts_with(text, "http://127.") || starts_with(text, "http://localhost") ||
                       starts_with(text, "http://[::1]");
    return local || (!https_only && text.size() > 7);
}

Json check_update(const Json& update, const Account& account, const CrmInvoice& invoice,
                  Millis now) {
    Json errors = Json::object();
    check_known(
        errors, update,
        {"invoiceUuid", "paymentId", "status", "amount", "discountAmount", "cancellationDetails",
         "invoiceUrl", "paidAt", "expiredAt", "refundable", "cancellable", "refund"});
    check_text(errors, update, "paymentId", 255);
    check_text(errors, update, "status", 50);
    check_text(errors, update, "cancellationDetails", 255);
    const auto status = text_of(update, "status");
    if (has(update, "status") && !known_status(status)) errors["status"] = "is not valid";
    if (!status.empty() && !may_follow(invoice.status, status))
        errors["status"] = "cannot follow " + invoice.status;
    for (const char* name : {"amount", "discountAmount"}) {
        if (!has(update, name)) continue;
        const auto amount = cents_of(update.at(name));
        if (!amount || *amount < 0)
            errors[name] = "must be a number with at most two decimals";
        else if (*amount > invoice.amount)
            errors[name] = "is more than the invoice";
        else if (*amount == 0 && std::string(name) == "amount")
            errors[name] = "must be above 0";
    }
    if (has(update, "invoiceUrl") && !web_url(text_of(update, "invoiceUrl"), true))
        errors["invoiceUrl"] = "This value is not a valid URL.";
    check_paid_at(errors, update, account, invoice, now);
    check_time(errors, update, "expiredAt");
    check_bool(errors, update, "refundable");
    check_bool(errors, update, "cancellable");
    check_refund(errors, update, invoice);
    if (!invoice.external_id.empty() && has(update, "paymentId") &&
        text_of(update, "paymentId") != invoice.external_id)
        errors["paymentId"] = "differs from the one that create answered";
    return errors;
}

namespace {

void check_shops(Json& errors, const Json& payment) {
    std::set<std::string> codes;
    if (!payment.contains("shops") || !payment.at("shops").is_array()) {
        errors["integrations.payment.shops"] = "must be a list";
        return;
    }
    for (const auto& shop : payment.at("shops")) {
        const auto code = text_of(shop, "code");
        if (code.empty() || characters(code) > 255)
            errors["integrations.payment.shops.code"] = "must have 1 to 255 characters";
        if (!codes.insert(code).second) errors["integrations.payment.shops.code"] = "is not unique";
        if (text_of(shop, "name").empty() || characters(text_of(shop, "name")) > 255)
            errors["integrations.payment.shops.name"] = "must have 1 to 255 characters";
        if (!has(shop, "active") || !shop.at("active").is_boolean())
            errors["integrations.payment.shops.active"] = "must be a boolean";
    }
}

void check_payment_part(Json& errors, const Json& payment) {
    if (!payment.is_object()) {
        errors["integrations.payment"] = "must be an object";
        return;
    }
    check_known(errors, payment, {"actions", "currencies", "invoiceTypes", "shops"});
    const std::set<std::string> actions{"create", "approve", "cancel", "refund", "status"};
    if (!has(payment, "actions") || !payment.at("actions").is_object())
        errors["integrations.payment.actions"] = "must be an object";
    else
        for (const auto& [name, path] : payment.at("actions").items())
            if (actions.count(name) == 0 || !path.is_string() ||
                !starts_with(path.get<std::string>(), "/"))
                errors["integrations.payment.actions." + name] = "is not a path of an action";
    const auto list = [&](const char* name) {
        return payment.contains(name) && payment.at(name).is_array() && !payment.at(name).empty();
    };
    if (!list("currencies")) errors["integrations.payment.currencies"] = "must be a list";
    if (!list("invoiceTypes") ||
        std::find(payment.at("invoiceTypes").begin(), payment.at("invoiceTypes").end(), "link") ==
            payment.at("invoiceTypes").end())
        errors["integrations.payment.invoiceTypes"] = "must be a list with link";
    check_shops(errors, payment);
}

// retailcrm-embed-ui.md §2.3, §3: the targets of orders, as far as this sandbox knows them.
void check_embed_part(Json& errors, const Json& embed) {
    static const std::set<std::string> targets{
        "order/card:payment.before", "order/mg:payment.before",   "order/mg:payment.after",
        "order/card:common.before",  "order/card:common.after",   "order/card:list.after",
        "order/card:list.before",    "order/card:delivery.before"};
    if (!embed.is_object()) {
        errors["integrations.embedJs"] = "must be an object";
        return;
    }
    check_known(errors, embed, {"entrypoint", "stylesheet", "targets", "runner", "pages"});
    for (const char* name : {"entrypoint", "stylesheet"})
        if (has(embed, name) && !starts_with(text_of(embed, name), "/") &&
            !web_url(text_of(embed, name), true))
            errors[std::string("integrations.embedJs.") + name] = "is no path and no address";
    if (text_of(embed, "entrypoint").empty())
        errors["integrations.embedJs.entrypoint"] = "This value should not be blank.";
    if (text_of(embed, "runner") != "worker" && text_of(embed, "runner") != "iframe")
        errors["integrations.embedJs.runner"] = "is not valid";
    const bool targeted = has(embed, "targets") && embed.at("targets").is_array();
    const bool paged = has(embed, "pages") && embed.at("pages").is_array();
    if ((!targeted || embed.at("targets").empty()) && (!paged || embed.at("pages").empty()))
        errors["integrations.embedJs.targets"] = "neither a target nor a page";
    if (targeted)
        for (const auto& target : embed.at("targets"))
            if (!target.is_string() || targets.count(target.get<std::string>()) == 0)
                errors["integrations.embedJs.targets"] = "an unknown target";
}

}  // namespace

Json check_registration(const Json& module, const std::string& code) {
    Json errors = Json::object();
    check_known(
        errors, module,
        {"code", "integrationCode", "active", "freeze", "name", "logo", "clientId", "baseUrl",
         "accountUrl", "actions", "availableCountries", "native", "integrations"});
    for (const char* name :
         {"code", "integrationCode", "name", "clientId", "baseUrl", "accountUrl"}) {
        check_text(errors, module, name, 2048);
        if (text_of(module, name).empty()) errors[name] = "This value should not be blank.";
    }
    if (text_of(module, "code") != code) errors["code"] = "differs from the address";
    if (has(module, "logo") && !web_url(text_of(module, "logo"), true))
        errors["logo"] = "This value is not a valid URL.";
    for (const char* name : {"baseUrl", "accountUrl"})
        if (!web_url(text_of(module, name), true)) errors[name] = "This value is not a valid URL.";
    for (const char* name : {"active", "freeze", "native"}) check_bool(errors, module, name);
    if (has(module, "availableCountries") && !module.at("availableCountries").is_array())
        errors["availableCountries"] = "must be a list";
    if (has(module, "actions")) {
        if (!module.at("actions").is_object()) errors["actions"] = "must be an object";
        for (const auto& [name, path] : module.at("actions").items())
            if ((name != "activity" && name != "settings") || !path.is_string() ||
                !starts_with(path.get<std::string>(), "/"))
                errors["actions." + name] = "is not a path of an action";
    }
    if (!has(module, "integrations") || !module.at("integrations").is_object())
        errors["integrations"] = "must be an object";
    else {
        const Json& parts = module.at("integrations");
        if (parts.contains("payment")) check_payment_part(errors, parts.at("payment"));
        if (parts.contains("embedJs")) check_embed_part(errors, parts.at("embedJs"));
    }
    return errors;
}

std::string check_answer(const std::string& action, int status, const Json& body) {
    if (!body.is_object() || !body.contains("success") || !body.at("success").is_boolean())
        return "an answer must be a JSON object with success";
    const bool success = body.at("success").get<bool>();
    if (status >= 400) {
        if (success) return "a failure must say success: false";
        if (action != "activity" && text_of(body, "errorMsg").empty())
            return "a failure must carry errorMsg";
        return "";
    }
    if (status != 200 && status != 201) return "an answer must be 200, 201, 4xx or 5xx";
    if (!success || action == "approve" || action == "cancel" || action == "activity" ||
        action == "settings" || action == "connect")
        return "";
    const Json none = Json::object();
    const Json& result = has(body, "result") ? body.at("result") : none;
    if (action == "create") {
        if (text_of(result, "paymentId").empty() || text_of(result, "paymentId").size() > 255)
            return "create must answer a paymentId of 1 to 255 characters";
        if (!web_url(text_of(result, "invoiceUrl"), true))
            return "create must answer an absolute invoiceUrl";
    }
    if (action == "refund") {
        if (text_of(result, "id").empty()) return "refund must answer result.id";
        const auto word = text_of(result, "status");
        if (word != "succeeded" && word != "canceled") return "refund must answer a known status";
        if (!has(result, "amount") || !cents_of(result.at("amount")))
            return "refund must answer an amount";
    }
    if (action == "status") {
        if (!known_status(text_of(result, "status"))) return "status must answer a known status";
        for (const char* name : {"paidAt", "expiredAt"})
            if (has(result, name) && !parse_local(text_of(result, name)))
                return std::string(name) + " must be a date-time Y-m-d H:i:s";
    }
    return "";
}

}  // namespace tillbridge::sandbox
