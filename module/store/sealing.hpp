// Sealed columns: which place a value is bound to, and which row of `master_key` stands for the key
// that seals now. A key's row holds a canary, so that a key file that lacks a needed key is noticed
// when the store opens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "module/domain/ids.hpp"
#include "module/port/key_ring.hpp"
#include "module/store/sql.hpp"

namespace tillbridge::store {

// `table/row id/column`
std::string place_of(std::string_view table, std::string_view row, std::string_view column);
std::string merchant_row(const domain::ConnectionId& connection, const domain::MerchantId& id);

class Sealing {
  public:
    explicit Sealing(port::KeyRing& keys) : keys_(keys) {}

    // An empty secret stays empty.
    std::string seal(const domain::Secret& plain, const std::string& place) const;
    domain::Secret open(std::string_view sealed, const std::string& place) const;
    // Empty for an empty token.
    std::string fingerprint(std::string_view token) const;

    // The row of the key that seals now; makes it where there is none. In a write transaction.
    void refresh(Database& db);
    std::int64_t key() const { return key_; }
    void forget() { canary_.clear(); }  // the transaction that made it may be lost

    // Throws KeyMissing where the ring lacks a key that sealed something here.
    void check_canaries(Database& db) const;
    // Hands the ring its fingerprint key; keeps a new one, or one sealed anew, where `may_write`.
    void adopt_fingerprint_key(Database& db, bool may_write);
    // Forgets the keys that nothing is sealed under. In a write transaction.
    void drop_old_keys(Database& db);

  private:
    port::KeyRing& keys_;
    std::int64_t key_ = 0;
    std::string canary_;
};

}  // namespace tillbridge::store
