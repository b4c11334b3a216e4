// The REST methods (prodamus.md §6): setActivity, setSubscriptionDiscount,
// setSubscriptionPaymentDate. The answers' texts are the sheet's.
#include "tests/sandbox/prodamus/api.hpp"
#include "tests/sandbox/prodamus/links.hpp"
#include "tests/sandbox/prodamus/signature.hpp"
#include "tests/sandbox/prodamus/values.hpp"

namespace tillbridge::sandbox {
namespace {

const std::vector<std::string> kIdentities{"profile", "vk_user_id", "tg_user_id", "customer_phone",
                                           "customer_email"};

HttpResponse answer(const std::string& wrong) {
    HttpResponse response;
    response.status = wrong.empty() ? 200 : 400;
    response.type = "text/plain; charset=utf-8";
    response.body = wrong.empty() ? "success" : wrong;
    return response;
}

bool is_client(const ProdamusProfile& profile, const std::string& identity,
               const std::string& value) {
    if (value.empty()) return false;
    if (identity == "profile") return std::to_string(profile.id) == value;
    if (identity == "vk_user_id") return profile.vk_user_id == value;
    if (identity == "tg_user_id") return profile.tg_user_id == value;
    if (identity == "customer_email") return profile.email == value;
    return parse_phone(value) == profile.phone;
}

std::string missing(const std::string& name) {
    return "required parameter missing: " + name;
}

std::vector<std::int64_t> wanted_products(const Tree& parameters) {
    std::vector<std::int64_t> wanted;
    const auto found = parameters.find("subscription");
    if (found == parameters.end()) return wanted;
    if (!found->is_structured()) return {parse_count(leaf_text(*found)).value_or(0)};
    for (const auto& [name, value] : found->items())
        wanted.push_back(parse_count(leaf_text(value)).value_or(0));
    return wanted;
}

}  // namespace

HttpResponse ProdamusApi::rest(const std::string& host, const std::string& method,
                               const HttpRequest& request) {
    club_.settle();
    const auto fault = prodamus_.world.faults.hit("prodamus", host, request.path);
    return with_fault(fault, [&] {
        const std::lock_guard lock(prodamus_.mutex);
        auto* page = prodamus_.find_page(host);
        const bool known = method == "setActivity" || method == "setSubscriptionDiscount" ||
                           method == "setSubscriptionPaymentDate";
        if (page == nullptr || !known) return unknown(host);
        const auto all = parameters(request);
        std::string wrong = all ? "" : "signature not found in request";
        try {
            if (all) wrong = carry_out(*page, method, *all);
        } catch (const UnsignableText& error) {
            wrong = error.what();
        }
        if (!wrong.empty())
            prodamus_.world.violation("prodamus", host, "rest", method + ": " + wrong,
                                      all ? Json(*all) : Json());
        return answer(wrong);
    });
}

std::string ProdamusApi::carry_out(ProdamusPage& page, const std::string& method,
                                   const Tree& parameters) {
    const auto given = get(parameters, "signature");
    if (given.empty()) return "signature not found in request";
    if (!signed_well(parameters, given, page.key)) return "signature incorrect";
    std::string identity;
    if (method == "setSubscriptionPaymentDate") {
        identity = get(parameters, "auth_type");
        if (identity.empty()) return missing("auth_type");
    }
    std::vector<ProdamusProfile*> profiles;
    if (auto wrong = find(page, parameters, identity, profiles); !wrong.empty()) return wrong;
    for (auto* profile : profiles) {
        if (profile->ended)
            return "subscription " + std::to_string(profile->product) +
                   " completed, data modification is prohibited";
        // In demo mode no card is bound (§5).
        if (profile->demo) return "subscription not found";
    }
    for (auto* profile : profiles) {
        const auto wrong = method == "setActivity" ? set_activity(*profile, parameters)
                           : method == "setSubscriptionDiscount"
                               ? set_discount(*profile, parameters)
                               : set_date(*profile, parameters);
        if (!wrong.empty()) return wrong;
    }
    return {};
}

std::string ProdamusApi::find(const ProdamusPage& page, const Tree& parameters,
                              const std::string& chosen, std::vector<ProdamusProfile*>& found) {
    auto identity = chosen;
    bool known = false;
    for (const auto& name : kIdentities) {
        if (identity.empty() && parameters.contains(name)) identity = name;
        known = known || name == identity;
    }
    if (identity.empty()) return missing("customer_phone");
    if (!known) return "invalid value: auth_type";
    if (!parameters.contains(identity)) return missing(identity);
    const auto products = wanted_products(parameters);
    if (products.empty()) return missing("subscription");
    for (const auto product : products) {
        const auto made = prodamus_.products.find(product);
        if (made == prodamus_.products.end() || made->second.host != page.host)
            return "subscription not found";
        ProdamusProfile* newest = nullptr;
        for (auto& [id, profile] : prodamus_.profiles)
            if (profile.product == product &&
                is_client(profile, identity, get(parameters, identity)))
                newest = &profile;
        if (newest == nullptr) return "client not found";
        found.push_back(newest);
    }
    return {};
}

std::string ProdamusApi::set_activity(ProdamusProfile& profile, const Tree& parameters) {
    const auto manager = get(parameters, "active_manager"), user = get(parameters, "active_user");
    if (manager.empty() && user.empty()) return missing("active_manager");
    if (!user.empty() && user != "0") return "invalid value: active_user";
    if (!manager.empty() && manager != "0" && manager != "1")
        return "invalid value: active_manager";
    std::string wrong;
    if (!manager.empty())
        wrong = club_.act(profile, manager == "1" ? "reactivate" : "deactivate", "manager", false);
    if (wrong.empty() && !user.empty()) wrong = club_.act(profile, "deactivate", "user", false);
    return wrong.empty() ? "" : "invalid value: active_manager";
}

std::string ProdamusApi::set_discount(ProdamusProfile& profile, const Tree& parameters) {
    if (!parameters.contains("discount_value")) return missing("discount_value");
    const auto value = parse_amount(get(parameters, "discount_value"));
    const auto price = prodamus_.products.at(profile.product).price;
    if (!value || *value <= 0 || *value > price) return "invalid value: discount_value";
    const auto num = parse_count(get(parameters, "num", "0"));
    if (!num) return "invalid value: num";
    profile.next_discount = *value;
    profile.next_discount_num = *num;
    prodamus_.log_deal("discount", profile.host, {{"profile", profile.id}, {"amount", *value}});
    return {};
}

// Only forward: not in the past and not before the current next date (§6.3).
std::string ProdamusApi::set_date(ProdamusProfile& profile, const Tree& parameters) {
    if (!parameters.contains("date")) return missing("date");
    const auto text = get(parameters, "date");
    const auto date = parse_moscow(text);
    const bool official = text.size() == 16 && text[4] == '-';
    if (!date || !official || *date < prodamus_.world.clock.now() || *date < profile.next)
        return "invalid value: date";
    profile.next = profile.due = *date;
    profile.reminded = false;
    prodamus_.log_deal("date", profile.host, {{"profile", profile.id}, {"date", text}});
    return {};
}

}  // namespace tillbridge::sandbox
