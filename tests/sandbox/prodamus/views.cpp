#include "tests/sandbox/prodamus/views.hpp"

#include "tests/sandbox/prodamus/links.hpp"
#include "tests/sandbox/prodamus/values.hpp"

namespace tillbridge::sandbox {
namespace {

Json time_view(Millis at) {
    return at == 0 ? Json() : Json(iso_utc(at));
}

}  // namespace

Json page_view(const Prodamus& prodamus, const ProdamusPage& page) {
    return {{"host", page.host},
            {"key", page.key},
            {"url", prodamus.page_url(page.host)},
            {"switches", page.switches.all()}};
}

Json prodamus_link_view(Prodamus& prodamus, const ProdamusLink& link) {
    Json items = Json::array();
    for (const auto& item : link.items)
        items.push_back({{"name", item.name}, {"price", item.price}, {"quantity", item.quantity}});
    return {{"code", link.code},
            {"host", link.host},
            {"url", prodamus.link_url(link.code)},
            {"orderNum", get(link.request, "order_id")},
            {"request", Json(link.request)},
            {"items", items},
            {"currency", link.currency},
            {"full", link.full},
            {"discount", link.discount},
            {"amount", link.amount},
            {"phone", link.phone},
            {"email", link.email},
            {"demo", link.demo},
            {"subscription", link.product == 0 ? Json() : Json(link.product)},
            {"methods", offered_methods(prodamus, link)},
            {"limit", link.limit},
            {"paid", link.paid},
            {"closed", link_closed(prodamus, link)},
            {"createdAt", iso_utc(link.created)},
            {"expiresAt", time_view(link.expires)}};
}

Json order_view(Prodamus& prodamus, const ProdamusOrder& order) {
    const auto link = prodamus.links.find(order.link);
    const bool known = link != prodamus.links.end();
    return {{"orderId", order.id},
            {"orderNum", known ? get(link->second.request, "order_id") : ""},
            {"host", order.host},
            {"link", order.link},
            {"method", order.method},
            {"state", order.state},
            {"amount", order.amount},
            {"currency", known ? link->second.currency : ""},
            {"demo", known && link->second.demo},
            {"card", order.state == "3ds" ? "" : order.card},
            {"phone", order.phone},
            {"email", order.email},
            {"profile", order.profile == 0 ? Json() : Json(order.profile)},
            {"automatic", order.method.empty()},
            {"createdAt", iso_utc(order.created)},
            {"paidAt", time_view(order.paid)}};
}

Json product_view(const ProdamusProduct& product) {
    return {{"id", product.id},
            {"host", product.host},
            {"name", product.name},
            {"price", product.price},
            {"currency", product.currency},
            {"period", product.period},
            {"trialDays", product.trial_days},
            {"firstDiscount", product.first_discount},
            {"limit", product.limit}};
}

Json profile_view(const ProdamusProfile& profile) {
    return {{"profile", profile.id},
            {"subscription", profile.product},
            {"host", profile.host},
            {"link", profile.link},
            {"phone", profile.phone},
            {"email", profile.email},
            {"activeManager", profile.active_manager},
            {"activeUser", profile.active_user},
            {"demo", profile.demo},
            {"ended", profile.ended},
            {"completed", profile.completed},
            {"limit", profile.limit},
            {"charges", profile.charges},
            {"payments", profile.payments},
            {"nextDiscount", profile.next_discount},
            {"nextDiscountNum", profile.next_discount_num},
            {"attempt", profile.attempt},
            {"failsWith", profile.fails_with},
            {"lastAt", time_view(profile.last)},
            {"nextAt", time_view(profile.next)},
            {"next", profile.next == 0 ? "" : moscow_text(profile.next)}};
}

}  // namespace tillbridge::sandbox
