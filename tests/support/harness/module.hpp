// The program under test as a process: its folder with configuration, keys, store and log;
// starting, killing and restarting it on the same store; its command line.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/harness/process.hpp"

namespace tillbridge::harness {

// Configuration by dotted key, as YAML writes the value: {"reconcile.interval", "50ms"}.
using Config = std::map<std::string, std::string>;

inline constexpr const char* kMarketplaceSecret = "sandbox-marketplace-secret";

struct CommandResult {
    int code = -1;  // the exit code
    std::string out, err;
    Json json() const;  // of `out`; throws with everything where it is none
};

class Module {
  public:
    // `folder` gets tillbridge.yaml, master.key, marketplace.secret, tillbridge.db, module.log.
    Module(std::string folder, int port, Config config, Fields environment = {});

    // Starts `serve` and returns once it listens.
    void start();
    // Starts it without waiting; listening() says whether this start already listens.
    void launch();
    bool listening();
    void await_listening();
    Exit kill();                                            // SIGKILL
    std::optional<Exit> stop(Millis patience = kPatience);  // SIGTERM; none: it still runs
    bool running() { return process_ && process_->running(); }
    pid_t pid() const { return process_->pid(); }
    Process& process() { return *process_; }

    // Takes effect at the next start.
    void configure(const std::string& key, const std::string& value);
    void set_environment(const std::string& name, const std::string& value);
    // Another build of the program, of the same folder: `tillbridge-without-pages`.
    void set_program(const std::string& name);
    // Programs and arguments that the server and the commands are started by: `setpriv …`.
    void set_launcher(std::vector<std::string> words) { launcher_ = std::move(words); }

    const std::string& folder() const { return folder_; }
    std::string config_file() const { return folder_ + "/tillbridge.yaml"; }
    std::string store_file() const { return folder_ + "/tillbridge.db"; }
    std::string log_file() const { return folder_ + "/module.log"; }
    std::string log() const { return bytes_of_file(log_file()); }
    std::vector<Json> log_lines() const;  // those that are JSON objects

    const std::string& url() const { return url_; }
    const std::string& ops_url() const { return ops_url_; }
    Http http() const { return Http(url_); }
    Http ops() const { return Http(ops_url_); }

    // `tillbridge ARGUMENTS… --config …`, whether the server runs or not.
    CommandResult command(const std::vector<std::string>& arguments) const;
    CommandResult bare_command(const std::vector<std::string>& arguments) const;  // no --config
    // The same, and goes on at once; its output goes to `folder()/NAME.out` and `.err`.
    std::unique_ptr<Process> begin(const std::vector<std::string>& arguments,
                                   const std::string& name) const;

    // The server's metrics, by their line without the value: metrics()["tillbridge_…{a=\"b\"}"].
    std::map<std::string, double> metrics() const;

  private:
    void write_config() const;
    std::vector<std::string> started_by(std::vector<std::string> words) const;

    std::string folder_;
    std::string url_, ops_url_;
    Config config_;
    Fields environment_;
    std::string program_;
    std::vector<std::string> launcher_;
    std::unique_ptr<Process> process_;
    std::size_t log_start_ = 0;
};

}  // namespace tillbridge::harness
