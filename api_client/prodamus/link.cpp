#include "api_client/prodamus/link.hpp"

#include <algorithm>
#include <array>

#include "api_client/prodamus/options.hpp"
#include "api_client/prodamus/products.hpp"
#include "api_client/prodamus/texts.hpp"
#include "api_client/prodamus/times.hpp"

namespace tillbridge::prodamus {
namespace {

constexpr std::size_t kMaxEmail = 254;
constexpr std::size_t kMaxExtra = 1000;
constexpr std::size_t kMaxName = 255;

// What ties a payment to our order, what it costs, and the form of the answer.
constexpr std::array<std::string_view, 9> kOurs{"do",        "order_id",  "urlNotification",
                                                "sys",       "type",      "callbackType",
                                                "signature", "order_sum", "currency"};

bool is_ours(std::string_view name) {
    return std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end();
}

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

// `8 (912) 345-67-89` → `+79123456789`; nothing where it is no phone: the page asks for one.
std::string phone_of(std::string_view typed) {
    std::string out;
    for (const char c : typed) {
        if (c >= '0' && c <= '9')
            out += c;
        else if (c == '+' && out.empty())
            out += c;
        else if (c != ' ' && c != '(' && c != ')' && c != '-' && c != '.')
            return {};
    }
    const auto digits = out.size() - (out.starts_with('+') ? 1 : 0);
    if (digits < 10 || digits > 15) return {};
    if (out.size() == 11 && out.front() == '8') return "+7" + out.substr(1);
    return out;
}

std::string name_of(const port::CreateOrder& order, const StoreOptions& options) {
    std::string name = option(options, "defaultName");
    if (name.empty()) name = clean_text(order.description, kMaxName);
    if (!name.empty()) return name;
    const std::string language = order.locale.substr(0, 2);
    const char* words = language == "kk"   ? "Шотты төлеу "
                        : language == "uk" ? "Оплата рахунку "
                        : language == "en" ? "Payment of invoice "
                        : language == "es" ? "Pago de la factura "
                                           : "Оплата счёта ";
    return words + order.external_id;
}

void set_where_told(Tree& tree, std::string_view name, const std::string& value) {
    if (!value.empty()) tree.set(name, value);
}

void set_options(Tree& tree, const StoreOptions& options) {
    set_where_told(tree, "available_payment_methods", filter_of(option(options, "paymentMethods")));
    if (!is_on(options, "installments")) tree.set("installments_disabled", "1");
    tree.set("payments_limit", option(options, "paymentsLimit"));
    set_where_told(tree, "discount_value", option(options, "discount"));
    set_where_told(tree, "paid_content", option(options, "paidContent"));
    set_where_told(tree, "acquiring", option(options, "acquiring"));
    set_where_told(tree, "subscription", option(options, "subscription"));
    set_where_told(tree, "npd_income_type", option(options, "npdIncomeType"));
    set_where_told(tree, "npd_income_inn", option(options, "npdIncomeInn"));
    set_where_told(tree, "npd_income_company", option(options, "npdIncomeCompany"));
    if (is_on(options, "demo")) tree.set("demo_mode", "1");
}

void set_order(Tree& tree, const port::CreateOrder& order, const StoreOptions& options) {
    tree.set("do", "link");
    tree.set("sys", "tillbridge");  // without it urlNotification does not count (§2.2)
    tree.set("order_id", order.external_id);
    tree.set("currency", lower(order.amount.currency.code()));
    set_where_told(tree, "customer_phone", phone_of(order.customer_phone));
    set_where_told(tree, "customer_email", clean_text(order.customer_email, kMaxEmail));
    std::string extra = option(options, "customerExtra");
    if (extra.empty()) extra = order.description;
    set_where_told(tree, "customer_extra", clean_text(extra, kMaxExtra));
    set_where_told(tree, "urlNotification", order.hook_url);
    const auto or_ours = [&](std::string_view code) {
        const std::string own = option(options, code);
        return own.empty() ? order.return_url : own;
    };
    set_where_told(tree, "urlReturn", or_ours("urlReturn"));
    set_where_told(tree, "urlSuccess", or_ours("urlSuccess"));
    if (order.expires_at) tree.set("link_expired", moscow_text(order.expires_at));
}

// The caller may say more of a product, for its receipt; not what it costs.
void merge_products(Tree& products, const Tree& given) {
    for (const auto& [index, fields] : given.members()) {
        Tree* product = products.find(index);
        if (product == nullptr || product->is_leaf()) continue;
        for (const auto& [name, value] : fields.members())
            if (name != "price" && name != "quantity" && name != "sum") product->set(name, value);
    }
}

tl::unexpected<domain::Error> invalid(std::string name) {
    return domain::fail("link.parameter_invalid", "", std::move(name));
}

// An empty one takes the option back.
void set_or_erase(Tree& tree, std::string_view name, const std::string& value) {
    if (value.empty())
        tree.erase(name);
    else
        tree.set(name, value);
}

// Beside products only names of the caller's own nest.
bool is_free(std::string_view name) {
    return name.starts_with("_param_") || name.starts_with("utm_");
}

domain::Result<void> merge(Tree& tree, const std::map<std::string, std::string>& parameters) {
    Tree given;
    for (const auto& [name, value] : parameters)
        if (!set_by_name(given, name, value)) return invalid(name);
    for (const auto& [name, value] : given.members()) {
        if (is_ours(name)) continue;
        if (name == "products")
            merge_products(tree.level("products"), value);
        else if (!value.is_leaf() && !is_free(name))
            return invalid(name);
        else if (name == "available_payment_methods" && value.is_leaf())
            set_or_erase(tree, name, filter_of(value.text()));
        else if (value.is_leaf())
            set_or_erase(tree, name, value.text());
        else
            tree.set(name, value);
    }
    return {};
}

domain::Result<void> read_discount(const Tree& tree, const domain::Money& amount,
                                   LinkRequest& request) {
    const std::string& text = tree.at("discount_value");
    if (text.empty()) return {};
    const auto discount = domain::parse_money(text, amount.currency);
    const bool open = amount.minor == 0;  // what is left then, the page alone knows
    // Nothing may be left to pay neither: such an order needs no link.
    if (!discount || (!open && discount->minor >= amount.minor)) return invalid("discount_value");
    if (!open && discount->minor > 0)
        request.payable = domain::Money{amount.minor - discount->minor, amount.currency};
    return {};
}

domain::Result<void> read_expiry(const Tree& tree, LinkRequest& request) {
    const std::string& text = tree.at("link_expired");
    if (text.empty()) return {};
    const auto at = parse_moscow(text);
    if (!at) return invalid("link_expired");
    request.expires_at = *at;
    return {};
}

}  // namespace

domain::Result<LinkRequest> link_request(const port::CreateOrder& order,
                                         const domain::MerchantOptions& options) {
    const std::string currency = order.amount.currency.code();
    const bool known =
        currency == "RUB" || currency == "USD" || currency == "EUR" || currency == "KZT";
    if (!known || order.amount.minor < 0 || order.two_stage)
        return domain::fail("currency.not_supported");
    const auto asked = order.parameters.find("currency");
    if (asked != order.parameters.end() && !asked->second.empty() &&
        lower(asked->second) != lower(currency))
        return invalid("currency");

    LinkRequest request;
    Tree& tree = request.parameters;
    set_order(tree, order, options.extra);
    tree.set("products", products_of(order.items_json, order.amount, name_of(order, options.extra),
                                     options.extra));
    set_options(tree, options.extra);
    if (const auto fine = merge(tree, order.parameters); !fine) return tl::unexpected(fine.error());
    // The price of a subscription is its product's; ours must not reach the page (§2.2).
    if (!tree.at("subscription").empty())
        tree.erase("products");
    else if (order.amount.minor == 0)
        return invalid("subscription");

    if (const auto fine = read_discount(tree, order.amount, request); !fine)
        return tl::unexpected(fine.error());
    if (const auto fine = read_expiry(tree, request); !fine) return tl::unexpected(fine.error());
    return request;
}

}  // namespace tillbridge::prodamus
