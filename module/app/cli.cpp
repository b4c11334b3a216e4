#include "module/app/cli.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "config/config.hpp"
#include "config/secret_file.hpp"
#include "manifest/manifest.hpp"
#include "module/app/carry_out.hpp"
#include "module/app/extension_zip.hpp"
#include "module/app/key_files.hpp"
#include "module/app/print.hpp"
#include "module/app/program.hpp"
#include "module/app/serve.hpp"
#include "module/app/subscription_cli.hpp"
#include "module/app/support_cli.hpp"
#include "module/security/key_ring.hpp"

namespace tillbridge::app {
namespace {

using nlohmann::json;

constexpr int kDone = 0;
constexpr int kWrong = 1;
constexpr int kUsage = 2;
constexpr int kFailed = 3;

// Who sits at this machine, for the journal.
std::string user_name() {
    const auto* user = ::getpwuid(::getuid());
    return user != nullptr ? user->pw_name : "uid " + std::to_string(::getuid());
}

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
    int show(const json& answer, const Print& print) const;
    int say(const char* name, const std::string& value) const;  // alone on its line, or as JSON
    int tell(const std::vector<config::Problem>& problems) const;
    int check_config();
    int migrate();
    int connect();
    int connect_bot();
    int show_manifest();

    CLI::App app_{"Tillbridge: payments between RetailCRM and payment gateways"};
    SupportCli support_{
        [this](CLI::App* parent, const std::string& name, const std::string& help,
               const std::function<int()>& action) { return under(parent, name, help, action); },
        [this](const std::string& name, const json& args, Print print) {
            return remote(name, args, std::move(print));
        }};
    SubscriptionCli subscriptions_{
        [this](CLI::App* parent, const std::string& name, const std::string& help,
               const std::function<int()>& action) { return under(parent, name, help, action); },
        [this](const std::string& name, const json& args, Print print) {
            return remote(name, args, std::move(print));
        }};
    std::function<int()> chosen_;
    std::string config_ = "/etc/tillbridge/tillbridge.yaml";
    bool json_ = false;
    bool dry_run_ = false;
    bool print_default_ = false;
    std::string crm_, key_file_, file_, id_, state_, connection_, kind_, operation_, outcome_;
    std::int64_t row_ = 0;
    std::string name_, callback_, language_ = "ru", style_ = "salebot";
    bool all_ = false;
    bool bot_ = false;
    bool new_link_ = false;
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
    // Before the command as well as after it.
    app_.add_option("--config", config_, "The configuration file")->capture_default_str();
    app_.add_flag("--json", json_, "Print JSON instead of a table");
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
    command("backup", "Copy the store into a new file, also while the server runs",
            [this] {
                const auto file = std::filesystem::absolute(file_).lexically_normal();
                return remote("backup", {{"file", file.string()}}, print_plain);
            })
        ->add_option("file", file_, "The copy, for the server to write; must not exist yet")
        ->required();
    auto* doctor =
        command("doctor", "Check store, keys, clock, CRM accounts, stores and outbox", [this] {
            return remote("doctor", {{"connection", connection_}}, print_doctor);
        });
    doctor->add_option("--connection", connection_, "Only this connection (id or CRM address)");

    auto* connecting =
        command("connect", "Connect a CRM account by its address and API key, or a bot by a name",
                [this] { return bot_ ? connect_bot() : connect(); });
    auto* crm = connecting->add_option("--crm", crm_, "The CRM's address");
    auto* key = connecting->add_option("--key-file", key_file_, "The file that holds the API key");
    auto* bot = connecting->add_flag("--bot", bot_, "Connect a bot of a chat-bot platform");
    bot->excludes(crm)->excludes(key);
    connecting->add_option("--name", name_, "The bot's name, as people know it")->needs(bot);
    connecting
        ->add_flag("--new-link", new_link_,
                   "A new settings address of a bot that is connected; the old one ends")
        ->needs(bot);
    connecting->add_option("--callback", callback_, "The address that the bot is told at")
        ->needs(bot);
    connecting->add_option("--language", language_, "The bot's language: ru, uk, kk, en or es")
        ->needs(bot)
        ->check(CLI::IsMember({"ru", "uk", "kk", "en", "es"}));
    connecting->add_option("--style", style_, "The platform's rules: salebot, mavibot or savvi")
        ->needs(bot)
        ->check(CLI::IsMember({"salebot", "mavibot", "savvi"}));

    auto* invoice = command("invoice", "Look at a payment, or settle one", nullptr);
    invoice->require_subcommand(1);
    under(invoice, "show", "The whole story of a payment",
          [this] {
              return remote("invoice.show", {{"id", id_}}, print_story);
          })
        ->add_option("id", id_, "paymentId, invoiceUuid or slug")
        ->required();

