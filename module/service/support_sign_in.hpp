// Signing in to diagnostics: password, then the one-time code where the user has one; a cookie of
// 12 hours. Failures in a row lock a name and an address for a time that doubles; a name that
// nobody has behaves, and costs, as one that somebody has. One password is tried at a time, since
// scrypt is dear, and few may wait.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "module/domain/result.hpp"
#include "module/port/passwords.hpp"
#include "module/service/context.hpp"
#include "module/service/support_audit.hpp"

namespace tillbridge::service {

// Under which key the failures of a name are counted: what was typed may be a password.
std::string failures_of(const port::KeyRing&, const std::string& name);

class SupportSignIn {
  public:
    SupportSignIn(Context context, const port::Passwords& passwords)
        : context_(context), passwords_(passwords) {}

    struct Attempt {
        std::string name;
        domain::Secret password;
        std::string code;  // one-time; empty where none was typed
        std::string address;
        domain::RequestId request;
    };
    struct SignedIn {
        domain::Secret cookie;
        port::SupportUser user;
    };
    // Errors: support.login_failed (whatever was wrong), support.locked and support.busy (params:
    // seconds).
    domain::Result<SignedIn> sign_in(const Attempt&);
    // Nothing where the cookie is unknown, its time is over, or its user was disabled.
    std::optional<port::SupportUser> signed_in(const std::string& cookie) const;
    void sign_out(const std::string& cookie, const Actor&);

    std::string csrf_token(const std::string& cookie) const;
    bool csrf_matches(const std::string& cookie, const std::string& given) const;  // constant time

  private:
    bool enter();  // false: too many wait, or it took too long
    void leave();
    domain::Result<SignedIn> try_once(const Attempt&);
    std::optional<domain::Span> locked(const Attempt&, domain::UtcTime now) const;
    // The step whose code it is; none where it is wrong or was taken before.
    std::optional<std::int64_t> step_of(const port::SupportUser&, const std::string& code,
                                        domain::UtcTime now) const;
    void refuse(const Attempt&, bool known, domain::UtcTime now);

    Context context_;
    const port::Passwords& passwords_;
    // One password is tried at a time: it costs memory and a second of a core.
    std::mutex door_;
    std::condition_variable left_;
    bool trying_ = false;
    int waiting_ = 0;
};

}  // namespace tillbridge::service
