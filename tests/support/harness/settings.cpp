#include "tests/support/harness/settings.hpp"

#include <stdexcept>

namespace tillbridge::harness {
namespace {

std::string base_of(const std::string& url) {
    return url.substr(0, url.find('/', url.find("//") + 2));
}

std::string path_of(const std::string& url) {
    return url.substr(base_of(url).size());
}

std::runtime_error wrong(const std::string& what, const Answer& answer) {
    return std::runtime_error(what + ": " + std::to_string(answer.status) + ' ' + answer.error +
                              ' ' + answer.body);
}

}  // namespace

Settings::Settings(const std::string& account_url) : http_(base_of(account_url)) {
    const auto entered = http_.get(path_of(account_url));
    const auto given = entered.header("set-cookie");
    if (entered.status != 303 || given.empty()) throw wrong("settings: sign in", entered);
    cookie_ = given.substr(0, given.find(';'));
    csrf_ = state().at("csrfToken").get<std::string>();
}

Fields Settings::headers(bool change) const {
    Fields fields{{"Cookie", cookie_}};
    if (change) {
        fields.emplace_back("X-CSRF-Token", csrf_);
        fields.emplace_back("Content-Type", "application/json");
    }
    return fields;
}

Answer Settings::get(const std::string& path) const {
    return http_.get("/api/settings" + path, headers(false));
}

Answer Settings::post(const std::string& path, const Json& body) const {
    return http_.request("POST", "/api/settings" + path, body.dump(), headers(true));
}

Answer Settings::patch(const std::string& path, const Json& body) const {
    return http_.request("PATCH", "/api/settings" + path, body.dump(), headers(true));
}

Json Settings::state() const {
    const auto answer = get();
    if (answer.status != 200) throw wrong("settings", answer);
    return answer.json();
}

Json Settings::add_uapay(const std::string& name, const Json& merchant, const Json& options) const {
    return add({{"gateway", "uapay"},
                {"name", name},
                {"credentials",
                 {{"shopId", merchant.at("clientId")}, {"secretKey", merchant.at("secret")}}},
                {"options", options}});
}

Json Settings::add(const Json& draft) const {
    const auto answer = post("/merchants", draft);
    if (answer.status != 201) throw wrong("settings: add store", answer);
    return answer.json().at("merchant");
}

Json Settings::merchant(const std::string& id) const {
    const auto all = state();
    for (const auto& each : all.at("merchants"))
        if (each.at("id") == id) return each;
    throw std::runtime_error("no such store: " + id);
}

}  // namespace tillbridge::harness
