// Who gets what: every route of the public server (tests/support/known_routes.hpp), asked by
// everybody who has no business there and by those who have.
#include <algorithm>
#include <set>

#include "tests/e2e/probe.hpp"
#include "tests/support/harness/desk.hpp"
#include "tests/support/known_routes.hpp"

namespace tillbridge::e2e::routes_test {
namespace {

using test::kKnownRoutes;
using test::KnownRoute;
using test::Who;

const std::string kGuess(43, 'A');
const std::string kForm = "application/x-www-form-urlencoded";

// An account with a store, a payment, a test link, and a bot of its own that made a link too.
struct Tenant {
    Shop shop;
    Bill bill;
    std::int64_t order = 0;
    std::string connection, hook, slug, settings_token, test_payment;
    std::string bot, bot_url, bot_token, bot_link;
};

// What somebody brings along. Addresses are secrets: who is a stranger to them guesses.
struct Visitor {
    std::string name;
    Fields headers;
    std::optional<std::string> client;  // clientId
    bool has_addresses = false;
};

// How a visitor is refused; 0: it is his to use.
using Refusal = std::function<int(const KnownRoute&)>;

// Who has no key for any of it.
int stranger(const KnownRoute& route) {
    switch (route.who) {
        case Who::anyone:
            return 0;
        case Who::crm:
        case Who::gateway:
        case Who::buyer:
        case Who::link_holder:
        case Who::card:
            return 404;
        case Who::marketplace:
        case Who::admin:
        case Who::admin_csrf:
        case Who::bot:
        case Who::password:
        case Who::viewer:
        case Who::viewer_csrf:
        case Who::operator_csrf:
            return 401;
    }
    return 401;
}

// A stranger but to these: what he is refused with there, 0 where he is at home.
Refusal but(std::map<Who, int> own) {
    return [own = std::move(own)](const KnownRoute& route) {
        const auto at = own.find(route.who);
        return at == own.end() ? stranger(route) : at->second;
    };
}

std::string value_of(const std::string& cookie) {
    return cookie.substr(cookie.find('=') + 1);
}

Fields cookies(const std::string& session, const std::string& support, const std::string& csrf) {
    return {{"Cookie", "tillbridge_session=" + session + "; tillbridge_support=" + support},
            {"X-CSRF-Token", csrf}};
}

Fields with_csrf(const std::string& cookie, const std::string& csrf) {
    return {{"Cookie", cookie}, {"X-CSRF-Token", csrf}};
}

struct Town : Fixture {
    Town()
        : Fixture(Config{{"hooks.misses_per_minute", "0"}, {"pay.misses_per_minute", "0"}}),
          mine(tenant("demo")),
          theirs(tenant("other")) {
        spare = sandbox().merchant(Json::object());
        add_desk_user(module(), "ann", "operator");
        add_desk_user(module(), "bob", "viewer");
        ann.emplace(module().http(), "ann");
        bob.emplace(module().http(), "bob");
        mine.connection = ann->read("/invoices/" + mine.bill.id)
                              .at("invoice")
                              .at("connection")
                              .get<std::string>();
        await_quiet();
    }

    Tenant tenant(const std::string& account) {
        sandbox().put_account({{"name", account}, {"switches", {{"rateLimit", 0}}}});
        Tenant it;
        it.shop = connect_shop(account);
        sandbox().post("/accounts/" + account + "/keys",
                       {{"apiKey", sandbox().key(account)},
                        {"scopes",
                         {"integration_read", "integration_write", "payments_read",
                          "payments_write", "reference_read", "store_read", "order_read"}}});
        it.bill = create(it.shop);
        it.order = crm_invoice(it.bill).at("orderId").get<std::int64_t>();
        it.slug = it.bill.link.substr(it.bill.link.rfind('/') + 1);
        it.settings_token = it.shop.account_url.substr(it.shop.account_url.rfind('/') + 1);
        const auto admin = settings(it.shop);
        const auto hook = admin.merchant(it.shop.code).at("hookUrl").get<std::string>();
        it.hook = hook.substr(hook.rfind('/') + 1);
        it.test_payment =
            text_of(admin.post("/merchants/" + it.shop.code + "/test-link"), "paymentId");
        const auto bot = admin.post("/bots", {{"name", "Chat of " + account}});
        it.bot = bot.json().at("bot").at("id").get<std::string>();
        it.bot_token = text_of(bot, "token");
        it.bot_url = text_of(bot, "accountUrl");
        Settings(it.bot_url).add_uapay("Bot store", sandbox().merchant(Json::object()));
        it.bot_link =
            text_of(module().http().post_json("/bot/links", {{"payment_sum", "44"}},
                                              {{"Authorization", "Bearer " + it.bot_token}}),
                    "paymentId");
        return it;
    }
    static std::string text_of(const Answer& answer, const char* name) {
        return answer.json().at(name).get<std::string>();
    }

