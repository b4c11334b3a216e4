// Merchants by hook token, kept for some seconds: a hook costs no decryption of credentials.
// Thread-safe. Changes in this process are seen at once (forget), others after kLives.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

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

  private:
    struct Entry {
        std::shared_ptr<const domain::Merchant> merchant;  // null: the token is nobody's
        domain::UtcTime until;
    };

    Context context_;
    std::mutex mutex_;
    std::unordered_map<std::string, Entry> entries_;
    std::unordered_map<std::string, domain::UtcTime> mistrusted_;  // merchant id → last written
};

}  // namespace tillbridge::service
