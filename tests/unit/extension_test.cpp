// The order card's panel without sockets: what its tokens are good for, what it asks of the CRM,
// and the extension's files.
#include <Poco/DeflatingStream.h>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "handlers/extension/call_limiter.hpp"
#include "handlers/extension/files.hpp"
#include "handlers/router.hpp"
#include "module/service/inquiries.hpp"
#include "module/service/panel.hpp"
#include "tests/support/fake_account.hpp"

namespace tillbridge::extension_test {

using service::Panel;

namespace {

constexpr std::int64_t kOrder = 215;
constexpr std::int64_t kPayment = 9101;

struct Desk : test::FakeInstallation {
    service::Operations operations{context};
    service::Inquiries inquiries{context, operations};
    service::Payments payments{context, operations};
    Panel panel{context, payments, inquiries, 2};
    domain::Connection connection;
    domain::Merchant store_of_ours;

    Desk() {
        connection.id = domain::ConnectionId("c1");
        connection.client_id = domain::Secret("client-1");
        connection.currency = "UAH";
        connection.locale = "en";
        store_of_ours.connection = connection.id;
        store_of_ours.id = domain::MerchantId("m1");
        store_of_ours.gateway = domain::GatewayCode("uapay");
        store_of_ours.name = "Shop";
        store.write([&](port::Tx& tx) {
            tx.connections().insert(connection);
            tx.merchants().insert(store_of_ours);
        });
        host.types.value = {{"till-1", "Card", true, store_of_ours.id}};
        host.orders.value.number = "215C";
        host.orders.value.payments = {{kPayment, "till-1", "121.5", false},
                                      {7, "cash", "9", false}};
        gateways.uapay.about_.capabilities.refund = true;
        gateways.uapay.about_.capabilities.status_query = true;
        // The CRM calls our own create, as it does for its own button.
        host.while_creating = [this](const domain::Connection& account, std::int64_t payment) {
            service::Payments::CreateRequest order;
            order.uuid = domain::InvoiceUuid("u-" + std::to_string(host.invoices_wanted.size()));
            order.shop = store_of_ours.id;
            order.amount = "121.50";
            order.currency = "UAH";
            order.order = kOrder;
            host.payments[order.uuid.value] = payment;
            const auto link = payments.create(account, order);
            port::HostReply<std::string> reply;
            reply.answer = link ? test::FakeHost::ok()
                                : test::FakeHost::answer(port::HostResult::refused, "crm.refused");
            if (link) reply.value = link->url;
            return reply;
        };
    }

