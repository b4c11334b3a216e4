#include "tests/bench/report.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <thread>

#include "tests/bench/load.hpp"

namespace tillbridge::bench {
namespace {

const char* word(Figure::Verdict verdict) {
    switch (verdict) {
        case Figure::Verdict::met:
            return "met";
        case Figure::Verdict::missed:
            return "**missed**";
        case Figure::Verdict::none:
            break;
    }
    return "";
}

// The first value of `name : value` in a file of /proc.
std::string value_in(const char* path, const std::string& name) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with(name)) continue;
        const auto from = line.find_first_not_of(": \t", name.size());
        return from == std::string::npos ? "" : line.substr(from);
    }
    return "unknown";
}

std::vector<double> sync_millis(const std::string& folder) {
    const auto path = folder + "/sync-probe";
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error("can't write " + path);
    const std::string page(4096, 'x');
    std::vector<double> took;
    for (int i = 0; i < 500; ++i) {
        const auto began = std::chrono::steady_clock::now();
        if (::write(file, page.data(), page.size()) < 0 || ::fdatasync(file) != 0) break;
        const auto span = std::chrono::steady_clock::now() - began;
        took.push_back(std::chrono::duration<double, std::milli>(span).count());
    }
    ::close(file);
    ::unlink(path.c_str());
    return took;
}

std::string today() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

}  // namespace

Figure::Verdict met(bool holds) {
    return holds ? Figure::Verdict::met : Figure::Verdict::missed;
}

std::string whole(double value) {
    auto digits = fmt::format("{:.0f}", value);
    for (auto at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
}

std::string rounded(double value, int places) {
    return fmt::format("{:.{}f}", value, places);
}

void Report::begin(const std::string& title) {
    tables_.push_back({title, {}});
    std::cout << '\n' << title << '\n';
}

void Report::add(const Figure& figure) {
    tables_.back().rows.push_back(figure);
    std::cout << fmt::format("  {:<62} {:>18}  floor {:>22}  target {:<14} {}\n", figure.what,
                             figure.reached, figure.floor.empty() ? "-" : figure.floor,
                             figure.target.empty() ? "-" : figure.target, word(figure.verdict))
              << std::flush;
}

std::string Report::markdown() const {
    std::string out;
    for (const auto& table : tables_) {
        out += "## " + table.title + "\n\n| what | reached | floor in the same run | target | |\n";
        out += "| --- | --- | --- | --- | --- |\n";
        for (const auto& row : table.rows)
            out += fmt::format("| {} | {} | {} | {} | {} |\n", row.what, row.reached,
                               row.floor.empty() ? "–" : row.floor,
                               row.target.empty() ? "–" : row.target, word(row.verdict));
        out += '\n';
    }
    return out;
}

std::string describe_machine(const std::string& folder) {
    utsname system{};
    ::uname(&system);
    const std::string release = system.release;  // 6.1.0-18-amd64: which build is nobody's business
    const auto kernel = release.substr(0, release.find('.', release.find('.') + 1));
    const auto syncs = sync_millis(folder);
    double loads[1] = {0};
    ::getloadavg(loads, 1);
    return fmt::format(
        "{}. {} ({} cores), {}, Linux {}. Writing and syncing 4 KiB (fdatasync): p50 {:.3f} ms, "
        "p99 "
        "{:.3f} ms.\nLoad average when the run began: {:.1f}.\n",
        today(), value_in("/proc/cpuinfo", "model name"), std::thread::hardware_concurrency(),
        value_in("/proc/meminfo", "MemTotal"), kernel, quantile(syncs, 0.5), quantile(syncs, 0.99),
        loads[0]);
}

}  // namespace tillbridge::bench
