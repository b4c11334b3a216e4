#include "tests/sandbox/prodamus/notices.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tests/sandbox/prodamus/methods.hpp"
#include "tests/sandbox/prodamus/values.hpp"

namespace tillbridge::sandbox {
namespace {

const char* description(const std::string& status) {
    if (status == "success") return "Успешная оплата";
    if (status == "order_approved") return "Заявка на рассрочку одобрена";
    if (status == "order_canceled") return "Заявка на рассрочку отменена";
    return "Заявка на рассрочку отклонена";
}

std::string time_or_empty(Millis at) {
    return at == 0 ? "" : moscow_text(at);
}

// On a page whose live mode the vendor switched off the fee of a demo payment was the whole of it
// (§3.8).
std::int64_t commission_tenths(const ProdamusPage& page, bool demo) {
    return demo && page.switches.on("liveOff") ? 1000 : page.switches.number("commission");
}

std::string tenths(std::int64_t value) {
    return value % 10 == 0 ? std::to_string(value / 10)
                           : fmt::format("{}.{}", value / 10, value % 10);
}

std::int64_t share(std::int64_t amount, std::int64_t tenths_of_percent) {
    return (amount * tenths_of_percent + 500) / 1000;
}

// Amounts in roubles unless the page keeps its sums in the payment's own currency (§8).
std::int64_t converted(const ProdamusPage& page, const std::string& currency, std::int64_t minor) {
    if (currency == "rub" || page.switches.on("sumInCurrency")) return minor;
    const char* rate = currency == "usd" ? "rateUsd" : currency == "eur" ? "rateEur" : "rateKzt";
    return minor * page.switches.number(rate) / 100;
}

void put_money(Tree& data, const ProdamusPage& page, const std::string& currency,
               std::int64_t amount) {
    data["sum"] = amount_text(converted(page, currency, amount));
    data["currency"] = currency;
    if (currency != "rub") data["currency_sum"] = amount_text(amount);
}

void put_commission(Tree& data, const ProdamusPage& page, const std::string& currency,
                    std::int64_t amount, bool demo) {
    const auto fee = commission_tenths(page, demo);
    data["commission"] = tenths(fee);
    data["commission_sum"] = amount_text(share(converted(page, currency, amount), fee));
    if (currency != "rub") data["currency_commission_sum"] = amount_text(share(amount, fee));
}

Tree products_of(const ProdamusPage& page, const ProdamusLink& link) {
    Tree list = Tree::array();
    for (const auto& item : link.items) {
        Tree product = Tree::object();
        product["name"] = item.name;
        product["price"] = amount_text(converted(page, link.currency, item.price));
        product["quantity"] = std::to_string(item.quantity);
        product["sum"] = amount_text(converted(page, link.currency, item.price * item.quantity));
        list.push_back(std::move(product));
    }
    return list;
}

void put_echoes(Tree& data, const ProdamusLink& link) {
    static const std::vector<std::string> kEchoed{
        "vk_user_id",   "vk_user_name", "tg_user_id", "payments_limit",
        "link_expired", "callbackType", "acquiring",  "subscription_demo_period"};
    for (const auto& [name, value] : link.request.items())
        if (starts_with(name, "_param_") || starts_with(name, "utm_") ||
            std::find(kEchoed.begin(), kEchoed.end(), name) != kEchoed.end())
            data[name] = value;
    if (link.demo) data["demo_mode"] = "1";
}

void send_to(ProdamusDeliveries& deliveries, ProdamusNotice notice,
             const std::vector<std::string>& urls) {
    std::vector<std::string> done;
    for (const auto& url : urls) {
        if (url.empty() || std::find(done.begin(), done.end(), url) != done.end()) continue;
        done.push_back(url);
        notice.url = url;
        deliveries.queue(notice);
    }
}

}  // namespace

Tree payment_data(Prodamus& prodamus, const ProdamusOrder& order, const std::string& status) {
    const auto& link = prodamus.links.at(order.link);
    const auto& page = prodamus.page(order.host);
    const auto at = order.paid != 0 ? order.paid : prodamus.world.clock.now();
    Tree data = Tree::object();
    data["date"] = moscow_iso(at);
    data["order_id"] = std::to_string(order.id);
    data["order_num"] = get(link.request, "order_id");
    data["domain"] = order.host;
    put_money(data, page, link.currency, order.amount + page.switches.number("hookAmountDelta"));
    data["customer_phone"] = order.phone;
    data["customer_email"] = order.email;
    data["customer_extra"] = get(link.request, "customer_extra");
    data["payment_type"] = payment_type(order.method, link.currency);
    put_commission(data, page, link.currency, order.amount, link.demo);
    data["attempt"] = "1";
    data["sys"] = get(link.request, "sys");
    if (link.request.contains("discount_value"))
        data["discount_value"] = get(link.request, "discount_value");
    data["products"] = products_of(page, link);
    data["payment_status"] = status;
    data["payment_status_description"] = description(status);
    data["payment_init"] = "manual";
    put_echoes(data, link);
    if (!order.card.empty()) data["maskedPan"] = order.card;
    if (const auto profile = prodamus.profiles.find(order.profile);
        profile != prodamus.profiles.end()) {
        data["subscription"] = subscription_block(prodamus, profile->second, Tree::object());
        data["subscription"]["autopayment"] = "0";
    }
    return data;
}

Tree subscription_block(Prodamus& prodamus, const ProdamusProfile& profile, const Tree& what) {
    const auto& product = prodamus.products.at(profile.product);
    Tree block = what;
    const auto flag = [](bool on) { return on ? "1" : "0"; };
    block["id"] = std::to_string(product.id);
    block["profile_id"] = std::to_string(profile.id);
    block["active"] = flag(profile.active_manager && profile.active_user);
    block["active_manager"] = flag(profile.active_manager);
    block["active_user"] = flag(profile.active_user);
    block["cost"] = amount_text(product.price);
    block["currency"] = product.currency;
    block["name"] = product.name;
    block["limit_autopayments"] = profile.limit == 0 ? "" : std::to_string(profile.limit);
    block["autopayments_num"] = std::to_string(profile.charges);
    block["first_payment_discount"] = amount_text(profile.first_discount);
    block["next_payment_discount"] = amount_text(profile.next_discount);
    block["next_payment_discount_num"] =
        profile.next_discount_num == 0 ? "" : std::to_string(profile.next_discount_num);
    block["date_create"] = moscow_text(profile.created);
    block["date_first_payment"] = time_or_empty(profile.first);
    block["date_last_payment"] = time_or_empty(profile.last);
    block["date_next_payment"] = time_or_empty(profile.next);
    block["date_next_payment_discount"] = time_or_empty(profile.discount_ends);
    block["date_completion"] = time_or_empty(profile.completion);
    block["payment_num"] = std::to_string(profile.payments);
    block["current_attempt"] = std::to_string(std::max<std::int64_t>(profile.attempt, 1));
    block["max_attempts"] =
        std::to_string(prodamus.page(profile.host).switches.number("maxAttempts"));
    block["autopayment"] = "1";
    if (profile.demo) block["demo"] = "1";
    return block;
}

Tree subscription_data(Prodamus& prodamus, const ProdamusProfile& profile, const Tree& what,
                       const ProdamusOrder* order) {
    const auto& page = prodamus.page(profile.host);
    const auto& product = prodamus.products.at(profile.product);
    const auto amount = order != nullptr ? order->amount : product.price - profile.next_discount;
    Tree data = Tree::object();
    data["date"] = moscow_iso(prodamus.world.clock.now());
    data["order_id"] = order != nullptr ? std::to_string(order->id) : "0";
    data["order_num"] = "";
    data["domain"] = profile.host;
    put_money(data, page, product.currency, amount);
    data["customer_phone"] = profile.phone;
    data["customer_email"] = profile.email;
    data["customer_extra"] = "";
    data["payment_type"] = payment_type("", product.currency);
    if (order != nullptr && !what.contains("error_code"))
        put_commission(data, page, product.currency, amount, profile.demo);
    data["attempt"] = "1";
    data["discount_value"] = "0.00";
    if (order != nullptr) data["payment_init"] = "auto";
    if (!profile.vk_user_id.empty()) data["vk_user_id"] = profile.vk_user_id;
    if (!profile.tg_user_id.empty()) data["tg_user_id"] = profile.tg_user_id;
    data["subscription"] = subscription_block(prodamus, profile, what);
    return data;
}

ProdamusNotice notice_of(Prodamus& prodamus, const ProdamusLink* link, const std::string& host,
                         const Tree& data, bool demo) {
    const auto& page = prodamus.page(host);
    ProdamusNotice notice;
    notice.host = host;
    notice.data = data;
    notice.switches = page.switches;
    notice.form = page.switches.text("hookForm");
    notice.key = page.key + (demo && page.switches.on("liveOff") ? "demo" : "");
    const bool json = link != nullptr && get(link->request, "callbackType") == "json";
    notice.encoding = json ? "json" : page.switches.text("encoding");
    notice.order_num = get(data, "order_num");
    return notice;
}

void notify_payment(Prodamus& prodamus, ProdamusDeliveries& deliveries, const ProdamusOrder& order,
                    const std::string& status) {
    const auto& link = prodamus.links.at(order.link);
    auto notice =
        notice_of(prodamus, &link, order.host, payment_data(prodamus, order, status), link.demo);
    notice.event = status;
    notice.order = order.id;
    notice.profile = order.profile;
    auto urls = split(prodamus.page(order.host).switches.text("urls"), ' ');
    // The order's own address adds to the page's (§4.1).
    if (link.request.contains("sys")) urls.push_back(get(link.request, "urlNotification"));
    send_to(deliveries, std::move(notice), urls);
}

void notify_subscription(Prodamus& prodamus, ProdamusDeliveries& deliveries,
                         const ProdamusProfile& profile, const std::string& event, const Tree& what,
                         const ProdamusOrder* order) {
    const auto link = prodamus.links.find(profile.link);
    auto notice =
        notice_of(prodamus, link == prodamus.links.end() ? nullptr : &link->second, profile.host,
                  subscription_data(prodamus, profile, what, order), profile.demo);
    notice.event = event;
    notice.order = order != nullptr ? order->id : 0;
    notice.profile = profile.id;
    send_to(deliveries, std::move(notice),
            split(prodamus.page(profile.host).switches.text("subscriptionUrls"), ' '));
}

}  // namespace tillbridge::sandbox
