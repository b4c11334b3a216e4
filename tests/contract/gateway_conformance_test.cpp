// What every gateway must keep, whatever its protocol: it is judged by what it declares. A new
// gateway is one entry of known_gateways.hpp.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <memory>
#include <set>

#include "api_client/http/client.hpp"
#include "module/domain/money.hpp"
#include "module/port/gateway.hpp"
#include "tests/contract/known_gateways.hpp"
#include "tests/contract/uapay_fake.hpp"

namespace tillbridge::gateway_conformance_test {

using domain::OperationKind;
using domain::OperationState;
using domain::Secret;
using known_gateways::Known;
using known_gateways::known;
using known_gateways::kSecret;

namespace {

// A peer that gives one answer to everything, and remembers what it was told.
class Wire : public http::Sender {
  public:
    http::Outcome answer;
    std::vector<http::Request> sent;

    http::Outcome send(const http::Request& request, const http::AddressGuard&) override {
        sent.push_back(request);
        return answer;
    }
    void says(int status, std::string body) {
        answer = {};
        answer.delivery = http::Delivery::answered;
        answer.status = status;
        answer.body = std::move(body);
    }
    void fails(http::Delivery delivery, const char* error) {
        answer = {};
        answer.delivery = delivery;
        answer.error = error;
    }
};

struct Bench {
    uapay_test::TestClock clock;
    Wire wire;
    std::unique_ptr<port::Gateway> gateway;
    domain::Merchant merchant;
    domain::Invoice invoice;

    explicit Bench(const Known& which) : gateway(which.make(wire, clock)) {
        const auto& about = gateway->description();
        merchant.gateway = about.code;
        for (const auto& [name, value] : which.credentials)
            merchant.credentials[name] = Secret(value);
        invoice.gateway = about.code;
        invoice.amount = {125050, domain::Currency::parse(about.currencies.at(0)).value()};
        invoice.gateway_invoice = domain::GatewayId(uapay_test::kInvoice);
        invoice.gateway_payment = domain::GatewayId(uapay_test::kPayment);
        invoice.authorized = invoice.captured = invoice.amount.minor;
        invoice.state = domain::InvoiceState::paid;
    }

