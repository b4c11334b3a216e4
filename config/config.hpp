// The operator's configuration as a plain struct: what `tillbridge.yaml` and `TILLBRIDGE_*`
// variables say, checked. Spans are microseconds; paths are absolute or relative to the working
// directory (relative ones were resolved against the configuration file). Loading never throws: it
// gives the configuration or every mistake, each with the line that made it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tillbridge::config {

using Span = std::chrono::microseconds;

// Defaults live in schema.cpp, next to the keys; a default-constructed Config is empty.
struct Config {
    struct Server {
        std::string listen;      // host:port; port 0 takes a free one
        std::string ops_listen;  // health and metrics
        std::filesystem::path control_socket;
        std::string public_url;                    // absolute, no trailing slash
        std::vector<std::string> trusted_proxies;  // addresses or CIDR blocks
        std::int64_t threads = 0;
        std::int64_t max_queued = 0;
        Span keep_alive{};
    };
    struct Store {
        std::string url;  // `sqlite:/absolute/path.db`
    };
    struct Security {
        std::filesystem::path master_key_file;
        bool allow_private_networks = false;
    };
    struct Marketplace {
        std::filesystem::path secret_file;
    };
    struct Crm {
        std::vector<std::string> allowed_hosts;  // `host` or `*.domain`, lower case
        std::int64_t requests_per_second = 0;    // per account
        Span timeout{};
    };
    struct Gateway {
        std::string base_url;  // absolute, ends with a slash
        Span timeout{};
    };
    struct Reconcile {
        Span interval{};
        Span pending_after{};
        Span settle_after{};  // then a call of ours can't be under way any more
    };
    struct Outbox {
        std::int64_t workers = 0;
        std::vector<Span> schedule;  // not empty, increasing
        Span give_up_after{};
    };
    struct Payments {
        Span link_lifetime{};    // 0: the gateway's own
        Span hold_ends_after{};  // 0: as the gateway has it
        Span hold_warning{};     // a problem is raised so long before a hold ends
    };
    struct Panel {                          // of the order card
        std::string delivery;               // module, archive or none
        std::int64_t calls_per_minute = 0;  // of one CRM account; 0: no limit
    };
    struct Operator {  // contacts shown on pages; empty ones are left out
        std::string name;
        std::string email;
        std::string telegram;
        std::string phone;
    };
    struct Hooks {
        std::int64_t misses_per_minute = 0;  // unknown tokens per client address; 0: no limit
    };
    struct Pay {
        std::int64_t misses_per_minute = 0;  // unknown links per client address; 0: no limit
    };
    struct Log {
        std::string level;  // trace, debug, info, warn, error
    };

    Server server;
    Store store;
    Security security;
    Marketplace marketplace;
    Crm crm;
    std::map<std::string, Gateway> gateways;  // every known code is present
    Reconcile reconcile;
    Outbox outbox;
    Payments payments;
    Panel panel;
    Operator operator_contacts;  // section `operator`
    Hooks hooks;
    Pay pay;
    Log log;
};

// One mistake. `text()` is `FILE:LINE: key: why`, or `environment:NAME: key: why`; the line is left
// out where there is none (a file that can't be read), the key where none is concerned.
struct Problem {
    std::string source;  // the file's path, or `environment:NAME`
    int line = 0;        // from 1; 0: none
    std::string key;
    std::string why;

    std::string text() const;
};

struct Loaded {
    std::optional<Config> config;   // there exactly if `problems` is empty
    std::vector<Problem> problems;  // by line
    std::string file;
    std::vector<std::string> unused;  // TILLBRIDGE_* variables that name no key: worth a warning
    std::map<std::string, Problem> origins;  // key → where its value was given; defaults are absent
    std::map<std::string, int> sections;     // section → its line; absent ones are absent

    // A mistake that only shows later (a missing file, say), named by the line that gave the key;
    // where a default did, by the line of the section that the key belongs into, else by the first.
    Problem problem(const std::string& key, const std::string& why) const;
};

using Environment = std::map<std::string, std::string>;

// The process's environment; only names that begin with TILLBRIDGE_.
Environment process_environment();

// Reads `file`, lays the environment's TILLBRIDGE_* variables over it, fills in defaults.
Loaded load(const std::filesystem::path& file, const Environment& environment);

// The same from text; `file` names it in problems and is the base of relative paths.
Loaded load_text(const std::string& text, const std::filesystem::path& file,
                 const Environment& environment);

// The documented default file, as compiled in.
std::string default_file();

}  // namespace tillbridge::config
