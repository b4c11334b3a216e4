// One payment from the manager's button to its end, told to the module by a CRM and a buyer who do
// not mind that it dies in between: what was not answered is asked again, with the same body.
// Afterwards it knows what must be true everywhere.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "tests/support/harness/world.hpp"

namespace tillbridge::crash {

using namespace tillbridge::harness;

enum class Plot {
    paid,       // one stage
    parts,      // paid, then two partial refunds
    returned,   // paid, then refunded in full
    held,       // two stages, captured in full
    held_part,  // captured in part, of which a part is refunded
    released,   // the hold is voided by the manager
    dropped,    // cancelled before anybody paid
    late,       // cancelled, paid all the same: the money goes back by itself
    automatic,  // two stages, captured once the CRM agrees
    renamed,    // no payment: the store gets another name, which the CRM has to learn
};
inline constexpr int kPayments = 9;  // plots that are payments

const char* name_of(Plot plot);

struct Shops {
    Shop one, two, automatic;
};

class Tale {
  public:
    Tale(World& world, const Shops& shops, Plot plot, std::mt19937_64& random);

    // Plays it to its end. May be called from any thread; throws where somebody answers wrongly or
    // not at all.
    void play();
    // What is wrong now that everything is quiet.
    std::vector<std::string> audit() const;

    Plot plot() const { return plot_; }
    std::string about() const;  // for a report
    const std::string& payment() const { return bill_.id; }
    const std::string& gateway_invoice() const { return bill_.gateway_id; }

  private:
    void create();
    Json press(const std::string& action, std::int64_t amount = 0);
    Json pressed(const Json& call) const;  // until it is answered
    void open_link();
    void pay();
    void see(const std::string& status);
    void see_refunded();
    void refund(std::int64_t amount);
    void rename();

    struct Money {
        std::string status;  // the CRM's last word
        std::int64_t held = 0, completed = 0, voided = 0, paid = 0;
        std::vector<std::int64_t> reversed;
        bool told_refunds = true;  // the CRM knows of them
    };
    Money expected() const;

    void audit_gateway(std::vector<std::string>& wrong) const;
    void audit_crm(std::vector<std::string>& wrong) const;
    void audit_answers(std::vector<std::string>& wrong) const;

    World& world_;
    Plot plot_;
    Shop shop_;
    Json order_;
    Bill bill_;
    std::string name_;  // the store's new one
    std::int64_t amount_ = 0, first_ = 0, second_ = 0;
};

}  // namespace tillbridge::crash
