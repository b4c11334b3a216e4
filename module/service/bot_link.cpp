#include "module/service/bot_link.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <regex>
#include <utility>

namespace tillbridge::service {
namespace {

using domain::BotStyle;
using domain::fail;
using domain::Result;

constexpr std::string_view kPrefix = "prodamus_";
constexpr domain::Span kLongestLink = std::chrono::hours(24 * 366 * 5);
constexpr std::size_t kTitle = 127;  // of description and title on MaviBot
constexpr std::size_t kText = 1000;
constexpr std::size_t kName = 255;
constexpr std::size_t kMostParameters = 60;

// What says whose order it is, what it costs, who hears of it and in what form: ours alone.
constexpr std::array<std::string_view, 11> kForbidden{
    "do",        "sys",      "order_id",     "order_sum", "urlNotification", "type",
    "signature", "products", "callbackType", "demo_mode", "quantity"};

// What a receipt says of the one product, by the gateway's names of it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOfProduct{
    {{"paymentMethod", "products[0][paymentMethod]"},
     {"paymentObject", "products[0][paymentObject]"},
     {"tax_type", "products[0][tax][tax_type]"},
     {"tax_sum", "products[0][tax][tax_sum]"}}};

// Names of the gateway's parameters that have a variable of their own.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kSame{
    {{"currency", "currency"},
     {"subscription", "prodamus_subscription"},
     {"payments_limit", "payments_limit"},
     {"discount_value", "discount_value"},
     {"link_expired", "link_expired"},
     {"customer_phone", "customer_phone"},
     {"customer_email", "customer_email"},
     {"customer_extra", "payment_description"},
     {"paid_content", "products_for_receipt"}}};

// The names of the platforms' functions for the same things.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kFunctionNames{
    {{"expired", "link_expired"},
     {"discount", "discount_value"},
     {"description", "payment_description"},
     {"subscription_id", "prodamus_subscription"}}};

// A bot may send all that it has: its own results of earlier links are none of our business.
bool is_result(std::string_view name) {
    return name == "prodamus_pay_url" || name == "prodamus_payment_completed";
}

class Reading {
  public:
    Reading(const BotVariables& given, BotStyle style, domain::UtcTime now)
        : style_(style), now_(now) {
        for (const auto& [name, value] : given)
            if (!is_skipped(value) && !is_result(name)) values_.emplace(name, value);
        of_function_ = values_.count("subscription_id") != 0;
        for (const auto& [other, name] : kFunctionNames) rename(std::string(other), name);
        for (const auto& [name, variable] : kSame)
            rename(std::string(kPrefix).append(name), variable);
    }

    Result<BotLink> read(const std::string& order_id) {
        link_.order_id = text("order_id", 64);
        if (link_.order_id.empty()) link_.order_id = order_id;
        read_sum();
        read_words();
        read_contacts();
        link_.expires_at = read_expiry();
        read_parameters();
        link_.store = text("store", 64);
        if (error_) return tl::unexpected(*error_);
        return std::move(link_);
    }

  private:
    void rename(const std::string& from, std::string_view to) {
        auto node = values_.extract(from);
        if (node.empty() || node.key() == to) {
            if (!node.empty()) values_.insert(std::move(node));
            return;
        }
        node.key() = std::string(to);
        values_.insert(std::move(node));  // the platform's own name wins where both are given
    }

    void refuse(const char* code, const std::string& field) {
        if (!error_) error_ = domain::Error{code, "", shown_name(field), {}};
    }

    bool has(const char* name) const { return values_.count(name) != 0; }

    // One line of at most `most` characters; empty where it is not given.
    std::string text(const std::string& name, std::size_t most, bool lines = false) {
        const auto at = values_.find(name);
        if (at == values_.end()) return {};
        const auto broken = [&](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return (byte < 0x20 && !(lines && (c == '\n' || c == '\t' || c == '\r'))) ||
                   byte == 0x7F;
        };
        if (std::any_of(at->second.begin(), at->second.end(), broken))
            refuse("request.field_invalid", name);
        if (length_of(at->second) > most) refuse("request.field_too_long", name);
        return at->second;
    }

    std::string decimal(const char* name) {
        const auto value = text(name, 20);
        if (!value.empty() && !is_decimal(value)) refuse("request.field_invalid", name);
        return value;
    }

    void read_sum() {
        link_.whole_key = has("payment_sum") || !(has("amount") || of_function_);
        link_.sum_field = link_.whole_key ? "payment_sum" : "amount";
        link_.sum = decimal(link_.sum_field.c_str());
        if (is_decimal(link_.sum) && is_zero(link_.sum)) link_.sum.clear();
        link_.discount = decimal("discount_value");
        if (is_decimal(link_.discount) && is_zero(link_.discount)) link_.discount.clear();
        link_.currency = text("currency", 3);
        for (char& c : link_.currency)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        link_.subscription = text("prodamus_subscription", 20);
        if (link_.subscription.find_first_not_of("0123456789") != std::string::npos)
            refuse("request.field_invalid", "prodamus_subscription");
        // A product that is subscribed to has a price of its own.
        if (link_.sum.empty() && link_.subscription.empty())
            refuse("request.field_missing", link_.sum_field);
    }

