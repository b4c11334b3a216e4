// The language of whoever sent a request that came to no handler, or that its handler could not
// read: what its page says (X-Language), that of the account whose session or `clientId` it
// carries, Accept-Language, Russian. Looks accounts up: for what is refused, never for what is
// served.
#pragma once

#include <string>

#include "handlers/http.hpp"
#include "handlers/services.hpp"

namespace tillbridge::handlers {

std::string client_language(const Services& services, const Request& request);

}  // namespace tillbridge::handlers