    auto* settling = under(
        invoice, "settle",
        "Say what became of an operation that nobody can find out; the gateway's cabinet knows",
        [this] {
            return remote("invoice.settle",
                          {{"id", id_},
                           {"operation", operation_},
                           {"outcome", outcome_},
                           {"by", user_name()}},
                          print_plain);
        });
    settling->add_option("id", id_, "paymentId, invoiceUuid or slug")->required();
    settling->add_option("operation", operation_, "The operation's id")->required();
    settling->add_option("outcome", outcome_, "done or not-done")
        ->required()
        ->check(CLI::IsMember({"done", "not-done"}));

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
        return remote(
            "outbox.replay",
            {{"id", row_}, {"connection", connection_}, {"kind", kind_}, {"login", os_login()}},
            print_plain);
    });
    replay->add_option("id", row_, "The effect's number");
    replay->add_flag("--all", all_, "All parked ones, as the filters say");
    replay->add_option("--connection", connection_, "Of this connection");
    replay->add_option("--kind", kind_, "Of this kind");

    auto* keys = command("keys", "Master keys", nullptr);
    keys->require_subcommand(1);
    under(keys, "generate", "Print a new master key",
          [this] { return say("key", security::generate_master_key()); });
    under(keys, "rotate", "Seal everything under a new master key, without a stop",
          [this] { return remote("keys.rotate", json::object(), print_plain); });

    subscriptions_.add_to(app_);
    support_.add_to(app_);

    auto* shown = command("manifest", "Print what the marketplace sees of the module",
                          [this] { return show_manifest(); });
    under(shown, "extension", "The order card's panel as an archive for the marketplace",
          [this] {
              write_extension_zip(manifest::load(), file_);
              return say("file", file_);
          })
        ->add_option("--zip", file_, "The file to write")
        ->required();
    command("version", "Print the version", [this] {
        return json_ ? say("version", TILLBRIDGE_VERSION)
                     : say("", "tillbridge " TILLBRIDGE_VERSION);
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
    if (loaded.config) return loaded;
    tell(loaded.problems);
    return std::nullopt;
}

int CommandLine::say(const char* name, const std::string& value) const {
    std::cout << (json_ ? json{{name, value}}.dump() : value) << '\n';
    return kDone;
}

int CommandLine::tell(const std::vector<config::Problem>& problems) const {
    json rows = json::array();
    for (const auto& problem : problems) {
        std::cerr << problem.text() << '\n';
        rows.push_back({{"source", problem.source},
                        {"line", problem.line == 0 ? json() : json(problem.line)},
                        {"key", problem.key},
                        {"why", problem.why}});
    }
    if (json_) std::cout << json{{"ok", false}, {"problems", rows}}.dump(2) << '\n';
    return kUsage;
}

int CommandLine::remote(const std::string& name, const json& args, Print print) {
    auto loaded = load();
    if (!loaded) return kUsage;
    return show(carry_out(std::move(*loaded), {{"command", name}, {"args", args}}), print);
}

int CommandLine::show(const json& answer, const Print& print) const {
    if (const auto error = answer.find("error"); error != answer.end()) {
        if (json_)
            std::cout << json{{"error", *error}}.dump() << '\n';
        else
            std::cerr << "tillbridge: " << error->at("message").get<std::string>() << " ["
                      << error->at("code").get<std::string>() << "]\n";
    } else if (json_) {
        std::cout << answer.at("result").dump(2) << '\n';
    } else {
        print(std::cout, answer.at("result"));
    }
    return answer.at("exit").get<int>();
}

int CommandLine::check_config() {
    if (print_default_) {
        std::cout << config::default_file();
        return kDone;
    }
    auto loaded = load();
    if (!loaded) return kUsage;
    if (const auto files = read_key_files(*loaded); !files.problems.empty())
        return tell(files.problems);
    if (json_)
        std::cout << json{{"ok", true}}.dump() << '\n';
    else
        std::cout << config_ << ": good\n";
    return kDone;
}

int CommandLine::migrate() {
    const auto loaded = load();
    if (!loaded) return kUsage;
    return show(migrate_command(*loaded->config, dry_run_), print_migrations);
}

int CommandLine::connect_bot() {
    if (name_.empty()) {
        std::cerr << "connect: --bot needs --name\n";
        return kUsage;
    }
    return remote("connect.bot",
                  {{"name", name_},
                   {"callback", callback_},
                   {"language", language_},
                   {"style", style_},
                   {"newLink", new_link_}},
                  [](std::ostream& out, const json& result) {
                      out << "settings: " << result.at("accountUrl").get<std::string>();
                      if (!result.contains("token")) {
                          out << "\nThe address before it leads nowhere now.\n";
                          return;
                      }
                      out << "\ntoken: " << result.at("token").get<std::string>()
                          << "\nsigning secret: " << result.at("signingSecret").get<std::string>()
                          << "\nBoth are shown this once; the settings page makes new ones.\n";
                  });
}

int CommandLine::connect() {
    if (crm_.empty() || key_file_.empty()) {
        std::cerr << "connect: --crm and --key-file are required, or --bot and --name\n";
        return kUsage;
    }
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