    void read_words() {
        const bool mavibot = style_ == BotStyle::mavibot;
        const std::size_t most = mavibot ? kTitle : kText;
        const auto title = text("payment_title", kTitle);
        link_.description = text("payment_description", most);
        link_.product_name = text("product_name", kName);
        if (link_.product_name.empty() && !link_.whole_key)
            refuse("request.field_missing", "product_name");
        if (link_.product_name.empty()) link_.product_name = title;
        if (style_ == BotStyle::savvi && link_.product_name.empty()) {
            // It knows one text, which stands in the receipt.
            if (link_.description.empty()) refuse("request.field_missing", "payment_description");
            link_.product_name = link_.description;
        }
        if (link_.product_name.empty())
            link_.product_name = (mavibot ? "Шотты төлеу " : "Оплата счета ") + link_.order_id;
        if (link_.description.empty()) link_.description = "Оплата счета " + link_.order_id;
        if (mavibot && link_.product_name.find('"') != std::string::npos)
            refuse("bot.product_name_quotes", "product_name");
    }

    void read_contacts() {
        link_.phone = text("customer_phone", 32);
        link_.email = text("customer_email", 254);
        if (!link_.phone.empty() && !is_phone(link_.phone))
            refuse("request.field_invalid", "customer_phone");
        if (!link_.email.empty() && !is_email(link_.email))
            refuse("request.field_invalid", "customer_email");
        // Its buttons and functions ask for one of the two; its variables leave both to the page.
        if (style_ == BotStyle::mavibot && !link_.whole_key && link_.phone.empty() &&
            link_.email.empty())
            refuse("bot.contact_missing", "customer_phone");
    }

    domain::UtcTime read_expiry() {
        const auto value = text("link_expired", 20);
        if (value.empty()) return {};
        std::optional<domain::UtcTime> at;
        if (value.size() <= 7 && value.find_first_not_of("0123456789") == std::string::npos)
            at = now_ + std::chrono::minutes(std::stol(value));
        else
            at = read_moscow(value);
        if (!at || *at - now_ > kLongestLink) {
            refuse("request.field_invalid", "link_expired");
            return {};
        }
        if (*at <= now_) refuse("bot.link_expired", "link_expired");
        return *at;
    }

    void read_parameters() {
        auto& own = link_.parameters;
        for (const auto& [name, value] : values_) {
            if (name.compare(0, kPrefix.size(), kPrefix) != 0 || name == "prodamus_subscription")
                continue;
            const auto parameter = name.substr(kPrefix.size());
            static const std::regex kForm("[A-Za-z_][A-Za-z0-9_]{0,63}");
            if (std::find(kForbidden.begin(), kForbidden.end(), parameter) != kForbidden.end() ||
                !std::regex_match(parameter, kForm))
                refuse("bot.parameter_forbidden", name);
            const auto of_product =
                std::find_if(kOfProduct.begin(), kOfProduct.end(),
                             [&](const auto& each) { return each.first == parameter; });
            if (of_product == kOfProduct.end())
                own[parameter] = read_parameter(name, parameter);
            else
                own[std::string(of_product->second)] = read_of_product(name, parameter);
        }
        if (own.size() > kMostParameters) refuse("request.field_invalid", "extra_params");
        const auto limit = text("payments_limit", 7);
        if (!limit.empty()) {
            if (limit.find_first_not_of("0123456789") != std::string::npos || is_zero(limit))
                refuse("request.field_invalid", "payments_limit");
            own["payments_limit"] = limit;
        }
        const auto receipt = text("products_for_receipt", 4000, true);
        if (!receipt.empty()) {
            if (length_of(receipt) < 50) refuse("request.field_invalid", "products_for_receipt");
            own["paid_content"] = receipt;
        }
        own["customer_extra"] = link_.description;
        if (link_.subscription.empty())
            own["products[0][name]"] = link_.product_name;
        else
            own["subscription"] = link_.subscription;
        if (!link_.discount.empty()) own["discount_value"] = link_.discount;
    }

    std::string read_parameter(const std::string& name, const std::string& parameter) {
        auto value = text(name, kText);
        // Where a buyer's browser goes: no scripts, no schemes of apps.
        if (parameter.compare(0, 3, "url") == 0 && !is_address(value))
            refuse("request.field_invalid", name);
        return value;
    }

    // Codes of the receipt, but for the tax, which is a sum.
    std::string read_of_product(const std::string& name, const std::string& parameter) {
        if (parameter == "tax_sum") return decimal(name.c_str());
        auto value = text(name, kText);
        if (!is_short_number(value)) refuse("request.field_invalid", name);
        return value;
    }

    BotStyle style_;
    domain::UtcTime now_;
    BotVariables values_;
    BotLink link_;
    std::optional<domain::Error> error_;
    bool of_function_ = false;  // asked for as the platforms' function of subscriptions does
};

}  // namespace

Result<BotLink> read_bot_link(const BotVariables& given, BotStyle style,
                              const std::string& order_id, domain::UtcTime now) {
    return Reading(given, style, now).read(order_id);
}

}  // namespace tillbridge::service
