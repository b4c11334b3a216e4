// What a gateway declares on the settings page it does, whole, from the manager's button to the
// CRM; what it does not declare is refused and moves nothing. The same story for each gateway: a
// new one is one entry of peers().
#include <functional>

#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::gateways_test {
namespace {

// How a gateway's emulator is asked for what only it knows.
struct Peer {
    std::string currency;
    std::function<Shop(World&, const Shop& account, const Json& options)> add;
    std::function<void(World&, const Bill&)> pay;
};

const std::map<std::string, Peer>& peers() {
    static const std::map<std::string, Peer> all{
        {"uapay",
         {"UAH",
          [](World& world, const Shop& account, const Json& options) {
              return world.add_store(account, "Store", options);
          },
          [](World& world, const Bill& bill) { world.sandbox().pay(bill.gateway_id); }}},
        {"prodamus",
         {"RUB",
          [](World& world, const Shop& account, const Json& options) {
              return world.add_prodamus_store(account, "Store", options);
          },
          [](World& world, const Bill& bill) {
              const auto done = world.sandbox().post(
                  "/prodamus/payer", {{"link", bill.gateway_id}, {"phone", "+79990000000"}});
              BOOST_TEST(done.at("ok") == true, done.dump());
          }}}};
    return all;
}

// A world for each gateway that the module offers.
template <class Story>
void for_each_gateway(Story story) {
    for (const auto& [code, peer] : peers()) BOOST_TEST_CONTEXT(code) {
            Fixture world;
            const auto account = world.connect_account("demo", {{"currency", peer.currency}});
            Json about;
            const auto gateways = world.settings(account).state().at("gateways");
            BOOST_TEST(gateways.size() == peers().size());
            for (const auto& each : gateways)
                if (each.at("code") == code) about = each;
            BOOST_REQUIRE(about.is_object());
            BOOST_TEST(contains(about.at("currencies").dump(), peer.currency));
            story(world, account, peer, about.at("capabilities"));
            world.await_quiet();
            world.teardown();
        }
}

Bill paid_bill(World& world, const Peer& peer, const Shop& shop, const char* status) {
    const auto bill = world.create(shop, "100");
    BOOST_TEST(world.crm_invoice(bill).at("status") == "pending");
    peer.pay(world, bill);
    world.await_status(bill, status);
    return bill;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gateways)

BOOST_AUTO_TEST_CASE(a_link_is_paid_and_the_crm_hears_of_it_once) {
    for_each_gateway(
        [](Fixture& world, const Shop& account, const Peer& peer, const Json& capabilities) {
            const auto shop = peer.add(world, account, Json::object());
            const auto bill = paid_bill(world, peer, shop, "succeeded");
            world.await_quiet();
            const auto words = world.statuses(bill);
            BOOST_TEST(std::count(words.begin(), words.end(), "succeeded") == 1);
            // The question that a gateway can't answer is not asked, and does no harm.
            const auto asked = world.act(bill, "status");
            BOOST_TEST(asked.at("status") == 200);
            BOOST_TEST(asked.at("body").at("result").at("status") == "succeeded");
            BOOST_TEST(capabilities.at("statusQuery").is_boolean());
        });
}

BOOST_AUTO_TEST_CASE(nobody_else_speaks_for_the_gateway) {
    for_each_gateway([](Fixture& world, const Shop& account, const Peer& peer, const Json&) {
        world.expect_violations = true;
        const auto shop = peer.add(world, account, Json::object());
        const auto bill = world.create(shop, "100");
        const auto url = world.settings(shop).merchant(shop.code).at("hookUrl").get<std::string>();
        const auto path = url.substr(world.module().url().size());
        const auto http = world.module().http();
        for (const auto& [type, body] : std::vector<std::pair<std::string, std::string>>{
                 {"application/json", R"({"status":"paid","sum":"100.00"})"},
                 {"application/x-www-form-urlencoded", "payment_status=success&sum=100.00"}}) {
            const auto answer = http.request("POST", path, body, {{"Content-Type", type}});
            BOOST_TEST((answer.status == 400 || answer.status == 401), answer.status);
            const auto wrong = path.substr(0, path.size() - 1) + (path.back() == 'A' ? 'B' : 'A');
            BOOST_TEST(http.request("POST", wrong, body, {{"Content-Type", type}}).status == 404);
        }
        world.await_quiet();
        BOOST_TEST(world.crm_invoice(bill).at("status") == "pending");
    });
}

BOOST_AUTO_TEST_CASE(two_stages_where_they_are_declared) {
    for_each_gateway(
        [](Fixture& world, const Shop& account, const Peer& peer, const Json& capabilities) {
            const auto shop = peer.add(world, account, Json::object());
            const auto admin = world.settings(shop);
            const auto wished =
                admin.patch("/merchants/" + shop.code, {{"options", {{"twoStage", true}}}});
            if (!capabilities.at("twoStage").get<bool>()) {
                BOOST_TEST(wished.status == 400, wished.body);
                BOOST_TEST(admin.merchant(shop.code).at("options").at("twoStage") == false);
                return;
            }
            BOOST_TEST(wished.status == 200, wished.body);
            const auto whole = paid_bill(world, peer, shop, "waitingForCapture");
            BOOST_TEST(world.act(whole, "approve").at("status") == 200);
            world.await_status(whole, "succeeded");
            const auto given_back = paid_bill(world, peer, shop, "waitingForCapture");
            world.await_quiet();  // the CRM has agreed: asked after the cancel, it would refuse
            BOOST_TEST(world.act(given_back, "cancel").at("status") == 200);
            world.await_status(given_back, "canceled");
            if (!capabilities.at("partialCapture").get<bool>()) return;
            const auto part = paid_bill(world, peer, shop, "waitingForCapture");
            BOOST_TEST(world.act(part, "approve", {{"amount", 60}}).at("status") == 200);
            world.await_status(part, "succeeded");
            const auto told = world.sandbox().updates("demo", part.uuid).back().at("body");
            BOOST_TEST(told.at("amount") == 60, told.dump());
        });
}

BOOST_AUTO_TEST_CASE(refunds_where_they_are_declared) {
    for_each_gateway(
        [](Fixture& world, const Shop& account, const Peer& peer, const Json& capabilities) {
            const auto shop = peer.add(world, account, Json::object());
            const auto bill = paid_bill(world, peer, shop, "succeeded");
            if (!capabilities.at("refund").get<bool>()) {
                const auto refused = world.act(bill, "refund");
                BOOST_TEST(refused.at("status") == 400, refused.dump());
                world.await_quiet();
                BOOST_TEST(world.statuses(bill).back() == "succeeded");
                return;
            }
            if (capabilities.at("partialRefund").get<bool>()) {
                BOOST_TEST(world.act(bill, "refund", {{"amount", 40}}).at("status") == 200);
                world.await_refunded(bill, "40");
            }
            BOOST_TEST(world.act(bill, "refund").at("status") == 200);
            world.await_refunded(bill, "100");
        });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::gateways_test
