#include "tests/sandbox/prodamus/links.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tests/sandbox/base/local_time.hpp"
#include "tests/sandbox/prodamus/methods.hpp"
#include "tests/sandbox/prodamus/signature.hpp"
#include "tests/sandbox/prodamus/values.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr std::int64_t kLargest = 1'000'000'000'000;  // minor units; sums stay far from overflow

struct Refusal {
    std::string text;
};

[[noreturn]] void invalid(const std::string& name) {
    throw Refusal{"invalid value: " + name};
}

std::int64_t amount_of(const Tree& tree, const std::string& name, const std::string& shown) {
    const auto amount = parse_amount(get(tree, name));
    if (!amount || *amount > kLargest) invalid(shown);
    return *amount;
}

ProdamusItem item_of(const Tree& product, const std::string& place) {
    if (!product.is_object()) invalid(place);
    ProdamusItem item;
    item.name = get(product, "name");
    if (item.name.empty()) throw Refusal{"required parameter missing: " + place + "[name]"};
    item.price = amount_of(product, "price", place + "[price]");
    const auto quantity = parse_count(get(product, "quantity"));
    if (!quantity || *quantity < 1 || *quantity > 1'000'000) invalid(place + "[quantity]");
    item.quantity = *quantity;
    if (item.price > kLargest / item.quantity) invalid(place + "[price]");
    return item;
}

void read_products(ProdamusLink& link) {
    const auto products = link.request.find("products");
    if (products == link.request.end()) {
        // order_sum counts only without products (§2.2).
        if (!link.request.contains("order_sum"))
            throw Refusal{"required parameter missing: products"};
        link.items.push_back({"Оплата заказа " + get(link.request, "order_id"),
                              amount_of(link.request, "order_sum", "order_sum"), 1});
    } else {
        if (!products->is_structured()) invalid("products");
        for (const auto& [name, product] : products->items())
            link.items.push_back(item_of(product, "products[" + name + ']'));
    }
    for (const auto& item : link.items) link.full += item.price * item.quantity;
    if (link.full > kLargest) invalid("products");
}

// Price and name come from the product, an amount in the request is ignored (§2.2).
void read_subscription(Prodamus& prodamus, ProdamusLink& link) {
    const auto id = parse_count(get(link.request, "subscription"));
    const auto found = id ? prodamus.products.find(*id) : prodamus.products.end();
    if (found == prodamus.products.end() || found->second.host != link.host)
        throw Refusal{"subscription not found"};
    const auto& product = found->second;
    link.product = product.id;
    link.currency = product.currency;
    link.items.push_back({product.name, product.price, 1});
    link.full = product.price;
    link.discount = product.first_discount;
    const auto start = get(link.request, "subscription_date_start");
    if (!start.empty() && !parse_moscow(start)) invalid("subscription_date_start");
    for (const char* name : {"subscription_demo_period", "subscription_limit_autopayments"})
        if (!get(link.request, name).empty() && !parse_count(get(link.request, name)))
            invalid(name);
}

void read_limits(Prodamus& prodamus, ProdamusLink& link) {
    if (const auto text = get(link.request, "link_expired"); !text.empty()) {
        const auto expires = parse_moscow(text);
        if (!expires) invalid("link_expired");
        if (*expires <= prodamus.world.clock.now())
            throw Refusal{"link_expired must be in the future"};
        link.expires = *expires;
    }
    if (const auto text = get(link.request, "payments_limit"); !text.empty()) {
        const auto limit = parse_count(text);
        if (!limit) invalid("payments_limit");
        link.limit = *limit;
    }
    if (const auto text = get(link.request, "customer_phone"); !text.empty()) {
        const auto phone = parse_phone(text);
        if (!phone) invalid("customer_phone");
        link.phone = *phone;
    }
    link.email = get(link.request, "customer_email");
}

void read_sum(const ProdamusPage& page, ProdamusLink& link) {
    if (const auto text = get(link.request, "discount_value"); !text.empty())
        link.discount = amount_of(link.request, "discount_value", "discount_value");
    link.amount = link.full - link.discount;
    if (link.amount <= 0)
        throw Refusal{link.discount > 0 ? "invalid value: discount_value" : "invalid value: sum"};
    if (link.amount < page.switches.number("minSum"))
        throw Refusal{"order sum is below the minimum"};
}

ProdamusLink read(Prodamus& prodamus, const ProdamusPage& page, const Tree& request) {
    ProdamusLink link;
    link.host = page.host;
    link.request = request;
    link.request.erase("signature");
    link.currency = get(request, "currency", page.switches.text("currency"));
    const auto& word = link.currency;
    if (word != "rub" && word != "usd" && word != "eur" && word != "kzt") invalid("currency");
    link.demo = page.switches.on("demo") || get(request, "demo_mode") == "1";
    if (request.contains("subscription"))
        read_subscription(prodamus, link);
    else
        read_products(link);
    read_limits(prodamus, link);
    read_sum(page, link);
    return link;
}

}  // namespace

std::variant<ProdamusLink*, std::string> make_link(Prodamus& prodamus, ProdamusPage& page,
                                                   const Tree& request) {
    try {
        const auto given = request.find("signature");
        if (given != request.end() && !signed_well(request, leaf_text(*given), page.key))
            return std::string(kBadSignature);
        signed_text(request);  // whatever could not be signed is refused (§3.5)
        return &prodamus.add_link(read(prodamus, page, request));
    } catch (const Refusal& refusal) {
        return refusal.text;
    } catch (const UnsignableText& error) {
        return std::string(error.what());
    }
}

std::vector<std::string> offered_methods(Prodamus& prodamus, const ProdamusLink& link) {
    const auto enabled = split(prodamus.page(link.host).switches.text("methods"), '|');
    const auto refused = get(link.request, "installments_disabled");
    const bool no_terms = !refused.empty() && refused != "0";
    std::vector<std::string> full, chosen;
    const auto one = get(link.request, "payment_method");
    const auto wanted =
        split(one.empty() ? get(link.request, "available_payment_methods") : one, '|');
    for (const auto& method : enabled) {
        if (!takes_currency(method, link.currency) || (no_terms && is_instalment(method))) continue;
        // A subscription charges a card later on.
        if (link.product != 0 && way_of(method) != PayWay::card) continue;
        full.push_back(method);
        // This one can be enabled and yet does not work in the filter (§2.4).
        const bool filterable = method != "vsegdada_installment_0_0_4";
        if (filterable && std::find(wanted.begin(), wanted.end(), method) != wanted.end())
            chosen.push_back(method);
    }
    return chosen.empty() ? full : chosen;
}

std::string link_closed(Prodamus& prodamus, const ProdamusLink& link) {
    if (link.expires != 0 && prodamus.world.clock.now() >= link.expires)
        return "Срок действия ссылки истёк";
    if (link.limit > 0 && link.paid >= link.limit)
        return "Достигнуто наибольшее число оплат по этой ссылке";
    return {};
}

Millis next_period(const ProdamusProduct& product, Millis start) {
    if (product.period == "day") return start + kDay;
    if (product.period == "week") return start + 7 * kDay;
    auto time = civil_time(start / 1000);
    if (product.period == "year")
        ++time.year;
    else if (++time.month > 12)
        time.month = 1, ++time.year;
    // A day that the month does not have is its last one.
    const auto day = time.day;
    for (time.day = 28; time.day < day; ++time.day) {
        auto next = time;
        ++next.day;
        if (civil_time(epoch_seconds(next)).month != time.month) break;
    }
    if (day < 28) time.day = day;
    return epoch_seconds(time) * 1000 + start % 1000;
}

}  // namespace tillbridge::sandbox
