// The marketplace's side of an install: what the module asks for, and the registration (protocol
// sheet of the CRM, §3).
#pragma once

#include <string>
#include <vector>

#include "handlers/router.hpp"
#include "handlers/services.hpp"

namespace tillbridge::handlers::crm {

class Marketplace {
  public:
    Marketplace(Services services, std::vector<std::string> scopes)
        : services_(services), scopes_(std::move(scopes)) {}

    Answer config(Request& request) const;
    Answer enter(Request& request) const;  // `register`

  private:
    Services services_;
    std::vector<std::string> scopes_;
};

// Borrows `marketplace`.
std::vector<Route> routes(const Marketplace& marketplace);

}  // namespace tillbridge::handlers::crm
