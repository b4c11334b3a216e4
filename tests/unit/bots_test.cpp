// Bots as a service: their connections, keys, links and the rows of what they are told.
#include "module/service/bots.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "module/service/admins.hpp"
#include "module/service/bot_events.hpp"
#include "module/service/connections.hpp"
#include "module/service/effects.hpp"
#include "module/service/operations.hpp"
#include "tests/support/fake_account.hpp"

namespace tillbridge::bots_test {

using service::Bots;
using service::BotVariables;

namespace {

struct BotHost : test::FakeHost {
    std::vector<port::BotCall> calls;
    port::HostAnswer call(const domain::Connection&, const port::BotCall& call) override {
        calls.push_back(call);
        return ok();
    }
    domain::Result<std::string> normalize_callback(const std::string& typed) override {
        if (typed.find("https://") != 0) return domain::fail("bot.url_invalid");
        return typed;
    }
};

struct World : test::FakeInstallation {
    BotHost bot_host;
    service::Context bot_context{store,  gateways, bot_host, keys,  clock,
                                 random, texts,    log,      meter, settings};
    service::Operations operations{bot_context};
    service::Payments payments{bot_context, operations};
    std::vector<service::Subscriptions::Wanted> wanted;
    std::vector<port::SubscriptionIdentity> identities;
    domain::Result<service::Subscriptions::Changed> changed;
    Bots bots{bot_context, payments,
              [this](const auto&, const auto&, const auto&, const auto& who, const auto& wish,
                     const auto&) {
                  identities.push_back(who);
                  wanted.push_back(wish);
                  return changed;
              }};
    service::BotHandler handler{bot_context};
    domain::Connection bot;

