// What people who run it see: the story of a payment, doctor, problems, the command line (U-21).
#include <fstream>

#include "tests/e2e/fixture.hpp"
#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::operator_test {
namespace {

const Json* check_named(const Json& doctor, const std::string& part) {
    for (const auto& check : doctor.at("checks"))
        if (contains(check.at("check").get<std::string>(), part)) return &check;
    return nullptr;
}

bool has_line(const Json& story, const std::string& part) {
    for (const auto& line : story.at("journal"))
        if (contains(line.dump(), part)) return true;
    return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(operating)

BOOST_FIXTURE_TEST_CASE(the_story_of_a_payment, Fixture) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = paid(shop, "121.50", "waitingForCapture");
    await_quiet();  // the CRM was asked for its consent
    act(bill, "approve");
    await_status(bill, "succeeded");
    act(bill, "refund", {{"amount", 21.5}});
    await_refunded(bill, "21.5");
    await_quiet();

    const auto told = story(bill.id);
    const auto& invoice = told.at("invoice");
    BOOST_TEST(invoice.at("state") == "paid");
    BOOST_TEST(invoice.at("captured") == "121.50");
    BOOST_TEST(invoice.at("refunded") == "21.50");
    BOOST_TEST(invoice.at("operations").size() == 3U);
    BOOST_TEST(told.at("waiting").empty());
    for (const char* part :
         {"crm.create", "invoices/create", "hook", "crm.check", "waitingForCapture",
          "payments/complete", "payments/reverse", "crm.push", "took_us"})
        BOOST_TEST(has_line(told, part), part << ' ' << told.at("journal").dump());
    std::int64_t last = 0;
    std::size_t caused = 0, with_request = 0;
    for (const auto& line : told.at("journal")) {
        BOOST_TEST(line.at("id").get<std::int64_t>() > last);
        last = line.at("id").get<std::int64_t>();
        const auto cause = line.at("cause").get<std::int64_t>();
        BOOST_TEST(cause < last);
        if (cause != 0) ++caused;
        const auto kind = line.at("kind").get<std::string>();
        if (kind.starts_with("operation.") || kind == "gateway.report")
            BOOST_TEST(cause != 0, line.dump());
        if (!line.at("requestId").get<std::string>().empty()) ++with_request;
    }
    BOOST_TEST(caused >= 5U);
    BOOST_TEST(with_request >= 5U);
    // Found by every name that it has; secrets are in none of it.
    const auto slug = bill.link.substr(bill.link.rfind('/') + 1);
    for (const auto& name : {bill.uuid, slug})
        BOOST_TEST(story(name).at("invoice").at("paymentId") == bill.id);
    BOOST_TEST(!contains(told.dump(), shop.secret));
    BOOST_TEST(!contains(told.dump(), sandbox().key("demo")));

    const auto table = module().command({"invoice", "show", bill.id});
    BOOST_TEST(table.code == 0);
    BOOST_TEST(contains(table.out, bill.id));
    const auto nobody = module().command({"invoice", "show", "nobody"});
    BOOST_TEST(nobody.code == 1);
    const auto found = module().command({"support", "find", bill.uuid, "--json"});
    BOOST_TEST(found.json().at("invoices")[0].at("paymentId") == bill.id);
}

// A button that moved nothing is in the story too, under the request that pressed it.
BOOST_FIXTURE_TEST_CASE(the_story_tells_repeats_and_refusals, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop, "100");
    const auto asked = sandbox().calls(shop.account, "create").back().at("fields").at("create");
    const auto again = [&](const Json& amount) {
        auto order = asked;
        order["amount"] = amount;
        return call(*this, "/payment/create", shop.client_id, "create", order);
    };
    const auto approve = [&](const Json& amount) {
        return call(*this, "/payment/approve", shop.client_id, "approve",
                    {{"paymentId", bill.id}, {"amount", amount}});
    };
    const auto told_of = [&](const Answer& answer) {
        std::string lines;
        const auto told = story(bill.id);
        for (const auto& line : told.at("journal"))
            if (line.at("requestId") == answer.header("x-request-id"))
                lines += line.at("kind").get<std::string>() + ' ' +
                         line.at("detail").value("verdict", "") + ' ' +
                         line.at("detail").value("error", "") + ';';
        return lines;
    };
    const auto repeated = again(100);
    BOOST_TEST(repeated.status == 200);
    BOOST_TEST(told_of(repeated) == "crm.create repeated ;");
    const auto other = again(100.01);
    BOOST_TEST(other.status == 409);
    BOOST_TEST(told_of(other) == "crm.create refused payment.conflict;");
    const auto early = approve(100);
    BOOST_TEST(early.status == 400);
    BOOST_TEST(told_of(early) == "crm.approve refused payment.not_held;");
    // What nobody can read is written nowhere.
    const auto lines = story(bill.id).at("journal").size();
    BOOST_TEST(approve("-1").status == 400);
    BOOST_TEST(again("abc").status == 400);
    BOOST_TEST(story(bill.id).at("journal").size() == lines);
}

