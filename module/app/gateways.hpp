// The gateways of this program: one line each in gateways.cpp.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "api_client/http/client.hpp"
#include "config/config.hpp"
#include "module/port/clock.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::app {

class Gateways : public port::Gateways {
  public:
    // Throws std::invalid_argument where a base address is no URL.
    Gateways(http::Sender& sender, const port::Clock& clock, const config::Config& config);

    port::Gateway* find(const domain::GatewayCode& code) override;
    std::vector<port::Gateway*> all() override;

  private:
    std::map<std::string, std::unique_ptr<port::Gateway>> gateways_;
};

}  // namespace tillbridge::app
