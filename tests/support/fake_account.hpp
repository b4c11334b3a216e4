// A CRM account and a gateway that do as they are told, and a Context that holds them.
#pragma once

#include <string>
#include <vector>

#include "module/service/context.hpp"
#include "tests/support/fake_gateway.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/fake_ports.hpp"
#include "tests/support/fake_store.hpp"

namespace tillbridge::test {

struct FakeInstallation {
    FakeStore store;
    FakeGateways gateways;
    FakeHost host;
    PlainKeys keys;
    ManualClock clock;
    SeededRandom random;
    EchoTexts texts;
    MemoryLog log;
    MemoryMeter meter;
    service::Settings settings;
    service::Context context{store,  gateways, host, keys,  clock,
                             random, texts,    log,  meter, settings};

    FakeInstallation();
    ~FakeInstallation();

    std::vector<port::OutboxRow> waiting(const std::string& kind) const;
    // `key subject`, sorted.
    std::vector<std::string> problems() const;
};

}  // namespace tillbridge::test
