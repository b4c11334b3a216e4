// Deaths while a subscription lives: each charge that the page tells of is one paid invoice here
// and one payment on the CRM's order, and an operator's change is in the story, whatever died
// between.
#include <SQLiteCpp/SQLiteCpp.h>
#include <signal.h>

#include <boost/test/unit_test.hpp>

#include "tests/support/harness/desk.hpp"
#include "tests/support/harness/world.hpp"

namespace tillbridge::crash {
namespace {

using namespace harness;

const std::string kPage = "demo.payform.ru";
constexpr double kDay = 86'400;

WorldOptions options() {
    WorldOptions options;
    options.config = {{"outbox.schedule", "[50ms, 100ms, 200ms, 400ms]"},
                      {"crm.requests_per_second", "1000"}};
    options.sandbox_arguments = {"--clock-factor", "500"};
    return options;
}

struct Club : World {
    Shop shop;
    Bill first;
    std::int64_t order = 0;
    int charges = 0;
    int kills = 0;

    Club() : World(options()) {
        sandbox().switches({{"rateLimit", 0}});
        shop = add_prodamus_store(connect_account("demo", {{"currency", "RUB"}}), "Club",
                                  {{"subscription", "593600"}});
        const auto hook = settings(shop).merchant(shop.code).at("hookUrl");
        sandbox().post("/switches", {{"prodamus", kPage},
                                     {"set", {{"subscriptionUrls", hook}, {"hookDuplicate", 2}}}});
        first = create(shop, "100");
        sandbox().post("/prodamus/payer", {{"link", first.gateway_id}, {"phone", "+79990000001"}});
        await_status(first, "succeeded");
        await_quiet();
        order = crm_invoice(first).at("orderId").get<std::int64_t>();
    }
    Json member() { return sandbox().get("/prodamus/subscriptions").at("subscriptions").back(); }

    // Starts it anew, to die at a point (or, with an empty one, not at all).
    void live(const std::string& point) {
        if (module().running()) module().kill();
        module().set_environment("TILLBRIDGE_CRASH_AT", point);
        module().launch();
        await("it listens or is dead", [&] { return module().listening() || !module().running(); });
    }
    void die() {
        await("it is dead", [&] { return !module().running(); });
        kills += module().process().wait(Millis(0))->signal == SIGKILL;
        live("");
    }
    void settle() {
        sandbox().wait("prodamusDeliveries", {});
        await_quiet();
    }
    Json charge() {
        ++charges;
        sandbox().advance_clock(kDay);
        return sandbox().post("/prodamus/subscriptions",
                              {{"profile", member().at("profile")}, {"action", "charge"}});
    }
    // What the CRM shows, and what our own books say.
    void audit(const std::string& about) {
        const auto all = sandbox().order("demo", order).at("payments");
        BOOST_TEST(all.size() == static_cast<std::size_t>(charges) + 1,
                   about << ": " << all.size() << " payments after " << charges << " charges");
        for (const auto& payment : all)
            BOOST_TEST(payment.at("invoice").at("status") == "succeeded", about);
        SQLite::Database db(module().store_file(), SQLite::OPEN_READONLY, 10'000);
        const auto paid =
            db.execAndGet("SELECT count(*) FROM invoice WHERE state = 'paid'").getInt64();
        BOOST_TEST(paid == charges + 1, about);
        const auto made = db.execAndGet("SELECT payments_made FROM subscription").getInt64();
        BOOST_TEST(made == charges + 1, about);
        BOOST_TEST(!has_problem("outbox.dead"), about);
    }
    CommandResult operate(std::vector<std::string> words) {
        words.insert(words.begin(), "subscription");
        words.emplace_back("--json");
        return module().command(words);
    }
    std::string profile() { return std::to_string(member().at("profile").get<int>()); }
    int lines(const std::string& kind) {
        int count = 0;
        const auto shown = operate({"show", profile()}).json();
        for (const auto& line : shown.at("journal")) count += line.at("kind") == kind ? 1 : 0;
        return count;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(renewals, Club)

BOOST_AUTO_TEST_CASE(each_charge_is_told_once_whatever_dies) {
    const std::vector<std::string> points{
        "hook.verified",         "hook.inbox_added",      "hook.recorded",
        "store.before_commit:2", "store.after_commit:2",  "store.before_commit:3",
        "outbox.claimed",        "outbox.before_deliver", "import.before_send",
        "call.request_sent:1",   "call.request_sent:2",   "call.request_sent:3",
        "call.request_sent:4",   "call.answer_read:1",    "call.answer_read:2",
        "call.answer_read:3",    "call.answer_read:4",    "import.after_answer",
        "outbox.after_deliver",  "outbox.before_done",    "outbox.done",
        "http.after_answer"};
    for (const auto& point : points) {
        live(point);
        charge();
        die();
        settle();
        audit(point);
    }
    BOOST_TEST(kills == static_cast<int>(points.size()));
}

BOOST_AUTO_TEST_CASE(a_change_that_was_cut_off_is_in_the_story_and_may_be_repeated) {
    int asked = 0;
    for (const std::string point : {"subscription.intent_committed", "call.request_sent",
                                    "call.answer_read", "subscription.after_call"}) {
        live(point);
        const auto off = operate({"stop", profile()});
        BOOST_TEST(off.code != 0, point << ": " << off.out << off.err);
        die();
        ++asked;
        BOOST_TEST(lines("change.activity") >= asked, point);
        // Such a change says how things shall be: a repeat does no harm.
        const auto again = operate({"stop", profile()});
        BOOST_TEST(again.code == 0, point << again.err);
        asked += 1;
        BOOST_TEST(!member().at("activeManager").get<bool>(), point);
        const auto on = operate({"resume", profile()});
        BOOST_TEST(on.code == 0, point << on.err);
        ++asked;
        settle();
    }
    BOOST_TEST(kills == 4);
    audit("after all changes");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::crash
