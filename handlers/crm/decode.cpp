#include "handlers/crm/decode.hpp"

#include <algorithm>

#include "handlers/json_fields.hpp"
#include "handlers/pages.hpp"
#include "module/domain/money.hpp"
#include "module/port/json.hpp"

namespace tillbridge::handlers::crm {

using domain::fail;
using domain::Result;
using nlohmann::json;

namespace {

constexpr std::size_t kName = 255;
constexpr std::size_t kUrl = 2048;
constexpr std::size_t kUuid = 64;
constexpr std::size_t kItems = 1000;
constexpr std::size_t kAmount = 32;
constexpr std::size_t kCode = 1024;  // of a product or its marking

// The form field named after the action holds a JSON object.
Result<json> object_of(const Form& form, const std::string& action) {
    const auto text = take_field(form, action, kBodyBytes);
    if (!text) return tl::unexpected(text.error());
    auto value = port::parse_json(*text);
    if (!value || !value->is_object()) return fail("request.field_invalid", "", action);
    return std::move(*value);
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

template <class Allowed>
bool all(const std::string& text, Allowed allowed) {
    return std::all_of(text.begin(), text.end(), allowed);
}

bool is_positive_decimal(const std::string& text) {
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string whole = text.substr(0, point);
    const std::string part = point == text.size() ? "0" : text.substr(point + 1);
    return !whole.empty() && !part.empty() && all(whole, is_digit) && all(part, is_digit) &&
           text.find_first_of("123456789") != std::string::npos;
}

// A sum as digits. What it means in its currency is checked where the currency is known.
Result<std::string> take_amount(const json& object) {
    const json* value = port::member(object, "amount");
    if (value == nullptr || value->is_null()) return fail("request.field_missing", "", "amount");
    auto text = port::decimal_text(*value);
    if (!text) return fail("request.field_invalid", "", "amount");
    if (text->size() > kAmount) return fail("money.too_large", "", "amount");
    if (text->find_first_not_of("0123456789.") != std::string::npos && text->front() != '-')
        return fail("money.malformed", "", "amount");
    if (!is_positive_decimal(*text)) return fail("payment.amount_invalid", "", "amount");
    return std::move(*text);
}

// PHP writes an empty object as `[]`.
bool is_empty_list(const json& value) {
    return value.is_array() && value.empty();
}

// One @ with something on both sides, no spaces: more is for the mail to find out.
bool looks_like_email(const std::string& text) {
    const std::size_t at = text.find('@');
    return at != std::string::npos && at > 0 && at + 1 < text.size() &&
           text.find('@', at + 1) == std::string::npos &&
           text.find_first_of(" \t\r\n") == std::string::npos;
}

Result<void> read_customer(const json& order, service::Payments::CreateRequest& out) {
    const json* customer = port::member(order, "customer");
    if (customer == nullptr || customer->is_null() || is_empty_list(*customer)) return {};
    if (!customer->is_object()) return fail("request.field_invalid", "", "customer");
    Fields fields(*customer, "customer.");
    out.customer_email = fields.optional_text("email", kName);
    if (!out.customer_email.empty() && !looks_like_email(out.customer_email))
        fields.refuse("request.field_invalid", "email");
    out.customer_phone = fields.optional_text("phone", kName);
    for (const char* name :
         {"firstName", "lastName", "patronymic", "sex", "contragentType", "legalName", "INN"})
        fields.optional_text(name, kName);
    return fields.result();
}

Result<void> check_item(const json& item, const std::string& place) {
    if (!item.is_object()) return fail("request.field_invalid", "", place);
    Fields fields(item, place + ".");
    fields.optional_text("name", kName);
    for (const char* name : {"price", "quantity"}) {
        fields.optional_decimal(name);
        const json* value = port::member(item, name);
        const auto digits = value == nullptr ? std::nullopt : port::decimal_text(*value);
        if (digits && digits->front() == '-') fields.refuse("request.field_invalid", name);
    }
    for (const char* name : {"measurementUnit", "vat", "paymentMethod", "paymentObject"})
        fields.optional_text(name, kName);
    for (const char* name : {"productCode", "markingCode"}) fields.optional_text(name, kCode);
    return fields.result();
}

Result<void> read_items(const json& order, service::Payments::CreateRequest& out) {
    const json* items = port::member(order, "items");
    if (items == nullptr || items->is_null()) return {};
    if (!items->is_array()) return fail("request.field_invalid", "", "items");
    if (items->size() > kItems) return fail("request.field_too_long", "", "items");
    std::size_t number = 0;
    for (const json& item : *items) {
        auto fine = check_item(item, "items[" + std::to_string(number++) + "]");
        if (!fine) return fine;
    }
    out.items_json = port::to_text(*items);
    return {};
}

Result<void> read_money(const json& order, service::Payments::CreateRequest& out) {
    Fields fields(order);
    out.currency = fields.text("currency", 3);
    if (auto fine = fields.result(); !fine) return fine;
    if (out.currency.size() != 3 || !all(out.currency, is_letter))
        return fail("request.field_invalid", "", "currency");
    auto amount = take_amount(order);
    if (!amount) return tl::unexpected(amount.error());
    out.amount = std::move(*amount);
    const auto currency = domain::Currency::parse(out.currency);
    if (!currency) return fail(currency.error().code, out.currency, "currency");
    const auto money = domain::parse_money(out.amount, *currency);
    if (!money) return fail(money.error().code, "", "amount");
    if (money->minor <= 0) return fail("payment.amount_invalid", "", "amount");
    return {};
}

std::optional<std::string> setting(Fields& fields, const json& settings, const char* name,
                                   std::size_t most) {
    const json* entry = port::member(settings, name);
    if (entry == nullptr || entry->is_null()) return std::nullopt;
    if (!entry->is_object()) {
        fields.refuse("request.field_invalid", name);
        return std::nullopt;
    }
    Fields inner(*entry, std::string(name) + ".");
    auto value = inner.optional_text("value", most);
    if (const auto fine = inner.result(); !fine)
        fields.refuse(fine.error().code, fine.error().field);
    if (value.empty()) return std::nullopt;
    return value;
}

}  // namespace

Result<Registration> decode_register(const Form& form) {
    const auto object = object_of(form, "register");
    if (!object) return tl::unexpected(object.error());
    Fields fields(*object);
    Registration out;
    out.token = fields.text("token", kName);
    out.api_key = domain::Secret(fields.text("apiKey", kName));
    out.system_url = fields.text("systemUrl", kUrl);
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    return out;
}

Result<Activity> decode_activity(const Form& form) {
    const auto object = object_of(form, "activity");
    if (!object) return tl::unexpected(object.error());
    Fields fields(*object);
    Activity out;
    out.active = fields.optional_flag("active");
    out.frozen = fields.optional_flag("freeze");
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    if (!out.active && !out.frozen) return fail("request.field_missing", "", "active");
    const auto url = form.find("systemUrl");
    if (url != form.end() && !url->second.empty()) {
        if (url->second.size() > kUrl) return fail("request.field_too_long", "", "systemUrl");
        if (!is_web_url(url->second)) return fail("request.field_invalid", "", "systemUrl");
        out.system_url = url->second;
    }
    return out;
}

Result<service::Connections::AccountChange> decode_settings(const Form& form) {
    const auto object = object_of(form, "settings");
    if (!object) return tl::unexpected(object.error());
    Fields fields(*object);
    service::Connections::AccountChange out;
    out.currency = setting(fields, *object, "default_currency", 3);
    out.language = setting(fields, *object, "system_language", 16);
    out.timezone = setting(fields, *object, "timezone", 64);
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    if (out.currency && !domain::Currency::parse(*out.currency))
        return fail("request.field_invalid", "", "default_currency.value");
    const auto in_language = [](char c) { return is_letter(c) || c == '_' || c == '-'; };
    if (out.language && !all(*out.language, in_language))
        return fail("request.field_invalid", "", "system_language.value");
    // The name is looked up among files: no dots, no leading slash.
    const auto in_zone = [](char c) {
        return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '+' || c == '/';
    };
    if (out.timezone && (!all(*out.timezone, in_zone) || out.timezone->front() == '/'))
        return fail("request.field_invalid", "", "timezone.value");
    return out;
}

Result<service::Payments::CreateRequest> decode_create(const Form& form) {
    const auto order = object_of(form, "create");
    if (!order) return tl::unexpected(order.error());
    Fields fields(*order);
    service::Payments::CreateRequest out;
    out.uuid = domain::InvoiceUuid(fields.text("invoiceUuid", kUuid));
    out.shop = domain::MerchantId(fields.text("shopId", kName));
    out.order_number = fields.optional_text("orderNumber", kName);
    out.return_url = fields.optional_text("returnUrl", kUrl);
    const std::string type = fields.optional_text("invoiceType", kName);
    const std::string site = fields.optional_text("siteUrl", kUrl);
    if (!site.empty() && !is_web_url(site)) fields.refuse("request.field_invalid", "siteUrl");
    fields.optional_decimal("orderId");
    out.order = std::max<std::int64_t>(port::integer_at(*order, "orderId").value_or(0), 0);
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    const auto in_uuid = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
    if (!all(out.uuid.value, in_uuid)) return fail("request.field_invalid", "", "invoiceUuid");
    if (!type.empty() && type != "link") return fail("request.field_invalid", "", "invoiceType");
    if (!out.return_url.empty() && !is_web_url(out.return_url))
        return fail("request.field_invalid", "", "returnUrl");
    for (const auto read : {read_money, read_customer, read_items})
        if (const auto fine = read(*order, out); !fine) return tl::unexpected(fine.error());
    return out;
}

Result<Change> decode_change(const Form& form, const std::string& action, bool with_amount) {
    const auto object = object_of(form, action);
    if (!object) return tl::unexpected(object.error());
    Fields fields(*object);
    Change out;
    out.payment = domain::InvoiceId(fields.text("paymentId", kName));
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    const json* amount = port::member(*object, "amount");
    if (with_amount && amount != nullptr && !amount->is_null()) {
        auto text = take_amount(*object);
        if (!text) return tl::unexpected(text.error());
        out.amount = std::move(*text);
    }
    return out;
}

Result<domain::InvoiceId> decode_status(const Form& form) {
    if (form.contains("paymentId") || !form.contains("status")) {
        auto id = take_field(form, "paymentId", kName);
        if (!id) return tl::unexpected(id.error());
        return domain::InvoiceId(std::move(*id));
    }
    const auto change = decode_change(form, "status", false);
    if (!change) return tl::unexpected(change.error());
    return change->payment;
}

}  // namespace tillbridge::handlers::crm
