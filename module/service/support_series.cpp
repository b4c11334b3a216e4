#include "module/service/support_series.hpp"

#include <algorithm>
#include <cmath>

#include "module/port/json.hpp"
#include "module/service/support_views.hpp"

namespace tillbridge::service {
namespace {

using nlohmann::json;

constexpr std::size_t kLast = 20;

// The `share` of the calls that took so long or less (nearest rank), in milliseconds.
json quantile(std::vector<std::int64_t>& took, double share) {
    if (took.empty()) return nullptr;
    const auto rank =
        static_cast<std::size_t>(std::llround(share * static_cast<double>(took.size() - 1)));
    std::nth_element(took.begin(), took.begin() + static_cast<std::ptrdiff_t>(rank), took.end());
    return static_cast<double>(took[rank]) / 1000.0;
}

void keep_last(std::vector<port::JournalLine>& lines, const port::JournalLine& line) {
    const auto newer = [](const auto& a, const auto& b) { return a.id > b.id; };
    lines.insert(std::upper_bound(lines.begin(), lines.end(), line, newer), line);
    if (lines.size() > kLast) lines.pop_back();
}

json shown(const std::vector<port::JournalLine>& lines) {
    json out = json::array();
    for (const auto& line : lines) {
        out.push_back(view::line(line));
        out.back()["paymentId"] = line.invoice.value;
    }
    return out;
}

}  // namespace

Traffic::Traffic(domain::UtcTime now, domain::Span step, std::size_t steps)
    : from_{now.micros - now.micros % step.count() -
            step.count() * (static_cast<std::int64_t>(steps) - 1)},
      step_(step),
      gateway_(steps),
      crm_(steps),
      hooks_(steps, 0) {}

void Traffic::add(const port::JournalLine& line) {
    const bool hook = line.kind == "gateway.hook";
    const bool push = line.kind == "crm.push";
    if (hook) keep_last(last_hooks_, line);
    if (push) keep_last(last_pushes_, line);
    if (line.at < from_) return;
    const auto at = static_cast<std::size_t>((line.at - from_) / step_);
    if (at >= hooks_.size()) return;
    if (hook) {
        ++hooks_[at];
    } else if (push || line.kind == "crm.check" || line.kind == "gateway.call") {
        const auto detail = json::parse(line.detail, nullptr, false);
        if (detail.is_object()) count(line.kind == "gateway.call" ? gateway_ : crm_, detail, at);
    }
}

void Traffic::count(Wire& wire, const json& detail, std::size_t at) {
    const bool fine = port::text_at(detail, "outcome") == "ok";
    wire[at].took.push_back(port::integer_at(detail, "took_us").value_or(0));
    ++calls_;
    if (fine) return;
    ++wire[at].failed;
    ++failed_;
}

json Traffic::series_of(Wire& wire) {
    json calls = json::array(), failed = json::array(), p50 = json::array(), p95 = json::array();
    for (auto& step : wire) {
        calls.push_back(step.took.size());
        failed.push_back(step.failed);
        p50.push_back(quantile(step.took, 0.5));
        p95.push_back(quantile(step.took, 0.95));
    }
    return {{"calls", std::move(calls)},
            {"failed", std::move(failed)},
            {"p50Ms", std::move(p50)},
            {"p95Ms", std::move(p95)}};
}

json Traffic::take() {
    json rate;
    if (calls_ > 0) rate = static_cast<double>(calls_ - failed_) / static_cast<double>(calls_);
    return {{"from", from_.seconds()},
            {"stepSeconds", std::chrono::duration_cast<std::chrono::seconds>(step_).count()},
            {"gateway", series_of(gateway_)},
            {"crm", series_of(crm_)},
            {"hooks", hooks_},
            {"calls", calls_},
            {"successRate", rate},
            {"lastHooks", shown(last_hooks_)},
            {"lastPushes", shown(last_pushes_)}};
}

}  // namespace tillbridge::service
