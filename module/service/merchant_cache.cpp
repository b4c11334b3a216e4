#include "module/service/merchant_cache.hpp"

#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

// Guessed tokens must not fill the memory; a real installation has fewer stores under way at once.
constexpr std::size_t kMost = 20'000;
constexpr domain::Span kMistrustAgain = std::chrono::minutes(1);

}  // namespace

std::shared_ptr<const domain::Merchant> MerchantCache::by_hook_token(const std::string& token) {
    const auto key = context_.keys.fingerprint(token);
    const auto now = context_.clock.now();
    std::uint64_t changes = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto known = entries_.find(key);
        if (known != entries_.end() && known->second.until > now) return known->second.merchant;
        changes = changes_;
    }
    auto found = port::look_up(
        context_.store, [&](const port::Tx& tx) { return tx.merchants().by_hook_token(token); });
    std::shared_ptr<const domain::Merchant> merchant;
    if (found) merchant = std::make_shared<const domain::Merchant>(std::move(*found));

    const std::lock_guard lock(mutex_);
    if (changes != changes_) return merchant;
    if (entries_.size() >= kMost)
        std::erase_if(entries_, [now](const auto& entry) { return entry.second.until <= now; });
    if (entries_.size() >= kMost) entries_.clear();
    entries_[key] = Entry{merchant, now + kLives};
    return merchant;
}

void MerchantCache::forget() {
    const std::lock_guard lock(mutex_);
    ++changes_;
    entries_.clear();
}

void MerchantCache::mistrust(const domain::Merchant& merchant) {
    const auto now = context_.clock.now();
    {
        const std::lock_guard lock(mutex_);
        trusted_.erase(merchant.id.value);
        auto& last = mistrusted_[merchant.id.value];
        if (last && now - last < kMistrustAgain) return;
        last = now;
    }
    context_.store.write([&](port::Tx& tx) {
        raise_problem(tx, now, merchant.connection, "hook.signature_mismatch", merchant.id.value,
                      merchant.name);
    });
}

bool MerchantCache::trust(const domain::Merchant& merchant) {
    const std::lock_guard lock(mutex_);
    if (!trusted_.insert(merchant.id.value).second) return false;
    mistrusted_.erase(merchant.id.value);
    return true;
}

}  // namespace tillbridge::service
