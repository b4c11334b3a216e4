// Payment types and the CRM's key as doctor and the slow timer see them: nobody has to open a page.
#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::doctor_test {
namespace {

struct NoTypes : Fixture {
    NoTypes() { leave_payment_types_out(); }

    void make_type(const Shop& shop) {
        sandbox().post("/accounts/" + shop.account + "/payment-types",
                       {{"code", "made-in-the-crm"}, {"shop", shop.code}});
    }
    // A restart begins the next turn of the timer.
    void restart_with_quick_rounds() {
        module().stop();
        module().configure("reconcile.interval", "50ms");
        module().start();
    }
};

constexpr const char* kMissing = "payment_type.missing";

}  // namespace

BOOST_AUTO_TEST_SUITE(doctor)

BOOST_FIXTURE_TEST_CASE(a_store_without_a_payment_type_is_found, NoTypes) {
    const auto shop = connect_shop();
    BOOST_TEST(!has_problem(kMissing));
    const auto found = module().command({"doctor"});
    BOOST_TEST(found.code == 1, found.out);
    BOOST_TEST(contains(found.out, std::string("problem ") + kMissing), found.out);
    BOOST_TEST(contains(found.out, "WRONG  payment types"), found.out);
    BOOST_TEST(has_problem(kMissing));
}

BOOST_FIXTURE_TEST_CASE(a_payment_type_made_meanwhile_clears_its_problem, NoTypes) {
    const auto shop = connect_shop();
    BOOST_TEST(module().command({"doctor"}).code == 1);
    make_type(shop);
    const auto sound = module().command({"doctor"});
    BOOST_TEST(sound.code == 0, sound.out);
    BOOST_TEST(contains(sound.out, "ok  payment types"), sound.out);
    BOOST_TEST(!has_problem(kMissing));
}

// Without a server nothing is written; what was seen counts for the report.
BOOST_FIXTURE_TEST_CASE(it_sees_the_same_while_no_server_runs, NoTypes) {
    const auto shop = connect_shop();
    await_quiet();
    module().stop();
    const auto before = bytes_of_file(module().store_file());
    const auto found = module().command({"doctor"});
    BOOST_TEST(found.code == 1, found.out);
    BOOST_TEST(contains(found.out, std::string("problem ") + kMissing), found.out);
    module().start();
    BOOST_TEST(module().command({"doctor"}).code == 1);  // written down now
    module().stop();
    const auto with_problem = bytes_of_file(module().store_file());
    make_type(shop);
    const auto sound = module().command({"doctor"});
    BOOST_TEST(sound.code == 0, sound.out);
    BOOST_TEST((bytes_of_file(module().store_file()) == with_problem));
    BOOST_TEST((before != with_problem));
}

BOOST_FIXTURE_TEST_CASE(the_timer_finds_and_clears_without_anybody_asking, NoTypes) {
    const auto shop = connect_shop();
    await_quiet();
    restart_with_quick_rounds();
    await_problem(kMissing);
    make_type(shop);
    restart_with_quick_rounds();
    await_problem(kMissing, false);
}

BOOST_FIXTURE_TEST_CASE(a_key_that_works_again_clears_its_problem, Fixture) {
    const auto shop = connect_shop();
    expect_violations = true;
    const auto key = sandbox().key("demo");
    sandbox().post("/accounts/demo/keys", {{"revoke", key}});
    settings(shop).patch("/merchants/" + shop.code, {{"name", "Renamed"}});
    await_problem("crm.key_rejected");
    BOOST_TEST(module().command({"doctor"}).code == 1);
    sandbox().post("/accounts/demo/keys", {{"apiKey", key}});
    const auto sound = module().command({"doctor"});
    BOOST_TEST(sound.code == 0, sound.out);
    BOOST_TEST(!has_problem("crm.key_rejected"));
}

BOOST_FIXTURE_TEST_CASE(one_connection_by_its_name, Fixture) {
    connect_shop();
    const auto other = connect_shop("other");
    sandbox().merchant({{"clientId", other.merchant}, {"secret", "changed-at-the-gateway"}});
    const auto of = [&](const std::string& name) {
        return module().command({"doctor", "--connection", name});
    };
    expect_violations = true;
    for (const bool running : {true, false}) {
        if (!running) module().stop();
        const auto all = module().command({"doctor"});
        BOOST_TEST(all.code == 1);
        BOOST_TEST(contains(all.out, "problem merchant.credentials_refused"), all.out);
        const auto sick = of(sandbox().crm_url("other"));
        BOOST_TEST(sick.code == 1);
        BOOST_TEST(contains(sick.out, "problem merchant.credentials_refused"), sick.out);
        BOOST_TEST(!contains(sick.out, "crm " + sandbox().crm_url("demo")), sick.out);
        const auto sound = of(sandbox().crm_url("demo") + "/");
        BOOST_TEST(sound.code == 0, sound.out << sound.err);
        BOOST_TEST(contains(sound.out, "crm " + sandbox().crm_url("demo")), sound.out);
        const auto nobody = of("nobody");
        BOOST_TEST(nobody.code == 1, nobody.out);
        BOOST_TEST(contains(nobody.err, "connection.unknown"), nobody.err);
        BOOST_TEST(nobody.out.empty(), nobody.out);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::doctor_test
