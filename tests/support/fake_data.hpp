// What the fake store holds: plain containers that a unit copies, changes and puts back. Times and
// amounts as the port has them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "module/port/store.hpp"
#include "tests/support/fake_subscriptions.hpp"

namespace tillbridge::test {

struct FakeData {
    // Out of line: containers of such rows are expensive to compile.
    FakeData();
    FakeData(const FakeData&);
    FakeData(FakeData&&) noexcept;
    FakeData& operator=(const FakeData&);
    FakeData& operator=(FakeData&&) noexcept;
    ~FakeData();

    FakeSubscriptionData subscriptions;
    std::map<std::string, domain::Connection> connections;
    std::vector<domain::Merchant> merchants;
    std::map<std::string, domain::Invoice> invoices;
    std::map<std::string, domain::UtcTime> looked_at;  // by the reconciler
    // connection, order, invoice → the CRM's payment
    std::map<std::tuple<std::string, std::int64_t, std::string>, std::int64_t> order_invoices;
    std::map<std::int64_t, port::OutboxRow> rows;
    std::vector<port::OutboxTry> tries;
    std::vector<port::ProblemRow> problems;
    std::map<std::string, port::SettingsSession> sessions;
    std::map<std::string, port::SupportUser> support_users;
    std::map<std::string, port::SupportSession> support_sessions;
    std::map<std::string, port::SignInFailures> failures;
    std::vector<port::AuditRow> audit;
    std::set<std::pair<std::string, std::string>> contacts;  // fingerprint, invoice
    std::set<std::pair<std::string, std::string>> events;    // of hooks: merchant, digest
    std::int64_t last_id = 0;
};

using domain::ConnectionId;
using domain::InvoiceId;
using domain::MerchantId;
using domain::UtcTime;

[[noreturn]] void missing();  // for what no test asked for so far

}  // namespace tillbridge::test
