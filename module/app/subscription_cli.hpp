// The options of `subscription …`. What they say goes as one request to the running server, or is
// carried out here where none runs.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "module/app/support_cli.hpp"

namespace tillbridge::app {

class SubscriptionCli {
  public:
    SubscriptionCli(SupportCli::Under under, SupportCli::Remote remote)
        : under_(std::move(under)), remote_(std::move(remote)) {}

    void add_to(CLI::App& app);

  private:
    CLI::App* add_act(CLI::App* parent, const std::string& act, const std::string& help);
    int call_act(const std::string& act);

    SupportCli::Under under_;
    SupportCli::Remote remote_;
    std::string id_, connection_, product_, state_, after_, discount_, date_;
    std::int64_t charges_ = 0, limit_ = 50;
    bool dry_run_ = false, by_buyer_ = false;
};

}  // namespace tillbridge::app
