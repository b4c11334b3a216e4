// What the module adds to a create: the CRM's waiting time less the gateway's own.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <unordered_map>

#include "tests/bench/load.hpp"
#include "tests/bench/scenarios.hpp"

namespace tillbridge::bench {
namespace {

constexpr double kRate = 200;
constexpr int kGatewayMillis = 20;

std::string uuid_of(std::size_t number) {
    return fmt::format("00000000-0000-4000-8000-{:012}", number);
}

std::string create_of(std::size_t number, const Account& of) {
    const nlohmann::json create{
        {"invoiceUuid", uuid_of(number)},
        {"shopId", of.merchant.value},
        {"orderId", number},
        {"orderNumber", std::to_string(number) + "C"},
        {"amount", 1250.5},
        {"currency", "UAH"},
        {"invoiceType", "link"},
        {"returnUrl", "https://shop.example/thanks"},
        {"customer", {{"email", "buyer@shop.example"}, {"phone", "+380501234567"}}},
        {"items", {{{"name", "Tea"}, {"price", 1250.5}, {"quantity", 1}, {"vat", "none"}}}}};
    return post("/payment/create", "application/x-www-form-urlencoded",
                harness::form_encoded({{"clientId", of.client_id}, {"create", create.dump()}}));
}

// Time of the calls to the gateway, as the journal tells it: invoiceUuid → ms.
std::unordered_map<std::string, double> gateway_millis(const std::string& store) {
    std::unordered_map<std::string, double> millis;
    SQLite::Database db(store, SQLite::OPEN_READONLY);
    SQLite::Statement rows(db,
                           "SELECT i.uuid, sum(json_extract(j.detail, '$.took_us')) / 1000.0"
                           " FROM invoice i JOIN journal j ON j.connection_id = i.connection_id"
                           " AND j.invoice_id = i.invoice_id AND j.kind = 'gateway.call'"
                           " WHERE i.uuid LIKE '00000000-0000-4000-8000-%' GROUP BY i.uuid");
    while (rows.executeStep())
        millis.emplace(rows.getColumn(0).getString(), rows.getColumn(1).getDouble());
    return millis;
}

}  // namespace

void measure_create(const Run& run, Headline& headline) {
    Stage stage(run.setup, "create");
    stage.peer().gateway_takes_millis(kGatewayMillis);
    stage.start();
    std::vector<std::string> requests;
    const auto make = [&](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            requests.push_back(create_of(
                requests.size(),
                account(stage.first_account() + static_cast<int>(requests.size() % kAccounts))));
    };
    const auto warm = static_cast<std::size_t>(kRate);
    const double seconds = 2 * run.seconds;
    make(warm + static_cast<std::size_t>(kRate * seconds));
    const auto from = [&](std::size_t first) {
        return [&requests, first](std::size_t number) { return &requests.at(first + number); };
    };
    bench::run({stage.port(), 32, 1, kRate, from(0)});
    const auto load = bench::run({stage.port(), 32, seconds, kRate, from(warm)});
    if (load.failed() > 0) throw std::runtime_error("creates were not answered with 200");
    stage.stop();

    const auto gateway = gateway_millis(stage.store_file());
    std::vector<double> added, outside;
    for (std::size_t i = 0; i < load.millis.size(); ++i) {
        outside.push_back(gateway.at(uuid_of(warm + load.numbers[i])));
        added.push_back(load.millis[i] - outside.back());
    }
    headline.create_p50 = quantile(added, 0.5);
    headline.create_p99 = quantile(added, 0.99);
    const auto floor =
        fmt::format("gateway {:.1f} / {:.1f} ms", quantile(outside, 0.5), quantile(outside, 0.99));
    run.report.add({"create at 200/s: what the module adds, p50",
                    rounded(headline.create_p50, 2) + " ms", floor, "≤ 1.5 ms",
                    met(headline.create_p50 <= 1.5)});
    run.report.add({"create at 200/s: what the module adds, p99",
                    rounded(headline.create_p99, 2) + " ms", floor, "≤ 5 ms",
                    met(headline.create_p99 <= 5)});
}

}  // namespace tillbridge::bench
