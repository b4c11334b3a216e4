// UAPAY's sessions of the last minutes. How long one lives is not documented (PROTOCOL.md §4), so
// none is kept for long and any may turn out dead. Thread-safe; bounded.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "module/domain/time.hpp"

namespace tillbridge::uapay {

class SessionCache {
  public:
    explicit SessionCache(domain::Span lifetime) : lifetime_(lifetime) {}

    // `account`: a digest of the credentials, so that new ones never meet an old session.
    std::optional<std::string> find(const std::string& account, domain::UtcTime now);
    void put(const std::string& account, std::string id, domain::UtcTime now);
    void forget(const std::string& account, const std::string& id);  // a newer one stays

  private:
    struct Session {
        std::string id;
        domain::UtcTime opened_at;
    };
    bool alive(const Session& session, domain::UtcTime now) const;

    const domain::Span lifetime_;
    std::mutex mutex_;
    std::unordered_map<std::string, Session> sessions_;
};

}  // namespace tillbridge::uapay
