// The configuration's loader: the documented file against the table, each key's wrong types, the
// lines that mistakes are reported at, the environment.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <random>
#include <sstream>

#include "config/config.hpp"
#include "config/schema.hpp"
#include "config/values.hpp"
#include "config/yaml.hpp"

namespace tillbridge::config_load_test {

using namespace std::chrono_literals;

namespace {

config::Loaded load(const std::string& text, const config::Environment& environment = {}) {
    return config::load_text(text, "/etc/tb/t.yaml", environment);
}

// All problems, one a line.
std::string problems(const std::string& text, const config::Environment& environment = {}) {
    std::string joined;
    const config::Loaded loaded = load(text, environment);
    BOOST_TEST(loaded.config.has_value() == loaded.problems.empty());
    for (const config::Problem& problem : loaded.problems) joined += problem.text() + "\n";
    return joined;
}

// `a.b.c` with a value as YAML; the value stands in the line of the key's last part.
std::string yaml_for(const std::string& path, const std::string& value) {
    std::string text;
    std::string indent;
    std::istringstream parts(path);
    for (std::string part; std::getline(parts, part, '.');) {
        text += (text.empty() ? "" : "\n") + indent + part + ":";
        indent += "  ";
    }
    return text + " " + value + "\n";
}

std::string where(const std::string& path) {
    const auto dots = std::count(path.begin(), path.end(), '.');
    return "/etc/tb/t.yaml:" + std::to_string(dots + 1) + ": " + path + ": ";
}

void flatten(const config::Tree& tree, const std::string& prefix,
             std::map<std::string, config::Tree>& out) {
    for (const auto& [name, value] : tree.members) {
        const std::string path = prefix.empty() ? name : prefix + "." + name;
        if (value.kind == config::Tree::Kind::map) {
            flatten(value, path, out);
        } else {
            out.emplace(path, value);
        }
    }
}

std::vector<std::string> words(const config::Tree& tree) {
    std::vector<std::string> found;
    if (tree.kind == config::Tree::Kind::scalar) found.push_back(tree.text);
    for (const config::Tree& item : tree.items) found.push_back(item.text);
    return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(config_load)

BOOST_AUTO_TEST_CASE(the_documented_file_lists_each_key_with_its_default) {
    std::ifstream file(TILLBRIDGE_SOURCE_DIR "/config/tillbridge.yaml");
    std::stringstream text;
    text << file.rdbuf();
    BOOST_TEST(text.str() == config::default_file());

    std::vector<config::Problem> wrong;
    std::map<std::string, config::Tree> documented;
    flatten(config::read_yaml(text.str(), "tillbridge.yaml", wrong), "", documented);
    BOOST_TEST(wrong.empty());
    for (const config::Key& key : config::schema()) {
        BOOST_TEST_CONTEXT(key.path) {
            const auto found = documented.find(key.path);
            BOOST_REQUIRE(found != documented.end());
            const config::Tree fallback = config::read_yaml(key.fallback, "default", wrong);
            BOOST_TEST(words(found->second) == words(fallback), boost::test_tools::per_element());
            BOOST_TEST((found->second.kind == fallback.kind));
            documented.erase(found);
        }
    }
    for (const auto& [path, value] : documented) BOOST_ERROR("documented, but no key: " + path);
    BOOST_TEST(problems(text.str()) == "");
}

BOOST_AUTO_TEST_CASE(the_defaults_are_the_contracts) {
    const config::Config c = load("").config.value();
    BOOST_TEST(c.server.listen == "127.0.0.1:8080");
    BOOST_TEST(c.server.ops_listen == "127.0.0.1:9090");
    BOOST_TEST(c.server.control_socket == "/etc/tb/tillbridge.sock");
    BOOST_TEST(c.server.public_url == "https://pay.example.com");
    BOOST_TEST(c.server.trusted_proxies.empty());
    BOOST_TEST(c.server.threads == 128);
    BOOST_TEST(c.server.max_queued == 256);
    BOOST_TEST((c.server.keep_alive == 4s));
    BOOST_TEST(c.store.url == "sqlite:/etc/tb/tillbridge.db");
    BOOST_TEST(c.security.master_key_file == "/etc/tb/master.key");
    BOOST_TEST(!c.security.allow_private_networks);
    BOOST_TEST(c.marketplace.secret_file == "/etc/tb/marketplace.secret");
    BOOST_TEST(c.crm.allowed_hosts == (std::vector<std::string>{"*.retailcrm.ru", "*.retailcrm.pro",
                                                                "*.retailcrm.es", "*.simla.com"}),
               boost::test_tools::per_element());
    BOOST_TEST(c.crm.requests_per_second == 10);
    BOOST_TEST((c.crm.timeout == 10s));
    BOOST_TEST(c.gateways.size() == 2U);
    BOOST_TEST(c.gateways.at("uapay").base_url == "https://api.uapay.ua/api/");
    BOOST_TEST((c.gateways.at("uapay").timeout == 10s));
    BOOST_TEST(c.gateways.at("prodamus").base_url == "https://{page}/");
    BOOST_TEST((c.reconcile.interval == 1min));
    BOOST_TEST((c.reconcile.pending_after == 10min));
    BOOST_TEST((c.reconcile.settle_after == 2min));
    BOOST_TEST(c.outbox.workers == 4);
    BOOST_TEST((c.outbox.schedule == std::vector<config::Span>{1s, 5s, 30s, 2min, 5min, 15min}));
    BOOST_TEST((c.outbox.give_up_after == 72h));
    BOOST_TEST((c.payments.link_lifetime == 72h));
    BOOST_TEST((c.payments.hold_ends_after == 0s));
    BOOST_TEST((c.payments.hold_warning == 24h));
    BOOST_TEST(c.operator_contacts.email == "");
    BOOST_TEST(c.hooks.misses_per_minute == 60);
    BOOST_TEST(c.pay.misses_per_minute == 30);
    BOOST_TEST(c.log.level == "info");
}

BOOST_AUTO_TEST_CASE(every_key_refuses_each_wrong_shape_at_its_line) {
    for (const config::Key& key : config::schema()) {
        BOOST_TEST_CONTEXT(key.path) {
            const std::string at = where(key.path);
            BOOST_TEST(problems(yaml_for(key.path, "{a: b}")).starts_with(at));
            BOOST_TEST(problems(yaml_for(key.path, "")).starts_with(at));
            BOOST_TEST(problems(yaml_for(key.path, "~")).starts_with(at));
            BOOST_TEST(problems(yaml_for(key.path, "\"a\\u0007b\"")).starts_with(at));
            if (key.list) {
                BOOST_TEST(problems(yaml_for(key.path, "one")).starts_with(at));
                BOOST_TEST(problems(yaml_for(key.path, "[[one]]")).starts_with(at));
                BOOST_TEST(problems(yaml_for(key.path, "[\"no such thing\"]")).starts_with(at));
            } else {
                BOOST_TEST(problems(yaml_for(key.path, "[a]")).starts_with(at));
                BOOST_TEST(problems(yaml_for(key.path, "-7")).starts_with(at));
                const std::string other = key.fallback == "false" ? "yes" : "true";
                BOOST_TEST(problems(yaml_for(key.path, other)).starts_with(at));
            }
            BOOST_TEST(problems(yaml_for(key.path, key.fallback)) == "");
        }
    }
}

struct Bad {
    const char* path;
    const char* value;
};
const Bad kBad[] = {
    {"server.listen", "8080"},
    {"server.listen", "localhost"},
    {"server.listen", "\"localhost:\""},
    {"server.listen", "localhost:65536"},
    {"server.listen", "localhost:-1"},
    {"server.listen", "local host:80"},
    {"server.listen", "\"::1:80\""},
    {"server.listen", "\"[::1]\""},
    {"server.listen", "\"[zz]:80\""},
    {"server.ops_listen", "127.0.0.1:8080"},
    {"server.control_socket", "\"\""},
    {"server.public_url", "pay.example.com"},
    {"server.public_url", "ftp://pay.example.com"},
    {"server.public_url", "http://pay.example.com"},
    {"server.public_url", "https://"},
    {"server.public_url", "https:///path"},
    {"server.public_url", "https://user@pay.example.com"},
    {"server.public_url", "https://pay.example.com/?a=b"},
    {"server.public_url", "\"https://pay.example.com/#a\""},
    {"server.public_url", "https://pay.example.com:99999"},
    {"server.public_url", "https://pay.example.com:0"},
    {"server.public_url", "https://-pay.example.com"},
    {"server.public_url", "https://pay..example.com"},
    {"server.public_url", "\"https://pay.example.com/a b\""},
    {"server.trusted_proxies", "[10.0.0.0/33]"},
    {"server.trusted_proxies", "[10.0.0]"},
    {"server.trusted_proxies", "[proxy.example.com]"},
    {"server.trusted_proxies", "[\"::1/129\"]"},
    {"server.trusted_proxies", "[10.0.0.0/]"},
    {"server.threads", "3"},
    {"server.threads", "4097"},
    {"server.threads", "64.5"},
    {"server.threads", "\"64\""},
    {"server.threads", "many"},
    {"server.threads", "99999999999999999999"},
    {"server.max_queued", "0"},
    {"server.keep_alive", "4"},
    {"server.keep_alive", "0"},
    {"server.keep_alive", "4 s"},
    {"server.keep_alive", "4d"},
    {"server.keep_alive", "1.5s"},
    {"server.keep_alive", "s"},
    {"server.keep_alive", "61s"},
    {"server.keep_alive", "+4s"},
    {"store.url", "tillbridge.db"},
    {"store.url", "\"sqlite:\""},
    {"store.url", "mysql://a@b/c"},
    {"store.url", "\"postgresql://\""},
    {"store.url", "\"postgresql://user@host/database\""},
    {"store.url", "\"postgres://user@host/database\""},
    {"security.allow_private_networks", "\"true\""},
    {"security.allow_private_networks", "True"},
    {"security.allow_private_networks", "1"},
    {"crm.allowed_hosts", "[]"},
    {"crm.allowed_hosts", "[\"*\"]"},
    {"crm.allowed_hosts", "[\"*.\"]"},
    {"crm.allowed_hosts", "[\"a.*.com\"]"},
    {"crm.allowed_hosts", "[\"https://a.com\"]"},
    {"crm.allowed_hosts", "[\"a.com:80\"]"},
    {"crm.allowed_hosts", "[\"\"]"},
    {"crm.requests_per_second", "0"},
    {"crm.timeout", "99ms"},
    {"gateways.uapay.base_url", "http://api.uapay.ua/api/"},
    {"gateways.uapay.timeout", "121s"},
    {"outbox.workers", "0"},
    {"outbox.schedule", "[]"},
    {"outbox.schedule", "[1s, 1s]"},
    {"outbox.schedule", "[5s, 1s]"},
    {"outbox.schedule", "[0, 1s]"},
    {"outbox.schedule", "[1s, five]"},
    {"outbox.give_up_after", "9999999999h"},
    {"payments.hold_ends_after", "8785h"},
    {"operator.email", "5"},
    {"log.level", "loud"},
    {"log.level", "INFO"},
};
BOOST_AUTO_TEST_CASE(a_bad_value_is_refused_at_its_line) {
    for (const Bad& bad : kBad) {
        BOOST_TEST_CONTEXT(bad.path << ": " << bad.value) {
            const std::string said = problems(yaml_for(bad.path, bad.value));
            BOOST_TEST(said.starts_with(where(bad.path)), said);
            BOOST_TEST(std::count(said.begin(), said.end(), '\n') == 1);
        }
    }
}

BOOST_AUTO_TEST_CASE(good_values_arrive_as_what_they_mean) {
    const config::Config c = load(R"(server:
  listen: "[::1]:0"
  public_url: https://pay.example.com:8443/tb//
  trusted_proxies: [10.0.0.0/8, "::1", 192.168.1.1]
  control_socket: ../run/x.sock
store: {url: "sqlite:/var/lib/t.db"}
crm:
  allowed_hosts: ["CRM.Example.com", "127.0.0.1", "*.simla.com"]
gateways: {uapay: {base_url: "https://api.demo.uapay.ua/api"}}
reconcile: {interval: 500ms}
payments: {link_lifetime: 0}
operator: {name: Оплата, phone: "+380441234567"}
marketplace:
)")
                                 .config.value();
    BOOST_TEST(c.server.listen == "[::1]:0");
    BOOST_TEST(c.server.public_url == "https://pay.example.com:8443/tb");
    BOOST_TEST(c.server.trusted_proxies.size() == 3U);
    BOOST_TEST(c.server.control_socket == "/etc/run/x.sock");
    BOOST_TEST(c.store.url == "sqlite:/var/lib/t.db");
    BOOST_TEST(c.crm.allowed_hosts.at(0) == "crm.example.com");
    BOOST_TEST(c.gateways.at("uapay").base_url == "https://api.demo.uapay.ua/api/");
    BOOST_TEST((c.gateways.at("uapay").timeout == 10s));
    BOOST_TEST((c.reconcile.interval == 500ms));
    BOOST_TEST((c.payments.link_lifetime == 0s));
    BOOST_TEST(c.operator_contacts.name == "Оплата");
    BOOST_TEST(c.operator_contacts.phone == "+380441234567");
}

BOOST_AUTO_TEST_CASE(a_sandbox_may_use_plain_http) {
    const std::string plain = R"(server: {public_url: "http://127.0.0.1:8080"}
gateways: {uapay: {base_url: "http://127.0.0.1:8090/uapay/api/"}}
)";
    BOOST_TEST(problems(plain + "security: {allow_private_networks: true}\n") == "");
    BOOST_TEST(problems(plain) ==
               "/etc/tb/t.yaml:1: server.public_url: must be https, unless "
               "security.allow_private_networks is true\n"
               "/etc/tb/t.yaml:2: gateways.uapay.base_url: must be https, unless "
               "security.allow_private_networks is true\n");
}

BOOST_AUTO_TEST_CASE(what_is_under_way_gets_the_time_that_it_may_take) {
    BOOST_TEST(problems("reconcile: {settle_after: 60s}\n") == "");
    BOOST_TEST(
        problems("reconcile: {settle_after: 59s}\n")
            .starts_with(
                "/etc/tb/t.yaml:1: reconcile.settle_after: must be at least 1m, three times "));
    BOOST_TEST(problems("gateways: {uapay: {timeout: 31s}}\n")
                   .find("reconcile.settle_after: must be at least 123s") != std::string::npos);
    BOOST_TEST(problems("reconcile: {settle_after: 1s}\n"
                        "security: {allow_private_networks: true}\n") == "");
}

BOOST_AUTO_TEST_CASE(all_mistakes_are_listed_in_the_order_of_lines) {
    BOOST_TEST(
        problems("server:\n  listen: nowhere\n  colour: red\nsafe: {a: 1}\nlog:\n"
                 "  level: info\n  level: warn\ngateways:\n  paypal: {base_url: x}\n"
                 "crm: 5\n") ==
        "/etc/tb/t.yaml:2: server.listen: must be host:port, such as 127.0.0.1:8080\n"
        "/etc/tb/t.yaml:3: server.colour: unknown key; here may stand listen, ops_listen, "
        "control_socket, public_url, trusted_proxies, threads, max_queued, keep_alive\n"
        "/etc/tb/t.yaml:4: safe: unknown key; here may stand server, store, security, "
        "marketplace, crm, gateways, reconcile, outbox, payments, panel, operator, hooks, pay, "
        "log\n"
        "/etc/tb/t.yaml:7: log.level: stands twice; first in line 6\n"
        "/etc/tb/t.yaml:9: gateways.paypal: unknown key; here may stand uapay, prodamus\n"
        "/etc/tb/t.yaml:10: crm: must be a section with allowed_hosts, "
        "requests_per_second, timeout\n");
    BOOST_TEST(problems("server.listen: 127.0.0.1:1\n").find("unknown key") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_plain_yaml_is_refused_at_its_line) {
    const auto refused = [](const std::string& text, const std::string& line) {
        const std::string said = problems(text);
        BOOST_TEST_CONTEXT(text)
        BOOST_TEST(said.starts_with("/etc/tb/t.yaml:" + line + ": "), said);
    };
    refused("server: [\n", "2");
    refused("server:\n\tlisten: a\n", "2");
    refused("server: {listen: \"a}\n", "2");
    refused("log:\n  level: &x info\n", "2");
    refused("log:\n  level: *x\n", "2");
    refused("log:\n  level: !!str info\n", "2");
    refused("log: &x {level: info}\n", "1");
    refused("log: {level: info}\n---\nlog: {level: warn}\n", "3");
    refused("- a\n", "1");
    refused("just words\n", "1");
    refused("? [a]\n: b\n", "1");
    refused("a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", "1");
    BOOST_TEST(!problems(std::string(5000, '[')).empty());
    BOOST_TEST(problems("log: {level: info}\n...\n") == "");
    BOOST_TEST(problems("# nothing\n") == "");
    BOOST_TEST(problems("\xEF\xBB\xBFlog: {level: info}\n") == "");
}

// Bytes struck out, doubled, swapped or replaced anywhere: an answer, never an exception, and never
// a configuration beside problems.
BOOST_AUTO_TEST_CASE(no_damage_to_the_file_gets_out_of_hand) {
    std::mt19937 random(7);
    const auto below = [&](std::size_t limit) { return random() % limit; };
    const std::string bytes = std::string("\0\t\n :-[]{}\"'&*!|>%@`#?,\xff\xc3", 25);
    std::size_t refused = 0;
    for (int round = 0; round < 3000; ++round) {
        std::string text = config::default_file();
        for (std::size_t hits = 1 + below(4); hits > 0; --hits) {
            const std::size_t at = below(text.size());
            switch (below(4)) {
                case 0:
                    text.erase(at, 1 + below(20));
                    break;
                case 1:
                    text.insert(at, text.substr(below(text.size()), below(60)));
                    break;
                case 2:
                    std::swap(text[at], text[below(text.size())]);
                    break;
                default:
                    text[at] = bytes[below(bytes.size())];
            }
        }
        const config::Loaded loaded = load(text);
        BOOST_REQUIRE(loaded.config.has_value() == loaded.problems.empty());
        for (const config::Problem& problem : loaded.problems) {
            BOOST_REQUIRE(!problem.why.empty());
            BOOST_REQUIRE(problem.line > 0);
        }
        refused += loaded.problems.empty() ? 0 : 1;
    }
    BOOST_TEST(refused > 500U);
}

BOOST_AUTO_TEST_CASE(the_environment_overrides_the_file) {
    const config::Environment environment{
        {"TILLBRIDGE_SERVER_LISTEN", "0.0.0.0:1"},
        {"TILLBRIDGE_GATEWAYS_UAPAY_BASE_URL", "https://other.example/x"},
        {"TILLBRIDGE_OUTBOX_SCHEDULE", "1s, 2s"},
        {"TILLBRIDGE_SERVER_TRUSTED_PROXIES", ""},
        {"TILLBRIDGE_OPERATOR_PHONE", "380441234567"},
        {"TILLBRIDGE_SECURITY_ALLOW_PRIVATE_NETWORKS", "true"},
        {"TILLBRIDGE_CRASH_AT", "anywhere"},
        {"HOME", "/root"}};
    const std::string file = "server: {listen: 127.0.0.1:5, trusted_proxies: [10.0.0.1]}\n";
    BOOST_TEST(problems(file, environment) == "");
    const config::Config c = load(file, environment).config.value();
    BOOST_TEST(c.server.listen == "0.0.0.0:1");
    BOOST_TEST(c.server.trusted_proxies.empty());
    BOOST_TEST(c.gateways.at("uapay").base_url == "https://other.example/x/");
    BOOST_TEST((c.outbox.schedule == std::vector<config::Span>{1s, 2s}));
    BOOST_TEST(c.operator_contacts.phone == "380441234567");
    BOOST_TEST(c.security.allow_private_networks);
}

BOOST_AUTO_TEST_CASE(a_wrong_variable_is_named) {
    BOOST_TEST(problems("", {{"TILLBRIDGE_SERVER_LISTEN", "nowhere"}}) ==
               "environment:TILLBRIDGE_SERVER_LISTEN: server.listen: must be host:port, such as "
               "127.0.0.1:8080\n");
    BOOST_TEST(problems("", {{"TILLBRIDGE_SERVER_LISTENS", "127.0.0.1:80"}}) == "");
    BOOST_TEST(problems("log:\n  level: loud\n", {{"TILLBRIDGE_STORE_URL", ""}}) ==
               "/etc/tb/t.yaml:2: log.level: must be trace, debug, info, warn or error\n"
               "environment:TILLBRIDGE_STORE_URL: store.url: must be sqlite:PATH\n");
    BOOST_TEST(problems("store:\n  url: postgresql://user@host/database\n") ==
               "/etc/tb/t.yaml:2: store.url: must be sqlite:PATH; PostgreSQL is not supported in "
               "this version\n");
    // A rule between keys names the side that gave the value.
    BOOST_TEST(problems("server:\n  public_url: https://a.example\n",
                        {{"TILLBRIDGE_SERVER_PUBLIC_URL", "http://a.example"}})
                   .starts_with("environment:TILLBRIDGE_SERVER_PUBLIC_URL: server.public_url: "));
}

BOOST_AUTO_TEST_CASE(every_key_has_a_variable_of_its_own) {
    std::map<std::string, std::string> names;
    for (const config::Key& key : config::schema()) {
        const auto [at, fresh] = names.emplace(config::environment_name(key.path), key.path);
        BOOST_TEST(fresh, key.path << " and " << at->second);
        const std::string said =
            problems("", {{at->first, key.fallback == "\"\"" ? "\x01" : "no such thing\x01"}});
        BOOST_TEST(said.starts_with("environment:" + at->first + ": " + key.path + ": "), said);
    }
}

BOOST_AUTO_TEST_CASE(a_later_mistake_names_the_line_that_gave_the_value) {
    const config::Loaded loaded = load("store:\n  url: sqlite:x.db\n");
    BOOST_TEST(loaded.problem("store.url", "locked").text() ==
               "/etc/tb/t.yaml:2: store.url: locked");
    // A default made it: the section that the key belongs into, or the first line.
    BOOST_TEST(loaded.problem("log.level", "odd").text() == "/etc/tb/t.yaml:1: log.level: odd");
    const config::Loaded sections = load("log: {}\nsecurity:\n  allow_private_networks: true\n");
    BOOST_TEST(sections.problem("security.master_key_file", "lost").text() ==
               "/etc/tb/t.yaml:2: security.master_key_file: lost");
    const config::Loaded deep = load("\ngateways:\n  uapay: {timeout: 1s}\n");
    BOOST_TEST(deep.problem("gateways.uapay.base_url", "odd").line == 3);
    BOOST_TEST(deep.problem("gateways", "odd").line == 2);
    BOOST_TEST(load("").problem("security.master_key_file", "lost").line == 1);
}

BOOST_AUTO_TEST_CASE(a_socket_path_that_no_socket_can_have_is_refused) {
    const std::string longest = "/" + std::string(106, 's');
    BOOST_TEST(problems(yaml_for("server.control_socket", longest)) == "");
    BOOST_TEST(problems(yaml_for("server.control_socket", longest + "s"))
                   .starts_with(where("server.control_socket")));
}

BOOST_AUTO_TEST_CASE(spans_are_read_and_written) {
    for (const char* text : {"0", "1ms", "999ms", "1s", "90s", "5m", "72h"}) {
        config::Span span{};
        BOOST_TEST(config::read_span(text, span) == "");
        BOOST_TEST(config::write_span(span) == text);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::config_load_test
