#include "tests/sandbox/control/control_prodamus.hpp"

#include <algorithm>
#include <cstdlib>

#include "tests/sandbox/prodamus/notices.hpp"
#include "tests/sandbox/prodamus/signature.hpp"
#include "tests/sandbox/prodamus/views.hpp"

namespace tillbridge::sandbox {
namespace {

Json body_of(const HttpRequest& request) {
    if (request.body.empty()) return Json::object();
    auto json = parse_json(request.body);
    if (!json || !json->is_object()) throw ControlError("the body is not a JSON object");
    return *json;
}

// Whether each given query field of these equals the entry's.
bool fits(const HttpRequest& request, const Json& entry,
          const std::vector<std::pair<const char*, const char*>>& names) {
    return std::all_of(names.begin(), names.end(), [&](const auto& name) {
        const auto wanted = request.query.get(name.first);
        return wanted.empty() || wanted == text_of(entry, name.second);
    });
}

std::uint64_t number(const HttpRequest& request, const char* name, const char* fallback) {
    return std::strtoull(request.query.get(name, fallback).c_str(), nullptr, 10);
}

// Keeps the order of the members that a test wrote.
Tree tree_from(const Json& json) {
    return Tree::parse(dump(json));
}

}  // namespace

Json ProdamusControl::handle(const std::vector<std::string>& path, const HttpRequest& request) {
    site_.club.settle();
    const bool post = request.method == "POST";
    if (!path.empty() && path[0] == "receiver" && post)
        return receive(path.size() > 1 ? path[1] : "", request);
    const Json wanted = post ? body_of(request) : Json();
    const auto what = path.empty() ? std::string("pages") : path[0];
    const auto detail = path.size() > 1 ? path[1] : std::string();
    if (what == "pages") return pages_call(detail, post ? &wanted : nullptr);
    if (what == "payer" && post) return payer(wanted);
    if (what == "deliveries" && post) return deliveries(detail, wanted);
    if (what == "deliveries")
        return {{"deliveries", site_.deliveries.list(number(request, "since", "0"),
                                                     number(request, "limit", "1000000"),
                                                     request.query.as_json())}};
    if (what == "sign" && post) return sign(wanted);
    if (what == "check" && post) return check(wanted);
    if (what == "products") return products(post ? &wanted : nullptr);
    if (what == "subscriptions") return post ? act(wanted) : subscriptions(request);
    if (what == "links" && !post) return links(request);
    if (what == "orders" && !post) return orders(request);
    if (what == "deals" && !post) return deals(request);
    throw ControlError("not found", 404);
}

Json ProdamusControl::pages() {
    const std::lock_guard lock(site_.state.mutex);
    Json list = Json::array();
    for (const auto& [name, page] : site_.state.pages) list.push_back(page_view(site_.state, page));
    return list;
}

Json ProdamusControl::pages_call(const std::string& host, const Json* wanted) {
    if (wanted == nullptr && host.empty()) return {{"pages", pages()}};
    const std::lock_guard lock(site_.state.mutex);
    if (wanted != nullptr) {
        auto& page = site_.state.make_page(required_text(*wanted, "host"), text_of(*wanted, "key"));
        if (has(*wanted, "switches")) page.switches.set(wanted->at("switches"));
        return {{"page", page_view(site_.state, page)}};
    }
    return {{"page", page_view(site_.state, site_.state.page(host))}};
}

Json ProdamusControl::switches(const std::string& host, const Json& set) {
    const std::lock_guard lock(site_.state.mutex);
    if (host != "*") {
        auto& page = site_.state.page(host);
        page.switches.set(set);
        return {{"switches", page.switches.all()}};
    }
    for (auto& [name, page] : site_.state.pages) page.switches.set(set);
    return {{"switches", set}};
}

Json ProdamusControl::links(const HttpRequest& request) {
    const std::lock_guard lock(site_.state.mutex);
    Json list = Json::array();
    for (const auto& code : site_.state.link_order) {
        Json view = prodamus_link_view(site_.state, site_.state.links.at(code));
        if (fits(request, view, {{"host", "host"}, {"code", "code"}, {"orderNum", "orderNum"}}))
            list.push_back(std::move(view));
    }
    return {{"links", list}};
}

Json ProdamusControl::orders(const HttpRequest& request) {
    const std::lock_guard lock(site_.state.mutex);
    Json list = Json::array();
    for (const auto& [id, order] : site_.state.orders) {
        Json view = order_view(site_.state, order);
        if (fits(request, view,
                 {{"host", "host"},
                  {"link", "link"},
                  {"orderNum", "orderNum"},
                  {"orderId", "orderId"},
                  {"state", "state"}}))
            list.push_back(std::move(view));
    }
    return {{"orders", list}};
}

Json ProdamusControl::deals(const HttpRequest& request) const {
    return {{"deals",
             site_.state.deals.list(number(request, "since", "0"),
                                    number(request, "limit", "1000000"), [&](const Json& entry) {
                                        return fits(request, entry,
                                                    {{"host", "host"},
                                                     {"kind", "kind"},
                                                     {"link", "link"},
                                                     {"orderNum", "orderNum"}});
                                    })}};
}

Json ProdamusControl::payer(const Json& wanted) {
    BuyerStep step;
    step.action = text_of(wanted, "action", "pay");
    step.method = text_of(wanted, "method");
    step.number = text_of(wanted, "card");
    step.expiry = text_of(wanted, "expiry");
    step.code = text_of(wanted, "code");
    step.password = text_of(wanted, "password");
    step.phone = text_of(wanted, "phone");
    step.email = text_of(wanted, "email");
    step.order = int_of(wanted, "orderId");
    const auto code = required_text(wanted, "link");
    const auto result = site_.buyer.step(code, step);
    Json answer = {{"ok", result.wrong.empty()}, {"go", result.go}};
    if (!result.wrong.empty()) answer["error"] = result.wrong;
    const std::lock_guard lock(site_.state.mutex);
    if (const auto* link = site_.state.link(code))
        answer["link"] = prodamus_link_view(site_.state, *link);
    const auto* order = site_.state.order(result.order);
    answer["order"] = order == nullptr ? Json() : order_view(site_.state, *order);
    return answer;
}

// What the vendor's sample receiver does (prodamus.md §4.8), so that pages can be tried without a
// module. ?status=500 makes it fail.
Json ProdamusControl::receive(const std::string& host, const HttpRequest& request) {
    if (const auto status = number(request, "status", "200"); status != 200)
        throw ControlError("as asked for", static_cast<int>(status));
    const auto data = tree_of_body(request.body, request.header("content-type"));
    if (!data || data->empty()) throw ControlError("$_POST is empty");
    const auto given = request.header("sign");
    if (given.empty()) throw ControlError("signature not found");
    const std::lock_guard lock(site_.state.mutex);
    if (!signed_well(*data, given, site_.state.page(host).key))
        throw ControlError("signature incorrect");
    return {{"received", "success"}};
}

Json ProdamusControl::sign(const Json& wanted) const {
    const auto data = tree_from(wanted.value("data", Json::object()));
    return {{"text", signed_text(data)},
            {"signature", signature_of(data, text_of(wanted, "key"))},
            {"form", form_of(data)}};
}

Json ProdamusControl::check(const Json& wanted) const {
    const auto data = has(wanted, "body")
                          ? tree_of_body(text_of(wanted, "body"), text_of(wanted, "contentType"))
                          : std::optional(tree_from(wanted.value("data", Json::object())));
    if (!data) return {{"accepted", false}, {"data", Json()}};
    const auto given = text_of(wanted, "signature", get(*data, "signature"));
    return {{"accepted", signed_well(*data, given, text_of(wanted, "key"))}, {"data", Json(*data)}};
}

bool ProdamusControl::knows_condition(const std::string& what) {
    return what == "prodamusOrder" || what == "prodamusDeliveries" || what == "prodamusDelivery" ||
           what == "prodamusDeals";
}

bool ProdamusControl::holds(const std::string& what, const HttpRequest& request, Json& found) {
    site_.club.settle();
    const auto count = number(request, "count", "1");
    if (what == "prodamusOrder") {
        found = orders(request);
        return found.at("orders").size() >= count;
    }
    if (what == "prodamusDeals") {
        found = deals(request);
        return found.at("deals").size() >= count;
    }
    const Json filter = request.query.as_json();
    found["deliveries"] = site_.deliveries.list(0, 1000, filter);
    return what == "prodamusDeliveries" ? site_.deliveries.idle(filter)
                                        : site_.deliveries.attempts(filter) >= count;
}

}  // namespace tillbridge::sandbox
