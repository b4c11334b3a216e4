// The routes with real services over doubles of the ports: what each caller is answered.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "handlers/client_language.hpp"
#include "handlers/public_api.hpp"
#include "handlers/router.hpp"
#include "module/service/inquiries.hpp"
#include "module/service/merchant_cache.hpp"
#include "tests/support/fake_account.hpp"

namespace tillbridge::handlers::handlers_api_test {

using nlohmann::json;

namespace {

std::string encode(const std::string& text) {
    static const char* kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += kHex[byte >> 4U];
        out += kHex[byte & 15U];
    }
    return out;
}

struct Site : test::FakeInstallation {
    service::Operations operations{context};
    service::Inquiries inquiries{context, operations};
    service::Payments payments{context, operations};
    service::MerchantCache cache{context};
    service::Merchants merchants{context, payments, &cache};
    service::Connections connections{context};
    service::Hooks hooks{context, cache};
    service::Links links{context, inquiries};
    service::Admins admins{context};
    service::Panel panel{context, payments, inquiries, 4};
    Services services{connections, merchants, payments, hooks, links, admins, panel, context};
    domain::Connection connection;
    std::unique_ptr<Router> router;
    std::string cookie, csrf;
    Subject about;  // of the last call

    explicit Site(const std::string& public_url = "https://till.example") {
        settings.public_url = public_url;
        connection = connections.connect(domain::Secret("key"), "https://shop.retailcrm.ru")
                         .value()
                         .connection;
        PublicOptions options;
        options.required_scopes = {"integration_read", "payments_write"};
        options.hook_misses_per_minute = 3;
        options.pay_misses_per_minute = 3;
        options.logo_path = "/manifest/logo.svg";
        options.logo_svg = "<svg/>";
        options.local_time = [](domain::UtcTime, const std::string& zone) { return "in " + zone; };
        router = std::make_unique<Router>(public_routes(services, options));
    }