    explicit World(domain::BotStyle style = domain::BotStyle::salebot) {
        Bots::Draft draft;
        draft.name = "shop";
        draft.callback_url = "https://bot.example/hear";
        draft.style = style;
        bot = bots.connect(draft).value().connection;
    }
    domain::MerchantId add_store(const char* name = "m1", const char* currency = "") {
        domain::Merchant merchant;
        merchant.connection = bot.id;
        merchant.id = domain::MerchantId(name);
        merchant.gateway = domain::GatewayCode("uapay");
        merchant.name = std::string("Store ") + name;
        merchant.hook_token = domain::Secret(std::string("hook-token-") + name);
        if (*currency != 0) merchant.options.extra["currency"] = currency;
        store.write([&](port::Tx& tx) { tx.merchants().insert(merchant); });
        return merchant.id;
    }
    domain::Result<Bots::Link> link(const BotVariables& given, const std::string& key = {}) {
        return bots.make_link(bot, given, key, {});
    }
    std::string refusal(const BotVariables& given, const std::string& key = {}) {
        const auto made = link(given, key);
        return made ? "taken" : made.error().code + " " + made.error().field;
    }
    domain::Invoice invoice(const domain::InvoiceId& id) {
        return port::look_up(store,
                             [&](const port::Tx& tx) { return tx.invoices().find(bot.id, id); })
            .value();
    }
    // The gateway's word on a payment, as it comes by whatever road.
    void report(const domain::InvoiceId& id, domain::GatewayStatus status, std::int64_t minor,
                const port::HookFact* hook = nullptr) {
        domain::fact::GatewayReport said;
        said.status = status;
        said.amount = {minor, invoice(id).amount.currency};
        said.payment = domain::GatewayId("p1");
        said.asked_at = clock.now();
        store.write([&](port::Tx& tx) {
            const auto before = tx.invoices().find(bot.id, id).value();
            const domain::Fact fact{clock.now(), domain::OperationId(random.id()), said};
            auto decision = domain::decide(before, fact);
            service::apply(bot_context, tx, fact, before, decision, {}, 0, {}, "{}", hook);
        });
    }
    // Delivers what waits for the bot. → the bodies
    std::vector<nlohmann::json> told() {
        bot_host.calls.clear();
        for (const auto& row : waiting(service::kind::kBot)) {
            handler.deliver(row);
            store.write([&](port::Tx& tx) { tx.outbox().finish(row.id); });
        }
        std::vector<nlohmann::json> bodies;
        for (const auto& call : bot_host.calls) bodies.push_back(nlohmann::json::parse(call.body));
        return bodies;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(service_bots)

BOOST_AUTO_TEST_CASE(a_bot_is_known_by_its_token_and_by_nothing_else) {
    World w;
    BOOST_TEST(domain::is_bot(w.bot.id));
    BOOST_TEST((w.bots.by_token(w.bot.client_id.reveal())->id == w.bot.id));
    BOOST_TEST(w.bots.by_token("").error().code == "bot.token_unknown");
    BOOST_TEST(w.bots.by_token("wrong").error().code == "bot.token_unknown");
    // Neither does it open the CRM's door, nor a CRM's key the bots'.
    service::Connections connections(w.bot_context);
    BOOST_TEST(!connections.by_client_id(w.bot.client_id.reveal()).has_value());
    const auto crm = connections.connect(domain::Secret("key"), "https://shop.retailcrm.ru");
    BOOST_TEST(!w.bots.by_token(crm->connection.client_id.reveal()).has_value());
}

BOOST_AUTO_TEST_CASE(a_name_is_one_bots_and_an_address_is_checked) {
    World w;
    Bots::Draft draft;
    const auto refusal = [&] { return w.bots.connect(draft).error().code; };
    BOOST_TEST(refusal() == "bot.name_invalid");
    draft.name = "shop";
    BOOST_TEST(refusal() == "bot.name_taken");
    const auto letters = [](int count) {
        std::string text;
        for (int i = 0; i < count; ++i) text += "\u0436";
        return text;
    };
    draft.name = letters(65);
    BOOST_TEST(refusal() == "bot.name_invalid");
    draft.name = letters(64);
    BOOST_TEST(w.bots.connect(draft).has_value());
    draft.name = "other";
    draft.callback_url = "http://bot.example";
    BOOST_TEST(refusal() == "bot.url_invalid");
}

BOOST_AUTO_TEST_CASE(an_account_has_bots_of_its_own) {
    World w;
    service::Connections connections(w.bot_context);
    const auto account = [&](const char* url) {
        w.bot_host.account.value.public_url = url;
        auto made = connections.connect(domain::Secret("key"), url).value().connection;
        made.currency = "UAH";
        made.timezone = "Europe/Kyiv";
        w.store.write([&](port::Tx& tx) { tx.connections().update(made); });
        return made;
    };
    const auto mine = account("https://shop.retailcrm.ru");
    const auto theirs = account("https://shop2.retailcrm.ru");
    Bots::Draft draft;
    draft.name = "shop";  // the operator's bot has this name too
    const auto made = w.bots.connect(draft, &mine).value().connection;
    BOOST_TEST(made.bot->owner.value == mine.id.value);
    BOOST_TEST(made.currency == "");  // its stores say
    BOOST_TEST(made.timezone == "Europe/Kyiv");
    BOOST_TEST(w.bots.connect(draft, &mine).error().code == "bot.name_taken");
    BOOST_TEST(w.bots.connect(draft, &theirs).has_value());
    BOOST_TEST(w.bots.connect(draft, &made).error().code == "connection.unknown");
    draft.name = "another";
    w.bots.connect(draft, &mine).value();
    std::vector<std::string> names;
    for (const auto& bot : w.bots.of_owner(mine)) names.push_back(bot.bot->name);
    BOOST_TEST(names == (std::vector<std::string>{"another", "shop"}),
               boost::test_tools::per_element());
    BOOST_TEST(w.bots.of_owner(theirs).size() == 1U);
    BOOST_TEST(w.bots.of_owner(w.bot).empty());
    for (int i = 2; i < 50; ++i) {
        draft.name = std::to_string(i);
        BOOST_TEST(w.bots.connect(draft, &mine).has_value());
    }
    draft.name = "one more";
    const auto many = w.bots.connect(draft, &mine);
    BOOST_TEST(many.error().code == "bot.too_many");
    BOOST_TEST(many.error().params.at("most") == "50");
    BOOST_TEST(w.bots.of_owner(mine).size() == 50U);
}

BOOST_AUTO_TEST_CASE(a_bot_makes_no_links_where_its_account_may_not) {
    World w;
    service::Connections connections(w.bot_context);
    auto owner =
        connections.connect(domain::Secret("key"), "https://shop.retailcrm.ru").value().connection;
    Bots::Draft draft;
    draft.name = "shop";
    w.bot = w.bots.connect(draft, &owner).value().connection;
    w.add_store();
    const BotVariables wish{{"payment_sum", "44"}};
    const auto set = [&](bool active, bool frozen) {
        owner.active = active;
        owner.frozen = frozen;
        w.store.write([&](port::Tx& tx) { tx.connections().update(owner); });
    };
    set(true, true);
    BOOST_TEST(w.refusal(wish) == "connection.frozen ");
    set(false, false);
    BOOST_TEST(w.refusal(wish) == "connection.inactive ");
    set(true, false);
    BOOST_TEST(w.link(wish).has_value());
    w.bot = w.bots.set_active(w.bot.id, false).value();
    BOOST_TEST(w.refusal(wish) == "bot.inactive ");
    w.bot = w.bots.set_active(w.bot.id, true).value();
    BOOST_TEST(w.link(wish).has_value());
    BOOST_TEST(w.bots.set_active(owner.id, false).error().code == "connection.unknown");
}

BOOST_AUTO_TEST_CASE(who_is_out_of_an_account_is_out_of_its_bots) {
    World w;
    service::Connections connections(w.bot_context);
    service::Admins admins(w.bot_context);
    const auto owner =
        connections.connect(domain::Secret("key"), "https://shop.retailcrm.ru").value().connection;
    Bots::Draft draft;
    draft.name = "shop";
    const auto bot = w.bots.connect(draft, &owner).value().connection;
    const auto enters = [&](const domain::Connection& it) {
        return admins.sign_in(it.settings_token.reveal());
    };
    const auto session = enters(bot).value().reveal();
    const auto operators = enters(w.bot).value().reveal();
    admins.end_all(bot.id);  // a bot's own admin ends what is the bot's
    BOOST_TEST(!admins.signed_in(session).has_value());
    const auto again = enters(bot).value().reveal();
    admins.end_all(owner.id);
    BOOST_TEST(!admins.signed_in(again).has_value());
    BOOST_TEST(enters(bot).has_value());
    BOOST_TEST(admins.renew_link(owner.id).has_value());
    BOOST_TEST(!enters(bot).has_value());
    BOOST_TEST(w.bots.by_token(bot.client_id.reveal()).has_value());  // it goes on selling
    BOOST_TEST(admins.signed_in(operators).has_value());
    BOOST_TEST(enters(w.bot).has_value());
}

BOOST_AUTO_TEST_CASE(each_event_does_what_its_owner_chose) {  // P-15..P-21
    World w;
    w.add_store();
    using domain::BotAction;
    const std::pair<domain::BotEvent, domain::GatewayStatus> events[] = {
        {domain::BotEvent::success, domain::GatewayStatus::paid},
        {domain::BotEvent::signed_, domain::GatewayStatus::paid},
        {domain::BotEvent::approved, domain::GatewayStatus::processing},
        {domain::BotEvent::canceled, domain::GatewayStatus::declined},
        {domain::BotEvent::rejected, domain::GatewayStatus::declined}};
    for (const auto& [event, status] : events)
        for (const auto action :
             {BotAction::call, BotAction::message, BotAction::variables, BotAction::nothing}) {
            Bots::Change change;
            change.reactions[static_cast<std::size_t>(event)] =
                domain::BotReaction{action, "Go on", ""};
            w.bot = w.bots.change(w.bot.id, change).value();
            const auto made = w.link({{"payment_sum", "44"}});
            const std::string type(to_word(event));
            port::HookFact hook;
            hook.notice_json = R"({"customer_phone":"+7"})";
            if (event != domain::BotEvent::success) hook.installment = type.substr(12);
            w.report(made->link.id, status, 4400, &hook);
            std::vector<nlohmann::json> told;
            for (auto& body : w.told())
                if (body.at("type") == type) told.push_back(std::move(body));
            const auto what = type + ' ' + std::string(to_word(action));
            BOOST_TEST(told.size() == (action == BotAction::nothing ? 0U : 1U), what);
            if (told.size() != 1U) continue;
            const bool silent = event == domain::BotEvent::signed_ && action == BotAction::call;
            BOOST_TEST(told[0].at("action") == to_word(action), what);
            BOOST_TEST(told[0].contains("message") == (action != BotAction::variables && !silent),
                       what);
            BOOST_TEST(told[0].contains("variables") == (action != BotAction::message), what);
            BOOST_TEST(told[0].at("instruction") == "Go on", what);
        }
}

BOOST_AUTO_TEST_CASE(keys_are_renewed_and_two_signing_secrets_live) {
    World w;
    const auto before = w.bot;
    const auto token = w.bots.renew_token(w.bot.id).value().client_id.reveal();
    BOOST_TEST(!w.bots.by_token(before.client_id.reveal()).has_value());
    BOOST_TEST(w.bots.by_token(token).has_value());
    const auto key = w.bots.renew_callback_key(w.bot.id).value().bot->callback_key.reveal();
    BOOST_TEST(key != before.bot->callback_key.reveal());
    const auto first = before.bot->signing_secrets.at(0).reveal();
    BOOST_TEST(first.size() == 6U + 44U);
    const auto two = w.bots.renew_signing_secret(w.bot.id).value().bot->signing_secrets;
    BOOST_REQUIRE(two.size() == 2U);
    BOOST_TEST(two[1].reveal() == first);
    const auto later = w.bots.renew_signing_secret(w.bot.id).value().bot->signing_secrets;
    BOOST_REQUIRE(later.size() == 2U);
    BOOST_TEST(later[1].reveal() == two[0].reveal());
}

BOOST_AUTO_TEST_CASE(a_link_needs_a_store_that_is_meant) {
    World w;
    BOOST_TEST(w.refusal({{"payment_sum", "100"}}) == "bot.store_missing store");
    w.add_store("m1");
    BOOST_TEST(w.refusal({{"payment_sum", "100"}}) == "taken");
    w.add_store("m2");
    const auto unclear = w.link({{"payment_sum", "100"}});
    BOOST_TEST(unclear.error().code == "bot.store_ambiguous");
    BOOST_TEST(unclear.error().params.at("stores") == "m1 (Store m1), m2 (Store m2)");
    BOOST_TEST(w.refusal({{"payment_sum", "100"}, {"store", "m2"}}) == "taken");
    BOOST_TEST(w.refusal({{"payment_sum", "100"}, {"store", "m3"}}) == "merchant.unknown store");
}

BOOST_AUTO_TEST_CASE(a_gateway_without_discounts_is_asked_for_the_rest) {  // P-06
    World w;
    w.add_store();
    const auto made = w.link({{"payment_sum", "1500"}, {"discount_value", "100.50"}});
    BOOST_REQUIRE(made.has_value());
    const auto invoice = w.invoice(made->link.id);
    BOOST_TEST(invoice.amount.minor == 139950);
    BOOST_TEST(invoice.amount.currency.code() == "UAH");  // the gateway's own
    BOOST_TEST(invoice.description == "Оплата счета " + made->order_id);
    BOOST_TEST(w.refusal({{"payment_sum", "100"}, {"discount_value", "100"}}) ==
               "bot.discount_too_large discount_value");
    BOOST_TEST(w.refusal({{"payment_sum", "1.001"}}) == "money.too_precise payment_sum");
    BOOST_TEST(w.refusal({{"payment_sum", "1"}, {"currency", "kzt"}}) ==
               "currency.not_supported currency");
    BOOST_TEST(w.refusal({{"payment_sum", "1"}, {"prodamus_subscription", "7"}}) ==
               "bot.subscription_not_supported ");
}

BOOST_AUTO_TEST_CASE(the_stores_currency_is_that_of_links_without_one) {
    World w;
    w.gateways.uapay.about_.currencies = {"UAH", "USD", "EUR"};
    w.add_store("m1", "usd");
    const auto currency = [&](const BotVariables& given) {
        const auto made = w.link(given);
        return made ? w.invoice(made->link.id).amount.currency.code() : made.error().code;
    };
    BOOST_TEST(currency({{"payment_sum", "1"}}) == "USD");
    BOOST_TEST(currency({{"payment_sum", "1"}, {"currency", "eur"}}) == "EUR");
}

BOOST_AUTO_TEST_CASE(the_same_key_gets_the_same_link) {  // P-64
    World w;
    w.add_store();
    const auto first = w.link({{"payment_sum", "100"}, {"order_id", "17"}}, "key");
    const auto again = w.link({{"payment_sum", "100"}, {"order_id", "17"}}, "key");
    BOOST_REQUIRE(first.has_value());
    BOOST_TEST((again->link.id == first->link.id));
    BOOST_TEST(again->order_id == "17");
    BOOST_TEST((w.link({{"payment_sum", "100"}})->link.id != first->link.id));
    BOOST_TEST(w.refusal({{"payment_sum", "200"}}, "key") == "payment.conflict ");
    BOOST_TEST(w.refusal({{"amount", "100"}, {"product_name", "x"}}, "key") ==
               "payment.conflict amount");
}

BOOST_AUTO_TEST_CASE(
    a_success_is_told_once_with_text_variables_and_facts) {  // P-58, P-62, P-65, P-69
    World w;
    w.add_store();
    const auto made = w.link({{"payment_sum", "44"}, {"order_id", "17"}, {"product_name", "Tea"}});
    BOOST_TEST(w.told().empty());  // a link alone is no news
    w.report(made->link.id, domain::GatewayStatus::paid, 4400);
    w.report(made->link.id, domain::GatewayStatus::paid, 4400);
    const auto told = w.told();
    BOOST_REQUIRE(told.size() == 1U);
    const auto& body = told[0];
    BOOST_TEST(body.at("type") == "payment.success");
    BOOST_TEST(body.at("message") == w.bot.bot->callback_key.reveal() + "_success");
    BOOST_TEST(body.at("variables").at("prodamus_payment_completed") == "True");
    const auto& callback = body.at("variables").at("payment_callback");
    BOOST_TEST(callback.at("sum") == "44.00");
    BOOST_TEST(callback.at("products[0][name]") == "Tea");
    BOOST_TEST(body.at("data").at("order_id") == "17");
    BOOST_TEST(body.at("data").at("state") == "paid");
    BOOST_TEST(w.waiting(service::kind::kPush).empty());
}

BOOST_AUTO_TEST_CASE(a_buttons_link_is_told_by_ten_characters_and_the_sum) {  // P-143, P-146, P-147
    World w;
    w.add_store();
    const BotVariables button{{"amount", "52.50"}, {"product_name", "Tea"}};
    const auto key = w.bot.bot->callback_key.reveal().substr(0, 10);
    const auto paid = w.link(button);
    w.report(paid->link.id, domain::GatewayStatus::paid, 5250);
    BOOST_TEST(w.told().at(0).at("message") == key + "_success 52.5");
    const auto failed = w.link(button);
    w.report(failed->link.id, domain::GatewayStatus::declined_final, 5250);
    const auto fail = w.told().at(0);
    BOOST_TEST(fail.at("message") == key + "_fail 52.5");
    BOOST_TEST(!fail.at("variables").contains("prodamus_payment_completed"));  // P-62
    const auto club = w.link(button);
    port::HookFact hook;
    hook.notice_json =
        R"({"sum":"52.50","subscription[id]":"618117","customer_phone":"+79000000000",)"
        R"("subscription[profile_id]":"55"})";
    w.report(club->link.id, domain::GatewayStatus::paid, 5250, &hook);
    // What waits holds no phone in the open.
    const auto waiting = w.waiting(service::kind::kBot);
    BOOST_REQUIRE(waiting.size() == 1U);
    BOOST_TEST(waiting[0].payload.find("79000000000") == std::string::npos);
    const auto told = w.told().at(0);
    BOOST_TEST(told.at("message") == key + "_success 618117");
    BOOST_TEST(told.at("variables").at("customer_phone") == "+79000000000");  // P-90, P-207
    BOOST_TEST(told.at("variables").at("profile_id") == "55");                // P-211
    BOOST_TEST(told.at("variables").at("payment_callback").at("subscription[id]") == "618117");
}

BOOST_AUTO_TEST_CASE(another_sum_is_told_once_and_never_as_a_success) {  // P-148
    World w;
    w.add_store();
    const auto made = w.link({{"payment_sum", "44"}});
    w.report(made->link.id, domain::GatewayStatus::paid, 4500);
    w.report(made->link.id, domain::GatewayStatus::paid, 4500);
    const auto told = w.told();
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_TEST(told[0].at("type") == "payment.different_amounts");
    const auto text = told[0].at("message").get<std::string>();
    BOOST_TEST(text.find("_different_amounts ") == 10U);
    BOOST_TEST((w.invoice(made->link.id).state == domain::InvoiceState::pending));
}

BOOST_AUTO_TEST_CASE(a_bot_that_is_away_holds_up_no_decision_about_a_hold) {
    World w;
    auto merchant = w.add_store();
    w.store.write([&](port::Tx& tx) {
        auto store = tx.merchants().find(w.bot.id, merchant).value();
        store.options.two_stage = true;
        tx.merchants().update(store);
    });
    const auto made = w.link({{"payment_sum", "44"}});
    w.report(made->link.id, domain::GatewayStatus::held, 4400);
    const auto told = w.waiting(service::kind::kBot);
    const auto asked = w.waiting(service::kind::kConsent);
    BOOST_REQUIRE(told.size() == 1U);
    BOOST_REQUIRE(asked.size() == 1U);
    BOOST_TEST(told[0].lane != asked[0].lane);
    BOOST_TEST(told[0].order_key != asked[0].order_key);
}

BOOST_AUTO_TEST_CASE(an_owner_chooses_what_an_event_does) {  // P-15, P-20, P-21
    World w;
    w.add_store();
    Bots::Change change;
    auto& reaction = change.reactions[static_cast<std::size_t>(domain::BotEvent::success)];
    const auto paid_with = [&](domain::BotReaction wish) {
        reaction = std::move(wish);
        BOOST_REQUIRE(w.bots.change(w.bot.id, change).has_value());
        const auto made = w.link({{"payment_sum", "44"}});
        w.report(made->link.id, domain::GatewayStatus::paid, 4400);
        return w.told();
    };
    using domain::BotAction;
    const auto message = paid_with({BotAction::message, "Say thanks", ""}).at(0);
    BOOST_TEST(message.contains("message"));
    BOOST_TEST(!message.contains("variables"));
    BOOST_TEST(message.at("instruction") == "Say thanks");
    const auto variables = paid_with({BotAction::variables, "", ""}).at(0);
    BOOST_TEST(variables.contains("variables"));
    BOOST_TEST(!variables.contains("message"));
    BOOST_TEST(paid_with({BotAction::nothing, "", ""}).empty());
    BOOST_TEST(paid_with({BotAction::call, "", "https://other.example/x"}).size() == 1U);
    BOOST_TEST(w.bot_host.calls.at(0).address == "https://other.example/x");
    reaction = domain::BotReaction{BotAction::call, "", "http://plain.example"};
    BOOST_TEST(w.bots.change(w.bot.id, change).error().field == "payment.success.address");
}

BOOST_AUTO_TEST_CASE(instalments_are_told_beside_the_payment) {  // P-16..P-19, P-81..P-83
    World w;
    w.add_store();
    const auto made = w.link({{"payment_sum", "44"}});
    port::HookFact hook;
    hook.notice_json = R"({"payment_status":"order_approved"})";
    hook.installment = "approved";
    w.report(made->link.id, domain::GatewayStatus::processing, 4400, &hook);
    const auto approved = w.told();
    BOOST_REQUIRE(approved.size() == 1U);
    BOOST_TEST(approved[0].at("message") == "Заявка на рассрочку одобрена");
    BOOST_TEST((w.invoice(made->link.id).state == domain::InvoiceState::pending));
    hook.installment = "rejected";
    w.report(made->link.id, domain::GatewayStatus::declined, 4400, &hook);
    const auto rejected = w.told();
    BOOST_REQUIRE(rejected.size() == 2U);
    BOOST_TEST(rejected[0].at("type") == "payment.fail");
    BOOST_TEST(rejected[1].at("message") == "Заявка на рассрочку отклонена");
    hook.installment = "signed";
    w.report(made->link.id, domain::GatewayStatus::paid, 4400, &hook);
    const auto paid = w.told();
    BOOST_REQUIRE(paid.size() == 2U);
    BOOST_TEST(paid[0].at("type") == "payment.success");
    BOOST_TEST(paid[1].at("type") == "installment.signed");
    BOOST_TEST(!paid[1].contains("message"));  // the payment's own text has said it
}

BOOST_AUTO_TEST_CASE(who_wants_a_message_of_a_signed_instalment_gets_one) {  // P-16
    World w;
    w.add_store();
    Bots::Change change;
    change.reactions[static_cast<std::size_t>(domain::BotEvent::signed_)] =
        domain::BotReaction{domain::BotAction::message, "", ""};
    w.bot = w.bots.change(w.bot.id, change).value();
    const auto made = w.link({{"payment_sum", "44"}});
    port::HookFact hook;
    hook.installment = "signed";
    w.report(made->link.id, domain::GatewayStatus::paid, 4400, &hook);
    const auto told = w.told();
    BOOST_REQUIRE(told.size() == 2U);
    BOOST_TEST(told[1].at("message") == "Рассрочка оформлена");
}

BOOST_AUTO_TEST_CASE(events_of_a_subscription_are_told_in_order) {  // P-73, P-79, P-188
    World w;
    domain::Merchant merchant;
    merchant.connection = w.bot.id;
    merchant.id = w.add_store();
    port::HookFact hook;
    auto& event = hook.subscription.emplace();
    event.product = "7";
    event.profile = "55";
    event.what = domain::SubscriptionWhat::charge_failed;
    event.error_code = "card_lost";
    const auto tell = [&] {
        w.store.write([&](port::Tx& tx) {
            service::tell_bot_of_subscription(w.bot_context, tx, merchant, hook, w.clock.now(), {});
        });
    };
    tell();
    event.what = domain::SubscriptionWhat::renewed;
    tell();
    event.what = domain::SubscriptionWhat::first_payment;  // a payment like others
    tell();
    const auto told = w.told();
    BOOST_REQUIRE(told.size() == 2U);
    BOOST_TEST(told[0].at("message") == "Не успешная оплата - Карта утеряна");
    BOOST_TEST(told[0].at("data").at("subscription_id") == "7");
    BOOST_TEST(told[0].at("data").at("last_attempt") == false);
    BOOST_TEST(told[1].at("message") == w.bot.bot->callback_key.reveal() + "_success");
}

BOOST_AUTO_TEST_CASE(calls_about_subscriptions) {  // P-92..P-98, P-105..P-108, P-210, P-212..P-218
    World w;
    w.add_store();
    w.gateways.uapay.about_.capabilities.subscriptions = true;
    const auto ask = [&](Bots::Call call, const BotVariables& given) {
        return w.bots.change_subscription(w.bot, call, given, {});
    };
    const BotVariables off{{"id_subscription", "7"},
                           {"switcher", "0"},
                           {"customer_phone", "79000000000"},
                           {"url", "https://demo.payform.ru/"},
                           {"secret_key", "x"}};
    BOOST_TEST(ask(Bots::Call::switch_on_off, off).value().empty());
    BOOST_TEST(!w.wanted.back().active);
    BOOST_TEST(w.identities.back().phone == "+79000000000");
    BOOST_TEST(ask(Bots::Call::discount, {{"subscription_id", "7"},
                                          {"discount", "10.25"},
                                          {"num", "3"},
                                          {"profile_id", "55"},
                                          {"customer_phone", "79000000000"}})
                   .value()
                   .empty());
    BOOST_TEST(w.wanted.back().discount == "10.25");
    BOOST_TEST(w.wanted.back().charges == 3);
    BOOST_TEST(w.identities.back().profile == "55");
    BOOST_TEST(w.identities.back().phone.empty());
    // Whatever a notice may have named a buyer by (no document tells its form).
    const std::string letters = "aZ-9_" + std::string(59, 'x');
    BOOST_TEST(ask(Bots::Call::switch_on_off,
                   {{"subscription_id", "7"}, {"switcher", "0"}, {"profile_id", letters}})
                   .value()
                   .empty());
    BOOST_TEST(w.identities.back().profile == letters);
    const auto date =
        ask(Bots::Call::payment_date,
            {{"subscription_id", "7"}, {"date", "01.02.2027"}, {"customer_email", "a@b.c"}});
    BOOST_TEST(date.value().empty());
    BOOST_TEST(service::moscow_text(w.wanted.back().next_payment) == "01.02.2027 00:00");

    const auto field = [&](Bots::Call call, const BotVariables& given) {
        return ask(call, given).error().field;
    };
    const std::size_t calls = w.wanted.size();
    BOOST_TEST(field(Bots::Call::switch_on_off, {{"switcher", "0"}}) == "subscription_id");
    BOOST_TEST(field(Bots::Call::switch_on_off, {{"subscription_id", "7"}, {"switcher", "0"}}) ==
               "customer_phone");
    for (const auto& [call, name] :
         {std::pair(Bots::Call::switch_on_off, "switcher"), std::pair(Bots::Call::discount, "num"),
          std::pair(Bots::Call::payment_date, "date")})
        BOOST_TEST(field(call, {{"subscription_id", "7"},
                                {"profile_id", "5"},
                                {"discount", "1"},
                                {name, "x"}}) == name);
    BOOST_TEST(w.wanted.size() == calls);  // nothing was asked of the gateway

    w.changed = domain::fail("gateway.refused", "Подписка не найдена");
    BOOST_TEST(ask(Bots::Call::switch_on_off, off).value() == "Подписка не найдена");
    w.changed = domain::fail("gateway.silent");
    BOOST_TEST(ask(Bots::Call::switch_on_off, off).error().code == "gateway.silent");
}

BOOST_AUTO_TEST_CASE(what_was_refused_is_said_in_the_language_that_was_asked_for) {
    World w;
    w.add_store();
    w.gateways.uapay.about_.capabilities.subscriptions = true;
    w.changed = domain::fail("subscription.request_invalid", {}, "discount");
    const auto said = [&](const char* language) {
        return w.bots
            .change_subscription(w.bot, Bots::Call::discount,
                                 {{"subscription_id", "7"},
                                  {"profile_id", "55"},
                                  {"discount", "0"},
                                  {"language", language}},
                                 {})
            .value();
    };
    BOOST_TEST(said("kk") == "kk:subscription.request_invalid field=discount");
    BOOST_TEST(said("") == "ru:subscription.request_invalid field=discount");  // the bot's own
}

BOOST_AUTO_TEST_CASE(a_date_in_the_past_is_refused_and_nobody_is_asked) {
    World w;
    w.add_store();
    w.gateways.uapay.about_.capabilities.subscriptions = true;
    const auto move_to = [&](const std::string& date) {
        return w.bots
            .change_subscription(w.bot, Bots::Call::payment_date,
                                 {{"subscription_id", "7"}, {"profile_id", "55"}, {"date", date}},
                                 {})
            .value();
    };
    const auto refused = "ru:subscription.date_invalid field=date";
    BOOST_TEST(move_to("01.02.2020") == refused);
    BOOST_TEST(move_to("2020-02-01 12:00") == refused);
    BOOST_TEST(move_to(service::moscow_text(w.clock.now())) == refused);
    BOOST_TEST(w.wanted.empty());
    BOOST_TEST(move_to("01.02.2099").empty());
    BOOST_TEST(w.wanted.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::bots_test
