// A payment that the CRM did not ask for gets a payment of its own on the order and an invoice that
// says it is paid; what was lost on the way is found again, and nothing is made twice.
#include <boost/test/unit_test.hpp>

#include "tests/contract/retailcrm_fake.hpp"

namespace tillbridge::retailcrm_import_test {

using namespace tillbridge::retailcrm::testing;
using nlohmann::json;
using port::HostResult;

namespace {

const char* const kModel = R"({"success":true,"invoice":{"orderId":215,"paymentId":9101}})";

struct Importing : Account {
    domain::Invoice invoice;
    domain::InvoiceUuid like{"u-1"};

    Importing() {
        invoice.id = domain::InvoiceId("renewal-1");
        invoice.amount = {94'050, domain::Currency::parse("RUB").value()};
        invoice.description = "Order 215C";
        invoice.created_at = domain::UtcTime::from_seconds(1'795'348'800);
        invoice.paid_at = invoice.created_at;
        crm.answer("/u-1", {200, kModel});
        order("");
        crm.answer("/payments/create", {201, R"({"success":true,"id":9102})"});
        crm.answer("/invoice/import", {200, R"({"success":true,"invoice":{"invoiceUuid":"u-2"}})"});
    }
    void order(const std::string& more) {
        crm.answer(
            "?by=id",
            {200, R"({"success":true,"order":{"id":215,"site":"main","payments":[)"
                  R"({"id":9101,"type":"till-1","amount":990,"paidAt":"2026-11-01 10:00:00"})" +
                      more + "]}}"});
    }
    port::HostReply<port::Imported> run() { return host.import_paid(connection, invoice, like); }
    int count(const std::string& path_end) {
        int times = 0;
        for (const auto& asked : crm.asked()) times += asked.path.ends_with(path_end) ? 1 : 0;
        return times;
    }
    Asked last(const std::string& path_end) {
        for (const auto& asked : crm.asked())
            if (asked.path.ends_with(path_end)) return asked;
        BOOST_FAIL("not asked: " + path_end);
        return {};
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(retailcrm_import, Importing)

BOOST_AUTO_TEST_CASE(a_renewal_becomes_a_payment_of_its_own) {
    const auto reply = run();
    BOOST_CHECK(reply.answer.result == HostResult::ok);
    BOOST_TEST(reply.value.uuid.value == "u-2");
    BOOST_TEST(reply.value.order == 215);
    BOOST_TEST(reply.value.payment == 9102);
    const auto made = last("/payments/create");
    BOOST_TEST(made.form.at("site") == "main");
    BOOST_TEST(json::parse(made.form.at("payment")) == json({{"externalId", "renewal-1"},
                                                             {"type", "till-1"},
                                                             {"amount", 940.5},
                                                             {"comment", "Order 215C"},
                                                             {"order", {{"id", 215}}}}));
    const auto imported = json::parse(last("/invoice/import").form.at("invoice"));
    BOOST_TEST(imported.at("paymentId") == 9102);
    BOOST_TEST(imported.at("externalId") == "renewal-1");
    BOOST_TEST(imported.at("amount") == 940.5);
    BOOST_TEST(imported.at("currency") == "RUB");
    BOOST_TEST(imported.at("status") == "succeeded");
    BOOST_TEST(imported.at("refundable") == false);
    BOOST_TEST(imported.at("paidAt").get<std::string>().size() == 19U);
}

BOOST_AUTO_TEST_CASE(what_a_lost_answer_left_is_used) {
    order(R"(,{"id":9105,"type":"till-1","amount":940.5,"externalId":"renewal-1"})");
    BOOST_TEST(run().value.payment == 9105);
    BOOST_TEST(count("/payments/create") == 0);
    BOOST_TEST(count("/invoice/import") == 1);
    // Paid: the whole of it was done before.
    order(
        R"(,{"id":9105,"type":"till-1","externalId":"renewal-1","paidAt":"2026-12-01 10:00:00"})");
    const auto reply = run();
    BOOST_CHECK(reply.answer.result == HostResult::ok);
    BOOST_TEST(reply.value.payment == 9105);
    BOOST_TEST(count("/invoice/import") == 1);
}

BOOST_AUTO_TEST_CASE(every_step_may_be_refused) {
    crm.answer("/payments/create", {403, R"({"success":false,"errorMsg":"Access denied."})"});
    auto reply = run();
    BOOST_CHECK(reply.answer.result == HostResult::refused);
    BOOST_TEST(reply.answer.code == "order.write_forbidden");
    BOOST_TEST(count("/invoice/import") == 0);

    crm.answer("/payments/create", {201, R"({"success":true})"});
    BOOST_CHECK(run().answer.result == HostResult::silent);

    crm.answer("?by=id", {403, R"({"success":false,"errorMsg":"Access denied."})"});
    BOOST_TEST(run().answer.code == "order.forbidden");
    crm.answer("?by=id", {200, R"({"success":true,"order":{"id":215,"payments":[]}})"});
    reply = run();
    BOOST_CHECK(reply.answer.result == HostResult::refused);
    BOOST_TEST(reply.answer.code == "order.payment_gone");

    crm.answer("/u-1", {503, ""});
    BOOST_CHECK(run().answer.result == HostResult::overloaded);
    crm.answer("/u-1", {200, R"({"success":true,"invoice":{}})"});
    BOOST_CHECK(run().answer.result == HostResult::silent);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::retailcrm_import_test
