#include "config/schema.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "config/values.hpp"

namespace tillbridge::config {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kMaxSocketPath = 107;  // sun_path of a Unix socket, less its final zero
constexpr Span kForever = 24h * 366;

// A plain `5` or `true` where text belongs: YAML says that these are no text.
bool is_other_type(const Given& given) {
    const std::string& word = given.value.text;
    if (!given.typed || given.value.quoted) return false;
    return word == "true" || word == "false" ||
           (!word.empty() && word.find_first_not_of("0123456789+-.") == std::string::npos);
}
constexpr const char* kQuoteIt = "must be text; put it into quotes if it is meant so";

// `Get` is a lambda that gives the place in the Config; it tells each key's type.
template <class Get>
Key text(std::string path, std::string fallback, Get get, std::size_t longest = 200) {
    return {std::move(path), std::move(fallback), false,
            [get, longest](Config& config, const Given& given) -> std::string {
                if (is_other_type(given)) return kQuoteIt;
                if (given.value.text.size() > longest) {
                    return "must have at most " + std::to_string(longest) + " bytes";
                }
                get(config) = given.value.text;
                return {};
            }};
}

template <class Get>
Key flag(std::string path, std::string fallback, Get get) {
    return {std::move(path), std::move(fallback), false,
            [get](Config& config, const Given& given) -> std::string {
                const std::string& word = given.value.text;
                if (given.value.quoted || (word != "true" && word != "false")) {
                    return "must be true or false";
                }
                get(config) = word == "true";
                return {};
            }};
}

template <class Get>
Key integer(std::string path, std::string fallback, Get get, std::int64_t least,
            std::int64_t most) {
    return {std::move(path), std::move(fallback), false,
            [get, least, most](Config& config, const Given& given) -> std::string {
                const std::string why = "must be a whole number from " + std::to_string(least) +
                                        " to " + std::to_string(most);
                std::int64_t number = 0;
                if (given.value.quoted || !read_integer(given.value.text, number).empty() ||
                    number < least || number > most) {
                    return why;
                }
                get(config) = number;
                return {};
            }};
}

std::string span_in_range(const Tree& value, Span least, Span most, Span& out) {
    if (std::string why = read_span(value.text, out); !why.empty()) return why;
    if (out >= least && out <= most) return {};
    return "must be from " + write_span(least) + " to " + write_span(most);
}

template <class Get>
Key span(std::string path, std::string fallback, Get get, Span least, Span most) {
    return {std::move(path), std::move(fallback), false,
            [get, least, most](Config& config, const Given& given) {
                return span_in_range(given.value, least, most, get(config));
            }};
}

std::filesystem::path resolve(const std::string& text, const std::filesystem::path& base) {
    return (base / text).lexically_normal();
}

template <class Get>
Key path(std::string key, std::string fallback, Get get, std::int64_t longest = 4000) {
    return {std::move(key), std::move(fallback), false,
            [get, longest](Config& config, const Given& given) -> std::string {
                if (is_other_type(given)) return kQuoteIt;
                if (given.value.text.empty()) return "must be the path of a file";
                const auto resolved = resolve(given.value.text, given.base);
                if (std::ssize(resolved.native()) > longest) {
                    return "must be a path of at most " + std::to_string(longest) +
                           " bytes; it is " + resolved.native();
                }
                get(config) = resolved;
                return {};
            }};
}

// `read` is one of the functions of values.hpp.
template <class Get, class Read>
Key read_by(std::string path, std::string fallback, Get get, Read read) {
    return {std::move(path), std::move(fallback), false,
            [get, read](Config& config, const Given& given) {
                return read(given.value.text, get(config));
            }};
}

template <class Get, class Read>
Key list_of(std::string path, std::string fallback, Get get, Read read, std::size_t least) {
    return {std::move(path), std::move(fallback), true,
            [get, read, least](Config& config, const Given& given) -> std::string {
                auto& items = get(config);
                items.clear();
                for (const Tree& item : given.value.items) {
                    const std::string why = read(item.text, items.emplace_back());
                    if (!why.empty()) return "`" + item.text + "` " + why;
                }
                if (items.size() < least) return "must not be empty";
                return {};
            }};
}

std::string set_store_url(Config& config, const Given& given) {
    const std::string& url = given.value.text;
    constexpr std::string_view kSqlite = "sqlite:";
    if (url.starts_with(kSqlite) && url.size() > kSqlite.size()) {
        config.store.url =
            std::string(kSqlite) + resolve(url.substr(kSqlite.size()), given.base).native();
        return {};
    }
    if (url.starts_with("postgresql:") || url.starts_with("postgres:"))
        return "must be sqlite:PATH; PostgreSQL is not supported in this version";
    return "must be sqlite:PATH";
}

std::string set_schedule(Config& config, const Given& given) {
    auto& steps = config.outbox.schedule;
    steps.clear();
    for (const Tree& item : given.value.items) {
        Span step{};
        if (std::string why = span_in_range(item, 1ms, 24h * 7, step); !why.empty()) {
            return "`" + item.text + "` " + why;
        }
        if (!steps.empty() && step <= steps.back()) return "must grow from step to step";
        steps.push_back(step);
    }
    return steps.empty() ? "must not be empty" : "";
}

std::string set_log_level(Config& config, const Given& given) {
    constexpr std::array<std::string_view, 5> kLevels{"trace", "debug", "info", "warn", "error"};
    if (std::find(kLevels.begin(), kLevels.end(), given.value.text) == kLevels.end()) {
        return "must be trace, debug, info, warn or error";
    }
    config.log.level = given.value.text;
    return {};
}

std::string set_panel_delivery(Config& config, const Given& given) {
    constexpr std::array<std::string_view, 3> kWays{"module", "archive", "none"};
    if (std::find(kWays.begin(), kWays.end(), given.value.text) == kWays.end())
        return "must be module, archive or none";
    config.panel.delivery = given.value.text;
    return {};
}

std::string read_base_url(const std::string& text, std::string& out) {
    std::string why = read_url(text, out);
    if (why.empty()) out += '/';
    return why;
}

// One where each merchant has a host of its own: `{page}` stands for it.
std::string read_page_url(const std::string& text, std::string& out) {
    constexpr std::string_view kPage = "{page}";
    constexpr std::string_view kSome = "page.example";
    const auto at = text.find(kPage);
    if (at == std::string::npos || text.find(kPage, at + 1) != std::string::npos)
        return "must hold {page} once, where the merchant's page goes";
    auto filled = text;
    std::string why = read_base_url(filled.replace(at, kPage.size(), kSome), out);
    if (why.empty()) out.replace(out.find(kSome), kSome.size(), kPage);
    return why;
}

using ReadUrl = std::string (*)(const std::string&, std::string&);

void add_gateway(std::vector<Key>& keys, const std::string& code, std::string base_url,
                 ReadUrl read = read_base_url) {
    const std::string prefix = "gateways." + code + ".";
    keys.push_back(read_by(
        prefix + "base_url",
        std::move(base_url), [code](Config & c) -> auto& { return c.gateways[code].base_url; },
        read));
    keys.push_back(span(
        prefix + "timeout", "10s", [code](Config & c) -> auto& { return c.gateways[code].timeout; },
        100ms, 120s));
}

// Lets a table line say `AT(server.listen)` instead of a whole lambda.
#define AT(member)            \
    [](Config & c) -> auto& { \
        return c.member;      \
    }

void add_server(std::vector<Key>& keys) {
    keys.push_back(read_by("server.listen", "127.0.0.1:8080", AT(server.listen), read_listen));
    keys.push_back(
        read_by("server.ops_listen", "127.0.0.1:9090", AT(server.ops_listen), read_listen));
    keys.push_back(path("server.control_socket", "tillbridge.sock", AT(server.control_socket),
                        kMaxSocketPath));
    keys.push_back(
        read_by("server.public_url", "https://pay.example.com", AT(server.public_url), read_url));
    keys.push_back(
        list_of("server.trusted_proxies", "[]", AT(server.trusted_proxies), read_network, 0));
    keys.push_back(integer("server.threads", "128", AT(server.threads), 4, 4096));
    keys.push_back(integer("server.max_queued", "256", AT(server.max_queued), 1, 65536));
    keys.push_back(span("server.keep_alive", "4s", AT(server.keep_alive), 100ms, 60s));
}

void add_files_and_crm(std::vector<Key>& keys) {
    keys.push_back({"store.url", "sqlite:tillbridge.db", false, set_store_url});
    keys.push_back(path("security.master_key_file", "master.key", AT(security.master_key_file)));
    keys.push_back(
        flag("security.allow_private_networks", "false", AT(security.allow_private_networks)));
    keys.push_back(
        path("marketplace.secret_file", "marketplace.secret", AT(marketplace.secret_file)));
    keys.push_back(
        list_of("crm.allowed_hosts",
                R"(["*.retailcrm.ru", "*.retailcrm.pro", "*.retailcrm.es", "*.simla.com"])",
                AT(crm.allowed_hosts), read_host_pattern, 1));
    keys.push_back(
        integer("crm.requests_per_second", "10", AT(crm.requests_per_second), 1, 1'000'000));
    keys.push_back(span("crm.timeout", "10s", AT(crm.timeout), 100ms, 120s));
}

void add_work(std::vector<Key>& keys) {
    keys.push_back(span("reconcile.interval", "1m", AT(reconcile.interval), 1ms, 24h));
    keys.push_back(span("reconcile.pending_after", "10m", AT(reconcile.pending_after), 1ms, 24h));
    keys.push_back(span("reconcile.settle_after", "2m", AT(reconcile.settle_after), 1ms, 24h));
    keys.push_back(integer("outbox.workers", "4", AT(outbox.workers), 1, 256));
    keys.push_back({"outbox.schedule", "[1s, 5s, 30s, 2m, 5m, 15m]", true, set_schedule});
    keys.push_back(span("outbox.give_up_after", "72h", AT(outbox.give_up_after), 1ms, kForever));
    keys.push_back(span("payments.link_lifetime", "72h", AT(payments.link_lifetime), 0s, kForever));
    keys.push_back(
        span("payments.hold_ends_after", "0s", AT(payments.hold_ends_after), 0s, kForever));
    keys.push_back(span("payments.hold_warning", "24h", AT(payments.hold_warning), 0s, kForever));
}

void add_rest(std::vector<Key>& keys) {
    keys.push_back({"panel.delivery", "module", false, set_panel_delivery});
    keys.push_back(
        integer("panel.calls_per_minute", "1200", AT(panel.calls_per_minute), 0, 1'000'000));
    keys.push_back(text("operator.name", "\"\"", AT(operator_contacts.name)));
    keys.push_back(text("operator.email", "\"\"", AT(operator_contacts.email)));
    keys.push_back(text("operator.telegram", "\"\"", AT(operator_contacts.telegram)));
    keys.push_back(text("operator.phone", "\"\"", AT(operator_contacts.phone)));
    keys.push_back(
        integer("hooks.misses_per_minute", "60", AT(hooks.misses_per_minute), 0, 1'000'000));
    keys.push_back(integer("pay.misses_per_minute", "30", AT(pay.misses_per_minute), 0, 1'000'000));
    keys.push_back({"log.level", "info", false, set_log_level});
}

#undef AT

}  // namespace

std::vector<Key> schema() {
    std::vector<Key> keys;
    add_server(keys);
    add_files_and_crm(keys);
    add_gateway(keys, "uapay", "https://api.uapay.ua/api/");
    add_gateway(keys, "prodamus", "https://{page}/", read_page_url);
    add_work(keys);
    add_rest(keys);
    return keys;
}

std::string environment_name(const std::string& path) {
    std::string name = "TILLBRIDGE_";
    for (const char c : path) {
        if (c == '.') {
            name += '_';
        } else {
            name += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
        }
    }
    return name;
}

}  // namespace tillbridge::config
