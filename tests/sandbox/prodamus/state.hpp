// Prodamus' memory: merchants' pages, links, orders, and the club of subscriptions. One mutex
// guards it and is never held during an outbound call. Money: minor units. Facts: prodamus.md.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "tests/sandbox/base/switches.hpp"
#include "tests/sandbox/base/world.hpp"
#include "tests/sandbox/prodamus/form.hpp"

namespace tillbridge::sandbox {

// A merchant's payment page. Its settings are switches: a test and the cabinet set the same.
struct ProdamusPage {
    std::string host, key;
    Switches switches;

    explicit ProdamusPage(Switches chosen) : switches(std::move(chosen)) {}
};

struct ProdamusItem {
    std::string name;
    std::int64_t price = 0, quantity = 1;
};

struct ProdamusLink {
    std::string code, host, currency, phone, email;
    Tree request;  // every parameter, without the signature
    std::vector<ProdamusItem> items;
    std::int64_t full = 0, discount = 0, amount = 0;  // amount = full - discount
    std::int64_t limit = 0;                           // of payments; 0: none
    std::int64_t product = 0;                         // of a subscription; 0: an ordinary link
    Millis created = 0, expires = 0;                  // expires 0: never
    bool demo = false;
    std::int64_t paid = 0;
};

// A buyer's attempt to pay a link, or an automatic charge (which has a profile and no method).
// States: new, 3ds, application, approved, then success, order_canceled, order_denied, refused,
// left.
struct ProdamusOrder {
    std::int64_t id = 0, amount = 0, profile = 0;
    std::string link, host, method, state = "new", card;
    std::string phone, email;
    Millis created = 0, paid = 0;
};

struct ProdamusProduct {
    std::int64_t id = 0, price = 0, first_discount = 0, limit = 0, trial_days = 0;
    std::string host, name, currency = "rub", period = "month";  // day, week, month, year
};

// One buyer's subscription to one product.
struct ProdamusProfile {
    std::int64_t id = 0, product = 0, limit = 0;
    std::string host, phone, email, vk_user_id, tg_user_id, link;
    bool active_manager = true, active_user = true, demo = false, ended = false;
    bool completed = false, reminded = false;
    std::int64_t charges = 0, payments = 0;  // automatic ones; all
    std::int64_t first_discount = 0, next_discount = 0, next_discount_num = 0;
    Millis created = 0, first = 0, last = 0, next = 0, discount_ends = 0, completion = 0;
    Millis due = 0;  // of the next attempt; after a failed one it differs from `next`
    std::int64_t attempt = 0;
    std::string fails_with;  // error code of the charges to come
};

class Prodamus {
  public:
    explicit Prodamus(World& shared) : world(shared), deals(shared.log_settings) {}

    World& world;
    std::mutex mutex;
    std::map<std::string, ProdamusPage> pages;
    std::map<std::string, ProdamusLink> links;  // by code
    std::vector<std::string> link_order;
    std::map<std::int64_t, ProdamusOrder> orders;
    std::map<std::int64_t, ProdamusProduct> products;
    std::map<std::int64_t, ProdamusProfile> profiles;
    Log deals;  // what took effect: links, payments, charges, acts

    void reset(std::optional<std::uint64_t> seed);
    // The rest is called with the mutex held.
    ProdamusPage& make_page(const std::string& host, const std::string& key);
    ProdamusPage& page(const std::string& host);  // throws ControlError 404
    ProdamusPage* find_page(const std::string& host);
    ProdamusLink& add_link(ProdamusLink link);
    ProdamusLink* link(const std::string& code_or_url);
    ProdamusOrder& add_order(ProdamusOrder order);
    ProdamusOrder* order(std::int64_t id);
    ProdamusProduct& add_product(ProdamusProduct product);
    ProdamusProfile& add_profile(ProdamusProfile profile);
    void log_deal(const std::string& kind, const std::string& host, const Json& more);

    std::string link_url(const std::string& code) const;  // that a person can click here
    std::string page_url(const std::string& host) const;

  private:
    std::optional<std::uint64_t> seed_;
    std::int64_t last_order_ = 300154, last_product_ = 593599, last_profile_ = 70000;
};

}  // namespace tillbridge::sandbox
