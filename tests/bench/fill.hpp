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
};
Account account(int number);

struct Bill {
    Account account;
    std::string id;  // our paymentId
    std::string uuid;
    std::string gateway_invoice;
};

class Filler {
  public:
    // `folder`: of a harness::Module, whose master key seals what is written.
    explicit Filler(const std::string& folder);

    // Each with one UAPAY store. `peer`: where their CRM answers.
    void add_accounts(int from, int to, const Peer& peer);
    // A link each, that a buyer has open; spread over the accounts [from, to).
    std::vector<Bill> add_pending(std::size_t count, int from, int to);
    // Paid, with a status that waits to be told to the CRM.
    std::vector<Bill> add_pushes(std::size_t count, int from, int to);
    // Paid, told, with the whole of their story.
    void add_settled(std::size_t count, int from, int to);

  private:
    enum class Kind { pending, push, settled };
    struct Made {
        domain::Invoice invoice;
        Bill bill;
    };
    Made make(const Account& of, Kind kind);
    void write(port::Tx& tx, const Made& made, Kind kind);
    std::vector<Bill> add(std::size_t count, int from, int to, Kind kind);

    security::OsRandom random_;
    domain::Currency uah_;
    std::unique_ptr<security::KeyRing> keys_;
    std::unique_ptr<port::Store> store_;
};

}  // namespace tillbridge::bench
