// Somebody of support: made by the command line, signed in to diagnostics, calls its API.
#pragma once

#include <string>

#include "tests/support/harness/module.hpp"

namespace tillbridge::harness {

inline constexpr const char* kDeskPassword = "correct horse battery";

// `support-user add`; throws where it is refused.
void add_desk_user(const Module& module, const std::string& name, const std::string& role);

class Desk {
  public:
    // Signs in; throws where it is refused.
    Desk(const Http& http, const std::string& name);

    Answer get(const std::string& path = "") const;  // below /api/support
    Answer post(const std::string& path, const Json& body = Json::object()) const;
    Json read(const std::string& path) const;  // get() that must be 200

    const std::string& cookie() const { return cookie_; }
    const std::string& csrf() const { return csrf_; }
    const std::string& set_cookie() const { return set_cookie_; }

    static Answer login(const Http& http, const std::string& name, const std::string& password,
                        const std::string& code = {});

  private:
    Http http_;
    std::string cookie_;  // name=value
    std::string csrf_;
    std::string set_cookie_;
};

}  // namespace tillbridge::harness
