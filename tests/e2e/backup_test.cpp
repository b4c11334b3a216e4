// The drill of a restore: a copy made beside the running server, business that goes on, the copy
// put in the store's place; repeated hooks and the reconciler bring it to where the lost store was.
// Refunds in part are left out: UAPAY does not tell how much of a payment went back
// (api_client/uapay/PROTOCOL.md §6.3).
#include <sys/stat.h>

#include <filesystem>

#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::backup_test {
namespace {

namespace fs = std::filesystem;

struct Drill : Fixture {
    Drill() : Fixture(Config{{"reconcile.interval", "100ms"}, {"reconcile.pending_after", "1s"}}) {}

    std::string copy() { return folder() + "/copy.db"; }

    // What a payment has come to, as people and the books see it.
    Json outcome(const Bill& bill) {
        const auto invoice = story(bill.id).at("invoice");
        Json kept;
        for (const char* key : {"state", "amount", "authorized", "captured", "refunded"})
            kept[key] = invoice.at(key);
        return kept;
    }

    void restore() {
        for (const char* tail : {"", "-wal", "-shm"}) fs::remove(module().store_file() + tail);
        fs::copy_file(copy(), module().store_file());
    }

    void repeat_all_hooks() {
        for (const auto& hook : sandbox().hooks()) {
            const auto answer = sandbox().post("/hooks/resend", {{"id", hook.at("id")}});
            BOOST_TEST(answer.at("status") == 200, answer.dump());
        }
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(backup)

BOOST_FIXTURE_TEST_CASE(a_restored_copy_comes_to_the_same_state, Drill) {
    const auto shop = connect_shop();
    const auto holding = add_store(shop, "Holding", kTwoStage);
    const auto done_before = paid(shop, "10");
    const auto paid_later = create(shop, "20");
    const auto refunded_later = paid(shop, "30");
    const auto captured_later = paid(holding, "40", "waitingForCapture");
    const auto released_later = paid(holding, "50", "waitingForCapture");
    const auto still_open = create(shop, "60");
    await_quiet();

    const auto made = module().command({"backup", copy(), "--json"});
    BOOST_TEST(made.code == 0, made.err);
    BOOST_TEST(made.json().at("file") == copy());
    struct stat about {};
    BOOST_TEST(::stat(copy().c_str(), &about) == 0);
    BOOST_TEST((about.st_mode & 0777) == 0600U);

    sandbox().pay(paid_later.gateway_id);
    await_status(paid_later, "succeeded");
    act(refunded_later, "refund");
    await_status(refunded_later, "refundSucceeded");
    act(captured_later, "approve");
    await_status(captured_later, "succeeded");
    act(released_later, "cancel");
    await_status(released_later, "canceled");
    await_quiet();
    const std::vector<Bill> all{done_before,    paid_later,     refunded_later,
                                captured_later, released_later, still_open};
    std::vector<Json> before;
    std::vector<std::string> crm_before;
    for (const auto& bill : all) {
        before.push_back(outcome(bill));
        crm_before.push_back(crm_invoice(bill).at("status").get<std::string>());
    }

    module().stop();
    restore();
    BOOST_TEST(module().command({"doctor"}).code == 0);
    BOOST_TEST(outcome(paid_later).at("state") == "pending");
    module().start();
    repeat_all_hooks();
    for (std::size_t i = 0; i < all.size(); ++i) {
        Json now;
        await("payment " + std::to_string(i) + " is where it was", [&] {
            now = outcome(all[i]);
            return now == before[i];
        });
    }
    await_quiet();
    for (std::size_t i = 0; i < all.size(); ++i)
        BOOST_TEST(crm_invoice(all[i]).at("status") == crm_before[i], i);
    sandbox().pay(still_open.gateway_id);
    await_status(still_open, "succeeded");

    // The refund's name was lost with the store, so the CRM hears of it once more under another. It
    // refuses, nothing is doubled there, and a person is told: the only thing that is left to do.
    expect_violations = true;
    const auto violations = sandbox().violations();
    BOOST_REQUIRE(violations.size() == 1U);
    BOOST_TEST(violations[0].at("request").at("invoiceUuid") == refunded_later.uuid);
    BOOST_TEST(crm_invoice(refunded_later).at("refunded") == 30);
    const auto dead = module().command({"outbox", "list", "--state", "dead", "--json"}).json();
    BOOST_REQUIRE(dead.at("rows").size() == 1U);
    BOOST_TEST(dead.at("rows")[0].at("subject") == refunded_later.id);
    int problems = 0;
    const auto report = module().command({"doctor", "--json"}).json();
    for (const auto& check : report.at("checks"))
        if (contains(check.at("check").get<std::string>(), "problem ")) ++problems;
    BOOST_TEST(problems == 1, report.dump());
}

BOOST_FIXTURE_TEST_CASE(a_copy_never_goes_over_a_file, Drill) {
    connect_shop();
    for (const bool running : {true, false}) {
        if (!running) module().stop();
        BOOST_TEST(module().command({"backup", copy()}).code == 0);
        const auto kept = bytes_of_file(copy());
        const auto again = module().command({"backup", copy()});
        BOOST_TEST(again.code == 1);
        BOOST_TEST(contains(again.err, "backup.exists"), again.err);
        BOOST_TEST((bytes_of_file(copy()) == kept));
        fs::remove(copy());
        // Relative to the caller's folder, not to the server's.
        BOOST_TEST(module().command({"backup", "here.db"}).code == 0);
        BOOST_TEST(fs::remove(folder() + "/here.db"));
        const auto nowhere = module().command({"backup", folder() + "/none/copy.db"});
        BOOST_TEST(nowhere.code == 3, nowhere.out);
        BOOST_TEST(contains(nowhere.err, folder() + "/none"), nowhere.err);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::backup_test
