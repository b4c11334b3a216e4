// tillbridge-sandbox: options, start, wait for a signal, stop.
#include <CLI/CLI.hpp>
#include <csignal>
#include <fstream>
#include <iostream>
#include <iterator>

#include "tests/sandbox/sandbox.hpp"

namespace {

namespace sandbox = tillbridge::sandbox;

std::string read_file(const std::string& name) {
    std::ifstream file(name);
    if (!file) throw sandbox::ControlError("cannot read " + name);
    return {std::istreambuf_iterator<char>(file), {}};
}

sandbox::Json read_faults(const std::string& spec) {
    if (spec.empty()) return {};
    const auto json = sandbox::parse_json(spec[0] == '@' ? read_file(spec.substr(1)) : spec);
    if (!json) throw sandbox::ControlError("--faults is not JSON");
    return *json;
}

int run(const sandbox::Options& options, const sandbox::Json& faults) {
    // Blocked before any thread starts, so that only the wait below sees them.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    sandbox::Sandbox world(options);
    const auto address = world.start(faults);
    std::cerr << R"({"msg":"listening","address":")" << address << "\"}" << std::endl;
    int caught = 0;
    sigwait(&signals, &caught);
    // A test may end the sandbox in the middle of a long poll or a slow answer: nothing here is
    // worth waiting for.
    std::_Exit(0);
}

}  // namespace

int main(int argc, char** argv) {
    sandbox::Options options;
    std::string faults, secret_file;
    std::uint64_t seed = 0;
    CLI::App app{"The emulated CRM and payment gateways that Tillbridge is tested against",
                 "tillbridge-sandbox"};
    app.add_option("--listen", options.listen, "HOST:PORT; port 0 takes a free one")
        ->capture_default_str();
    app.add_option("--module", options.module_url, "Address of the module")->capture_default_str();
    auto* seeded = app.add_option("--seed", seed, "The same ids, keys and secrets on each run");
    app.add_option("--faults", faults, "JSON array of faults, or @FILE");
    app.add_option("--clock-factor", options.clock_factor,
                   "Pauses between hook attempts are divided by it")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    auto* secret = app.add_option("--marketplace-secret", options.marketplace_secret,
                                  "Secret of the partner cabinet")
                       ->capture_default_str();
    app.add_option("--marketplace-secret-file", secret_file, "File that holds it")
        ->excludes(secret);
    app.add_option("--threads", options.threads, "Most connections at a time")
        ->check(CLI::Range(64, 4096))
        ->capture_default_str();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        if (seeded->count() > 0) options.seed = seed;
        if (!secret_file.empty()) {
            options.marketplace_secret = read_file(secret_file);
            while (!options.marketplace_secret.empty() &&
                   (options.marketplace_secret.back() == '\n' ||
                    options.marketplace_secret.back() == '\r'))
                options.marketplace_secret.pop_back();
        }
        return run(options, read_faults(faults));
    } catch (const sandbox::ControlError& error) {
        std::cerr << error.what() << std::endl;
        return 2;
    } catch (const std::exception& error) {
        std::cerr << error.what() << std::endl;
        return 3;
    }
}
