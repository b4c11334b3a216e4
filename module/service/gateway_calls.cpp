#include "module/service/gateway_calls.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "module/port/json.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

// Half of what the strictest gateway allows: time to act before it refuses.
constexpr domain::Span kClockTolerance = std::chrono::seconds(10);

}  // namespace

void write_calls(port::Tx& tx, domain::UtcTime at, const domain::Invoice& invoice,
                 const port::CallLog& log, const domain::RequestId& request, std::int64_t cause) {
    for (const auto& exchange : log.exchanges) {
        port::JournalLine line;
        line.connection = invoice.connection;
        line.invoice = invoice.id;
        line.at = at;
        line.kind = "gateway.call";
        line.summary = exchange.what + ": " + exchange.outcome;
        line.detail = port::to_text({{"status", exchange.http_status},
                                     {"took_us", exchange.took.count()},
                                     {"outcome", exchange.outcome},
                                     {"detail", exchange.detail}});
        line.request = request;
        line.cause = cause;
        tx.journal().add(line);
    }
}

void judge_clock(port::Tx& tx, domain::UtcTime at, const domain::Merchant& merchant,
                 const port::CallLog& log, bool refused_for_it) {
    const bool off = log.clock_offset &&
                     (*log.clock_offset > kClockTolerance || *log.clock_offset < -kClockTolerance);
    if (off || refused_for_it) {
        const auto seconds =
            log.clock_offset ? static_cast<double>(log.clock_offset->count()) / 1e6 : 0.0;
        raise_problem(tx, at, merchant.connection, "gateway.clock_skew", merchant.id.value,
                      log.clock_offset ? fmt::format("{:+.1f} s", seconds) : "");
    } else if (!log.exchanges.empty() && log.exchanges.back().outcome == "ok") {
        clear_problem(tx, merchant.connection, "gateway.clock_skew", merchant.id.value);
        clear_problem(tx, merchant.connection, "gateway.silent", merchant.id.value);
        clear_problem(tx, merchant.connection, "merchant.credentials_refused", merchant.id.value);
    }
}

}  // namespace tillbridge::service
