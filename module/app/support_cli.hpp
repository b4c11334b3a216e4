// The options of `support …` and `support-user …`. What they say goes as one request to the running
// server, or is carried out here where none runs. A password is read from a file or from standard
// input, never from the command line, which everybody on the machine can read.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "module/app/print.hpp"

namespace tillbridge::app {

std::string os_login();  // of whoever runs the command

class SupportCli {
  public:
    using Under = std::function<CLI::App*(CLI::App* parent, const std::string& name,
                                          const std::string& help, std::function<int()> action)>;
    using Remote =
        std::function<int(const std::string& command, const nlohmann::json& args, Print print)>;

    SupportCli(Under under, Remote remote) : under_(std::move(under)), remote_(std::move(remote)) {}

    void add_to(CLI::App& app);

  private:
    void add_reading(CLI::App* support);
    void add_acting(CLI::App* support);
    void add_bundle_and_audit(CLI::App* support);
    void add_users(CLI::App* users);
    CLI::App* add_user_act(CLI::App* users, const std::string& act, const std::string& help,
                           bool with_password);
    void add_filter(CLI::App* command);
    void add_page(CLI::App* command);
    int call(const std::string& command, Print print);
    int call_user(const std::string& act, bool with_password);
    int save_bundle();

    Under under_;
    Remote remote_;
    std::string id_, text_, state_, connection_, kind_, reason_, invoice_, out_, key_, subject_,
        last_, note_;
    std::string name_, role_ = "viewer", password_file_;
    std::int64_t row_ = 0, after_ = 0, before_ = 0, offset_ = 0, limit_ = 50;
    bool dry_run_ = false, all_ = false, verify_ = false, off_ = false;
};

}  // namespace tillbridge::app