BOOST_FIXTURE_TEST_CASE(the_story_can_be_read_while_no_server_runs, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop);
    module().stop();
    BOOST_TEST(story(bill.id).at("invoice").at("state") == "paid");
}

BOOST_FIXTURE_TEST_CASE(personal_data_is_masked, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop, "10",
                             {{"customer",
                               {{"email", "olena.kovalenko@mail.example"},
                                {"phone", "+380501234567"},
                                {"firstName", "Olena"},
                                {"lastName", "Kovalenko"}}}});
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    await_quiet();
    for (const auto& place : {story(bill.id).dump(), module().log()})
        for (const char* datum : {"olena.kovalenko", "380501234567", "4111111111"})
            BOOST_TEST(!contains(place, datum), datum);
}

BOOST_FIXTURE_TEST_CASE(doctor_says_what_is_wrong_and_what_to_do, Fixture) {
    const auto nothing_yet = module().command({"doctor", "--json"});
    BOOST_TEST(nothing_yet.code == 0, nothing_yet.out);

    const auto shop = connect_shop();
    const auto healthy = module().command({"doctor", "--json"});
    BOOST_TEST(healthy.code == 0, healthy.out);
    for (const char* part : {"store", "keys", "clock", "crm ", "merchant ", "outbox"})
        BOOST_TEST(check_named(healthy.json(), part) != nullptr, part);
    const auto table = module().command({"doctor"});
    BOOST_TEST(table.code == 0);
    BOOST_TEST(contains(table.out, "outbox"));

    // The secret no longer works, and the key lost a scope.
    expect_violations = true;
    sandbox().merchant({{"clientId", shop.merchant}, {"secret", "rotated-at-the-gateway"}});
    const auto key = sandbox().key("demo");
    sandbox().post("/accounts/demo/keys",
                   {{"apiKey", key}, {"scopes", {"integration_read", "integration_write"}}});
    const auto sick = module().command({"doctor", "--json"});
    BOOST_TEST(sick.code == 1);
    const auto report = sick.json();
    BOOST_TEST(report.at("ok") == false);
    const auto* merchant = check_named(report, "merchant ");
    BOOST_REQUIRE(merchant != nullptr);
    BOOST_TEST(merchant->at("ok") == false);
    BOOST_TEST(!merchant->at("todo").get<std::string>().empty());
    const auto* crm = check_named(report, "crm ");
    BOOST_REQUIRE(crm != nullptr);
    BOOST_TEST(crm->at("ok") == false, crm->dump());
    BOOST_TEST(contains(crm->dump(), "payments_write"), crm->dump());
}

// The 20 s rule: what is off is measured and named.
BOOST_FIXTURE_TEST_CASE(a_clock_that_is_off_is_a_problem_with_its_offset, Fixture) {
    const auto shop = connect_shop();
    sandbox().merchant_switches(shop.merchant, {{"clockOffset", 45}});
    const auto refused =
        sandbox().crm({{"account", "demo"}, {"action", "create"}, {"shop", shop.code}});
    BOOST_TEST(refused.at("status") == 502, refused.dump());
    await_problem("gateway.clock_skew");
    const auto doctor = module().command({"doctor", "--json"});
    BOOST_TEST(doctor.code == 1);
    const auto sick = doctor.json();
    const auto* clock = check_named(sick, "clock");
    BOOST_REQUIRE(clock != nullptr);
    BOOST_TEST(clock->at("ok") == false);
    const auto detail = clock->at("detail").get<std::string>();
    BOOST_TEST((contains(detail, "44") || contains(detail, "45") || contains(detail, "46")),
               detail);
    const auto* store = check_named(sick, "merchant ");
    BOOST_REQUIRE(store != nullptr);
    BOOST_TEST(contains(store->at("todo").get<std::string>(), "NTP"), store->dump());

    sandbox().merchant_switches(shop.merchant, {{"clockOffset", 0}});
    paid(shop);
    await_problem("gateway.clock_skew", false);
}

