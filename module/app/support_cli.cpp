#include "module/app/support_cli.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "module/security/encoding.hpp"

namespace tillbridge::app {
namespace {

using nlohmann::json;

constexpr int kUsage = 2;
constexpr int kFailed = 3;

// The first line, without its end. None: it can't be read.
std::optional<std::string> read_password(const std::string& file) {
    std::string line;
    if (file.empty()) {
        if (::isatty(STDIN_FILENO) != 0) std::cerr << "Password: " << std::flush;
        if (!std::getline(std::cin, line)) return std::nullopt;
    } else {
        std::ifstream in(file);
        if (!in || !std::getline(in, line)) return std::nullopt;
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

// Ours alone: what is in it is about people. Never over another file.
bool write_file(const std::string& path, const std::string& bytes) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return false;
    std::size_t done = 0;
    while (done < bytes.size()) {
        const auto count = ::write(file, bytes.data() + done, bytes.size() - done);
        if (count <= 0) break;
        done += static_cast<std::size_t>(count);
    }
    return ::close(file) == 0 && done == bytes.size();
}

void print_act(std::ostream& out, const json& result) {
    for (const auto& sentence : result.at("would")) out << sentence.get<std::string>() << '\n';
    if (result.contains("last")) out << "last: " << result.at("last").get<std::string>() << '\n';
    if (result.at("dryRun").get<bool>()) {
        out << "nothing was done (dry run)\n";
        return;
    }
    for (const char* name : {"before", "after", "effect", "replayed", "left"})
        if (result.contains(name)) out << name << ": " << result.at(name).dump() << '\n';
}

void print_connection(std::ostream& out, const json& result) {
    print_plain(out, result.at("connection"));
    out << "healthy: " << result.at("healthy") << "\noutbox: " << result.at("outbox")
        << "\ncalls in 24 h: " << result.at("traffic").at("calls")
        << ", success rate: " << result.at("traffic").at("successRate") << "\n\n";
    print_table(out, {"store", "name", "gateway", "active"}, result.at("merchants"),
                {"id", "name", "gateway", "active"});
    for (const auto& problem : result.at("problems"))
        out << "PROBLEM " << problem.at("key").get<std::string>() << ": "
            << problem.at("what").get<std::string>() << '\n';
}

void print_more(std::ostream& out, const json& result) {
    if (result.at("more").get<bool>()) out << "there are more: --offset\n";
}

void print_connections(std::ostream& out, const json& result) {
    print_table(out, {"connection", "address", "active", "frozen", "currency", "created"},
                result.at("connections"),
                {"id", "publicUrl", "active", "frozen", "currency", "created"});
    print_more(out, result);
}

void print_problems(std::ostream& out, const json& result) {
    print_table(out, {"connection", "problem", "about", "since", "times", "what"},
                result.at("problems"), {"connection", "key", "subject", "since", "times", "what"});
    print_more(out, result);
}

void print_support_outbox(std::ostream& out, const json& result) {
    print_outbox(out, result);
    if (result.at("parked").empty()) return;
    out << "\nparked:\n";
    print_table(out, {"kind", "reason", "count", "oldest"}, result.at("parked"),
                {"kind", "reason", "count", "oldest"});
}

void print_audit(std::ostream& out, const json& result) {
    if (result.contains("rows") && result.at("rows").is_array())
        print_table(out, {"row", "at", "who", "from", "what", "about", "detail"}, result.at("rows"),
                    {"id", "at", "actor", "address", "act", "subject", "detail"});
    else
        print_plain(out, result);
}

}  // namespace

std::string os_login() {
    const auto* entry = ::getpwuid(::geteuid());
    return entry != nullptr ? entry->pw_name : std::to_string(::geteuid());
}

void SupportCli::add_to(CLI::App& app) {
    auto* support = under_(&app, "support", "Find payments and accounts, see and mend", nullptr);
    support->require_subcommand(1);
    add_reading(support);
    add_acting(support);
    add_bundle_and_audit(support);
    auto* users = under_(&app, "support-user", "Who may sign in to diagnostics", nullptr);
    users->require_subcommand(1);
    add_users(users);
}

void SupportCli::add_page(CLI::App* command) {
    command->add_option("--offset", offset_, "Leave out so many")->check(CLI::Range(0, 100'000));
    command->add_option("--limit", limit_, "At most so many")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
}

void SupportCli::add_filter(CLI::App* command) {
    command->add_option("--connection", connection_, "Of this connection (id)");
    command->add_option("--kind", kind_, "Of this kind");
    command->add_option("--reason", reason_, "Whose last error has this code");
}

int SupportCli::call(const std::string& command, Print print) {
    return remote_(command,
                   {{"id", row_ != 0 ? json(row_) : json(id_)},
                    {"text", text_},
                    {"state", state_},
                    {"connection", connection_},
                    {"kind", kind_},
                    {"reason", reason_},
                    {"key", key_},
                    {"last", last_},
                    {"subject", subject_},
                    {"note", note_},
                    {"after", after_},
                    {"before", before_},
                    {"offset", offset_},
                    {"limit", limit_},
                    {"dryRun", dry_run_},
                    {"verify", verify_},
                    {"login", os_login()}},
                   std::move(print));
}

void SupportCli::add_reading(CLI::App* support) {
    auto* find = under_(support, "find",
                        "Find payments by order number, any id, slug, e-mail or phone; accounts "
                        "by their address",
                        [this] { return call("support.find", print_found); });
    find->add_option("text", text_, "What to look for")->required();
    add_page(find);
    auto* connections = under_(support, "connections", "CRM accounts",
                               [this] { return call("support.connections", print_connections); });
    connections->add_option("text", text_, "Only those with this in their address");
    add_page(connections);
    auto* connection =
        under_(support, "connection", "One CRM account: health, stores, last hooks and pushes",
               [this] { return call("support.connection", print_connection); });
    connection->add_option("id", id_, "The connection's id or its CRM address")->required();
    add_page(connection);
    auto* invoice = under_(support, "invoice", "The whole story of a payment", [this] {
        limit_ = 1000;
        return call("support.invoice", print_story);
    });
    invoice->add_option("id", id_, "Any name of the payment")->required();
    invoice->add_option("--after", after_, "Only journal lines after this one");
    add_page(under_(support, "problems", "Open problems of all accounts, oldest first",
                    [this] { return call("support.problems", print_problems); }));
    auto* outbox = under_(support, "outbox", "Effects that wait or are parked, by reason",
                          [this] { return call("support.outbox", print_support_outbox); });
    outbox->add_option("--state", state_, "ready, leased or dead")
        ->check(CLI::IsMember({"ready", "leased", "dead"}));
    outbox->add_option("--after", after_, "Only numbers after this one");
    add_filter(outbox);
    add_page(outbox);
}

void SupportCli::add_acting(CLI::App* support) {
    const auto dry = [this](CLI::App* command) {
        command->add_flag("--dry-run", dry_run_, "Only say what would be done");
        return command;
    };
    dry(under_(support, "ask", "Ask the gateway now what became of a payment",
               [this] { return call("support.ask", print_act); }))
        ->add_option("id", id_, "Any name of the payment")
        ->required();
    dry(under_(support, "push", "Tell the CRM a payment's status again",
               [this] { return call("support.push", print_act); }))
        ->add_option("id", id_, "Any name of the payment")
        ->required();
    auto* replay = dry(under_(support, "replay", "Carry parked effects out after all", [this] {
        if (row_ == 0 && !all_) {
            std::cerr << "support replay: give a number, or --all\n";
            return kUsage;
        }
        return call("support.replay", print_act);
    }));
    auto* dismiss = dry(under_(support, "dismiss", "A person has dealt with a problem: it is over",
                               [this] { return call("support.dismiss", print_act); }));
    dismiss->add_option("connection", connection_, "The connection's id or its CRM address")
        ->required();
    dismiss->add_option("problem", key_, "The problem's key: invoice.paid_twice, say")->required();
    dismiss->add_option("--about", subject_, "The payment, where several have this problem");
    dismiss->add_option("--last", last_,
                        "Only if nothing came since then, as --dry-run and the lists say it");
    dismiss->add_option("--note", note_, "What was done, for the audit log");
    replay->add_option("id", row_, "The effect's number")->check(CLI::PositiveNumber);
    replay->add_flag("--all", all_, "All parked ones, as the filters say");
    add_filter(replay);
}

void SupportCli::add_bundle_and_audit(CLI::App* support) {
    auto* bundle = under_(support, "bundle", "A zip about a payment or an account, for a ticket",
                          [this] { return save_bundle(); });
    bundle->add_option("--invoice", invoice_, "Any name of the payment");
    bundle->add_option("--connection", connection_, "The connection's id or its CRM address");
    bundle->add_option("--out", out_, "The file to make; its own name where it is not given");
    auto* audit = under_(support, "audit", "Who did what, newest first",
                         [this] { return call("support.audit", print_audit); });
    audit->add_flag("--verify", verify_, "Check that no row was changed; exit 1 where one was");
    audit->add_option("--before", before_, "Only rows before this number");
    add_page(audit);
}

int SupportCli::save_bundle() {
    if (invoice_.empty() == connection_.empty()) {
        std::cerr << "support bundle: give --invoice or --connection\n";
        return kUsage;
    }
    bool saved = true;
    const auto save = [&](std::ostream& out, const json& result) {
        const auto path = out_.empty() ? result.at("name").get<std::string>() : out_;
        const auto bytes = security::from_base64(result.at("bytes").get<std::string>());
        saved = bytes && write_file(path, *bytes);
        if (saved)
            out << path << '\n';
        else
            std::cerr << "support bundle: can't make " << path << '\n';
    };
    const int code =
        remote_("support.bundle",
                {{"invoice", invoice_}, {"connection", connection_}, {"login", os_login()}}, save);
    return saved ? code : kFailed;
}

int SupportCli::call_user(const std::string& act, bool with_password) {
    json args{{"act", act}, {"name", name_}, {"role", role_}, {"login", os_login()}};
    if (with_password) {
        const auto password = read_password(password_file_);
        if (!password) {
            std::cerr << "support-user " << act << ": no password came"
                      << (password_file_.empty() ? "" : " from " + password_file_) << '\n';
            return kUsage;
        }
        args["password"] = *password;
    }
    return remote_("support.user", args, print_plain);
}

CLI::App* SupportCli::add_user_act(CLI::App* users, const std::string& act, const std::string& help,
                                   bool with_password) {
    auto* made = under_(users, act, help,
                        [this, act, with_password] { return call_user(act, with_password); });
    made->add_option("name", name_, "The user's name")->required();
    if (with_password)
        made->add_option("--password-file", password_file_,
                         "The file whose first line is the password (otherwise standard input)");
    return made;
}

void SupportCli::add_users(CLI::App* users) {
    add_user_act(users, "add", "Add a user; the password is read from standard input or a file",
                 true)
        ->add_option("--role", role_, "viewer or operator")
        ->check(CLI::IsMember({"viewer", "operator"}))
        ->capture_default_str();
    under_(users, "list", "All users", [this] {
        return remote_("support.user", {{"act", "list"}}, [](std::ostream& out, const json& all) {
            print_table(out, {"name", "role", "active", "totp"}, all.at("users"),
                        {"name", "role", "active", "totp"});
        });
    });
    add_user_act(users, "disable", "A user may no longer sign in; sessions end", false);
    add_user_act(users, "enable", "A disabled user may sign in again", false);
    add_user_act(users, "passwd", "A new password; sessions end", true);
    auto* totp = under_(users, "totp",
                        "A second factor: prints its otpauth:// address once, for an app to scan",
                        [this] { return call_user(off_ ? "totp-off" : "totp", false); });
    totp->add_option("name", name_, "The user's name")->required();
    totp->add_flag("--off", off_, "Take the second factor away");
}

}  // namespace tillbridge::app
