// The club of subscriptions (prodamus.md §4.6, §4.7, §4.10): who joined, what is charged when, and
// what ends it. The sandbox's clock drives it through settle(); a test may also act at once.
#pragma once

#include "tests/sandbox/prodamus/deliveries.hpp"

namespace tillbridge::sandbox {

class ProdamusClub {
  public:
    ProdamusClub(Prodamus& prodamus, ProdamusDeliveries& deliveries)
        : prodamus_(prodamus), deliveries_(deliveries) {}

    void settle();  // carries out what is due; takes the mutex

    // With the mutex held:
    std::int64_t join(const ProdamusLink& link, const ProdamusOrder& order);  // → the profile
    // charge · fail (error code; `last`: no attempt is left) · remind · deactivate and reactivate
    // (by "user" or "manager") · finish. Empty when it went through.
    std::string act(ProdamusProfile& profile, const std::string& action, const std::string& detail,
                    bool last);

  private:
    void settle_one(ProdamusProfile& profile);
    void charge(ProdamusProfile& profile);
    void fail(ProdamusProfile& profile, const std::string& error_code, bool last);
    void remind(ProdamusProfile& profile);
    void finish(ProdamusProfile& profile, bool completed);
    std::string switch_activity(ProdamusProfile& profile, bool on, const std::string& by);
    ProdamusOrder& charge_order(const ProdamusProfile& profile, const std::string& state);
    void log(const ProdamusProfile& profile, const std::string& kind, std::int64_t amount);

    Prodamus& prodamus_;
    ProdamusDeliveries& deliveries_;
};

std::string charge_error_text(const std::string& error_code);  // §4.9; empty: no such code

}  // namespace tillbridge::sandbox
