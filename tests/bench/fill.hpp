// Writes accounts, invoices and effects into a store that no server has open, through the store's
// own library: what the bench needs by the hundred thousand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "module/port/store.hpp"
#include "module/security/key_ring.hpp"
#include "module/security/os_random.hpp"
#include "tests/bench/peer.hpp"

namespace tillbridge::bench {

struct Account {
    int number = 0;
    domain::ConnectionId connection;
    domain::MerchantId merchant;
    std::string client_id;
    std::string hook_token;
    domain::MerchantId page;  // its store at Prodamus
    std::string page_token;
};
Account account(int number);

enum class Seller { uapay, prodamus };

struct Bill {
    Account account;
    std::string id;  // our paymentId
    std::string uuid;
    std::string gateway_invoice;
};

// A buyer with a subscription whose first payment was made.
struct Member {
    Account account;
    std::string product;
    std::string profile;
    std::string phone;
    std::string email;
};
inline constexpr const char* kProduct = "593600";

// A buyer's number in the store: his phone and e-mail are made of it.
Member member_of(const Account& of, std::size_t buyer);
// Of the members of a range of accounts, the number of the n-th.
std::size_t buyer_number(int from, std::size_t n);

inline constexpr std::size_t kFillUnit = 500;  // invoices in one unit of work

class Filler {
  public:
    // `folder`: of a harness::Module, whose master key seals what is written.
    explicit Filler(const std::string& folder);

    // Each with a store at UAPAY and one at Prodamus. `peer`: where their CRM answers.
    void add_accounts(int from, int to, const Peer& peer);
    // A link each, that a buyer has open; spread over the accounts [from, to).
    std::vector<Bill> add_pending(std::size_t count, int from, int to,
                                  Seller seller = Seller::uapay);
    // Paid, with a status that waits to be told to the CRM.
    std::vector<Bill> add_pushes(std::size_t count, int from, int to);
    // Paid, told, with the whole of their story.
    void add_settled(std::size_t count, int from, int to);
    // The same at Prodamus, each the first payment of a running subscription.
    std::vector<Member> add_members(std::size_t count, int from, int to);

  private:
    enum class Kind { pending, push, settled };
    struct Made {
        domain::Invoice invoice;
        Bill bill;
    };
    Made make(const Account& of, Kind kind, Seller seller);
    void write(port::Tx& tx, const Made& made, Kind kind);
    void write(port::Tx& tx, const Made& made, const Member& member);
    std::vector<Bill> add(std::size_t count, int from, int to, Kind kind, Seller seller);

    security::OsRandom random_;
    domain::Currency uah_;
    domain::Currency rub_;
    std::unique_ptr<security::KeyRing> keys_;
    std::unique_ptr<port::Store> store_;
};

}  // namespace tillbridge::bench