    // The path with things of mine in it, so that a door left open would lead to them.
    std::string path_of(const KnownRoute& route, bool has_addresses) const {
        auto path = route.pattern;
        const auto put = [&](const std::string& name, const std::string& value) {
            const auto at = path.find(name);
            if (at != std::string::npos) path.replace(at, name.size(), value);
        };
        const auto begins = [&](const char* start) { return path.starts_with(start); };
        put("{gateway}", "uapay");
        put("{hookToken}", has_addresses ? mine.hook : kGuess);
        put("{slug}", has_addresses ? mine.slug : kGuess);
        put("{settingsToken}", has_addresses ? mine.settings_token : kGuess);
        put("{paymentId}", mine.bot_link);
        put("{asset}", "extension.js");
        put("{file}", "none.js");
        put("{act}", "stop");
        put("{id}", begins("/api/settings/test-payments")  ? mine.test_payment
                    : begins("/api/settings/merchants")    ? mine.shop.code
                    : begins("/api/settings/bots")         ? mine.bot
                    : begins("/api/support/connections")   ? mine.connection
                    : begins("/api/support/invoices")      ? mine.bill.id
                    : begins("/api/support/subscriptions") ? "none"
                                                           : "of-nobody");
        if (route.name() == "GET /api/support/find") path += "?text=" + mine.bill.id;
        return path;
    }

    // A body that does something where it is let in.
    Json body_of(const KnownRoute& route) {
        const auto& pattern = route.pattern;
        if (route.who == Who::gateway) return "no notice";
        if (pattern == "/api/support/problems/dismiss")
            return {{"connection", mine.connection},
                    {"key", "invoice.paid_twice"},
                    {"subject", mine.bill.id},
                    {"dryRun", false}};
        if (route.who == Who::operator_csrf) return {{"dryRun", false}};
        if (route.who == Who::card)
            return {{"orderId", mine.order},
                    {"paymentId", mine.bill.id},
                    {"key", "k"},
                    {"token", "1.x"},
                    {"payment", 1},
                    {"date", "2099-01-01"}};
        if (pattern.starts_with("/bot/subscriptions"))
            return {{"subscription_id", "1"},
                    {"customer_phone", "79990000001"},
                    {"switcher", "0"},
                    {"discount", "1"},
                    {"date", "01.01.2099"}};
        const std::map<std::string, Json> bodies{
            {"/marketplace/register",
             {{"token", std::string(64, '0')},
              {"apiKey", sandbox().key("demo")},
              {"systemUrl", sandbox().crm_url("demo")}}},
            {"/crm/activity", {{"active", true}, {"freeze", false}}},
            {"/crm/settings", {{"timezone", {{"value", "Europe/Kyiv"}}}}},
            {"/payment/create",
             {{"invoiceUuid", "6a3e1f8e-0000-4000-8000-000000000009"},
              {"shopId", mine.shop.code},
              {"amount", 10},
              {"currency", "UAH"}}},
            {"/api/settings/merchants",
             {{"gateway", "uapay"},
              {"name", "One more"},
              {"credentials",
               {{"shopId", spare.at("clientId")}, {"secretKey", spare.at("secret")}}}}},
            {"/api/settings/merchants/{id}", {{"name", "Renamed"}}},
            {"/api/settings/connection", {{"apiKey", sandbox().key("demo")}}},
            {"/api/settings/bots", {{"name", "One more"}}},
            {"/api/settings/bot", {{"language", "en"}}},
            {"/bot/links", {{"payment_sum", "44"}}},
            {"/api/support/login", {{"name", "ann"}, {"password", kGuess}}},
            {"/api/support/find", {{"text", mine.bill.id}}},
            {"/api/support/bundle", {{"invoice", mine.bill.id}}}};
        if (const auto at = bodies.find(pattern); at != bodies.end()) return at->second;
        if (route.who == Who::crm) return {{"paymentId", mine.bill.id}};
        return Json::object();
    }

