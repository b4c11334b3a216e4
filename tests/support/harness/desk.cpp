#include "tests/support/harness/desk.hpp"

#include <fstream>
#include <stdexcept>

namespace tillbridge::harness {

void add_desk_user(const Module& module, const std::string& name, const std::string& role) {
    const auto file = module.folder() + "/password-" + name;
    std::ofstream(file) << kDeskPassword << '\n';
    const auto added = module.command(
        {"support-user", "add", name, "--role", role, "--password-file", file, "--json"});
    if (added.code != 0) throw std::runtime_error("support-user add: " + added.err + added.out);
}

Answer Desk::login(const Http& http, const std::string& name, const std::string& password,
                   const std::string& code) {
    return http.post_json("/api/support/login",
                          {{"name", name}, {"password", password}, {"code", code}});
}

Desk::Desk(const Http& http, const std::string& name) : http_(http) {
    const auto entered = login(http, name, kDeskPassword);
    if (entered.status != 200)
        throw std::runtime_error("support: sign in: " + std::to_string(entered.status) + ' ' +
                                 entered.error + ' ' + entered.body);
    set_cookie_ = entered.header("set-cookie");
    cookie_ = set_cookie_.substr(0, set_cookie_.find(';'));
    csrf_ = entered.json().at("csrfToken").get<std::string>();
}

Answer Desk::get(const std::string& path) const {
    return http_.get("/api/support" + path, {{"Cookie", cookie_}, {"Accept-Language", "en"}});
}

Answer Desk::post(const std::string& path, const Json& body) const {
    return http_.request("POST", "/api/support" + path, body.dump(),
                         {{"Cookie", cookie_},
                          {"X-CSRF-Token", csrf_},
                          {"Accept-Language", "en"},
                          {"Content-Type", "application/json"}});
}

Json Desk::read(const std::string& path) const {
    const auto answer = get(path);
    if (answer.status != 200)
        throw std::runtime_error("support: " + path + ": " + std::to_string(answer.status) + ' ' +
                                 answer.body);
    return answer.json();
}

}  // namespace tillbridge::harness
