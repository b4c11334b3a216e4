// Links of the emulated Prodamus, their refusals, and the buyer's way through the payment page.
#include "tests/e2e/prodamus_sandbox.hpp"

namespace tillbridge::harness::prodamus_sandbox_link_test {

BOOST_FIXTURE_TEST_SUITE(prodamus_sandbox_links, ProdamusPage)

BOOST_AUTO_TEST_CASE(a_link_in_every_answer_form) {
    const Json data = {{"do", "link"}, {"order_sum", "10"}};
    const auto text = ask(data);
    BOOST_TEST(text.status == 200);
    BOOST_TEST(text.body.find(sandbox.url() + "/prodamus/l/") == 0U);
    BOOST_TEST(text.header("content-type") == "text/html; charset=WINDOWS-1251");
    Json json = data;
    json["type"] = "json";
    const auto as_json = ask(json);
    BOOST_TEST(as_json.json().at("payment_link") != text.body);
    const auto pay = sandbox.http().get("/prodamus/" + host + "/?do=pay&order_sum=12.50");
    BOOST_TEST(pay.status == 302);
    const Json links = sandbox.get("/prodamus/links").at("links");
    BOOST_TEST(links.back().at("url") == pay.header("location"));
    BOOST_TEST(links.back().at("amount") == 1250);
}

BOOST_AUTO_TEST_CASE(refusals_have_their_text) {
    const auto refused = [&](Json data, const std::string& with_key = {}) {
        const auto answer = ask(data, with_key);
        BOOST_TEST(answer.status == 400);
        return answer.body;
    };
    const Json good = {{"do", "link"}, {"order_sum", "10"}};
    const auto with = [&](const char* name, const char* value) {
        Json data = good;
        data[name] = value;
        return data;
    };
    BOOST_TEST(refused(good, "wrong") == "Ошибка подписи передаваемых данных. Оплата отменена");
    BOOST_TEST(refused({{"order_sum", "10"}}) == "Неизвестный запрос");
    BOOST_TEST(refused({{"do", "link"}}) == "required parameter missing: products");
    BOOST_TEST(refused(with("order_sum", "10,5")) == "invalid value: order_sum");
    BOOST_TEST(refused(with("currency", "RUB")) == "invalid value: currency");
    BOOST_TEST(refused(with("link_expired", "01.01.2020 10:00")) ==
               "link_expired must be in the future");
    BOOST_TEST(refused(with("link_expired", "tomorrow")) == "invalid value: link_expired");
    BOOST_TEST(refused(with("subscription", "1")) == "subscription not found");
    BOOST_TEST(refused(with("discount_value", "10")) == "invalid value: discount_value");
    set({{"minSum", 10000}});
    BOOST_TEST(refused(good) == "order sum is below the minimum");
    BOOST_TEST(ask(with("type", "json")).json().at("error") == "order sum is below the minimum");
    // The same texts under status 200: a client must not take them for a link.
    set({{"errors200", true}});
    const auto hidden = ask(good);
    BOOST_TEST(hidden.status == 200);
    BOOST_TEST(hidden.body == "order sum is below the minimum");
    BOOST_TEST(sandbox.http().get("/prodamus/nobody.payform.ru/?do=link&order_sum=1").body ==
               "Неизвестный запрос");
}

BOOST_AUTO_TEST_CASE(the_page_asks_for_the_phone_then_for_the_method) {
    const auto url = link({{"customer_phone", ""},
                           {"discount_value", "1"},
                           {"demo_mode", "1"},
                           {"available_payment_methods", "AC|SBP"},
                           {"urlSuccess", "http://shop.example/ok"},
                           {"customer_extra", "Полная <оплата>"}});
    const auto here = path_of(url);
    const auto post = [&](const Fields& fields) {
        return sandbox.http().post_form(here, fields).header("location");
    };
    auto page = sandbox.http().get(here);
    BOOST_TEST(holds(page, "<s id=\"full\">201.00 rub</s> <strong id=\"amount\">200.00 rub"));
    BOOST_TEST(holds(page, "Полная &lt;оплата&gt;"));
    BOOST_TEST(holds(page, "id=\"phone\""));
    BOOST_TEST(!holds(page, "id=\"methods\""));
    BOOST_TEST(post({{"action", "phone"}, {"phone", "8-nope"}}).find("said=") != std::string::npos);
    BOOST_TEST(post({{"action", "phone"}, {"phone", "79990000005"}}) == here);
    page = sandbox.http().get(here);
    BOOST_TEST(holds(page, "(AC)"));
    BOOST_TEST(holds(page, "(SBP)"));
    BOOST_TEST(!holds(page, "(ACkz)"));
    const auto order = post({{"action", "choose"}, {"method", "AC"}});
    page = sandbox.http().get(order);
    BOOST_TEST(holds(page, "id=\"card\""));
    const auto id = order.substr(order.find("order=") + 6);
    post({{"action", "card"}, {"order", id}, {"number", "4276 0000 0000 0000"}});
    BOOST_TEST(holds(sandbox.http().get(order), "id=\"card\""));  // no test card
    post({{"action", "card"},
          {"order", id},
          {"number", "4111 1111 1111 1111"},
          {"expiry", "12/24"},
          {"code", "123"}});
    BOOST_TEST(holds(sandbox.http().get(order), "id=\"password\""));
    BOOST_TEST(post({{"action", "3ds"}, {"order", id}, {"password", "12345678"}}) ==
               "http://shop.example/ok");
    const Json data = delivered(1).at(0).at("data");
    BOOST_TEST(data.at("sum") == "200.00");
    BOOST_TEST(data.at("order_num") == "A-1");
    BOOST_TEST(data.at("customer_phone") == "+79990000005");
    BOOST_TEST(data.at("maskedPan") == "411111******1111");
    BOOST_TEST(data.at("demo_mode") == "1");
}

BOOST_AUTO_TEST_CASE(a_link_ends_by_its_limit_and_by_its_date) {
    const auto twice = link({{"payments_limit", "2"}});
    BOOST_TEST(payer(twice).at("ok").get<bool>());
    BOOST_TEST(payer(twice).at("ok").get<bool>());
    BOOST_TEST(!payer(twice).at("ok").get<bool>());
    const auto dated = link({{"link_expired", "31.12.2098 23:59"}});
    BOOST_TEST(sandbox.get("/prodamus/links").at("links").back().at("expiresAt") ==
               "2098-12-31T20:59:00.000Z");  // Moscow
    sandbox.advance_clock(75.0 * 365.25 * 86400);
    BOOST_TEST(!payer(dated).at("ok").get<bool>());
    BOOST_TEST(holds(sandbox.http().get(path_of(dated)), "Срок действия ссылки истёк"));
}

BOOST_AUTO_TEST_CASE(methods_follow_currency_filter_and_switches) {
    const auto offered = [&](const Json& more) {
        link(more);
        return sandbox.get("/prodamus/links").at("links").back().at("methods");
    };
    BOOST_TEST(offered({{"available_payment_methods", "nothing"}}).size() > 20U);
    BOOST_TEST(offered({{"currency", "kzt"}, {"available_payment_methods", "ACkz|SBP"}}) ==
               Json({"ACkz"}));
    const std::string few = "AC|installment_0_0_3|vsegdada_installment_0_0_4";
    set({{"methods", few}});
    BOOST_TEST(offered({{"installments_disabled", "1"}}) == Json({"AC"}));
    BOOST_TEST(offered({{"installments_disabled", "0"}}).size() == 3U);
    BOOST_TEST(offered({{"available_payment_methods", few}}).size() == 2U);
    BOOST_TEST(offered({{"currency", "usd"}}).empty());
}

BOOST_AUTO_TEST_CASE(what_a_request_may_look_like) {
    const auto send = [&](const std::string& type, const std::string& body) {
        return sandbox.http().request("POST", "/prodamus/" + host + "/", body,
                                      {{"Content-Type", type}});
    };
    const std::string field = "\r\nContent-Disposition: form-data; name=";
    BOOST_TEST(send("multipart/form-data; boundary=b", "--b" + field + "\"do\"\r\n\r\nlink\r\n--b" +
                                                           field +
                                                           "\"order_sum\"\r\n\r\n5\r\n--b--\r\n")
                   .status == 200);
    BOOST_TEST(send("application/json", R"({"do":"link","order_sum":"5"})").body ==
               "Неизвестный запрос");
    const std::string form = "application/x-www-form-urlencoded";
    BOOST_TEST(send(form, "do=link&order_sum=5&x=%FF").body == "text is not UTF-8");
    // Signed over flat names instead of the tree.
    const std::string flat = "products[0][name]";
    const auto signature =
        sandbox.post("/prodamus/sign", {{"data", {{"do", "link"}, {flat, "x"}}}, {"key", key}});
    BOOST_TEST(send(form, flat + "=x&signature=" + signature.at("signature").get<std::string>() +
                              "&do=link")
                   .status == 400);
}

BOOST_AUTO_TEST_CASE(a_buyer_leaves_or_is_refused) {
    const Json back = {{"urlReturn", "http://shop.example/back"}};
    BOOST_TEST(payer(link(back), {{"action", "leave"}}).at("go") == "http://shop.example/back");
    const Json refused = payer(link(back), {{"method", "AC"}, {"card", "4000000000000002"}});
    BOOST_TEST(refused.at("order").at("state") == "refused");
    BOOST_TEST(refused.at("go") == "http://shop.example/back");
    const auto demo = link({{"demo_mode", "1"}});
    BOOST_TEST(!payer(demo, {{"method", "AC"}, {"card", "4242424242424242"}}).at("ok").get<bool>());
    BOOST_TEST(
        payer(link(), {{"method", "AC"}, {"card", "4242424242424242"}}).at("order").at("state") ==
        "success");
    payer(demo, {{"action", "choose"}, {"method", "AC"}});
    payer(demo, {{"action", "card"}, {"card", "2200000000000053"}});
    BOOST_TEST(payer(demo, {{"action", "3ds"}, {"password", "1"}}).at("order").at("state") ==
               "refused");
    // Nothing of all this is told but the one payment.
    BOOST_TEST(delivered(1).size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_key_follows_from_the_seed) {
    const auto other = sandbox.post("/prodamus/pages", {{"host", "shop.payform.kz"}}).at("page");
    BOOST_TEST(other.at("key").get<std::string>().size() == 64U);
    BOOST_TEST(other.at("key") != key);
    link();
    sandbox.post("/reset");
    const Json pages = sandbox.get("/prodamus/pages").at("pages");
    BOOST_TEST(pages.size() == 2U);
    BOOST_TEST(pages.back().at("key") == key);
    BOOST_TEST(sandbox.get("/prodamus/links").at("links").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::harness::prodamus_sandbox_link_test