    Answer ask(const KnownRoute& route, const Visitor& who) {
        const bool posts = route.method == "POST" || route.method == "PATCH";
        auto path = path_of(route, who.has_addresses);
        auto headers = who.headers;
        if (!posts) {
            if (route.who == Who::crm) {
                path += "?paymentId=" + mine.bill.id;
                if (who.client) path += "&clientId=" + *who.client;
            }
            return module().http().request(route.method, path, {}, headers);
        }
        const auto body = body_of(route);
        Fields form;
        if (route.who == Who::marketplace) form = {{"register", body.dump()}};
        if (route.who == Who::crm) form = {{path.substr(path.rfind('/') + 1), body.dump()}};
        if (route.who == Who::card) form = {{"payload", body.dump()}};
        headers.emplace_back("Content-Type", form.empty() ? "application/json" : kForm);
        if (who.client && !form.empty()) form.insert(form.begin(), {"clientId", *who.client});
        return module().http().request(route.method, path,
                                       form.empty() ? body.dump() : form_encoded(form), headers);
    }

    // He is refused everywhere but where he is at home, learns nothing and leaves nothing.
    void walk(const Visitor& who, const Refusal& refusal) {
        const Untouched before(*this);
        for (const auto& route : kKnownRoutes) {
            const int expected = refusal(route);
            // A wrong password is written down: the sign-in has a case of its own.
            if (expected == 0 || route.who == Who::password) continue;
            const auto answer = ask(route, who);
            const auto what = who.name + ": " + route.name();
            BOOST_TEST(answer.status == expected,
                       what << ": " << answer.status << ' ' << answer.body);
            BOOST_TEST(answer.header("set-cookie").empty(), what);
            for (const auto& word :
                 {mine.shop.client_id, mine.bill.id, mine.slug, mine.hook, mine.settings_token,
                  mine.bot_token, mine.bot_link, sandbox().crm_url("demo"), mine.shop.secret})
                BOOST_TEST(!contains(answer.body, word), what << answer.body);
        }
        const auto difference = before.difference();
        BOOST_TEST(difference.empty(), who.name << " left something:\n" << difference);
    }