    port::CreateOrder order() const {
        port::CreateOrder order;
        order.external_id = "t-1";
        order.amount = invoice.amount;
        order.description = "Order 12";
        order.locale = "ru";
        order.hook_url = "https://till.example/hooks/x/token";
        order.return_url = "https://till.example/pay/slug/return";
        order.items_json = "[]";
        order.customer_email = "buyer@example.org";
        return order;
    }
    domain::Operation operation(OperationKind kind) const {
        domain::Operation op;
        op.id = domain::OperationId("op-1");
        op.kind = kind;
        op.state = OperationState::started;
        op.amount = invoice.amount.minor;
        op.started_at = clock.now();
        op.external_id = "t-1";
        return op;
    }
    bool can(OperationKind kind) const {
        const auto& can = gateway->description().capabilities;
        return kind == OperationKind::refund ? can.refund : can.two_stage;
    }
};

// Nothing that is kept or shown may hold the key.
std::string shown(const port::CallLog& log) {
    std::string all;
    for (const auto& each : log.exchanges)
        all += each.what + ' ' + each.outcome + ' ' + each.detail + '\n';
    return all;
}

template <class Call>
void for_each_gateway(Call call) {
    for (const auto& each : known()) BOOST_TEST_CONTEXT(each.code) {
            Bench bench(each);
            call(bench);
        }
}

void check_texts(const std::map<std::string, std::string>& texts) {
    for (const char* language : {"ru", "uk", "kk", "en", "es"})
        BOOST_TEST((texts.contains(language) && !texts.at(language).empty()), language);
}

void check_field(const port::Field& field, const std::set<std::string>& types) {
    BOOST_TEST_CONTEXT(field.code) {
        BOOST_TEST(types.contains(field.type), field.type);
        check_texts(field.label);
        if (!field.help.empty()) check_texts(field.help);
        for (const auto& choice : field.choices) check_texts(choice.label);
        BOOST_TEST((field.type != "select" || !field.choices.empty()));
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gateway_conformance)

BOOST_AUTO_TEST_CASE(it_declares_what_the_pages_need) {
    for_each_gateway([](Bench& bench) {
        const auto& about = bench.gateway->description();
        BOOST_TEST(!about.name.empty());
        BOOST_TEST(!about.currencies.empty());
        for (const auto& code : about.currencies)
            BOOST_TEST(domain::Currency::parse(code).has_value(), code);
        std::set<std::string> codes;
        bool secret = false, identity = false;
        for (const auto& field : about.fields) {
            check_field(field, {"text", "secret", "url", "bool", "select", "number"});
            BOOST_TEST(codes.insert(field.code).second, field.code);
            secret = secret || field.type == "secret";
            identity = identity || field.identity;
        }
        BOOST_TEST(secret);
        BOOST_TEST(identity);
        for (const auto& field : about.options) {
            check_field(field, {"text", "textarea", "url", "bool", "select", "list", "number"});
            BOOST_TEST(codes.insert(field.code).second, field.code);
            BOOST_TEST(bench.gateway->check_options({{field.code, field.fallback}}).has_value(),
                       field.code);
        }
        const auto unknown = bench.gateway->check_options({{"colour", "red"}});
        BOOST_REQUIRE(!unknown);
        BOOST_TEST(unknown.error().field == "colour");
        // Part of it may go only where all of it may.
        BOOST_TEST((about.capabilities.refund || !about.capabilities.partial_refund));
        BOOST_TEST((about.capabilities.two_stage || !about.capabilities.partial_capture));
        // Who can't be asked must be believed.
        BOOST_TEST(
            (about.capabilities.status_query || about.trust == port::HookTrust::signed_hooks));
    });
}

BOOST_AUTO_TEST_CASE(credentials_that_lack_a_field_are_refused_with_its_name_and_go_nowhere) {
    for_each_gateway([](Bench& bench) {
        for (const auto& field : bench.gateway->description().fields) {
            if (!field.required) continue;
            auto given = bench.merchant.credentials;
            given.erase(field.code);
            port::CallLog log;
            const auto tried = bench.gateway->try_credentials(given, log);
            BOOST_REQUIRE(!tried);
            BOOST_TEST(tried.error().code == "credentials.missing");
            BOOST_TEST(tried.error().field == field.code);
        }
        BOOST_TEST(bench.wire.sent.empty());
    });
}

BOOST_AUTO_TEST_CASE(what_was_not_sent_is_not_done_and_what_was_is_unknown) {
    for_each_gateway([](Bench& bench) {
        bench.wire.fails(http::Delivery::not_sent, "http.connect_failed");
        BOOST_CHECK(bench.gateway->create(bench.merchant, bench.order()).result ==
                    OperationState::not_done);
        bench.wire.fails(http::Delivery::unknown, "http.timeout");
        const auto lost = bench.gateway->create(bench.merchant, bench.order());
        BOOST_CHECK(lost.result == OperationState::unknown ||
                    lost.result == OperationState::not_done);
        for (const auto kind :
             {OperationKind::capture, OperationKind::void_hold, OperationKind::refund}) {
            if (!bench.can(kind)) continue;
            bench.wire.fails(http::Delivery::unknown, "http.timeout");
            const auto answer =
                bench.gateway->perform(bench.merchant, bench.invoice, bench.operation(kind));
            BOOST_CHECK(answer.result != OperationState::succeeded);
            BOOST_CHECK(answer.result != OperationState::refused);
        }
    });
}

BOOST_AUTO_TEST_CASE(no_nonsense_is_taken_for_a_yes) {
    for_each_gateway([](Bench& bench) {
        for (const auto& [status, body] : std::vector<std::pair<int, std::string>>{
                 {200, ""},
                 {200, "{}"},
                 {200, "<html>busy</html>"},
                 {200, "success"},
                 {200, R"({"payment_link":"https://evil.example/x","status":1})"},
                 {200, "https://evil.example/l"},
                 {404, "not found"},
                 {429, "slower"},
                 {500, "oops"},
                 {502, "https://payform.ru/abcde/"},
                 {302, ""}}) {
            BOOST_TEST_CONTEXT(status << ' ' << body) {
                bench.wire.says(status, body);
                const auto made = bench.gateway->create(bench.merchant, bench.order());
                BOOST_CHECK(made.result != OperationState::succeeded);
                BOOST_TEST(!made.code.empty());
                port::CallLog log;
                BOOST_TEST(
                    !bench.gateway->try_credentials(bench.merchant.credentials, log).has_value());
                BOOST_TEST(shown(made.log).find(kSecret) == std::string::npos);
                BOOST_TEST(made.reason.find(kSecret) == std::string::npos);
                BOOST_TEST(shown(log).find(kSecret) == std::string::npos);
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(no_secret_leaves_as_it_is) {
    for_each_gateway([](Bench& bench) {
        bench.wire.says(200, "{}");
        bench.gateway->create(bench.merchant, bench.order());
        BOOST_REQUIRE(!bench.wire.sent.empty());
        for (const auto& request : bench.wire.sent) {
            BOOST_TEST(request.url.find(kSecret) == std::string::npos);
            BOOST_TEST(request.body.find(kSecret) == std::string::npos);
            for (const auto& [name, value] : request.headers)
                BOOST_TEST(value.find(kSecret) == std::string::npos, name);
        }
    });
}

BOOST_AUTO_TEST_CASE(what_it_can_not_do_it_refuses_and_tries_nothing) {
    for_each_gateway([](Bench& bench) {
        bench.wire.says(200, "success");
        for (const auto kind :
             {OperationKind::capture, OperationKind::void_hold, OperationKind::refund}) {
            if (bench.can(kind)) continue;
            const auto op = bench.operation(kind);
            for (const auto& answer :
                 {bench.gateway->perform(bench.merchant, bench.invoice, op),
                  bench.gateway->resolve(bench.merchant, bench.invoice, op, true)}) {
                BOOST_CHECK(answer.result == OperationState::refused);
                BOOST_TEST(answer.code == "gateway.unsupported");
                BOOST_TEST(!answer.reason.empty());
            }
        }
        if (!bench.gateway->description().capabilities.status_query) {
            const auto told = bench.gateway->ask(bench.merchant, bench.invoice);
            BOOST_REQUIRE(!told.report);
            BOOST_TEST(told.report.error().code == "gateway.unsupported");
        }
        if (!bench.gateway->description().capabilities.recover_create) {
            const auto op = bench.operation(OperationKind::create);
            BOOST_CHECK(bench.gateway->resolve(bench.merchant, bench.invoice, op, true).result ==
                        OperationState::not_done);
        }
        const bool everything = bench.can(OperationKind::refund) &&
                                bench.gateway->description().capabilities.status_query;
        if (!everything) BOOST_TEST(bench.wire.sent.empty());
    });
}

BOOST_AUTO_TEST_CASE(hooks_that_are_not_signed_by_the_store_are_no_facts) {
    for_each_gateway([](Bench& bench) {
        std::vector<port::RawHook> hooks(6);
        hooks[1].body = "{}";
        hooks[2].body = R"({"status":1,"data":{"token":"a.b.c"}})";
        hooks[3].body = "order_num=t-1&payment_status=success&sum=1250.50";
        hooks[3].headers["sign"] = std::string(64, '0');
        hooks[4].body = std::string(1000, '[');
        hooks[5].body = std::string("\xff\xfe\0\x01", 4);
        for (auto& hook : hooks) {
            hook.content_type = hook.body.starts_with('{') ? "application/json"
                                                           : "application/x-www-form-urlencoded";
            const auto read = bench.gateway->read_hook(bench.merchant, hook);
            BOOST_REQUIRE(!read);
            BOOST_TEST((read.error().code == "hook.signature_mismatch" ||
                        read.error().code == "hook.unreadable"),
                       read.error().code);
        }
        BOOST_TEST(bench.wire.sent.empty());
    });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::gateway_conformance_test
