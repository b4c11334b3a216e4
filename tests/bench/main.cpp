// Measures the module and prints one table; `--markdown FILE` gets it too. `--big` measures again
// on a store of a million invoices and a million subscriptions.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/bench/scenarios.hpp"

namespace {

using namespace tillbridge::bench;

struct Arguments {
    std::string folder = "bench";
    std::string markdown;
    bool big = false;
    double seconds = 3;
    int rounds = 3;
    std::size_t size = 1'000'000;   // of the big store
    std::vector<std::string> only;  // as the option says
};

Headline measure(const Run& run, const Arguments& arguments) {
    Headline headline;
    const auto wanted = [&](const char* name) {
        const auto& only = arguments.only;
        return only.empty() || std::find(only.begin(), only.end(), name) != only.end();
    };
    // No store takes part in it.
    if (wanted("signature") && run.setup.base.empty()) measure_signature(run);
    if (wanted("size")) measure_size(run);
    if (wanted("hooks")) measure_hooks(run, headline);
    if (wanted("gateways")) measure_gateways(run, headline);
    if (wanted("subscriptions")) measure_subscriptions(run, headline);
    if (wanted("create")) measure_create(run, headline);
    if (wanted("delay")) measure_push_delay(run, headline);
    if (wanted("pushes")) measure_pushes(run, headline);
    if (wanted("dead")) measure_dead_account(run);
    return headline;
}

// What the big store costs: of rates what is lost, of times what is added, each in percent.
void compare(Report& report, const Headline& small, const Headline& big) {
    report.begin("What the big store costs");
    const auto add = [&](const char* what, double before, double after, bool rate) {
        if (before <= 0 || after <= 0) return;
        const double cost = 100 * (rate ? 1 - after / before : after / before - 1);
        report.add({what, rounded(cost, 1) + " %",
                    fmt::format("{} → {}", rounded(before, 2), rounded(after, 2)), "< 10 %",
                    met(cost < 10)});
    };
    add("hooks, ratio to the bare server", small.hook_ratio, big.hook_ratio, true);
    add("hooks, p99 at half load, ms", small.hook_p99, big.hook_p99, false);
    add("Prodamus' hooks, ratio to the bare server", small.notice_ratio, big.notice_ratio, true);
    add("Prodamus' hooks, p99 at half load, ms", small.notice_p99, big.notice_p99, false);
    add("renewals, ratio to the bare server", small.renewal_ratio, big.renewal_ratio, true);
    add("renewals, p99 at half load, ms", small.renewal_p99, big.renewal_p99, false);
    add("create, p50, ms", small.create_p50, big.create_p50, false);
    add("create, p99, ms", small.create_p99, big.create_p99, false);
    add("decision to the CRM, p99, ms", small.push_p99, big.push_p99, false);
    add("statuses told, /s", small.pushes, big.pushes, true);
}

Arguments read(CLI::App& app, int count, char** values) {
    Arguments arguments;
    app.add_option("--folder", arguments.folder, "where the stores are made");
    app.add_option("--markdown", arguments.markdown, "the table, also as this file");
    app.add_option("--seconds", arguments.seconds, "of one load");
    app.add_option("--rounds", arguments.rounds, "of what is compared");
    app.add_option("--only", arguments.only,
                   "signature, size, hooks, gateways, subscriptions, create, delay, pushes, dead");
    app.add_flag("--big", arguments.big,
                 "again with 10,000 accounts, 1,000,000 invoices and as many subscriptions");
    app.add_option("--big-size", arguments.size, "so many of each instead")
        ->check(CLI::Range(10'000, 10'000'000));
    app.parse(count, values);
    return arguments;
}

void write(const std::string& path, const std::string& machine, const Report& report) {
    std::ofstream out(path, std::ios::trunc);
    out << "# What the module reaches\n\n"
        << "Written by `tests/bench/run`; see README.md beside it for what is measured and how.\n\n"
        << machine << '\n'
        << report.markdown();
    if (!out) throw std::runtime_error("can't write " + path);
}

}  // namespace

int main(int count, char** values) {
    CLI::App app{"bench"};
    try {
        const auto arguments = read(app, count, values);
        std::filesystem::create_directories(arguments.folder);
        const auto folder = std::filesystem::absolute(arguments.folder).string();
        const auto machine = describe_machine(folder);
        std::cout << machine;
        Report report;
        Run run{{folder, ""}, report, arguments.rounds, arguments.seconds};
        report.begin("A new store");
        const auto small = measure(run, arguments);
        if (arguments.big) {
            run.setup.base = folder + "/big";
            make_big_store(run.setup.base, arguments.size);
            const auto size = whole(static_cast<double>(arguments.size));
            report.begin(size + " invoices, " + size +
                         " subscriptions and 10,000 accounts in the store");
            compare(report, small, measure(run, arguments));
            std::filesystem::remove_all(run.setup.base);
        }
        if (!arguments.markdown.empty()) write(arguments.markdown, machine, report);
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    } catch (const std::exception& error) {
        std::cerr << "bench: " << error.what() << '\n';
        return 3;
    }
    return 0;
}