    Answer call(const std::string& method, const std::string& target, const std::string& body = {},
                std::map<std::string, std::string> headers = {}) {
        const std::size_t question = target.find('?');
        Request request;
        request.method = method;
        request.path = target.substr(0, question);
        if (question != std::string::npos) request.query = target.substr(question + 1);
        request.headers = std::move(headers);
        request.body = body;
        request.client = "198.51.100.7";
        request.id = domain::RequestId("req");
        Match match = router->match(method, request.path);
        BOOST_REQUIRE_MESSAGE(match.method_allowed, method << " " << target);
        request.params = match.params;
        Answer answer = match.route->handle(request);
        about = request.about;
        return answer;
    }
    Answer crm(const std::string& path, const std::string& field, const json& value,
               std::string client = {}) {
        if (client.empty()) client = connection.client_id.reveal();
        return call("POST", path,
                    "clientId=" + encode(client) + "&" + field + "=" + encode(value.dump()),
                    {{"content-type", "application/x-www-form-urlencoded"}});
    }
    void sign_in() {
        cookie = admins.sign_in(connection.settings_token.reveal()).value().reveal();
        csrf = admins.csrf_token(cookie);
    }
    Answer admin(const std::string& method, const std::string& path, const json& body = nullptr) {
        std::map<std::string, std::string> headers = {{"cookie", "tillbridge_session=" + cookie},
                                                      {"x-csrf-token", csrf},
                                                      {"content-type", "application/json"}};
        return call(method, "/api/settings" + path, body.is_null() ? "" : body.dump(), headers);
    }
    domain::Merchant store_of(const std::string& name = "Shop") {
        return merchants
            .add(connection.id, {domain::GatewayCode("uapay"),
                                 name,
                                 {{"shopId", domain::Secret("7")},
                                  {"secretKey", domain::Secret("a-very-secret-key-1a2b")}},
                                 {}})
            .value();
    }
    json order(const domain::Merchant& shop) const {
        return {{"invoiceUuid", "u-1"},
                {"shopId", shop.id.value},
                {"amount", 121.5},
                {"currency", "UAH"},
                {"returnUrl", "https://shop.example/thanks"}};
    }
};

json body_of(const Answer& answer) {
    return json::parse(answer.body);
}

std::string header(const Answer& answer, const std::string& name) {
    for (const auto& [key, value] : answer.headers)
        if (key == name) return value;
    return {};
}

std::string error_of(const Answer& answer) {
    const json error = body_of(answer).at("error");
    return std::to_string(answer.status) + " " + error.at("code").get<std::string>() + " " +
           error.value("field", "");
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(handlers_api)

BOOST_AUTO_TEST_CASE(the_marketplace_reads_the_card_and_registers) {
    Site site;
    const json card = body_of(site.call("GET", "/marketplace/config"));
    BOOST_TEST(card.at("success").get<bool>());
    BOOST_TEST(card.at("scopes").size() == 2U);
    BOOST_TEST(card.at("registerUrl").get<std::string>() ==
               "https://till.example/marketplace/register");
    const auto enter = [&](const std::string& token) {
        const json fields = {
            {"token", token}, {"apiKey", "k2"}, {"systemUrl", "https://shop.retailcrm.ru"}};
        return site.call("POST", "/marketplace/register", "register=" + encode(fields.dump()));
    };
    const Answer good = enter("hmac(market,k2)");
    BOOST_TEST(good.status == 201);
    BOOST_TEST(
        has(body_of(good).at("accountUrl").get<std::string>(), "https://till.example/settings/"));
    BOOST_TEST(enter("wrong").status == 401);
    BOOST_TEST(!body_of(enter("wrong")).at("success").get<bool>());
    BOOST_TEST(site.call("POST", "/marketplace/register", "x=1").status == 400);
    BOOST_TEST(site.call("POST", "/marketplace/register", "register=%ff").status == 400);
    BOOST_TEST(site.call("GET", "/manifest/logo.svg").body == "<svg/>");
}

BOOST_AUTO_TEST_CASE(a_manager_makes_a_link_and_asks_for_its_status) {
    Site site;
    const auto shop = site.store_of();
    const Answer made = site.crm("/payment/create", "create", site.order(shop));
    BOOST_REQUIRE(made.status == 200);
    const json result = body_of(made).at("result");
    BOOST_TEST(has(result.at("invoiceUrl").get<std::string>(), "https://till.example/pay/"));
    BOOST_TEST(result.at("cancellable").get<bool>());
    const std::string id = result.at("paymentId").get<std::string>();
    const std::string client = site.connection.client_id.reveal();

    const Answer read =
        site.call("GET", "/payment/status?clientId=" + encode(client) + "&paymentId=" + id);
    BOOST_TEST(read.status == 200);
    BOOST_TEST(has(read.body, "\"amount\":121.50,"));
    const json status = body_of(read).at("result");
    BOOST_TEST(status.at("status").get<std::string>() == "pending");
    BOOST_TEST(status.at("cancellable").get<bool>());
    BOOST_TEST(!status.at("refundable").get<bool>());
    BOOST_TEST(status.at("paidAt").is_null());
    BOOST_TEST(site.crm("/payment/status", "status", {{"paymentId", id}}).body == read.body);
    BOOST_TEST(site.crm("/payment/status", "paymentId", 1).status == 404);
}

BOOST_AUTO_TEST_CASE(the_crm_hears_what_is_wrong_and_nothing_is_stored) {
    Site site;
    const auto shop = site.store_of();
    const json good = site.order(shop);
    const auto change = [&](const char* name, json value) {
        json out = good;
        out[name] = std::move(value);
        return site.crm("/payment/create", "create", out);
    };
    BOOST_TEST(change("amount", true).status == 400);
    BOOST_TEST(change("returnUrl", "javascript:alert(1)").status == 400);
    BOOST_TEST(change("currency", "EUR").status == 400);
    BOOST_TEST(change("shopId", "other").status == 404);
    const Answer named = change("invoiceUuid", nullptr);
    BOOST_TEST(named.status == 400);
    BOOST_TEST(body_of(named).at("errorMsg").get<std::string>() ==
               "uk:request.field_missing field=invoiceUuid");
    const Answer stranger = site.crm("/payment/create", "create", good, "nobody");
    BOOST_TEST(stranger.status == 404);
    BOOST_TEST(!body_of(stranger).at("success").get<bool>());
    BOOST_TEST(site.call("POST", "/payment/create", "").status == 400);
    BOOST_TEST(site.call("POST", "/payment/create", "clientId=a&clientId=b").status == 400);
    BOOST_TEST(
        site.call("POST", "/payment/create", "{}", {{"content-type", "application/json"}}).status ==
        400);
    for (const char* action : {"approve", "cancel", "refund"})
        BOOST_TEST(
            site.crm(std::string("/payment/") + action, action, {{"paymentId", "none"}}).status ==
            404);
    BOOST_TEST(site.store.data().invoices.empty());
}

BOOST_AUTO_TEST_CASE(frozen_and_inactive_are_403_for_create_alone) {
    Site site;
    const auto shop = site.store_of();
    const std::string id = body_of(site.crm("/payment/create", "create", site.order(shop)))
                               .at("result")
                               .at("paymentId")
                               .get<std::string>();
    BOOST_TEST(site.crm("/crm/activity", "activity", {{"active", true}, {"freeze", true}}).status ==
               200);
    json second = site.order(shop);
    second["invoiceUuid"] = "u-2";
    BOOST_TEST(site.crm("/payment/create", "create", second).status == 403);
    BOOST_TEST(site.crm("/payment/status", "status", {{"paymentId", id}}).status == 200);
    BOOST_TEST(site.crm("/payment/cancel", "cancel", {{"paymentId", id}}).status == 200);
    BOOST_TEST(site.crm("/crm/activity", "activity", {{"active", 1}}).status == 400);
    BOOST_TEST(site.crm("/crm/activity", "activity", {{"active", true}}, "nobody").status == 404);
    BOOST_TEST(
        site.crm("/crm/settings", "settings", {{"timezone", {{"value", "Asia/Almaty"}}}}).status ==
        200);
}

BOOST_AUTO_TEST_CASE(hooks_are_refused_by_what_is_wrong_with_them) {
    Site site;
    const auto shop = site.store_of();
    const std::string path = "/hooks/uapay/" + shop.hook_token.reveal();
    BOOST_TEST(site.call("POST", path, "x").status == 400);
    BOOST_TEST(site.call("POST", "/hooks/uapay/short", "x").status == 404);
    BOOST_TEST(site.call("POST", "/hooks/other/" + shop.hook_token.reveal(), "x").status == 404);
    BOOST_TEST(site.meter.values.at("hooks_refused_total,gateway=uapay,reason=unreadable") == 1);
    BOOST_TEST(site.meter.values.at("hooks_refused_total,gateway=unknown,reason=token_unknown") ==
               1);
    const std::string guess = "/hooks/uapay/" + std::string(43, 'g');
    for (int i = 0; i < 3; ++i) BOOST_TEST(site.call("POST", guess, "x").status == 404);
    const Answer limited = site.call("POST", guess, "x");
    BOOST_TEST(limited.status == 429);
    BOOST_TEST(header(limited, "Retry-After") == "60");
    // A good address is open to the same caller all the same, also one that was never used.
    BOOST_TEST(site.call("POST", path, "x").status == 400);
    const auto fresh = site.store_of("Fresh");
    BOOST_TEST(site.call("POST", "/hooks/uapay/" + fresh.hook_token.reveal(), "x").status == 400);
    BOOST_TEST(site.about.connection == site.connection.id.value);
}

BOOST_AUTO_TEST_CASE(hooks_are_counted_by_what_they_say) {
    Site site;
    const auto shop = site.store_of();
    const std::string path = "/hooks/uapay/" + shop.hook_token.reveal();
    const auto send = [&](domain::GatewayStatus status, const std::string& key) {
        port::HookFact hook;
        hook.gateway_invoice = domain::GatewayId("nobody's");
        hook.fact.status = status;
        hook.event_key = key;
        hook.understood = key != "odd";
        site.gateways.uapay.hook = hook;
        BOOST_TEST(site.call("POST", path, "x").status == 200);
    };
    send(domain::GatewayStatus::held, "one");
    send(domain::GatewayStatus::held, "one");
    send(domain::GatewayStatus::processing, "two");
    send(domain::GatewayStatus::processing, "odd");
    const std::string name = "hook_facts_total,gateway=uapay,kind=";
    for (const char* each : {"held,outcome=unmatched", "held,outcome=repeated",
                             "processing,outcome=unmatched", "unknown,outcome=unmatched"})
        BOOST_TEST(site.meter.values[name + each] == 1, each);
}

BOOST_AUTO_TEST_CASE(a_request_says_what_it_was_about) {
    Site site;
    const auto shop = site.store_of();
    const std::string account = site.connection.id.value;
    const auto is = [&](const std::string& invoice) {
        return site.about.connection == account && site.about.invoice == invoice;
    };
    const json made = body_of(site.crm("/payment/create", "create", site.order(shop)));
    const std::string id = made.at("result").at("paymentId").get<std::string>();
    BOOST_TEST(is(id));
    for (const char* action : {"status", "approve", "refund", "cancel"}) {
        site.crm(std::string("/payment/") + action, action, {{"paymentId", id}});
        BOOST_TEST(is(id), action);
    }
    site.crm("/payment/create", "create", json::object());
    BOOST_TEST(is(""));
    const std::string url = made.at("result").at("invoiceUrl").get<std::string>();
    site.call("GET", url.substr(std::string("https://till.example").size()));
    BOOST_TEST(is(id));
    site.sign_in();
    const Answer link = site.admin("POST", "/merchants/" + shop.id.value + "/test-link");
    BOOST_TEST(is(body_of(link).at("paymentId").get<std::string>()));
    site.call("GET", "/settings/" + site.connection.settings_token.reveal());
    BOOST_TEST(is(""));
    site.call("GET", "/settings", "", {{"cookie", "tillbridge_session=" + site.cookie}});
    BOOST_TEST(is(""));
    site.crm("/payment/status", "status", {{"paymentId", id}}, "nobody");
    BOOST_TEST(site.about.connection == "");
}

BOOST_AUTO_TEST_CASE(errors_before_the_form_is_read_speak_the_accounts_language) {
    Site site;
    const std::string client = "clientId=" + encode(site.connection.client_id.reveal());
    const auto message = [&](const std::string& body, const std::string& type,
                             const std::string& accept = "") {
        const Answer answer = site.call("POST", "/payment/create", body,
                                        {{"content-type", type}, {"accept-language", accept}});
        BOOST_TEST(answer.status >= 400);
        return body_of(answer).at("errorMsg").get<std::string>().substr(0, 3);
    };
    const std::string form = "application/x-www-form-urlencoded";
    BOOST_TEST(message("create=%FF&" + client, form) == "uk:");
    BOOST_TEST(message(client + "&create={}", "application/json") == "uk:");
    BOOST_TEST(message("clientId=%FF", form, "es") == "es:");
    BOOST_TEST(message("clientId=nobody", form, "kk-KZ, ru") == "kk:");
    BOOST_TEST(message("create={}", form) == "ru:");

    Request request;
    const auto language = [&] { return client_language(site.services, request); };
    BOOST_TEST(language() == "ru");
    request.headers["accept-language"] = "es";
    BOOST_TEST(language() == "es");
    site.sign_in();
    request.headers["cookie"] = "tillbridge_session=" + site.cookie;
    BOOST_TEST(language() == "uk");
    request.headers["x-language"] = "en";
    BOOST_TEST(language() == "en");
    request.headers = {};
    request.query = client;
    BOOST_TEST(language() == "uk");
}

BOOST_AUTO_TEST_CASE(a_refunded_link_says_so) {
    Site site;
    const auto shop = site.store_of();
    const json result =
        body_of(site.crm("/payment/create", "create", site.order(shop))).at("result");
    const domain::InvoiceId id(result.at("paymentId").get<std::string>());
    site.store.write([&](port::Tx& tx) {
        auto invoice = tx.invoices().find(site.connection.id, id).value();
        invoice.state = domain::InvoiceState::refunded;
        tx.invoices().save(invoice);
    });
    const std::string url = result.at("invoiceUrl").get<std::string>();
    const Answer page = site.call("GET", url.substr(std::string("https://till.example").size()));
    BOOST_TEST(page.status == 410);
    BOOST_TEST(has(page.body, "uk:page.refunded.title"));
}

BOOST_AUTO_TEST_CASE(what_says_everything_in_its_path_needs_no_body) {
    Site site;
    const auto needs = [&](const std::string& path) {
        return site.router->match("POST", path).route->needs_body;
    };
    for (const char* path : {"/activate", "/deactivate", "/check", "/test-link", "/payment-type"})
        BOOST_TEST(!needs(std::string("/api/settings/merchants/m1") + path), path);
    for (const char* path : {"/api/settings/sessions/end", "/api/settings/link/renew",
                             "/api/settings/connection/check"})
        BOOST_TEST(!needs(path), path);
    for (const char* path : {"/payment/create", "/api/settings/merchants",
                             "/api/settings/connection", "/hooks/uapay/token"})
        BOOST_TEST(needs(path), path);
}

BOOST_AUTO_TEST_CASE(a_buyer_is_sent_to_the_gateway_or_told_what_became_of_it) {
    Site site;
    const auto shop = site.store_of("<b>Shop</b>");
    const json result =
        body_of(site.crm("/payment/create", "create", site.order(shop))).at("result");
    const std::string url = result.at("invoiceUrl").get<std::string>();
    const std::string path = url.substr(std::string("https://till.example").size());

    for (const char* method : {"GET", "HEAD"}) {
        const Answer open = site.call(method, path);
        BOOST_TEST(open.status == 303);
        BOOST_TEST(header(open, "Location") == "https://pay.example/1");
    }
    const Answer back = site.call("GET", path + "/return");
    BOOST_TEST(back.status == 303);
    BOOST_TEST(header(back, "Location") == "https://shop.example/thanks");

    site.crm("/payment/cancel", "cancel", {{"paymentId", result.at("paymentId")}});
    const Answer gone = site.call("GET", path);
    BOOST_TEST(gone.status == 410);
    BOOST_TEST(has(gone.body, "<html lang=\"uk\">"));
    BOOST_TEST(has(gone.body, "uk:page.canceled.title"));
    BOOST_TEST(has(gone.body, "&lt;b&gt;Shop&lt;/b&gt;"));
    BOOST_TEST(has(gone.body, "href=\"https://shop.example/thanks\""));
    BOOST_TEST(!has(gone.body, "<script"));
    BOOST_TEST(has(header(gone, "Content-Security-Policy"), "default-src 'none'"));
}

BOOST_AUTO_TEST_CASE(unknown_links_all_look_the_same_and_are_counted) {
    Site site;
    const auto shop = site.store_of();
    const std::string url = body_of(site.crm("/payment/create", "create", site.order(shop)))
                                .at("result")
                                .at("invoiceUrl")
                                .get<std::string>();
    const std::string known = url.substr(std::string("https://till.example").size());
    BOOST_TEST(site.call("GET", known).status == 303);

    const Answer unknown = site.call("GET", "/pay/abcdefghijk", "", {{"accept-language", "en"}});
    BOOST_TEST(unknown.status == 404);
    BOOST_TEST(has(unknown.body, "en:page.unknown.title"));
    const Answer malformed = site.call("GET", "/pay/%3Cscript%3E", "", {{"accept-language", "en"}});
    BOOST_TEST(malformed.status == 404);
    BOOST_TEST(malformed.body == unknown.body);
    BOOST_TEST(site.call("GET", "/pay/abcdefghijk/return").status == 404);
    const Answer limited = site.call("GET", "/pay/abcdefghijk");
    BOOST_TEST(limited.status == 429);
    BOOST_TEST(header(limited, "Retry-After") == "60");
    BOOST_TEST(site.call("GET", known).status == 303);
    json second = site.order(shop);
    second["invoiceUuid"] = "u-2";  // a link that nobody has opened yet
    const std::string fresh = body_of(site.crm("/payment/create", "create", second))
                                  .at("result")
                                  .at("invoiceUrl")
                                  .get<std::string>();
    BOOST_TEST(site.call("GET", fresh.substr(std::string("https://till.example").size())).status ==
               303);
    site.clock.advance(std::chrono::minutes(1));
    BOOST_TEST(site.call("GET", "/pay/abcdefghijk").status == 404);
}

BOOST_AUTO_TEST_CASE(a_buyer_who_is_back_early_waits_for_a_while) {
    Site site;
    const auto shop = site.store_of();
    json order = site.order(shop);
    order.erase("returnUrl");
    const std::string url = body_of(site.crm("/payment/create", "create", order))
                                .at("result")
                                .at("invoiceUrl")
                                .get<std::string>();
    const std::string path = url.substr(std::string("https://till.example").size()) + "/return";
    const Answer first = site.call("GET", path);
    BOOST_TEST(first.status == 200);
    BOOST_TEST(header(first, "Refresh") == "3; url=" + path + "?n=1");
    BOOST_TEST(header(site.call("GET", path + "?n=9"), "Refresh") == "30; url=" + path + "?n=10");
    for (const char* last : {"?n=12", "?n=99999999"}) {
        const Answer ended = site.call("GET", path + last);
        BOOST_TEST(header(ended, "Refresh") == "");
        BOOST_TEST(has(ended.body, "href=\"" + path + "\""));  // by hand it goes on
    }
}

BOOST_AUTO_TEST_CASE(an_admin_comes_in_by_the_account_url) {
    for (const std::string scheme : {"https", "http"}) {
        Site site(scheme + "://till.example");
        const Answer in = site.call("GET", "/settings/" + site.connection.settings_token.reveal());
        BOOST_TEST(in.status == 303);
        BOOST_TEST(header(in, "Location") == "/settings");
        const std::string cookie = header(in, "Set-Cookie");
        BOOST_TEST(has(cookie, "tillbridge_session="));
        for (const char* flag : {"; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=43200"})
            BOOST_TEST(has(cookie, flag));
        BOOST_TEST(has(cookie, "; Secure") == (scheme == "https"));
        const std::string value = cookie.substr(0, cookie.find(';'));
        BOOST_TEST(site.call("GET", "/settings", "", {{"cookie", value}}).status == 200);
        BOOST_TEST(site.call("GET", "/api/settings", "", {{"cookie", value}}).status == 200);
    }
    Site site;
    BOOST_TEST(site.call("GET", "/settings/guess").status == 404);
    BOOST_TEST(site.call("GET", "/settings").status == 401);
    BOOST_TEST(site.call("GET", "/settings", "", {{"cookie", "tillbridge_session=x"}}).status ==
               401);
}

BOOST_AUTO_TEST_CASE(the_settings_page_is_escaped) {
    Site site;
    site.store_of("<img src=x>");
    site.sign_in();
    const Answer page =
        site.call("GET", "/settings", "", {{"cookie", "tillbridge_session=" + site.cookie}});
    BOOST_TEST(has(page.body, "&lt;img src=x&gt;"));
    BOOST_TEST(!has(page.body, "<img"));
    BOOST_TEST(!has(page.body, "1a2b"));
}

BOOST_AUTO_TEST_CASE(the_api_wants_the_cookie_and_the_token) {
    Site site;
    const auto shop = site.store_of();
    const std::pair<const char*, std::string> calls[] = {
        {"GET", ""},
        {"POST", "/merchants"},
        {"PATCH", "/merchants/" + shop.id.value},
        {"POST", "/merchants/" + shop.id.value + "/activate"},
        {"POST", "/merchants/" + shop.id.value + "/deactivate"},
        {"POST", "/merchants/" + shop.id.value + "/check"},
        {"POST", "/merchants/" + shop.id.value + "/test-link"},
        {"POST", "/merchants/" + shop.id.value + "/payment-type"},
        {"POST", "/connection"},
        {"POST", "/sessions/end"},
        {"POST", "/link/renew"},
    };
    for (const auto& [method, path] : calls) {
        BOOST_TEST(
            error_of(site.call(method, "/api/settings" + path)) == "401 request.unauthorized ",
            path);
    }
    site.sign_in();
    site.csrf = "guess";
    for (const auto& [method, path] : calls)
        if (std::string(method) != "GET")
            BOOST_TEST(error_of(site.admin(method, path, json::object())) == "403 request.csrf ",
                       path);
    BOOST_TEST(site.store.data().merchants.size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_admin_sees_everything_but_secrets) {
    Site site;
    const auto shop = site.store_of();
    site.host.types.value = {{"card", "By card", true, shop.id}, {"cash", "Cash", true, {}}};
    site.sign_in();
    const Answer answer = site.admin("GET", "");
    BOOST_REQUIRE(answer.status == 200);
    BOOST_TEST(!has(answer.body, "a-very-secret"));
    const json all = body_of(answer);
    BOOST_TEST(all.at("csrfToken").get<std::string>() == site.csrf);
    BOOST_TEST(all.at("connection").at("publicUrl").get<std::string>() ==
               "https://shop.retailcrm.ru");
    for (const char* name : {"crmUrl", "active", "frozen", "locale", "currency", "timezone",
                             "scopes", "missingScopes"})
        BOOST_TEST(all.at("connection").contains(name), name);
    const json gateway = all.at("gateways").at(0);
    BOOST_TEST(gateway.at("code").get<std::string>() == "uapay");
    BOOST_TEST(gateway.at("capabilities").at("twoStage").get<bool>());
    BOOST_TEST(gateway.at("fields").size() == 2U);
    const json store = all.at("merchants").at(0);
    BOOST_TEST(store.at("id").get<std::string>() == shop.id.value);
    BOOST_TEST(store.at("hookUrl").get<std::string>() ==
               "https://till.example/hooks/uapay/" + shop.hook_token.reveal());
    BOOST_TEST(store.at("credentials").at("secretKey").at("set").get<bool>());
    BOOST_TEST(store.at("credentials").at("secretKey").at("hint").get<std::string>() == "••••1a2b");
    BOOST_TEST(store.at("options").at("holdEnd").get<std::string>() == "void");
    BOOST_TEST(all.at("paymentTypes").at(0).at("merchantId").get<std::string>() == shop.id.value);
    BOOST_TEST(all.at("paymentTypes").at(1).at("merchantId").is_null());
    BOOST_TEST(body_of(site.admin("GET", "?offset=1")).at("merchants").empty());
    BOOST_TEST(error_of(site.admin("GET", "?offset=x")) == "400 request.field_invalid offset");
}

BOOST_AUTO_TEST_CASE(a_crm_that_is_down_is_a_problem_and_no_error) {
    Site site;
    site.host.types.answer = test::FakeHost::answer(port::HostResult::silent, "crm.unreachable");
    site.sign_in();
    const json all = body_of(site.admin("GET", ""));
    BOOST_TEST(all.at("paymentTypes").empty());
    BOOST_REQUIRE(!all.at("problems").empty());
    for (const char* name : {"key", "what", "todo", "since", "times", "subject"})
        BOOST_TEST(all.at("problems").at(0).contains(name), name);
}

BOOST_AUTO_TEST_CASE(a_gateways_own_options_are_declared_kept_and_checked) {
    Site site;
    site.sign_in();
    port::Field methods, demo, limit;
    methods.code = "methods";
    methods.type = "list";
    methods.choices = {{"card", {{"en", "Card"}}}, {"fast", {{"en", "Fast"}}}};
    demo.code = "demo";
    demo.type = "bool";
    limit.code = "limit";
    limit.type = "number";
    limit.fallback = "1";
    site.gateways.uapay.about_.options = {methods, demo, limit};

    const json declared = body_of(site.admin("GET", "")).at("gateways").at(0).at("options");
    BOOST_TEST(declared.at(0).at("choices").at(1).at("value").get<std::string>() == "fast");
    BOOST_TEST(declared.at(2).at("default").get<std::string>() == "1");
    const auto draft = [](const json& options) {
        return json{{"gateway", "uapay"},
                    {"name", "One"},
                    {"credentials", {{"shopId", "7"}, {"secretKey", "a-long-secret-1a2b"}}},
                    {"options", options}};
    };
    const json wanted = {{"methods", {"card", "fast"}}, {"demo", true}, {"limit", "2.50"}};
    const json made = body_of(site.admin("POST", "/merchants", draft(wanted))).at("merchant");
    for (const auto& [code, value] : wanted.items())
        BOOST_TEST(made.at("options").at(code) == value, code);
    // What is taken away has the gateway's default again; what is not named stays.
    const std::string path = "/merchants/" + made.at("id").get<std::string>();
    const json changed = body_of(
        site.admin("PATCH", path, {{"options", {{"limit", nullptr}, {"methods", json::array()}}}}));
    const json left = changed.at("merchant").at("options");
    BOOST_TEST(left.at("limit").get<std::string>() == "1");
    BOOST_TEST(left.at("methods").empty());
    BOOST_TEST(left.at("demo").get<bool>());
    const std::pair<json, std::string> wrong[] = {
        {{{"limit", "many"}}, "400 options.invalid limit"},
        {{{"limit", true}}, "400 request.field_invalid limit"},
        {{{"demo", "yes"}}, "400 options.invalid demo"},
        {{{"methods", {1}}}, "400 request.field_invalid methods"},
        {{{"methods", std::string(16001, 'x')}}, "400 request.field_too_long methods"},
    };
    for (const auto& [options, error] : wrong)
        BOOST_TEST(error_of(site.admin("POST", "/merchants", draft(options))) == error,
                   options.dump().substr(0, 60));
}

BOOST_AUTO_TEST_CASE(an_admin_adds_and_changes_stores) {
    Site site;
    site.sign_in();
    const json draft = {{"gateway", "uapay"},
                        {"name", "One"},
                        {"credentials", {{"shopId", "7"}, {"secretKey", "a-long-secret-1a2b"}}},
                        {"options", {{"twoStage", true}, {"linkLifetimeMinutes", 60}}}};
    const Answer added = site.admin("POST", "/merchants", draft);
    BOOST_REQUIRE(added.status == 201);
    BOOST_TEST(!has(added.body, "a-long-secret"));
    const json merchant = body_of(added).at("merchant");
    BOOST_TEST(merchant.at("options").at("twoStage").get<bool>());
    BOOST_TEST(merchant.at("active").get<bool>());
    const std::string path = "/merchants/" + merchant.at("id").get<std::string>();

    const Answer renamed = site.admin("PATCH", path, {{"name", "Two"}});
    BOOST_TEST(renamed.status == 200);
    BOOST_TEST(body_of(renamed).at("merchant").at("name").get<std::string>() == "Two");
    BOOST_TEST(body_of(renamed).at("merchant").at("options").at("twoStage").get<bool>());
    for (const bool active : {false, true}) {
        const Answer switched = site.admin("POST", path + (active ? "/activate" : "/deactivate"));
        BOOST_TEST(switched.status == 200);
        BOOST_TEST(body_of(switched).at("merchant").at("active").get<bool>() == active);
    }
    BOOST_TEST(site.admin("POST", path + "/check").status == 200);
    const Answer link = site.admin("POST", path + "/test-link");
    BOOST_TEST(link.status == 200);
    BOOST_TEST(has(body_of(link).at("url").get<std::string>(), "https://till.example/pay/"));
    BOOST_TEST(site.admin("POST", path + "/payment-type").status == 200);
    site.host.types.value = {
        {"card", "By card", true, domain::MerchantId(merchant.at("id").get<std::string>())}};
    BOOST_TEST(error_of(site.admin("POST", path + "/payment-type")) == "409 payment_type.exists ");
    site.admin("POST", path + "/deactivate");
    BOOST_TEST(error_of(site.admin("POST", path + "/test-link")) == "403 merchant.inactive ");
    BOOST_TEST(error_of(site.admin("PATCH", "/merchants/other", {{"name", "x"}})) ==
               "404 merchant.unknown ");
}

BOOST_AUTO_TEST_CASE(the_api_names_the_field_that_is_wrong) {
    Site site;
    const auto shop = site.store_of();
    site.sign_in();
    const json draft = {{"gateway", "uapay"},
                        {"name", "One"},
                        {"credentials", {{"shopId", "7"}, {"secretKey", "k"}}}};
    struct Case {
        const char* name;
        json value;
        std::string error;
    };
    const std::string invalid = "400 request.field_invalid ";
    const Case cases[] = {
        {"gateway", nullptr, "400 request.field_missing gateway"},
        {"gateway", 5, invalid + "gateway"},
        {"gateway", "none", "400 gateway.unknown gateway"},
        {"name", nullptr, "400 request.field_missing name"},
        {"name", json::array(), invalid + "name"},
        {"name", std::string(256, 'x'), "400 request.field_too_long name"},
        {"credentials", 5, invalid + "credentials"},
        {"credentials", {{"shopId", 7}}, invalid + "shopId"},
        {"credentials", {{"other", "x"}}, invalid + "other"},
        {"credentials",
         {{"secretKey", std::string(20000, 'x')}},
         "400 request.field_too_long secretKey"},
        {"options", "x", invalid + "options"},
        {"options", {{"twoStage", "yes"}}, invalid + "twoStage"},
        {"options", {{"holdEnd", "keep"}}, invalid + "holdEnd"},
        {"options", {{"holdEnd", true}}, invalid + "holdEnd"},
        {"options", {{"linkLifetimeMinutes", -1}}, invalid + "linkLifetimeMinutes"},
        {"options", {{"linkLifetimeMinutes", "60"}}, invalid + "linkLifetimeMinutes"},
        {"options", {{"linkLifetimeMinutes", 99999999}}, invalid + "linkLifetimeMinutes"},
        {"options", {{"colour", 1}}, invalid + "colour"},
        {"extra", 1, invalid + "extra"},
    };
    for (const Case& c : cases) {
        json body = draft;
        body[c.name] = c.value;
        BOOST_TEST(error_of(site.admin("POST", "/merchants", body)) == c.error,
                   c.name << " " << c.value.dump().substr(0, 60));
    }
    const std::string path = "/merchants/" + shop.id.value;
    BOOST_TEST(error_of(site.admin("PATCH", path, {{"gateway", "x"}})) == invalid + "gateway");
    BOOST_TEST(error_of(site.admin("PATCH", path, {{"name", ""}})) ==
               "400 request.field_missing name");
    BOOST_TEST(error_of(site.admin("PATCH", path, json::array())) == "400 request.malformed ");
    BOOST_TEST(error_of(site.admin("POST", "/connection", {{"apiKey", ""}})) ==
               "400 request.field_missing apiKey");
    BOOST_TEST(error_of(site.admin("POST", "/connection", {{"apiKey", 5}})) == invalid + "apiKey");
    for (const char* text : {"", "{", "[]", "{\"a\":1,\"a\":1}", "{\"name\":\"\xff\"}"})
        BOOST_TEST(site.call("POST", "/api/settings/merchants", text,
                             {{"cookie", "tillbridge_session=" + site.cookie},
                              {"x-csrf-token", site.csrf}})
                           .status == 400,
                   text);
    BOOST_TEST(site.call("POST", "/api/settings/merchants", "a=1",
                         {{"cookie", "tillbridge_session=" + site.cookie},
                          {"x-csrf-token", site.csrf},
                          {"content-type", "application/x-www-form-urlencoded"}})
                   .status == 415);
    BOOST_TEST(site.store.data().merchants.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_gateway_names_a_field) {
    Site site;
    site.sign_in();
    const json draft = {{"gateway", "uapay"},
                        {"name", "One"},
                        {"credentials", {{"shopId", "7"}, {"secretKey", "k"}}}};
    const std::pair<domain::Error, std::string> cases[] = {
        {{"credentials.refused", "no", "shopId", {}}, "422 credentials.refused shopId"},
        {{"credentials.refused", "no", "", {}}, "422 credentials.refused secretKey"},
        {{"credentials.malformed", "", "credentials.shopId", {}},
         "422 credentials.malformed shopId"},
        {{"gateway.refused", "no", "", {}}, "422 gateway.refused secretKey"},
        {{"gateway.silent", "", "", {}}, "504 gateway.silent "},
        {{"gateway.unavailable", "", "", {}}, "502 gateway.unavailable "},
        {{"gateway.clock_skew", "", "", {}}, "502 gateway.clock_skew "},
    };
    for (const auto& [error, expected] : cases) {
        site.gateways.uapay.credentials = tl::unexpected(error);
        BOOST_TEST(error_of(site.admin("POST", "/merchants", draft)) == expected);
    }
    BOOST_TEST(site.store.data().merchants.empty());
    site.host.account.answer =
        test::FakeHost::answer(port::HostResult::key_rejected, "crm.key_rejected", 403);
    BOOST_TEST(error_of(site.admin("POST", "/connection", {{"apiKey", "new"}})) ==
               "422 crm.key_rejected apiKey");
}

BOOST_AUTO_TEST_CASE(an_admin_signs_everybody_out) {
    Site site;
    site.sign_in();
    const Answer ended = site.admin("POST", "/sessions/end");
    BOOST_TEST(ended.status == 200);
    BOOST_TEST(has(header(ended, "Set-Cookie"), "Max-Age=0"));
    BOOST_TEST(site.admin("GET", "").status == 401);
    site.sign_in();
    const Answer renewed = site.admin("POST", "/link/renew");
    BOOST_TEST(renewed.status == 200);
    BOOST_TEST(has(body_of(renewed).at("accountUrl").get<std::string>(),
                   "https://till.example/settings/"));
    BOOST_TEST(site.call("GET", "/settings/" + site.connection.settings_token.reveal()).status ==
               404);
}

BOOST_AUTO_TEST_CASE(another_account_sees_nothing) {
    Site site;
    const auto shop = site.store_of();
    site.host.account.value.public_url = "https://other.retailcrm.ru";
    site.connection = site.connections.connect(domain::Secret("key2"), "https://other.retailcrm.ru")
                          .value()
                          .connection;
    site.sign_in();
    BOOST_TEST(error_of(site.admin("PATCH", "/merchants/" + shop.id.value, {{"name", "x"}})) ==
               "404 merchant.unknown ");
    BOOST_TEST(body_of(site.admin("GET", "")).at("merchants").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::handlers::handlers_api_test
