// What a test does with Prodamus' notifications and subscriptions.
#include "tests/sandbox/control/control_prodamus.hpp"
#include "tests/sandbox/prodamus/notices.hpp"
#include "tests/sandbox/prodamus/values.hpp"
#include "tests/sandbox/prodamus/views.hpp"

namespace tillbridge::sandbox {

Json ProdamusControl::deliveries(const std::string& act, const Json& wanted) {
    if (act == "resend") return site_.deliveries.resend(required_text(wanted, "id"));
    if (act == "release") return {{"released", site_.deliveries.release(text_of(wanted, "host"))}};
    if (act == "send") return send(wanted);
    throw ControlError("not found", 404);
}

// A notification made to order; it goes out once, now, and is recorded nowhere.
Json ProdamusControl::send(const Json& wanted) {
    ProdamusNotice notice;
    {
        const std::lock_guard lock(site_.state.mutex);
        auto& prodamus = site_.state;
        const auto* order = prodamus.order(int_of(wanted, "orderId"));
        Tree data = Tree::object();
        const ProdamusLink* link = nullptr;
        std::string host = text_of(wanted, "host", "demo.payform.ru");
        if (order != nullptr) {
            host = order->host;
            if (!order->method.empty()) link = &prodamus.links.at(order->link);
            data = link != nullptr
                       ? payment_data(prodamus, *order, text_of(wanted, "status", "success"))
                       : subscription_data(prodamus, prodamus.profiles.at(order->profile),
                                           Tree::object(), order);
        }
        notice = notice_of(prodamus, link, host, data, link != nullptr && link->demo);
        if (link != nullptr) notice.url = get(link->request, "urlNotification");
        const auto urls = split(prodamus.page(host).switches.text("urls"), ' ');
        if (notice.url.empty() && !urls.empty()) notice.url = urls.front();
    }
    notice.url = text_of(wanted, "url", notice.url);
    notice.form = text_of(wanted, "form", notice.form);
    notice.encoding = text_of(wanted, "encoding", notice.encoding);
    notice.key = text_of(wanted, "key", notice.key);
    if (has(wanted, "fields")) notice.data.update(Tree::parse(dump(wanted.at("fields"))));
    if (has(wanted, "omit"))
        for (const auto& name : wanted.at("omit")) notice.data.erase(name.get<std::string>());
    if (notice.url.empty()) throw ControlError("there is no address: give url");
    auto call = ProdamusDeliveries::call_of(notice, int_of(wanted, "attempt"));
    if (has(wanted, "body")) call.body = text_of(wanted, "body");
    if (has(wanted, "contentType")) call.content_type = text_of(wanted, "contentType");
    if (has(wanted, "headers"))
        for (const auto& [name, value] : wanted.at("headers").items())
            call.headers.emplace_back(name,
                                      value.is_string() ? value.get<std::string>() : dump(value));
    const auto answer = send_call(call);
    return {{"status", answer.status},
            {"body", answer.body},
            {"sent", call.body},
            {"error", answer.error.empty() ? Json() : Json(answer.error)},
            {"durationMs", answer.duration_ms}};
}

Json ProdamusControl::products(const Json* wanted) {
    const std::lock_guard lock(site_.state.mutex);
    if (wanted == nullptr) {
        Json list = Json::array();
        for (const auto& [id, product] : site_.state.products)
            list.push_back(product_view(product));
        return {{"products", list}};
    }
    const auto given = int_of(*wanted, "id");
    const auto old = site_.state.products.find(given);
    ProdamusProduct product = old != site_.state.products.end() ? old->second : ProdamusProduct{};
    product.id = given;
    product.host =
        text_of(*wanted, "host", product.host.empty() ? "demo.payform.ru" : product.host);
    site_.state.page(product.host);
    product.name = text_of(*wanted, "name", product.name.empty() ? "Подписка" : product.name);
    product.price = int_of(*wanted, "price", product.price);
    product.currency = text_of(*wanted, "currency", product.currency);
    product.period = text_of(*wanted, "period", product.period);
    product.trial_days = int_of(*wanted, "trialDays", product.trial_days);
    product.first_discount = int_of(*wanted, "firstDiscount", product.first_discount);
    product.limit = int_of(*wanted, "limit", product.limit);
    if (product.price <= 0) throw ControlError("price: whole kopecks above 0");
    return {{"product", product_view(site_.state.add_product(product))}};
}

Json ProdamusControl::subscriptions(const HttpRequest& request) {
    const std::lock_guard lock(site_.state.mutex);
    const auto wanted = request.query.get("profile"), host = request.query.get("host");
    const auto phone = parse_phone(request.query.get("phone"));
    Json list = Json::array();
    for (const auto& [id, profile] : site_.state.profiles)
        if ((wanted.empty() || wanted == std::to_string(id)) &&
            (host.empty() || host == profile.host) && (!phone || *phone == profile.phone))
            list.push_back(profile_view(profile));
    return {{"subscriptions", list}};
}

// action: charge, fail, remind, deactivate, reactivate, finish; failsWith: what the clock's own
// charges end with from now on ("" again: they succeed).
Json ProdamusControl::act(const Json& wanted) {
    const std::lock_guard lock(site_.state.mutex);
    const auto found = site_.state.profiles.find(int_of(wanted, "profile"));
    if (found == site_.state.profiles.end()) throw ControlError("no such profile", 404);
    auto& profile = found->second;
    if (wanted.contains("failsWith")) {
        const auto code = text_of(wanted, "failsWith");
        if (!code.empty() && charge_error_text(code).empty())
            throw ControlError("failsWith: unknown error code: " + code);
        profile.fails_with = code;
    }
    std::string wrong;
    const auto action = text_of(wanted, "action");
    if (!action.empty())
        wrong =
            site_.club.act(profile, action, text_of(wanted, action == "fail" ? "errorCode" : "by"),
                           bool_of(wanted, "last"));
    Json answer = {{"ok", wrong.empty()}, {"subscription", profile_view(profile)}};
    if (!wrong.empty()) answer["error"] = wrong;
    return answer;
}

}  // namespace tillbridge::sandbox