    Panel::Question question() const { return {kOrder, {}, "en", domain::RequestId("r")}; }
    Panel::State look() { return panel.look(connection, question()).value().state; }
    static const Panel::Offer* offer(const Panel::State& state, const std::string& action) {
        for (const auto& each : state.offers)
            if (each.action == action) return &each;
        return nullptr;
    }
    static const Panel::Offer* offer(Panel::State&&, const std::string&) = delete;  // it dangles
    Panel::Wish wish(const Panel::State& state, const std::string& action) const {
        Panel::Wish it;
        it.about = question();
        if (state.invoice) it.about.payment = state.invoice->id;
        it.action = action;
        if (const auto* found = offer(state, action)) {
            it.key = found->key;
            it.token = found->token;
            it.payment = found->payment;
        }
        return it;
    }
    Panel::Answer act(const Panel::Wish& it) { return panel.act(connection, it).value(); }
    static std::string code(const Panel::Answer& answer) {
        return answer.error ? answer.error->code : "";
    }
    std::vector<std::string> actions(const Panel::State& state) const {
        std::vector<std::string> words;
        for (const auto& each : state.offers) words.push_back(each.action);
        return words;
    }
    // The state in which the store has the invoice.
    void becomes(domain::InvoiceState state, std::int64_t captured = 0) {
        store.write([&](port::Tx& tx) {
            auto invoice = tx.invoices().of_order(connection.id, kOrder, 1).front().invoice;
            invoice.state = state;
            invoice.captured = captured;
            tx.invoices().save(invoice);
        });
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(panel)

BOOST_FIXTURE_TEST_CASE(an_order_of_which_nobody_has_asked_yet, Desk) {
    const auto state = look();
    BOOST_TEST(!state.invoice);
    BOOST_TEST(state.number == "215C");
    BOOST_REQUIRE_EQUAL(state.offers.size(), 1U);
    BOOST_TEST(state.offers[0].payment == kPayment);
    BOOST_TEST(domain::to_decimal(state.offers[0].most) == "121.50");
    look();
    BOOST_TEST(host.order_reads == 1);  // an open panel does not use up the CRM's calls
    clock.advance(std::chrono::minutes(1));
    look();
    BOOST_TEST(host.order_reads == 2);
}

BOOST_FIXTURE_TEST_CASE(a_link_is_wanted_once, Desk) {
    const auto seen = look();
    const auto first = act(wish(seen, "create"));
    BOOST_TEST(code(first) == "");
    BOOST_REQUIRE(first.state.invoice);
    BOOST_TEST((actions(first.state) == std::vector<std::string>{"cancel", "check"}));
    const auto second = act(wish(seen, "create"));
    BOOST_TEST(code(second) == "");
    BOOST_CHECK(second.state.invoice->id == first.state.invoice->id);
    BOOST_TEST(host.invoices_wanted == std::vector<std::int64_t>{kPayment},
               boost::test_tools::per_element());
    // While it is open the CRM is asked for nothing.
    const int reads = host.order_reads;
    look();
    BOOST_TEST(host.order_reads == reads);
}

BOOST_FIXTURE_TEST_CASE(a_paid_payment_is_not_asked_for_again, Desk) {
    act(wish(look(), "create"));
    becomes(domain::InvoiceState::paid, 12150);
    clock.advance(std::chrono::minutes(1));
    const auto state = look();
    BOOST_TEST((actions(state) == std::vector<std::string>{"refund", "check"}));
    // A second payment of the order can be.
    host.orders.value.payments.push_back({9102, "till-1", "10", false});
    clock.advance(std::chrono::minutes(1));
    const auto both = look();
    const auto* more = offer(both, "create");
    BOOST_REQUIRE(more != nullptr);
    BOOST_TEST(more->payment == 9102);
}

BOOST_FIXTURE_TEST_CASE(a_token_is_good_for_one_thing_and_not_for_long, Desk) {
    act(wish(look(), "create"));
    const auto seen = look();
    const auto good = wish(seen, "cancel");
    auto bad = good;
    bad.key.value += "x";
    BOOST_TEST(code(act(bad)) == "payment.changed");
    bad = good;
    bad.action = "refund";
    BOOST_TEST(code(act(bad)) == "payment.changed");
    bad = good;
    bad.token = "9" + bad.token;  // later than it was made for
    BOOST_TEST(code(act(bad)) == "payment.changed");
    for (const char* token : {"", ".", "1", "x.y", "99999999999999999999.a"}) {
        bad = good;
        bad.token = token;
        BOOST_TEST(code(act(bad)) == "payment.changed", token);
    }
    domain::Connection other = connection;
    other.client_id = domain::Secret("client-2");
    BOOST_TEST(panel.act(other, good).value().error->code == "payment.changed");
    clock.advance(service::kOfferLasts + std::chrono::seconds(1));
    BOOST_TEST(code(act(good)) == "payment.changed");
    BOOST_CHECK(look().invoice->state == domain::InvoiceState::pending);
    BOOST_TEST(code(act(wish(look(), "cancel"))) == "");
    BOOST_CHECK(panel.look(connection, question()).value().state.invoice->state ==
                domain::InvoiceState::canceled);
}

// Where two of them come through the door at once, the unit of work decides.
BOOST_FIXTURE_TEST_CASE(what_was_seen_is_compared_where_it_is_decided, Desk) {
    act(wish(look(), "create"));
    becomes(domain::InvoiceState::paid, 12150);
    const auto invoice = *look().invoice;
    const auto refund = [&](const char* key, const std::string& mark) {
        const auto answer =
            payments.refund(connection, invoice.id, "10", domain::RequestId("r"),
                            service::Payments::Seen{domain::OperationId(key), mark});
        return answer ? "done" : answer.error().code;
    };
    const auto count = [&] { return look().invoice->operations.size(); };
    const auto before = count();
    const auto mark = service::Payments::mark_of(invoice);
    BOOST_TEST(refund("k1", "of another day") == "payment.changed");
    BOOST_TEST(count() == before);
    refund("k1", mark);  // the gateway of this test never says how it ended
    BOOST_TEST(count() == before + 1);
    BOOST_CHECK(look().invoice->find(domain::OperationId("k1")) != nullptr);
    BOOST_TEST(refund("k2", mark) == "payment.changed");
    BOOST_TEST(refund("k1", mark) != "payment.changed");  // its repeat, not another one
    BOOST_TEST(count() == before + 1);
}

BOOST_FIXTURE_TEST_CASE(payments_of_others_are_unknown, Desk) {
    act(wish(look(), "create"));
    auto theirs = question();
    theirs.payment = domain::InvoiceId("somebody-elses");
    BOOST_TEST(panel.look(connection, theirs).error().code == "payment.unknown");
    Panel::Wish it;
    it.about = theirs;
    for (const char* action : {"check", "cancel", "capture", "refund"}) {
        it.action = action;
        BOOST_TEST(panel.act(connection, it).error().code == "payment.unknown", action);
    }
    domain::Connection other = connection;
    other.id = domain::ConnectionId("c2");
    BOOST_TEST(!panel.look(other, question()).value().state.invoice);
}

BOOST_FIXTURE_TEST_CASE(what_stands_in_the_way_of_a_link_is_said, Desk) {
    connection.frozen = true;
    auto state = look();
    BOOST_TEST(state.offers.empty());
    BOOST_TEST(state.notes.at(0) == "en:connection.frozen");
    BOOST_TEST(code(act(wish(state, "create"))) == "connection.frozen");
    connection.frozen = false;
    connection.active = false;
    BOOST_TEST(look().notes.at(0) == "en:connection.inactive");
    connection.active = true;
    BOOST_TEST(host.order_reads == 0);

    host.orders.answer = test::FakeHost::answer(port::HostResult::refused, "order.forbidden");
    BOOST_TEST(look().notes.at(0).starts_with("en:order.forbidden"));
    clock.advance(std::chrono::minutes(1));
    host.orders.answer = test::FakeHost::answer(port::HostResult::silent, "crm.unreachable");
    BOOST_TEST(look().notes.at(0).starts_with("en:crm.unreachable"));
    clock.advance(std::chrono::minutes(1));
    host.orders.answer = test::FakeHost::ok();
    host.orders.value.payments.erase(host.orders.value.payments.begin());
    BOOST_TEST(look().notes.at(0) == "en:panel.no_payment");
}

BOOST_FIXTURE_TEST_CASE(a_crm_that_falls_silent_over_a_link, Desk) {
    const auto seen = look();
    const auto make = host.while_creating;
    host.while_creating = [&](const domain::Connection& account, std::int64_t payment) {
        auto reply = make(account, payment);
        reply.answer = test::FakeHost::answer(port::HostResult::silent, "crm.unreachable");
        return reply;
    };
    BOOST_TEST(code(act(wish(seen, "create"))) == "");  // the link is there all the same
    becomes(domain::InvoiceState::canceled);
    clock.advance(std::chrono::minutes(1));
    host.while_creating = [](const domain::Connection&, std::int64_t) {
        port::HostReply<std::string> reply;
        reply.answer = test::FakeHost::answer(port::HostResult::silent, "crm.unreachable");
        return reply;
    };
    BOOST_TEST(code(act(wish(look(), "create"))) == "panel.create_unclear");
}

BOOST_FIXTURE_TEST_CASE(the_story_in_steps, Desk) {
    domain::Invoice invoice;
    invoice.amount = {10000, domain::Currency::parse("UAH").value()};
    invoice.state = domain::InvoiceState::paid;
    const auto add = [&](domain::OperationKind kind, domain::OperationState state, int at,
                         std::int64_t amount) {
        domain::Operation op;
        op.kind = kind;
        op.state = state;
        op.amount = amount;
        op.reason = "why";
        op.created_at = op.ended_at = domain::UtcTime::from_seconds(at);
        invoice.operations.push_back(op);
    };
    using enum domain::OperationKind;
    add(create, domain::OperationState::succeeded, 1, 10000);
    invoice.held_at = domain::UtcTime::from_seconds(2);
    invoice.authorized = 10000;
    add(capture, domain::OperationState::refused, 3, 10000);
    add(capture, domain::OperationState::succeeded, 4, 8000);
    invoice.paid_at = domain::UtcTime::from_seconds(4);
    add(refund, domain::OperationState::unknown, 5, 1000);
    std::string story;
    for (const auto& step : service::timeline_of(invoice, texts, "en")) story += step.text + "|";
    BOOST_TEST(story ==
               "en:panel.step.link amount=100.00 UAH|en:panel.step.held amount=100.00 UAH|"
               "en:panel.step.capture_failed amount=100.00 UAH reason=why|"
               "en:panel.step.capture amount=80.00 UAH|"
               "en:panel.step.refund_runs amount=10.00 UAH|");
    invoice.refunded = 1;
    BOOST_TEST(service::label_of(invoice, texts, "en") == "en:panel.state.partly_refunded");
}

BOOST_AUTO_TEST_CASE(a_caller_has_so_many_calls_a_minute) {
    test::ManualClock clock;
    handlers::extension::CallLimiter limiter(clock, 8);
    BOOST_TEST(limiter.takes("a"));
    BOOST_TEST(limiter.takes("a"));
    BOOST_TEST(!limiter.takes("a"));
    BOOST_TEST(limiter.takes("b"));
    clock.advance(std::chrono::seconds(8));
    BOOST_TEST(limiter.takes("a"));
    BOOST_TEST(!limiter.takes("a"));
    handlers::extension::CallLimiter open(clock, 0);
    for (int i = 0; i < 100; ++i) BOOST_TEST(open.takes("a"));
}

BOOST_AUTO_TEST_CASE(files_for_the_crms_page) {
    using namespace tillbridge::handlers;
    std::ostringstream packed;
    Poco::DeflatingOutputStream zip(packed, Poco::DeflatingStreamBuf::STREAM_GZIP);
    zip << "run()";
    zip.close();
    const std::string gzip = packed.str();
    const web::Asset script{"extension/extension.js", "application/javascript; charset=utf-8",
                            "tag", 5, gzip};
    const test::EchoTexts texts;
    BOOST_TEST(extension::routes({"id-1", "", nullptr, nullptr}, texts).empty());
    const Router router(extension::routes({"id-1", "/bridge", &script, nullptr}, texts));
    const auto call = [&](const std::string& method, const std::string& path) {
        Request request;
        request.method = method;
        request.path = path;
        request.headers["origin"] = "https://demo.retailcrm.ru";
        Match match = router.match(method, path);
        if (!match.method_allowed) return Answer{match.route == nullptr ? 404 : 405, "", "", {}};
        request.params = match.params;
        return match.route->handle(request);
    };
    const auto header = [](const Answer& answer, const std::string& name) {
        for (const auto& [key, value] : answer.headers)
            if (key == name) return value;
        return std::string();
    };
    const Answer html = call("GET", "/extension/id-1");
    BOOST_TEST(html.body.find("<head>") < html.body.find("src=\"/bridge/extension/id-1/script\""));
    const Answer plain = call("GET", "/extension/id-1/script");
    BOOST_TEST(plain.body == "run()");
    BOOST_TEST(plain.content_type == "application/javascript; charset=utf-8");
    BOOST_TEST(header(plain, "Access-Control-Allow-Origin") == "https://demo.retailcrm.ru");
    BOOST_TEST(header(plain, "Access-Control-Allow-Credentials") == "true");
    BOOST_TEST(header(plain, "ETag") == "\"tag\"");
    BOOST_TEST(header(plain, "Cache-Control") == "no-cache");
    BOOST_TEST(call("GET", "/extension/id-1/extension.js").body == "run()");
    BOOST_TEST(call("OPTIONS", "/extension/id-1/script").status == 204);
    BOOST_TEST(call("HEAD", "/extension/id-1/stylesheet").status == 404);  // there is none
    for (const char* path : {"/extension/id-2", "/extension/id-2/script",
                             "/extension/id-1/other.js", "/extension/id-1/..%2fx", "/extension"})
        BOOST_TEST(call("GET", path).status == 404, path);
    BOOST_TEST(call("OPTIONS", "/extension/api/state").status == 404);
    BOOST_TEST(call("POST", "/extension/id-1/script").status == 405);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::extension_test
