// The buyer's steps at the payment page (prodamus.md §2.7, §4.4, §5): phone, method, card and its
// password, the bank that decides on an instalment, or leaving. The page and the control interface
// both go through here.
#pragma once

#include "tests/sandbox/prodamus/club.hpp"
#include "tests/sandbox/prodamus/deliveries.hpp"

namespace tillbridge::sandbox {

// phone (phone, email) · choose (method) · card (number, expiry, code) · 3ds (password) · confirm,
// refuse · approve, sign, cancel, reject (the bank) · leave · pay: all steps up to the success.
struct BuyerStep {
    std::string action, method, number, expiry, code, password, phone, email;
    std::int64_t order = 0;  // 0: the link's newest, or a new one
};

struct BuyerResult {
    std::string wrong;       // why the step did not go through
    std::int64_t order = 0;  // the order that it was about
    std::string go;          // where the browser is sent: urlSuccess, urlReturn, or nowhere
};

class ProdamusBuyer {
  public:
    ProdamusBuyer(Prodamus& prodamus, ProdamusDeliveries& deliveries, ProdamusClub& club)
        : prodamus_(prodamus), deliveries_(deliveries), club_(club) {}

    BuyerResult step(const std::string& code, const BuyerStep& step);  // takes the mutex

  private:
    std::string take(ProdamusLink& link, const BuyerStep& step, ProdamusOrder*& order);
    std::string give_phone(ProdamusLink& link, const BuyerStep& step) const;
    std::string choose(ProdamusLink& link, const BuyerStep& step, ProdamusOrder*& order);
    std::string pay_all(ProdamusLink& link, const BuyerStep& step, ProdamusOrder*& order);
    std::string pay_by_card(ProdamusLink& link, ProdamusOrder& order, const BuyerStep& step);
    std::string bank_decides(ProdamusLink& link, ProdamusOrder& order, const std::string& action);
    std::string succeed(ProdamusLink& link, ProdamusOrder& order);
    void enter(ProdamusOrder& order, const std::string& state);
    ProdamusOrder* newest(const std::string& code);

    Prodamus& prodamus_;
    ProdamusDeliveries& deliveries_;
    ProdamusClub& club_;
};

bool order_is_over(const ProdamusOrder& order);

}  // namespace tillbridge::sandbox
