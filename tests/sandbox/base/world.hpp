// What every part of the sandbox shares: clock, randomness, faults, the violations log and the
// bell.
#pragma once

#include "tests/sandbox/base/bell.hpp"
#include "tests/sandbox/base/clock.hpp"
#include "tests/sandbox/base/faults.hpp"
#include "tests/sandbox/base/log.hpp"
#include "tests/sandbox/base/random.hpp"

namespace tillbridge::sandbox {

struct Options {
    std::string listen = "127.0.0.1:8090";
    std::string module_url = "http://127.0.0.1:8080";
    std::optional<std::uint64_t> seed;
    double clock_factor = 1;
    std::string marketplace_secret = "sandbox-marketplace-secret";
    int threads = 512;
};

struct World {
    explicit World(Options chosen)
        : options(std::move(chosen)), clock(options.clock_factor), random(options.seed) {}

    Options options;
    std::string base_url;  // http://HOST:PORT, known once the server listens
    Clock clock;
    Random random;
    Faults faults{random};
    Bell bell;
    LogSettings log_settings;
    Log violations{log_settings};

    // Something that the peer sent against the protocol sheet.
    void violation(const std::string& side, const std::string& scope, const std::string& code,
                   const std::string& message, const Json& request) {
        violations.add({{"at", iso_utc(clock.now())},
                        {"side", side},
                        {"scope", scope},
                        {"code", code},
                        {"message", message},
                        {"request", request}});
        bell.ring();
    }
};

}  // namespace tillbridge::sandbox
