// Signing in to the settings page: the link, the cookie and its life, ending everything, renewing
// the link.
#include <regex>

#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::sessions_test {
namespace {

std::string path_of(World& world, const std::string& url) {
    return url.substr(world.module().url().size());
}

int status_with(World& world, const Settings& admin) {
    return world.module().http().get("/api/settings", {{"Cookie", admin.cookie()}}).status;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sessions)

BOOST_FIXTURE_TEST_CASE(a_cookie_lives_for_twelve_hours, Fixture) {
    const auto url = connect();
    const auto entered = module().http().get(path_of(*this, url));
    const auto cookie = entered.header("set-cookie");
    BOOST_TEST(contains(cookie, "Max-Age=43200"), cookie);
    BOOST_TEST(entered.header("referrer-policy") == "no-referrer");
    BOOST_TEST(entered.header("cache-control") == "no-store");
    BOOST_TEST(!contains(entered.header("location"), url.substr(url.rfind('/') + 1)));
    // The store knows its end as well, and not the cookie itself.
    const auto value = cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1);
    BOOST_TEST(value.size() >= 43U);
    int found = 0;
    for (const auto& row : rows_of_store(module().store_file())) {
        BOOST_TEST(!contains(row, value));
        std::smatch match;
        if (!std::regex_search(row, match, std::regex("settings_session .*expires=(\\d+)")))
            continue;
        ++found;
        const auto left =
            std::stoll(match[1]) / 1'000'000 - static_cast<long long>(std::time(nullptr));
        BOOST_TEST(left > 12 * 3600 - 300);
        BOOST_TEST(left <= 12 * 3600);
    }
    BOOST_TEST(found == 1);
}

BOOST_FIXTURE_TEST_CASE(each_sign_in_is_a_session_of_its_own, Fixture) {
    const auto url = connect();
    const Settings one(url), two(url);
    BOOST_TEST(one.cookie() != two.cookie());
    BOOST_TEST(one.csrf() != two.csrf());
    BOOST_TEST(status_with(*this, one) == 200);
    BOOST_TEST(status_with(*this, two) == 200);
    // They outlive a restart.
    module().stop();
    module().start();
    BOOST_TEST(status_with(*this, one) == 200);
    BOOST_TEST(one.state().at("csrfToken") == one.csrf());
}

BOOST_FIXTURE_TEST_CASE(ending_all_ends_all_of_this_account_only, Fixture) {
    const auto url = connect();
    sandbox().put_account({{"name", "other"}});
    const Settings one(url), two(url), other(connect("other"));
    const auto ended = one.post("/sessions/end");
    BOOST_TEST(ended.status == 200);
    BOOST_TEST(contains(ended.header("set-cookie"), "Max-Age=0"));
    BOOST_TEST(status_with(*this, one) == 401);
    BOOST_TEST(status_with(*this, two) == 401);
    BOOST_TEST(status_with(*this, other) == 200);
    BOOST_TEST(one.post("/sessions/end").status == 401);
    BOOST_TEST(status_with(*this, Settings(url)) == 200);  // the link is as good as before
}

BOOST_FIXTURE_TEST_CASE(a_renewed_link_replaces_the_old_one, Fixture) {
    const auto shop = connect_shop();
    const Settings admin(shop.account_url);
    const auto renewed = admin.post("/link/renew");
    BOOST_TEST(renewed.status == 200, renewed.body);
    const auto url = renewed.json().at("accountUrl").get<std::string>();
    BOOST_TEST(url != shop.account_url);
    BOOST_TEST(url.rfind(module().url() + "/settings/", 0) == 0U);
    BOOST_TEST(status_with(*this, admin) == 401);
    BOOST_TEST(module().http().get(path_of(*this, shop.account_url)).status == 404);
    const Settings again(url);
    BOOST_TEST(again.state().at("merchants").size() == 1U);
    await("the CRM has the new link", [&] {
        return sandbox().account("demo").at("modules").at("tillbridge").at("accountUrl") == url;
    });
    BOOST_TEST(connect() == url);
}

BOOST_FIXTURE_TEST_CASE(unknown_tokens_and_other_methods, Fixture) {
    const auto url = connect();
    const auto path = path_of(*this, url);
    const auto http = module().http();
    auto changed = path;
    changed.back() = changed.back() == 'A' ? 'B' : 'A';
    for (const auto& token : {changed, path + "A", path.substr(0, path.size() - 1),
                              std::string("/settings/") + std::string(43, 'x')}) {
        const auto answer = http.get(token);
        BOOST_TEST(answer.status == 404, token);
        BOOST_TEST(answer.header("set-cookie").empty());
        BOOST_TEST(!contains(answer.body, token));
    }
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
        const auto answer = http.request(method, path, "");
        BOOST_TEST(answer.status == 405, method);
        BOOST_TEST(answer.header("set-cookie").empty(), method);
        BOOST_TEST(!answer.header("allow").empty(), method);
    }
    // Link previews look with HEAD: that signs nobody in.
    BOOST_TEST(http.request("HEAD", path).header("set-cookie").empty());
    BOOST_TEST(http.get("/settings").status == 401);
    BOOST_TEST(http.get("/settings", {{"Cookie", "tillbridge=x"}}).status == 401);
}

BOOST_FIXTURE_TEST_CASE(the_page_holds_no_secret_and_names_are_text, Fixture) {
    const auto shop = connect_shop("demo", Json::object(), {{"language", "en"}});
    const Settings admin(shop.account_url);
    const auto page = module().http().get("/settings", {{"Cookie", admin.cookie()}});
    BOOST_TEST(page.status == 200);
    BOOST_TEST(contains(page.header("content-type"), "text/html"));
    BOOST_TEST(contains(page.header("content-security-policy"), "frame-ancestors"));
    for (const auto& secret : {shop.secret, sandbox().key("demo"), shop.client_id})
        BOOST_TEST(!contains(page.body, secret));
    // A name is text, whatever it says.
    admin.patch("/merchants/" + shop.code, {{"name", "<script>alert(1)</script>"}});
    BOOST_TEST(!contains(module().http().get("/settings", {{"Cookie", admin.cookie()}}).body,
                         "<script>alert"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::sessions_test
