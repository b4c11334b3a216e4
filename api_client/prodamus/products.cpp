#include "api_client/prodamus/products.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "api_client/prodamus/texts.hpp"
#include "module/port/json.hpp"

namespace tillbridge::prodamus {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxName = 255;
constexpr std::size_t kMaxProducts = 100;
constexpr std::int64_t kMaxQuantity = 1'000'000;

struct Row {
    std::string_view crm;
    std::string_view ours;
};

constexpr std::array<Row, 14> kTaxes{{{"none", "0"},
                                      {"vat0", "1"},
                                      {"vat5", "10"},
                                      {"vat7", "12"},
                                      {"vat10", "2"},
                                      {"vat18", "3"},
                                      {"vat20", "6"},
                                      {"vat22", "14"},
                                      {"vat105", "11"},
                                      {"vat107", "13"},
                                      {"vat110", "4"},
                                      {"vat118", "5"},
                                      {"vat120", "7"},
                                      {"vat122", "15"}}};

constexpr std::array<Row, 7> kMethods{{{"full_prepayment", "1"},
                                       {"prepayment", "2"},
                                       {"advance", "3"},
                                       {"full_payment", "4"},
                                       {"partial_payment", "5"},
                                       {"credit", "6"},
                                       {"credit_payment", "7"}}};

constexpr std::array<Row, 13> kObjects{{{"commodity", "1"},
                                        {"excise", "2"},
                                        {"job", "3"},
                                        {"service", "4"},
                                        {"gambling_bet", "5"},
                                        {"gambling_prize", "6"},
                                        {"lottery", "7"},
                                        {"lottery_prize", "8"},
                                        {"intellectual_activity", "9"},
                                        {"payment", "10"},
                                        {"agent_commission", "11"},
                                        {"composite", "12"},
                                        {"another", "13"}}};

// What the item says, else what the store says; a word that we don't know is left to the store.
template <std::size_t N>
std::string code_of(const std::array<Row, N>& table, const json& item, std::string_view member,
                    const StoreOptions& options, std::string_view fallback) {
    const std::string word = port::text_at(item, member);
    for (const auto& row : table)
        if (row.crm == word) return std::string(row.ours);
    return option(options, fallback);
}

struct Line {
    std::string name;
    std::int64_t price = 0;  // minor units
    std::int64_t quantity = 1;
    std::string tax;
    std::string method;
    std::string object;
};

// `2.500` → 2500 with scale 1000.
struct Scaled {
    std::int64_t value = 0;
    std::int64_t scale = 1;
};

std::optional<Scaled> read_quantity(const std::string& text) {
    Scaled out;
    bool fraction = false;
    for (const char c : text) {
        if (c == '.' && !fraction) {
            fraction = true;
            continue;
        }
        if (c < '0' || c > '9' || out.value > kMaxQuantity * 1000) return {};
        out.value = out.value * 10 + (c - '0');
        if (fraction) out.scale *= 10;
        if (out.scale > 1'000'000) return {};
    }
    if (text.empty()) return {};
    return out;
}

// A quantity that is not whole, which a product can't have (§2.3), becomes one piece at the price
// of the line; none where that price is no whole number of minor units.
bool set_sum(Line& line, std::int64_t price, const Scaled& quantity) {
    if (quantity.value % quantity.scale == 0) {
        line.price = price;
        line.quantity = quantity.value / quantity.scale;
        return line.quantity <= kMaxQuantity;
    }
    std::int64_t sum = 0;
    if (__builtin_mul_overflow(price, quantity.value, &sum) || sum % quantity.scale != 0)
        return false;
    line.price = sum / quantity.scale;
    line.quantity = 1;
    return true;
}

std::optional<Line> read_item(const json& item, const domain::Currency& currency,
                              const StoreOptions& options) {
    const json* price = port::member(item, "price");
    const json* quantity = port::member(item, "quantity");
    const auto price_text = price == nullptr ? std::nullopt : port::decimal_text(*price);
    const auto quantity_text =
        quantity == nullptr ? std::optional<std::string>("1") : port::decimal_text(*quantity);
    if (!price_text || !quantity_text) return {};
    const auto money = domain::parse_money(*price_text, currency);
    const auto count = read_quantity(*quantity_text);
    Line line;
    line.name = clean_text(port::text_at(item, "name"), kMaxName);
    if (!money || !count || line.name.empty() || !set_sum(line, money->minor, *count)) return {};
    line.tax = code_of(kTaxes, item, "vat", options, "taxType");
    line.method = code_of(kMethods, item, "paymentMethod", options, "paymentMethodType");
    line.object = code_of(kObjects, item, "paymentObject", options, "paymentObject");
    return line;
}

// All items, or none where one can't be told exactly or they don't make up the amount. A line that
// costs nothing is left out: a product needs a price.
std::vector<Line> read_items(std::string_view items_json, const domain::Money& amount,
                             const StoreOptions& options) {
    const auto items = port::parse_json(items_json);
    if (!items || !items->is_array() || items->size() > kMaxProducts) return {};
    std::vector<Line> lines;
    std::int64_t total = 0;
    for (const auto& item : *items) {
        auto line = read_item(item, amount.currency, options);
        std::int64_t sum = 0;
        if (!line || __builtin_mul_overflow(line->price, line->quantity, &sum) ||
            __builtin_add_overflow(total, sum, &total))
            return {};
        if (sum > 0) lines.push_back(std::move(*line));
    }
    if (total != amount.minor) return {};
    return lines;
}

void set_where_told(Tree& product, std::string_view name, const std::string& value) {
    if (!value.empty()) product.set(name, value);
}

}  // namespace

Tree products_of(std::string_view items_json, const domain::Money& amount, const std::string& name,
                 const StoreOptions& options) {
    auto lines = read_items(items_json, amount, options);
    if (lines.empty())
        lines = {{clean_text(name, kMaxName), amount.minor, 1, option(options, "taxType"),
                  option(options, "paymentMethodType"), option(options, "paymentObject")}};
    Tree products;
    for (const auto& line : lines) {
        Tree& product = products.level(std::to_string(products.members().size()));
        product.set("name", line.name);
        product.set("price", domain::to_decimal({line.price, amount.currency}));
        product.set("quantity", std::to_string(line.quantity));
        set_where_told(product, "type", option(options, "productType"));
        if (!line.tax.empty()) product.level("tax").set("tax_type", line.tax);
        set_where_told(product, "paymentMethod", line.method);
        set_where_told(product, "paymentObject", line.object);
    }
    return products;
}

}  // namespace tillbridge::prodamus
