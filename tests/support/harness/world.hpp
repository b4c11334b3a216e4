// The whole world of a test: the sandbox (a CRM and UAPAY) and the module, as real processes that
// talk over real HTTP, in a temporary folder.
//
//   World world;                                   // both run; nothing is connected yet
//   const auto shop = world.connect_shop();        // account `demo`, one UAPAY store
//   const auto bill = world.create(shop, "121.50"); // the manager's button
//   world.sandbox().pay(bill.gateway_id);          // the buyer
//   world.await_status(bill, "succeeded");         // what the CRM was told
//   world.module().kill(); world.module().start(); // the same store again
//
// A test that needs another configuration says so: World world({{"reconcile.interval", "50ms"}}).
// No sleeps: wait with World::await_…, Sandbox::wait or await(). TILLBRIDGE_TEST_KEEP=1 keeps the
// folders with the logs and the store.
#pragma once

#include <memory>
#include <string>

#include "tests/support/harness/module.hpp"
#include "tests/support/harness/sandbox.hpp"
#include "tests/support/harness/settings.hpp"

namespace tillbridge::harness {

// A connected account with one store.
struct Shop {
    std::string account;      // in the sandbox
    std::string account_url;  // of the settings page
    std::string client_id;    // the connection's, as the CRM sends it
    std::string code;         // the store's id, the CRM's shop code
    std::string merchant;     // the gateway's name for it: UAPAY's clientId
    std::string secret;       // its secret key there
};

// A payment that a manager asked for.
struct Bill {
    Shop shop;
    std::string uuid;        // the CRM's
    std::string id;          // our paymentId
    std::string link;        // ours, absolute
    std::string gateway_id;  // the gateway's invoice or link
    std::string pay_url;     // the gateway's page
};

struct WorldOptions {
    Config config;
    Fields environment;  // of the module
    std::vector<std::string> sandbox_arguments;
    bool start = true;  // the module
};

class World {
  public:
    World() : World(WorldOptions{}) {}
    explicit World(const Config& config) : World(WorldOptions{config, {}, {}, true}) {}
    explicit World(const WorldOptions& options);

    Sandbox& sandbox() { return *sandbox_; }
    Module& module() { return *module_; }
    const std::string& folder() const { return folder_.path(); }
    void keep_folder() { folder_.keep(); }

    // Marketplace install; throws where it is refused. → the account URL
    std::string connect(const std::string& account = "demo");
    // Connects `account` (made where it is new, with `fields`), makes a UAPAY merchant and adds it
    // as a store; returns once the CRM knows the store.
    Shop connect_shop(const std::string& account = "demo", const Json& options = Json::object(),
                      const Json& fields = Json::object());
    // The account alone, without a store.
    Shop connect_account(const std::string& account = "demo", const Json& fields = Json::object());
    // One more store on a connected account, with a payment type of its own in the CRM.
    Shop add_store(const Shop& shop, const std::string& name, const Json& options = Json::object());
    // The same at Prodamus: `merchant` is its page, `secret` the page's key.
    Shop add_prodamus_store(const Shop& shop, const std::string& name,
                            const Json& options = Json::object(),
                            const std::string& page = "demo.payform.ru");
    // For tests about payment types: stores are added without them.
    void leave_payment_types_out() { make_types_ = false; }
    Settings settings(const Shop& shop) const { return Settings(shop.account_url); }

    // The manager's `create`; throws where it is refused. `more`: fields of the control call.
    Bill create(const Shop& shop, const std::string& amount = "100",
                const Json& more = Json::object());
    // Any button on a bill: approve, cancel, refund, status. → the control interface's answer
    Json act(const Bill& bill, const std::string& action, const Json& more = Json::object());
    // create and pay, until the CRM knows `status`.
    Bill paid(const Shop& shop, const std::string& amount = "100",
              const std::string& status = "succeeded");

    // --- conditions ---
    Json await_status(const Bill& bill, const std::string& status, Millis patience = kPatience);
    Json await_refunded(const Bill& bill, const std::string& amount);
    // Nothing is left in the outbox that is due now or within two seconds; parked rows do not
    // count.
    void await_quiet();
    // Until the problem `key` is there (or gone). → {"key","subject","detail",…} of doctor's list
    void await_problem(const std::string& key, bool there = true);
    bool has_problem(const std::string& key);

    Json story(const std::string& id) const;  // `invoice show --json`
    Json crm_invoice(const Bill& bill) const;
    // The statuses that the CRM took, in order, without repeats in a row.
    std::vector<std::string> statuses(const Bill& bill) const;

  private:
    void await_store(const Shop& made, const std::string& name);

    TempFolder folder_;
    ReservedPort port_;
    std::unique_ptr<Sandbox> sandbox_;
    std::unique_ptr<Module> module_;
    int merchants_ = 0;
    bool make_types_ = true;
};

}  // namespace tillbridge::harness
