// Names to addresses, as an interface, so that tests can play a name server that lies.
#pragma once

#include <string>
#include <vector>

#include "api_client/http/ip_address.hpp"
#include "module/domain/result.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::http {

class Resolver {
  public:
    virtual ~Resolver() = default;
    // All addresses in the order to try; never empty. Error: http.resolve_failed. `limit` is what
    // is left of the request's time. From any thread.
    virtual domain::Result<std::vector<IpAddress>> resolve(const std::string& host,
                                                           domain::Span limit) = 0;
};

// The system's resolver: hosts file, then DNS. Each server is asked once, so that a dead one costs
// seconds, not the half minute of the default.
class SystemResolver : public Resolver {
  public:
    domain::Result<std::vector<IpAddress>> resolve(const std::string& host,
                                                   domain::Span limit) override;
};

}  // namespace tillbridge::http
