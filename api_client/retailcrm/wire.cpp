#include "api_client/retailcrm/wire.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api_client/retailcrm/json_object.hpp"
#include "module/domain/effect.hpp"
#include "module/port/json.hpp"

namespace tillbridge::retailcrm {
namespace {

using nlohmann::json;

// Bytes that are no UTF-8 become U+FFFD, so that characters can be counted.
std::string repaired(std::string_view text) {
    const auto parsed = json::parse(port::to_text(json(std::string(text))));
    return parsed.get<std::string>();
}

bool starts_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

std::string html_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

JsonObject refund_object(const domain::effect::RefundBlock& refund,
                         const domain::Currency& currency) {
    JsonObject object;
    object.text("id", refund.id.value)
        .text("status", refund.succeeded ? "succeeded" : "canceled")
        .amount("amount", {refund.amount, currency})
        .text_if("comment", cut(refund.comment));
    return object;
}

json shops_json(const std::vector<domain::Merchant>& merchants) {
    json shops = json::array();
    for (const domain::Merchant& merchant : merchants) {
        shops.push_back({{"code", merchant.id.value},
                         {"name", cut(merchant.name)},
                         {"active", merchant.active}});
    }
    return shops;
}

}  // namespace

std::string cut(std::string_view text, std::size_t limit) {
    const std::string whole = repaired(text);
    std::size_t characters = 0;
    std::size_t fits = 0;  // bytes of the first limit - 1 characters
    for (std::size_t at = 0; at < whole.size(); ++at) {
        if (!starts_character(whole[at])) continue;
        if (++characters == limit) fits = at;
    }
    return characters <= limit ? whole : whole.substr(0, fits) + "\u2026";
}

std::string registration_json(const ModuleFacts& facts, const domain::Connection& connection,
                              const port::Registration& registration) {
    const auto& currencies =
        registration.currencies.empty() ? facts.currencies : registration.currencies;
    json module{{"code", facts.code},
                {"integrationCode", facts.integration_code},
                {"name", facts.name},
                {"active", connection.active},
                {"freeze", connection.frozen},
                {"native", false},
                {"clientId", connection.client_id.reveal()},
                {"baseUrl", registration.base_url},
                {"accountUrl", registration.account_url},
                {"actions", json(facts.actions)},
                {"availableCountries", json(facts.countries)}};
    if (!facts.logo_url.empty()) module["logo"] = facts.logo_url;
    module["integrations"]["payment"] = {{"actions", json(facts.payment_actions)},
                                         {"currencies", json(currencies)},
                                         {"invoiceTypes", json(facts.invoice_types)},
                                         {"shops", shops_json(registration.shops)}};
    if (!facts.embed.entrypoint.empty()) {
        json embed{{"entrypoint", facts.embed.entrypoint},
                   {"targets", json(facts.embed.targets)},
                   {"runner", "worker"}};
        if (!facts.embed.stylesheet.empty()) embed["stylesheet"] = facts.embed.stylesheet;
        module["integrations"]["embedJs"] = std::move(embed);
    }
    return port::to_text(module);
}

std::string update_json(const port::StatusUpdate& update, const Zone& zone) {
    const domain::effect::PushStatus& push = update.push;
    const domain::Currency& currency = update.invoice.amount.currency;
    JsonObject object;
    object.text("invoiceUuid", update.invoice.uuid.value)
        .text("paymentId", update.invoice.id.value)
        .text("status", domain::to_word(push.status));
    if (push.amount > 0) object.amount("amount", {push.amount, currency});
    object.text_if("cancellationDetails", cut(update.reason_text));
    if (push.with_link) object.text_if("invoiceUrl", update.link);
    if (push.paid_at) object.text("paidAt", zone.local_text(push.paid_at));
    if (push.expires_at) object.text("expiredAt", zone.local_text(push.expires_at));
    object.flag("refundable", push.refundable).flag("cancellable", push.cancellable);
    if (push.refund) object.object("refund", refund_object(*push.refund, currency));
    return object.str();
}

std::string check_json(const domain::Invoice& invoice) {
    JsonObject object;
    object.text("invoiceUuid", invoice.uuid.value)
        .amount("amount", invoice.amount)
        .text("currency", invoice.amount.currency.code());
    return object.str();
}

std::string payment_type_code(const ModuleFacts& facts, const domain::MerchantId& merchant) {
    return facts.code + "-" + merchant.value;
}

std::string payment_type_json(const ModuleFacts& facts, const domain::Merchant& merchant) {
    const json type{{"code", payment_type_code(facts, merchant.id)},
                    {"name", cut(merchant.name)},
                    {"active", true},
                    {"integrationModule", {{"code", facts.code}, {"shop", merchant.id.value}}}};
    return port::to_text(type);
}

std::string notice_json(std::string_view text, bool alarm) {
    std::string message;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
            message += "<p>" + html_escaped(line) + "</p>";
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    const json notice{{"type", alarm ? "api.error" : "api.info"},
                      {"message", message},
                      {"userGroups", {"superadmins"}}};
    return port::to_text(notice);
}

}  // namespace tillbridge::retailcrm
