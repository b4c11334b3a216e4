// The people of diagnostics, as the command line keeps them: added, listed, disabled, given a new
// password or a second factor. A change of any of these ends the user's sessions.
#pragma once

#include <string>
#include <vector>

#include "module/domain/result.hpp"
#include "module/port/passwords.hpp"
#include "module/service/context.hpp"
#include "module/service/support_audit.hpp"

namespace tillbridge::service {

class SupportUsers {
  public:
    SupportUsers(Context context, const port::Passwords& passwords)
        : context_(context), passwords_(passwords) {}

    // Errors: support.name_invalid, support.password_short, support.user_exists.
    domain::Result<void> add(const Actor&, const std::string& name, port::SupportRole,
                             const domain::Secret& password);
    std::vector<port::SupportUser> list() const;
    // Errors of these: support.user_unknown.
    domain::Result<void> set_active(const Actor&, const std::string& name, bool active);
    domain::Result<void> set_password(const Actor&, const std::string& name,
                                      const domain::Secret& password);  // support.password_short
    // The otpauth:// address of a new secret, for an app to scan: told this once.
    domain::Result<std::string> add_totp(const Actor&, const std::string& name);
    domain::Result<void> drop_totp(const Actor&, const std::string& name);

  private:
    template <class Change>
    domain::Result<void> change(const Actor&, const std::string& name, const char* act,
                                Change change);

    Context context_;
    const port::Passwords& passwords_;
};

}  // namespace tillbridge::service
