// Orders and invoices as the panel needs them: reading an order, having the CRM make an invoice.
#include <boost/test/unit_test.hpp>

#include "tests/contract/retailcrm_fake.hpp"

namespace tillbridge::retailcrm_order_test {

using namespace tillbridge::retailcrm::testing;
using nlohmann::json;
using port::HostResult;

BOOST_AUTO_TEST_SUITE(retailcrm_order)

BOOST_AUTO_TEST_CASE(an_order_is_read_by_the_crms_own_id) {
    for (const char* payments :
         {R"({"9101":{"id":9101,"status":"not-paid","type":"till-1","amount":121.50},)"
          R"("9102":{"id":9102,"type":"cash","amount":5,"paidAt":"2026-11-22 10:00:00"}})",
          R"([{"id":9101,"type":"till-1","amount":121.50},)"
          R"({"id":9102,"type":"cash","amount":"5","paidAt":"2026-11-22 10:00:00"}])"}) {
        Account account;
        account.crm.answer("?by=id", {200, R"({"success":true,"order":{"id":215,"number":"215C",)"
                                           R"("currency":"UAH","site":"main","payments":)" +
                                               std::string(payments) + "}}"});
        const auto reply = account.host.order(account.connection, 215);
        BOOST_CHECK(reply.answer.result == HostResult::ok);
        BOOST_TEST(reply.value.number == "215C");
        BOOST_TEST(reply.value.currency == "UAH");
        BOOST_REQUIRE_EQUAL(reply.value.payments.size(), 2U);
        BOOST_TEST(reply.value.payments[0].id == 9101);
        BOOST_TEST(reply.value.payments[0].type == "till-1");
        BOOST_TEST(reply.value.payments[0].amount == "121.50");
        BOOST_TEST(!reply.value.payments[0].paid);
        BOOST_TEST(reply.value.payments[1].paid);
        BOOST_TEST(account.crm.only().method == "GET");
        BOOST_TEST(account.crm.only().path.ends_with("/api/v5/orders/215?by=id"));
    }
}

BOOST_AUTO_TEST_CASE(an_order_without_payments_and_answers_without_sense) {
    Account account;
    const auto code = [&](const std::string& body, int status = 200) {
        account.crm.answer("?by=id", {status, body});
        return account.host.order(account.connection, 215).answer.code;
    };
    BOOST_TEST(code(R"({"success":true,"order":{"id":215,"payments":[]}})") == "");
    BOOST_TEST(code(R"({"success":true,"order":{"id":215}})") == "");
    BOOST_TEST(code(R"({"success":true,"order":{"id":216}})") == "crm.unreachable");
    BOOST_TEST(code(R"({"success":true})") == "crm.unreachable");
    BOOST_TEST(code(R"({"success":false,"errorMsg":"Not found"})", 404) == "order.unknown");
    BOOST_TEST(code(R"({"success":false,"errorMsg":"Access denied."})", 403) == "order.forbidden");
    BOOST_TEST(code(R"({"success":false,"errorMsg":"Wrong \"apiKey\" value."})", 403) ==
               "crm.key_rejected");
}

BOOST_AUTO_TEST_CASE(the_crm_makes_an_invoice_for_a_payment) {
    Account account;
    account.crm.answer("/create-invoice",
                       {200, R"({"success":true,"result":{"link":"https://p.example/pay/x"}})"});
    const auto reply = account.host.create_invoice(account.connection, 9101);
    BOOST_CHECK(reply.answer.result == HostResult::ok);
    BOOST_TEST(reply.value == "https://p.example/pay/x");
    BOOST_TEST(json::parse(account.crm.only().form.at("createInvoice")) ==
               json({{"paymentId", 9101}}));
}

BOOST_AUTO_TEST_CASE(which_payment_an_invoice_is_for) {
    Account account;
    account.crm.answer("/u-1", {200, R"({"success":true,"invoice":{"paymentId":9101}})"});
    BOOST_TEST(account.host.payment_of(account.connection, domain::InvoiceUuid("u-1")).value ==
               9101);
    BOOST_TEST(account.crm.only().path.ends_with("/api/v5/payment/invoice/u-1"));
    BOOST_TEST(account.host.payment_of(account.connection, domain::InvoiceUuid("u-2")).value == 0);
}

BOOST_AUTO_TEST_CASE(the_panel_is_registered_where_there_is_one) {
    const auto registered = [](const retailcrm::ModuleFacts& module) {
        Account account;
        retailcrm::HostOptions options;
        options.outbound = {{"127.0.0.1"}, true};
        options.module = module;
        retailcrm::Host host(account.client, options);
        port::Registration registration;
        registration.base_url = "https://till.example";
        host.register_module(account.connection, registration);
        return json::parse(account.crm.only().form.at("integrationModule")).at("integrations");
    };
    auto module = facts();
    BOOST_TEST(!registered(module).contains("embedJs"));
    module.embed = {
        "/extension/x/script", "/extension/x/stylesheet", {"order/card:payment.before"}};
    BOOST_TEST(registered(module).at("embedJs") == json({{"entrypoint", "/extension/x/script"},
                                                         {"stylesheet", "/extension/x/stylesheet"},
                                                         {"targets", {"order/card:payment.before"}},
                                                         {"runner", "worker"}}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::retailcrm_order_test
