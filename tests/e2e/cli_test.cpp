// The command line as scripts use it: help, exit codes, `FILE:LINE: key: why`, overrides by the
// environment, output as a table and as JSON, with and without a running server.
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::cli_test {
namespace {

using Line = std::vector<std::string>;

std::string joined(const Line& line) {
    std::string text;
    for (const auto& word : line) text += (text.empty() ? "" : " ") + word;
    return text;
}

struct Stopped : Fixture {
    Stopped() : Fixture(WorldOptions{{}, {}, {}, false}) {}

    std::string file(const std::string& name, const std::string& text) {
        const auto path = folder() + "/" + name;
        std::ofstream(path) << text;
        ::chmod(path.c_str(), 0600);
        return path;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(cli)

BOOST_FIXTURE_TEST_CASE(every_command_has_its_help, Stopped) {
    const std::vector<Line> commands{{"serve"},
                                     {"check-config"},
                                     {"migrate"},
                                     {"backup"},
                                     {"doctor"},
                                     {"connect"},
                                     {"invoice"},
                                     {"invoice", "show"},
                                     {"invoice", "settle"},
                                     {"outbox"},
                                     {"outbox", "list"},
                                     {"outbox", "replay"},
                                     {"reconcile"},
                                     {"keys"},
                                     {"support"},
                                     {"keys", "rotate"},
                                     {"support", "find"},
                                     {"manifest"},
                                     {"keys", "generate"},
                                     {"version"},
                                     {}};
    const auto general = module().bare_command({"--help"}).out;
    for (auto line : commands) {
        if (!line.empty()) BOOST_TEST(contains(general, line.front()), line.front());
        line.push_back("--help");
        const auto help = module().bare_command(line);
        BOOST_TEST(help.code == 0, joined(line));
        BOOST_TEST(contains(help.out, "--help"), joined(line) << help.out);
        BOOST_TEST(help.err.empty(), help.err);
        if (line.size() > 1) BOOST_TEST(contains(help.out, "--config"), joined(line) << help.out);
    }
    BOOST_TEST(contains(module().bare_command({"serve", "--help"}).out,
                        "/etc/tillbridge/tillbridge.yaml"));
}

BOOST_FIXTURE_TEST_CASE(usage_errors_are_2, Stopped) {
    for (const Line& line : {Line{},
                             {"nonsense"},
                             {"serve", "--nonsense"},
                             {"connect"},
                             {"connect", "--crm", "x"},
                             {"invoice"},
                             {"invoice", "show"},
                             {"invoice", "settle", "x", "y", "perhaps"},
                             {"outbox"},
                             {"outbox", "list", "--state", "nonsense"},
                             {"outbox", "replay"},
                             {"outbox", "replay", "abc"},
                             {"backup"},
                             {"keys"},
                             {"keys", "nonsense"},
                             {"support", "find"},
                             {"migrate", "extra"},
                             {"serve", "--config"}}) {
        const auto result = module().bare_command(line);
        BOOST_TEST(result.code == 2, joined(line) << ": " << result.code << result.err);
        BOOST_TEST(!result.err.empty(), joined(line));
    }
    for (const Line& line : {Line{"serve"},
                             {"check-config"},
                             {"migrate"},
                             {"doctor"},
                             {"invoice", "show", "x"},
                             {"outbox", "list"},
                             {"reconcile"},
                             {"keys", "rotate"},
                             {"support", "find", "x"}}) {
        auto with = line;
        with.insert(with.end(), {"--config", folder() + "/none.yaml"});
        const auto result = module().bare_command(with);
        BOOST_TEST(result.code == 2, joined(line) << ": " << result.code << result.err);
        BOOST_TEST(contains(result.err, folder() + "/none.yaml: "), result.err);
    }
}

BOOST_FIXTURE_TEST_CASE(mistakes_in_the_file_are_named_by_line, Stopped) {
    struct Row {
        std::string text;
        int line;
        std::string key;
    };
    const std::vector<Row> rows{
        {"server:\n  lissten: 1\n", 2, "server.lissten"},
        {"serverr:\n  listen: 1\n", 1, "serverr"},
        {"\n\nserver:\n  listen: nowhere\n", 4, "server.listen"},
        {"server:\n  threads: many\n", 2, "server.threads"},
        {"server:\n  threads: 1\n", 2, "server.threads"},
        {"server:\n  public_url: pay.example.com\n", 2, "server.public_url"},
        {"server:\n  public_url: http://pay.example.com\n", 2, "server.public_url"},
        {"server:\n  trusted_proxies: 10.0.0.1\n", 2, "server.trusted_proxies"},
        {"server:\n  trusted_proxies: [nobody]\n", 2, "server.trusted_proxies"},
        {"store:\n  url: mysql://x\n", 2, "store.url"},
        {"store:\n  url: postgresql://user@host/database\n", 2, "store.url"},
        {"security:\n  allow_private_networks: 1\n", 2, "security.allow_private_networks"},
        {"crm:\n  allowed_hosts: []\n", 2, "crm.allowed_hosts"},
        {"crm:\n  allowed_hosts: [\"*\"]\n", 2, "crm.allowed_hosts"},
        {"crm:\n  requests_per_second: 0\n", 2, "crm.requests_per_second"},
        {"reconcile:\n  interval: 5\n", 2, "reconcile.interval"},
        {"reconcile:\n  interval: 5 weeks\n", 2, "reconcile.interval"},
        {"outbox:\n  schedule: [5s, 1s]\n", 2, "outbox.schedule"},
        {"outbox:\n  workers: -1\n", 2, "outbox.workers"},
        {"gateways:\n  other: {base_url: \"https://x.example/\"}\n", 2, "gateways.other"},
        {"gateways:\n  uapay: {base_url: \"ftp://x.example/\"}\n", 2, "gateways.uapay.base_url"},
        {"log:\n  level: loud\n", 2, "log.level"},
        {"server:\n  listen: 127.0.0.1:1\n  listen: 127.0.0.1:2\n", 3, "server.listen"},
        {"server: [1]\n", 1, "server"},
        {"server:\n\tlisten: x\n", 2, ""},
    };
    for (const auto& row : rows) {
        const auto path = file("bad.yaml", row.text);
        for (const char* command : {"check-config", "serve"}) {
            const auto result = module().bare_command({command, "--config", path});
            const auto expected = path + ":" + std::to_string(row.line) + ": " +
                                  (row.key.empty() ? "" : row.key + ": ");
            BOOST_TEST(result.code == 2, row.text << result.err);
            BOOST_TEST(contains(result.err, expected), row.text << result.err);
            BOOST_TEST(result.out.empty(), result.out);
        }
    }
    // All of them at once, in the order of the file.
    const auto path = file("bad.yaml", "server:\n  listen: x\n  threads: y\nlog:\n  level: z\n");
    const auto result = module().bare_command({"check-config", "--config", path});
    const auto first = result.err.find(":2: "), second = result.err.find(":3: "),
               third = result.err.find(":5: ");
    BOOST_TEST((first < second && second < third && third != std::string::npos), result.err);
}

BOOST_FIXTURE_TEST_CASE(missing_and_wrong_files_are_named, Stopped) {
    BOOST_TEST(module().command({"check-config"}).code == 0);
    for (const auto& [key, name] : Fields{{"security.master_key_file", "master.key"},
                                          {"marketplace.secret_file", "marketplace.secret"}}) {
        const auto kept = bytes_of_file(folder() + "/" + name);
        std::filesystem::remove(folder() + "/" + name);
        for (const Line& line : {Line{"check-config"}, {"serve"}}) {
            const auto result = module().command(line);
            BOOST_TEST(result.code == 2, joined(line) << result.err);
            BOOST_TEST(contains(result.err, module().config_file() + ":"), result.err);
            BOOST_TEST(contains(result.err, ": " + key + ": "), result.err);
        }
        file(name, "");
        BOOST_TEST(module().command({"check-config"}).code == 2, name);
        if (name == "master.key") {
            for (const char* key_text : {"short", "bm90IDMyIGJ5dGVz", "not base64 !!!"}) {
                file(name, key_text);
                const auto result = module().command({"check-config"});
                BOOST_TEST(result.code == 2, key_text << result.err);
                BOOST_TEST(!contains(result.err, key_text), result.err);
                BOOST_TEST(module().command({"serve"}).code == 2, key_text);
            }
        }
        file(name, kept);
    }
    BOOST_TEST(module().command({"check-config"}).code == 0);
}

BOOST_FIXTURE_TEST_CASE(all_missing_files_are_named_at_once, Stopped) {
    std::filesystem::remove(folder() + "/master.key");
    std::filesystem::remove(folder() + "/marketplace.secret");
    for (const Line& line : {Line{"check-config"}, {"serve"}, {"doctor"}}) {
        const auto result = module().command(line);
        BOOST_TEST(result.code == 2, joined(line) << result.err);
        for (const char* key : {": security.master_key_file: ", ": marketplace.secret_file: "})
            BOOST_TEST(contains(result.err, key), joined(line) << result.err);
    }
    // What the file does not mention is named by a line all the same.
    const auto path = file("bare.yaml", "log:\n  level: info\nmarketplace: {}\n");
    for (const char* command : {"check-config", "serve"}) {
        const auto result = module().bare_command({command, "--config", path});
        BOOST_TEST(contains(result.err, path + ":1: security.master_key_file: "), result.err);
        BOOST_TEST(contains(result.err, path + ":3: marketplace.secret_file: "), result.err);
    }
    const auto told = module().bare_command({"check-config", "--json", "--config", path});
    BOOST_TEST(told.code == 2);
    const auto answer = told.json();
    BOOST_TEST(answer.at("ok") == false);
    const auto& problem = answer.at("problems").at(1);
    BOOST_TEST(problem.at("source") == path);
    BOOST_TEST(problem.at("line") == 3);
    BOOST_TEST(problem.at("key") == "marketplace.secret_file");
    BOOST_TEST(!problem.at("why").get<std::string>().empty());
    const auto mistaken = file("bad.yaml", "log:\n  level: loud\n");
    BOOST_TEST(module()
                   .bare_command({"check-config", "--json", "--config", mistaken})
                   .json()
                   .at("problems")
                   .at(0)
                   .at("line") == 2);
}

BOOST_FIXTURE_TEST_CASE(options_may_stand_before_the_command, Stopped) {
    const auto shown = module().bare_command({"--config", module().config_file(), "check-config"});
    BOOST_TEST(shown.code == 0, shown.err);
    BOOST_TEST(contains(shown.out, module().config_file()), shown.out);
    BOOST_TEST(module()
                   .bare_command({"--json", "--config", module().config_file(), "check-config"})
                   .json()
                   .at("ok") == true);
    BOOST_TEST(module().bare_command({"--config", folder() + "/none.yaml", "doctor"}).code == 2);
}

BOOST_FIXTURE_TEST_CASE(the_environment_overrides_the_file, Stopped) {
    module().set_environment("TILLBRIDGE_SERVER_THREADS", "many");
    const auto wrong = module().command({"check-config"});
    BOOST_TEST(wrong.code == 2);
    BOOST_TEST(contains(wrong.err, "environment:TILLBRIDGE_SERVER_THREADS: server.threads: "),
               wrong.err);
    module().set_environment("TILLBRIDGE_SERVER_THREADS", "8");
    module().set_environment("TILLBRIDGE_STORE_URL", "sqlite:elsewhere.db");
    module().set_environment("TILLBRIDGE_GATEWAYS_UAPAY_BASE_URL", sandbox().uapay_url());
    module().set_environment("TILLBRIDGE_CRM_ALLOWED_HOSTS", "127.0.0.1, *.localhost");
    BOOST_TEST(module().command({"check-config"}).code == 0);
    module().start();
    BOOST_TEST(std::filesystem::exists(folder() + "/elsewhere.db"));
    BOOST_TEST(!std::filesystem::exists(module().store_file()));
    connect();
}

BOOST_FIXTURE_TEST_CASE(what_connect_says, Stopped) {
    const auto key_file = file("crm.key", sandbox().key("demo") + "\n");
    const auto connect_at = [&](const std::string& url, const std::string& key) {
        return module().command({"connect", "--crm", url, "--key-file", key});
    };
    for (const bool running : {false, true}) {
        if (running) module().start();
        const auto made = connect_at(sandbox().crm_url("demo"), key_file);
        BOOST_TEST(made.code == 0, made.err);
        BOOST_TEST(made.out.rfind(module().url() + "/settings/", 0) == 0U, made.out);
        BOOST_TEST(std::count(made.out.begin(), made.out.end(), '\n') == 1, made.out);
        struct Row {
            std::string url, key, reason;
        };
        const auto wrong = file("wrong.key", "wrong-key");
        sandbox().put_account({{"name", "poor"}, {"scopes", {"integration_read"}}});
        const auto poor = file("poor.key", sandbox().key("poor"));
        for (const auto& row :
             {Row{sandbox().crm_url("demo"), wrong, "crm.key_rejected"},
              Row{sandbox().crm_url("nobody"), wrong, "crm."},
              Row{sandbox().crm_url("poor"), poor, "payments_write"},
              Row{"https://evil.example", key_file, "crm."}, Row{"nonsense", key_file, "crm."},
              Row{"http://127.0.0.1:1", key_file, "crm.unreachable"}}) {
            const auto refused = connect_at(row.url, row.key);
            BOOST_TEST(refused.code == 1, row.url << ' ' << refused.code << refused.err);
            BOOST_TEST(refused.out.empty(), refused.out);
            BOOST_TEST(contains(refused.err, row.reason), row.url << ' ' << refused.err);
            BOOST_TEST(!contains(refused.err, "wrong-key"), refused.err);
        }
        const auto as_json = module().command(
            {"connect", "--crm", sandbox().crm_url("demo"), "--key-file", wrong, "--json"});
        BOOST_TEST(as_json.code == 1);
        BOOST_TEST(as_json.json().at("error").at("code") == "crm.key_rejected");
    }
    BOOST_TEST(connect_at(sandbox().crm_url("demo"), folder() + "/none").code == 2);
    BOOST_TEST(connect_at(sandbox().crm_url("demo"), file("empty.key", "")).code == 2);
}

BOOST_FIXTURE_TEST_CASE(commands_work_with_and_without_a_server, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop, "121.50");
    await_quiet();
    for (const bool running : {true, false}) {
        if (!running) module().stop();
        const auto shown = module().command({"invoice", "show", bill.id, "--json"}).json();
        BOOST_TEST(shown.at("invoice").at("amount") == "121.50");
        BOOST_TEST(!shown.at("journal").empty());
        const auto table = module().command({"invoice", "show", bill.id});
        BOOST_TEST(table.code == 0);
        BOOST_TEST(contains(table.out, "121.50 UAH: paid"), table.out);
        BOOST_TEST(module().command({"invoice", "show", "nobody"}).code == 1);
        const auto nobody = module().command({"invoice", "show", "nobody", "--json"});
        BOOST_TEST(nobody.json().at("error").at("code") == "payment.unknown");

        const auto doctor = module().command({"doctor"});
        BOOST_TEST(doctor.code == 0, doctor.out << doctor.err);
        for (const char* word : {"store", "keys", "clock", "outbox", "merchant", "crm http"})
            BOOST_TEST(contains(doctor.out, word), doctor.out);
        const auto checks = module().command({"doctor", "--json"}).json();
        BOOST_TEST(checks.at("ok") == true);
        for (const auto& check : checks.at("checks"))
            for (const char* key : {"check", "ok", "detail", "todo"})
                BOOST_TEST(check.contains(key), check.dump());
        BOOST_TEST(module().command({"doctor", "--connection", sandbox().crm_url("demo")}).code ==
                   0);

        const auto outbox = module().command({"outbox", "list", "--json"}).json();
        for (const char* key : {"ready", "leased", "dead", "rows"})
            BOOST_TEST(outbox.contains(key), outbox.dump());
        BOOST_TEST(module().command({"outbox", "list", "--state", "dead"}).code == 0);
        BOOST_TEST(
            module().command({"outbox", "replay", "--all", "--json"}).json().at("replayed") == 0);
        BOOST_TEST(module().command({"outbox", "replay", "999999"}).code == 1);
        BOOST_TEST(module().command({"reconcile", "--json"}).json().contains("asked"));
        BOOST_TEST(module().command({"reconcile", "--invoice", bill.id}).code == 0);
        BOOST_TEST(
            module().command({"support", "find", bill.id, "--json"}).json().at("invoices").size() ==
            1U);
        BOOST_TEST(module().command({"support", "find", bill.id}).code == 0);
    }
}

BOOST_FIXTURE_TEST_CASE(doctor_finds_what_is_wrong, Fixture) {
    const auto shop = connect_shop();
    sandbox().merchant({{"clientId", shop.merchant}, {"secret", "changed-at-the-gateway"}});
    const auto account = sandbox().account("demo");
    for (const auto& key : account.at("keys"))
        sandbox().post("/accounts/demo/keys", {{"revoke", key.at("apiKey")}});
    expect_violations = true;
    const auto doctor = module().command({"doctor"});
    BOOST_TEST(doctor.code == 1);
    BOOST_TEST(contains(doctor.out, "WRONG"), doctor.out);
    const auto again = module().command({"doctor", "--json"});
    BOOST_TEST(again.code == 1);
    const auto report = again.json();
    BOOST_TEST(report.at("ok") == false);
    int wrong = 0;
    for (const auto& check : report.at("checks"))
        if (check.at("ok") == false) {
            ++wrong;
            BOOST_TEST(!check.at("detail").get<std::string>().empty(), check.dump());
            BOOST_TEST(!check.at("todo").get<std::string>().empty(), check.dump());
        }
    BOOST_TEST(wrong >= 2);
    BOOST_TEST(!contains(doctor.out, shop.secret));
}

BOOST_FIXTURE_TEST_CASE(migrating, Stopped) {
    const auto dry = module().command({"migrate", "--dry-run", "--json"});
    BOOST_TEST(dry.code == 0, dry.err);
    BOOST_TEST(dry.json().at("dryRun") == true);
    BOOST_TEST(!dry.json().at("migrations").empty());
    BOOST_TEST(contains(module().command({"migrate", "--dry-run"}).out, "would apply 1 "));
    BOOST_TEST(!std::filesystem::exists(module().store_file()));
    const auto done = module().command({"migrate"});
    BOOST_TEST(done.code == 0, done.err);
    BOOST_TEST(contains(done.out, "applied 1 "), done.out);
    const auto again = module().command({"migrate", "--json"});
    BOOST_TEST(again.json().at("migrations").empty());
    module().start();
    connect();
    // A running server has done it.
    const auto beside = module().command({"migrate"});
    BOOST_TEST(beside.code == 0, beside.err);
    BOOST_TEST(contains(beside.out, "up to date"), beside.out);
    connect();
}

BOOST_FIXTURE_TEST_CASE(what_needs_no_configuration, Stopped) {
    const auto version = module().bare_command({"version"});
    BOOST_TEST(version.code == 0);
    BOOST_TEST(version.out.rfind("tillbridge ", 0) == 0U, version.out);
    const auto manifest = module().bare_command({"manifest"});
    BOOST_TEST(manifest.code == 0);
    for (const char* key : {"code", "integrationCode", "name", "scopes", "currencies", "countries",
                            "actions", "paymentActions", "listings"})
        BOOST_TEST(manifest.json().contains(key), key);
    const auto one = module().bare_command({"keys", "generate"});
    const auto two = module().bare_command({"keys", "generate"});
    BOOST_TEST(one.code == 0);
    BOOST_TEST(one.out.size() == 45U, one.out);  // 32 bytes in Base64 and a line break
    BOOST_TEST(one.out != two.out);
    const auto key = module().bare_command({"keys", "generate", "--json"}).json();
    BOOST_TEST(key.at("key").get<std::string>().size() == 44U, key.dump());
    BOOST_TEST(
        "tillbridge " +
            module().bare_command({"version", "--json"}).json().at("version").get<std::string>() +
            "\n" ==
        version.out);
    const auto defaults = module().bare_command({"check-config", "--print-default"});
    BOOST_TEST(defaults.code == 0);
    BOOST_TEST(defaults.out == bytes_of_file(TILLBRIDGE_SOURCE_DIR "/config/tillbridge.yaml"));
}

BOOST_FIXTURE_TEST_CASE(what_fails_while_running_is_3, Stopped) {
    const auto code_with = [&](const std::string& key, const std::string& value, const Line& line) {
        module().configure(key, value);
        const auto result = module().command(line);
        BOOST_TEST(!result.err.empty(), joined(line));
        return result.code;
    };
    // Somebody else has the port.
    const auto address = sandbox().url().substr(7);
    BOOST_TEST(code_with("server.listen", address, {"serve"}) == 3);
    BOOST_TEST(code_with("server.listen", "127.0.0.1:0", {"version-is-fine"}) == 2);
    BOOST_TEST(code_with("store.url", "sqlite:/proc/none/tillbridge.db", {"serve"}) == 3);
    BOOST_TEST(code_with("store.url", "sqlite:/proc/none/tillbridge.db", {"migrate"}) == 3);
    file("broken.db", std::string(8192, 'x'));
    BOOST_TEST(code_with("store.url", "sqlite:broken.db", {"serve"}) == 3);
    BOOST_TEST(bytes_of_file(folder() + "/broken.db") == std::string(8192, 'x'));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::cli_test