    Tenant mine, theirs;
    Json spare;  // a store at the gateway that nobody has added
    std::optional<Desk> ann, bob;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(routes)

BOOST_FIXTURE_TEST_CASE(strangers_get_nothing_of_any_route, Town) {
    walk({"nobody", {}, {}}, but({{Who::crm, 400}}));
    auto guesses = cookies(kGuess, kGuess, kGuess);
    guesses.emplace_back("Authorization", "Bearer " + kGuess);
    walk({"a guess", guesses, kGuess}, stranger);
    // A forged proxy's word opens nothing either.
    guesses.emplace_back("X-Forwarded-For", "127.0.0.1");
    walk({"a guess from inside", guesses, kGuess}, stranger);

    const auto wrong = Desk::login(module().http(), "ann", kGuess);
    BOOST_TEST(wrong.status == 401);
    BOOST_TEST(wrong.header("set-cookie").empty());
    // What is for operators is not served here at all.
    for (const char* path : {"/metrics", "/health/live", "/health/ready"})
        BOOST_TEST(module().http().get(path).status == 404, path);
}

// Each secret is good at its own door only.
BOOST_FIXTURE_TEST_CASE(keys_open_no_other_doors, Town) {
    const auto admin = settings(mine.shop);
    const auto as_all = [](const std::string& secret) {
        auto headers = cookies(secret, secret, secret);
        headers.emplace_back("Authorization", "Bearer " + secret);
        return headers;
    };
    walk({"the client id", as_all(mine.shop.client_id), mine.shop.client_id},
         but({{Who::crm, 0}, {Who::card, 0}}));
    walk({"the bot's token", as_all(mine.bot_token), mine.bot_token}, but({{Who::bot, 0}}));
    for (const auto& secret : {mine.settings_token, mine.hook, mine.slug, admin.csrf(),
                               value_of(admin.cookie()), value_of(ann->cookie())}) {
        // In a cookie of its own name it is at home.
        const bool opens = secret == value_of(admin.cookie()) || secret == value_of(ann->cookie());
        const auto headers = opens ? Fields{{"Authorization", "Bearer " + secret}} : as_all(secret);
        walk({"a secret elsewhere", headers, secret}, stranger);
    }
    // The two sessions are no session of each other's.
    walk({"swapped cookies",
          cookies(value_of(ann->cookie()), value_of(admin.cookie()), admin.csrf()), kGuess},
         stranger);
}

BOOST_FIXTURE_TEST_CASE(an_admin_needs_the_csrf_token_and_gets_no_further, Town) {
    const auto admin = settings(mine.shop), again = settings(mine.shop),
               other = settings(theirs.shop);
    const auto refused = but({{Who::admin, 0}, {Who::admin_csrf, 403}});
    walk({"an admin without the token", {{"Cookie", admin.cookie()}}, kGuess}, refused);
    for (const auto& csrf :
         {std::string(), kGuess, other.csrf(), again.csrf(), ann->csrf(), value_of(admin.cookie())})
        walk({"an admin with another token", with_csrf(admin.cookie(), csrf), kGuess}, refused);
    walk({"an admin", with_csrf(admin.cookie(), admin.csrf()), kGuess},
         but({{Who::admin, 0}, {Who::admin_csrf, 0}}));
}

BOOST_FIXTURE_TEST_CASE(another_account_gets_nothing_of_mine, Town) {
    const auto admin = settings(theirs.shop);
    auto headers = with_csrf(admin.cookie(), admin.csrf());
    headers.emplace_back("Authorization", "Bearer " + theirs.bot_token);
    // What names nothing of mine is about the account itself: it is at home there.
    const auto names_mine = [](const KnownRoute& route) {
        return contains(route.pattern, "{id}") || contains(route.pattern, "{paymentId}") ||
               (route.who == Who::crm && route.pattern.starts_with("/payment/")) ||
               (route.who == Who::card && route.pattern != "/extension/api/create");
    };
    const auto at_home = [](const KnownRoute& route) {
        return route.who == Who::admin || route.who == Who::admin_csrf || route.who == Who::crm ||
               route.who == Who::card || route.who == Who::bot;
    };
    // A CRM account has none of a bot's own settings.
    const auto of_a_bot = [](const KnownRoute& route) {
        return route.pattern == "/api/settings/bot" ||
               route.pattern.starts_with("/api/settings/bot/");
    };
    walk({"another account", headers, theirs.shop.client_id}, [&](const KnownRoute& route) {
        if (!at_home(route)) return stranger(route);
        return names_mine(route) || of_a_bot(route) ? 404 : 0;
    });

    // Nor does a bot's own admin reach its account or make more of its kind.
    for (const auto* tenant : {&mine, &theirs}) {
        const Settings own(tenant->bot_url);
        walk({"a bot's admin", with_csrf(own.cookie(), own.csrf()), tenant->bot_token},
             [&](const KnownRoute& route) {
                 if (route.who != Who::admin && route.who != Who::admin_csrf)
                     return stranger(route);
                 return names_mine(route) || route.name() == "POST /api/settings/bots" ? 404 : 0;
             });
    }
}

BOOST_FIXTURE_TEST_CASE(support_gets_what_its_role_allows, Town) {
    const auto of_viewer =
        but({{Who::viewer, 0}, {Who::viewer_csrf, 0}, {Who::operator_csrf, 403}});
    const auto without =
        but({{Who::viewer, 0}, {Who::viewer_csrf, 403}, {Who::operator_csrf, 403}});
    const auto of_operator =
        but({{Who::viewer, 0}, {Who::viewer_csrf, 0}, {Who::operator_csrf, 0}});
    walk({"a viewer", with_csrf(bob->cookie(), bob->csrf()), kGuess}, of_viewer);
    walk({"an operator", with_csrf(ann->cookie(), ann->csrf()), kGuess}, of_operator);
    const Desk again(module().http(), "ann");
    const auto admin = settings(mine.shop);
    for (const auto* desk : {&*ann, &*bob}) {
        walk({"without the token", {{"Cookie", desk->cookie()}}, kGuess}, without);
        const auto& other = desk == &*ann ? *bob : *ann;
        for (const auto& csrf : {std::string(), kGuess, other.csrf(), again.csrf(), admin.csrf(),
                                 value_of(desk->cookie())})
            walk({"with another token", with_csrf(desk->cookie(), csrf), kGuess}, without);
    }
    // A role that was taken away, a session that ended.
    BOOST_TEST(again.post("/logout").status == 200);
    walk({"signed out", with_csrf(again.cookie(), again.csrf()), kGuess}, stranger);
    BOOST_TEST(module().command({"support-user", "disable", "ann"}).code == 0);
    walk({"disabled", with_csrf(ann->cookie(), ann->csrf()), kGuess}, stranger);
}

// The other half of the proof: what strangers sent was refused for who they are.
BOOST_FIXTURE_TEST_CASE(whose_it_is_gets_through, Town) {
    expect_violations = true;  // the CRM knows nothing of the payment that is created here
    const auto once = [&](const KnownRoute& route, const Visitor& who) {
        const auto answer = ask(route, who);
        const auto body = Json::parse(answer.body, nullptr, false);
        const auto code = body.is_object() && body.contains("error")
                              ? body.at("error").value("code", "")
                              : std::string();
        const std::set<std::string> beyond{"subscription.unknown", "payment_type.forbidden",
                                           "problem.unknown"};
        const std::set<int> doors{0, 401, 403, 404, 405, 411, 413, 415, 500};
        // No subscription is here to be found, and the CRM's key may make no payment types.
        BOOST_TEST((!doors.contains(answer.status) || beyond.contains(code)),
                   route.name() << ": " << answer.status << ' ' << answer.body);
    };
    // Last, in this order: each ends a session or a key.
    const std::vector<std::string> endings{
        "POST /api/settings/bot/token", "POST /api/support/logout",
        "POST /api/settings/sessions/end", "POST /api/settings/link/renew"};
    const auto rank = [&](const KnownRoute& route) {
        const auto at = std::find(endings.begin(), endings.end(), route.name());
        return at == endings.end() ? 0 : at - endings.begin() + 1;
    };
    const auto visitor = [&](const KnownRoute& route) {
        Visitor who{"its owner", {}, mine.shop.client_id, true};
        const bool of_bot =
            route.pattern == "/api/settings/bot" || route.pattern.starts_with("/api/settings/bot/");
        if (route.who == Who::admin || route.who == Who::admin_csrf) {
            const Settings admin(of_bot ? mine.bot_url : mine.shop.account_url);
            who.headers = with_csrf(admin.cookie(), admin.csrf());
        } else if (route.who == Who::bot) {
            who.headers = {{"Authorization", "Bearer " + mine.bot_token}};
        } else if (route.who == Who::viewer || route.who == Who::viewer_csrf) {
            who.headers = with_csrf(bob->cookie(), bob->csrf());
        } else {
            who.headers = with_csrf(ann->cookie(), ann->csrf());
        }
        return who;
    };
    // Nobody's files are looked up by names that a test knows; the rest needs more than a visit.
    const auto elsewhere = [](const KnownRoute& route) {
        return route.pattern.starts_with("/extension/{id}") || route.pattern == "/web/{file}" ||
               route.who == Who::marketplace || route.who == Who::password;
    };
    std::vector<KnownRoute> all = kKnownRoutes;
    std::erase_if(all, elsewhere);
    std::stable_sort(all.begin(), all.end(), [&](const KnownRoute& one, const KnownRoute& other) {
        return rank(one) < rank(other);
    });
    for (const auto& route : all) once(route, visitor(route));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::routes_test