BOOST_FIXTURE_TEST_CASE(problems_are_announced_once, Fixture) {
    const auto shop = connect_shop();
    const auto bill = create(shop);
    for (int i = 0; i < 3; ++i)
        sandbox().send_hook({{"invoice", bill.gateway_id}, {"form", "wrongKey"}});
    await_problem("hook.signature_mismatch");
    const auto told = [&] { return notices_with(*this, "demo", "wrong signature"); };
    await("the CRM shows a notice", [&] { return !told().empty(); });
    BOOST_TEST(told().front().at("userGroups") == Json::array({"superadmins"}));
    sandbox().send_hook({{"invoice", bill.gateway_id}, {"form", "wrongKey"}});
    await_quiet();
    BOOST_TEST(told().size() == 1U);
    // A good hook shows that it is over.
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    await_problem("hook.signature_mismatch", false);
}

BOOST_FIXTURE_TEST_CASE(health_and_readiness, Fixture) {
    BOOST_TEST(module().ops().get("/health/live").status == 200);
    const auto ready = module().ops().get("/health/ready");
    BOOST_TEST(ready.status == 200, ready.body);
    BOOST_TEST(module().http().get("/metrics").status == 404);
    BOOST_TEST(module().http().get("/health/live").status == 404);
    BOOST_TEST(module().ops().get("/marketplace/config").status == 404);
}

BOOST_FIXTURE_TEST_CASE(exit_codes_of_the_command_line, Fixture) {
    const std::vector<std::vector<std::string>> commands{
        {"serve"},     {"check-config"}, {"migrate"}, {"doctor"},  {"connect"},  {"invoice"},
        {"reconcile"}, {"outbox"},       {"keys"},    {"support"}, {"manifest"}, {"version"}};
    for (auto command : commands) {
        command.push_back("--help");
        const auto help = module().bare_command(command);
        BOOST_TEST(help.code == 0, command.front());
        BOOST_TEST(!help.out.empty(), command.front());
    }
    BOOST_TEST(module().command({"check-config"}).code == 0);
    BOOST_TEST(module().bare_command({"nonsense"}).code == 2);
    BOOST_TEST(module().command({"connect"}).code == 2);

    const auto bad = folder() + "/bad.yaml";
    std::ofstream(bad) << "server:\n  listen: 127.0.0.1:0\n  lissten: 1\n";
    const auto refused = module().bare_command({"check-config", "--config", bad});
    BOOST_TEST(refused.code == 2);
    BOOST_TEST(contains(refused.err, bad + ":3: server.lissten: "), refused.err);
    BOOST_TEST(module().bare_command({"serve", "--config", folder() + "/none.yaml"}).code == 2);
    const auto version = module().bare_command({"version"});
    BOOST_TEST(version.code == 0);
    BOOST_TEST(contains(version.out, "tillbridge"));
}

BOOST_FIXTURE_TEST_CASE(reconcile_by_hand, Fixture) {
    const auto shop = connect_shop();
    sandbox().merchant_switches(shop.merchant, {{"hooks", "off"}});
    const auto bill = create(shop);
    sandbox().pay(bill.gateway_id);
    const auto result = module().command({"reconcile", "--invoice", bill.uuid, "--json"});
    BOOST_TEST(result.code == 0, result.err);
    BOOST_TEST(result.json().at("after") == "paid");
    await_status(bill, "succeeded");
    BOOST_TEST(module().command({"reconcile", "--invoice", "nobody"}).code == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::operator_test
