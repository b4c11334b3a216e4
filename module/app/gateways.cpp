#include "module/app/gateways.hpp"

#include "api_client/prodamus/gateway.hpp"
#include "api_client/uapay/gateway.hpp"

namespace tillbridge::app {
namespace {

template <class Gateway, class Options>
std::unique_ptr<port::Gateway> make(http::Sender& sender, const port::Clock& clock,
                                    const config::Config& config,
                                    const config::Config::Gateway& at) {
    Options options;
    options.base_url = at.base_url;
    options.timeout = at.timeout;
    options.allow_private_networks = config.security.allow_private_networks;
    return std::make_unique<Gateway>(sender, clock, options);
}

using Maker = std::unique_ptr<port::Gateway> (*)(http::Sender&, const port::Clock&,
                                                 const config::Config&,
                                                 const config::Config::Gateway&);

// The registry: adding a gateway is adding its line.
const std::map<std::string, Maker>& registry() {
    static const std::map<std::string, Maker> makers{
        {"prodamus", make<prodamus::Gateway, prodamus::Options>},
        {"uapay", make<uapay::Gateway, uapay::Options>},
    };
    return makers;
}

}  // namespace

Gateways::Gateways(http::Sender& sender, const port::Clock& clock, const config::Config& config) {
    for (const auto& [code, maker] : registry())
        gateways_.emplace(code, maker(sender, clock, config, config.gateways.at(code)));
}

port::Gateway* Gateways::find(const domain::GatewayCode& code) {
    const auto found = gateways_.find(code.value);
    return found == gateways_.end() ? nullptr : found->second.get();
}

std::vector<port::Gateway*> Gateways::all() {
    std::vector<port::Gateway*> every;
    for (const auto& [code, gateway] : gateways_) every.push_back(gateway.get());
    return every;
}

}  // namespace tillbridge::app
