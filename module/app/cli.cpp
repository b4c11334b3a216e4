#include "module/app/cli.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "config/config.hpp"
#include "config/secret_file.hpp"
#include "manifest/manifest.hpp"
#include "module/app/commands.hpp"
#include "module/app/control.hpp"
#include "module/app/print.hpp"
#include "module/app/program.hpp"
#include "module/app/serve.hpp"
#include "module/security/key_ring.hpp"
#include "module/store/open.hpp"

namespace tillbridge::app {
namespace {

using nlohmann::json;

constexpr int kDone = 0;
constexpr int kWrong = 1;
constexpr int kUsage = 2;
constexpr int kFailed = 3;

class CommandLine {
  public:
    CommandLine();
    int run(int argc, char** argv);

  private:
    CLI::App* command(const std::string& name, const std::string& help,
                      const std::function<int()>& action);
    CLI::App* under(CLI::App* parent, const std::string& name, const std::string& help,
                    const std::function<int()>& action);
    // Exit 2 with every mistake where the configuration can't be used.
    std::optional<config::Loaded> load();
    int remote(const std::string& name, const json& args, Print print);
    int check_config();
    int migrate();
    int connect();
    int show_manifest();

    CLI::App app_{"Tillbridge: payments between RetailCRM and payment gateways"};
    std::function<int()> chosen_;
    std::string config_ = "/etc/tillbridge/tillbridge.yaml";
    bool json_ = false;
    bool dry_run_ = false;
    bool print_default_ = false;
    bool extension_zip_ = false;
    std::string crm_, key_file_, id_, text_, state_, connection_, kind_;
    std::int64_t row_ = 0;
    bool all_ = false;
};

CLI::App* CommandLine::command(const std::string& name, const std::string& help,
                               const std::function<int()>& action) {
    return under(&app_, name, help, action);
}

CLI::App* CommandLine::under(CLI::App* parent, const std::string& name, const std::string& help,
                             const std::function<int()>& action) {
    auto* made = parent->add_subcommand(name, help);
    made->add_option("--config", config_, "The configuration file")->capture_default_str();
    made->add_flag("--json", json_, "Print JSON instead of a table");
    if (action)
        made->final_callback([this, action, made] {
            if (made->get_subcommands().empty()) chosen_ = action;
        });
    return made;
}

CommandLine::CommandLine() {
    app_.require_subcommand(1);
    app_.set_help_all_flag("--help-all", "The help of all commands");

    command("serve", "Run the module", [this] {
        auto loaded = load();
        return loaded ? serve(std::move(*loaded)) : kUsage;
    });
    auto* check = command("check-config", "Check the configuration and the files that it names",
                          [this] { return check_config(); });
    check->add_flag("--print-default", print_default_, "Print the documented defaults");
    auto* migrating = command("migrate", "Bring the store's schema up to date (serve does it too)",
                              [this] { return migrate(); });
    migrating->add_flag("--dry-run", dry_run_, "Only say what would be done");
    auto* doctor =
        command("doctor", "Check store, keys, clock, CRM accounts, stores and outbox", [this] {
            return remote("doctor", {{"connection", connection_}}, print_doctor);
        });
    doctor->add_option("--connection", connection_, "Only this connection (id or CRM address)");

    auto* connecting = command("connect", "Connect a CRM account by its address and API key",
                               [this] { return connect(); });
    connecting->add_option("--crm", crm_, "The CRM's address")->required();
    connecting->add_option("--key-file", key_file_, "The file that holds the API key")->required();

    auto* invoice = command("invoice", "Look at a payment", nullptr);
    invoice->require_subcommand(1);
    under(invoice, "show", "The whole story of a payment",
          [this] {
              return remote("invoice.show", {{"id", id_}}, print_story);
          })
        ->add_option("id", id_, "paymentId, invoiceUuid or slug")
        ->required();

    command("reconcile", "Ask the gateways about what should have moved", [this] {
        return remote("reconcile", {{"invoice", id_}}, print_plain);
    })->add_option("--invoice", id_, "Only this payment");

    auto* outbox = command("outbox", "Effects that wait or are parked", nullptr);
    outbox->require_subcommand(1);
    under(outbox, "list", "What waits",
          [this] {
              return remote("outbox.list", {{"state", state_}}, print_outbox);
          })
        ->add_option("--state", state_, "ready, leased or dead")
        ->check(CLI::IsMember({"ready", "leased", "dead"}));
    auto* replay = under(outbox, "replay", "Carry parked effects out after all", [this] {
        if (row_ == 0 && !all_) {
            std::cerr << "outbox replay: give a number, or --all\n";
            return kUsage;
        }
        return remote("outbox.replay", {{"id", row_}, {"connection", connection_}, {"kind", kind_}},
                      print_plain);
    });
    replay->add_option("id", row_, "The effect's number");
    replay->add_flag("--all", all_, "All parked ones, as the filters say");
    replay->add_option("--connection", connection_, "Of this connection");
    replay->add_option("--kind", kind_, "Of this kind");

    auto* keys = command("keys", "Master keys", nullptr);
    keys->require_subcommand(1);
    under(keys, "generate", "Print a new master key", [] {
        std::cout << security::generate_master_key() << '\n';
        return kDone;
    });
    under(keys, "rotate", "Seal everything under a new master key, without a stop",
          [this] { return remote("keys.rotate", json::object(), print_plain); });

    auto* support = command("support", "Find payments", nullptr);
    support->require_subcommand(1);
    under(support, "find", "Find payments by order number, any id or slug",
          [this] {
              return remote("support.find", {{"text", text_}}, print_found);
          })
        ->add_option("text", text_, "What to look for")
        ->required();

    command("manifest", "Print what the marketplace sees of the module",
            [this] { return show_manifest(); });
    command("version", "Print the version", [] {
        std::cout << "tillbridge " TILLBRIDGE_VERSION "\n";
        return kDone;
    });
}

int CommandLine::run(int argc, char** argv) {
    try {
        app_.parse(argc, argv);
    } catch (const CLI::CallForHelp& help) {
        return app_.exit(help);
    } catch (const CLI::CallForAllHelp& help) {
        return app_.exit(help);
    } catch (const CLI::ParseError& error) {
        app_.exit(error);
        return kUsage;
    }
    try {
        return chosen_ ? chosen_() : kUsage;
    } catch (const ConfigError& error) {
        std::cerr << error.what() << '\n';
        return kUsage;
    } catch (const std::exception& error) {
        std::cerr << "tillbridge: " << error.what() << '\n';
        return kFailed;
    }
}

std::optional<config::Loaded> CommandLine::load() {
    auto loaded = config::load(config_, config::process_environment());
    for (const auto& problem : loaded.problems) std::cerr << problem.text() << '\n';
    if (!loaded.config) return std::nullopt;
    return loaded;
}

int CommandLine::remote(const std::string& name, const json& args, Print print) {
    auto loaded = load();
    if (!loaded) return kUsage;
    const json request{{"command", name}, {"args", args}};
    auto answer = ask_server(loaded->config->server.control_socket, request);
    if (!answer) {
        Program program(std::move(*loaded));
        answer = execute(program, request);
    }
    const int code = answer->at("exit").get<int>();
    if (const auto error = answer->find("error"); error != answer->end()) {
        if (json_)
            std::cout << json{{"error", *error}}.dump() << '\n';
        else
            std::cerr << "tillbridge: " << error->at("message").get<std::string>() << " ["
                      << error->at("code").get<std::string>() << "]\n";
    } else if (json_) {
        std::cout << answer->at("result").dump(2) << '\n';
    } else {
        print(std::cout, answer->at("result"));
    }
    return code;
}

int CommandLine::check_config() {
    if (print_default_) {
        std::cout << config::default_file();
        return kDone;
    }
    auto loaded = load();
    if (!loaded) return kUsage;
    bool sound = true;
    const auto check = [&](const std::string& key, const std::filesystem::path& path, bool is_key) {
        const auto file = config::read_secret_file(path);
        std::string wrong = file.error;
        if (file.ok() && is_key) {
            try {
                const security::KeyRing ring{domain::Secret(file.text)};
            } catch (const security::KeyError& error) {
                wrong = error.what();
            }
        }
        if (wrong.empty()) return;
        std::cerr << loaded->problem(key, wrong).text() << '\n';
        sound = false;
    };
    check("security.master_key_file", loaded->config->security.master_key_file, true);
    check("marketplace.secret_file", loaded->config->marketplace.secret_file, false);
    if (!sound) return kUsage;
    if (json_)
        std::cout << json{{"ok", true}}.dump() << '\n';
    else
        std::cout << config_ << ": good\n";
    return kDone;
}

int CommandLine::migrate() {
    const auto loaded = load();
    if (!loaded) return kUsage;
    const auto steps = store::migrate(loaded->config->store.url, dry_run_);
    if (json_) {
        json rows = json::array();
        for (const auto& step : steps)
            rows.push_back({{"number", step.number}, {"name", step.name}});
        std::cout << json{{"dryRun", dry_run_}, {"migrations", rows}}.dump(2) << '\n';
        return kDone;
    }
    if (steps.empty()) std::cout << "the store is up to date\n";
    for (const auto& step : steps)
        std::cout << (dry_run_ ? "would apply " : "applied ") << step.number << ' ' << step.name
                  << '\n';
    return kDone;
}

int CommandLine::connect() {
    const auto file = config::read_secret_file(key_file_);
    if (!file.ok()) {
        std::cerr << "connect: --key-file: " << file.error << '\n';
        return kUsage;
    }
    return remote("connect", {{"crm", crm_}, {"key", file.text}},
                  [](std::ostream& out, const json& result) {
                      out << result.at("accountUrl").get<std::string>() << '\n';
                  });
}

int CommandLine::show_manifest() {
    const auto manifest = manifest::load();
    json listings = json::object();
    for (const auto& [language, listing] : manifest.listings)
        listings[language] = {{"name", listing.name},
                              {"shortDescription", listing.short_description},
                              {"description", listing.description}};
    json currencies = json::array();
    for (const auto& currency : manifest.currencies) currencies.push_back(currency.code());
    std::cout << json{{"code", manifest.code},
                      {"integrationCode", manifest.integration_code},
                      {"name", manifest.name},
                      {"scopes", manifest.required_scopes},
                      {"optionalScopes", manifest.optional_scopes},
                      {"currencies", currencies},
                      {"countries", manifest.countries},
                      {"actions", manifest.actions},
                      {"paymentActions", manifest.payment_actions},
                      {"listings", listings}}
                     .dump(2)
              << '\n';
    return kDone;
}

}  // namespace

int run_command_line(int argc, char** argv) {
    return CommandLine().run(argc, argv);
}

}  // namespace tillbridge::app
