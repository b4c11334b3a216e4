// What every service is given: ports and the installation's few settings. Borrowed, never owned.
#pragma once

#include <functional>
#include <string>

#include "module/domain/time.hpp"
#include "module/port/clock.hpp"
#include "module/port/gateway.hpp"
#include "module/port/host.hpp"
#include "module/port/key_ring.hpp"
#include "module/port/observe.hpp"
#include "module/port/store.hpp"
#include "module/port/texts.hpp"

namespace tillbridge::service {

struct Settings {
    std::string public_url;             // without a trailing slash
    domain::Secret marketplace_secret;  // empty: no marketplace installs
    domain::Span pending_after{};       // ask about an invoice that has not moved for so long
    // A call of ours that is still under way somewhere has run out by then.
    domain::Span settle_after = std::chrono::minutes(2);
    domain::Span link_lifetime{};  // 0: the gateway's own
    domain::Span hold_lasts{};     // 0: as the gateway has it
    domain::Span hold_warning{};   // a problem so long before a hold's end
    std::string contact_name, contact_email, contact_telegram, contact_phone;
};

struct Context {
    port::Store& store;
    port::Gateways& gateways;
    port::Host& host;
    port::KeyRing& keys;
    port::Clock& clock;
    port::Random& random;
    const port::Texts& texts;
    port::Log& log;
    port::Meter& meter;
    const Settings& settings;
    // A peer has answered beside the outbox: a lane of it that waits out a back-off goes on.
    std::function<void(const std::string& lane)> peer_is_back = [](const std::string&) {};
};

}  // namespace tillbridge::service
