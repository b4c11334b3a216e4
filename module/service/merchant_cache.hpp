// Merchants by hook token, kept for some seconds: a hook costs no decryption of credentials.
// Thread-safe. Changes in this process are seen at once (forget), others after kLives.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "module/domain/merchant.hpp"
#include "module/service/context.hpp"

namespace tillbridge::service {

class MerchantCache {
  public:
    static constexpr domain::Span kLives = std::chrono::seconds(5);

    explicit MerchantCache(Context context) : context_(context) {}

    std::shared_ptr<const domain::Merchant> by_hook_token(const std::string& token);
    void forget();
    // A hook of this merchant had a bad signature: raises hook.signature_mismatch, at most once a
    // minute, so that a flood of them costs no writes.
    void mistrust(const domain::Merchant&);
    // A hook of this merchant had a good signature. Whether that is news, so that the problem is to
    // be cleared: the first one after a bad one, and after the start.
    bool trust(const domain::Merchant&);

  private:
    struct Entry {
        std::shared_ptr<const domain::Merchant> merchant;  // null: the token is nobody's
        domain::UtcTime until;
    };

    Context context_;
    std::mutex mutex_;
    std::unordered_map<std::string, Entry> entries_;  // by the token's fingerprint
    std::uint64_t changes_ = 0;  // what was read before a change is not kept after it
    std::unordered_map<std::string, domain::UtcTime> mistrusted_;  // merchant id → last written
    std::unordered_set<std::string> trusted_;                      // merchant ids
};

}  // namespace tillbridge::service
