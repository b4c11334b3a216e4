#include "module/service/problems.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "module/port/json.hpp"
#include "module/service/effects.hpp"

namespace tillbridge::service {
namespace {

// The CRM can't be told that it can't be told.
bool announced_in_crm(std::string_view key) {
    return !key.starts_with("crm.");
}

// Who adds a store, or moves a payment type, is in the middle of the work: that is no news yet.
constexpr domain::Span kSettingUp = std::chrono::minutes(5);

domain::Span heard_after(std::string_view key) {
    return key == "payment_type.missing" ? kSettingUp : domain::Span::zero();
}

void announce(port::Tx& tx, const port::ProblemRow& problem) {
    port::OutboxRow row;
    row.connection = problem.connection;
    row.lane = crm_lane(problem.connection);
    row.kind = kind::kNotice;
    row.subject = problem.subject;
    row.payload = port::to_text(
        {{"key", problem.key}, {"subject", problem.subject}, {"detail", problem.detail}});
    row.coalesce = "notice:" + problem.connection.value + ":" + problem.key + ":" + problem.subject;
    row.due = problem.since + heard_after(problem.key);
    row.created = problem.since;
    tx.outbox().add(row);
}

}  // namespace

void raise_problem(port::Tx& tx, domain::UtcTime now, const domain::ConnectionId& connection,
                   std::string_view key, std::string_view subject, std::string_view detail) {
    port::ProblemRow row;
    row.connection = connection;
    row.key = key;
    row.subject = subject;
    row.detail = detail;
    row.since = now;
    row.last = now;
    row.announced = announced_in_crm(key);
    if (tx.problems().raise(row) && row.announced) announce(tx, row);
}

void clear_problem(port::Tx& tx, const domain::ConnectionId& connection, std::string_view key,
                   std::string_view subject) {
    tx.problems().clear(connection, key, subject);
}

std::vector<Finding> differing(const std::vector<Finding>& findings,
                               const std::vector<port::ProblemRow>& open) {
    std::vector<Finding> changed;
    for (const auto& found : findings) {
        const bool there = std::any_of(open.begin(), open.end(), [&](const auto& row) {
            return row.key == found.key && row.subject == found.subject;
        });
        if (there != found.detail.has_value()) changed.push_back(found);
    }
    return changed;
}

void note(port::Tx& tx, domain::UtcTime now, const domain::ConnectionId& connection,
          const std::vector<Finding>& findings) {
    for (const auto& found : findings) {
        if (found.detail)
            raise_problem(tx, now, connection, found.key, found.subject, *found.detail);
        else
            clear_problem(tx, connection, found.key, found.subject);
    }
}

std::vector<ProblemView> describe(const port::Texts& texts, std::string_view language,
                                  const std::vector<port::ProblemRow>& rows) {
    std::vector<ProblemView> views;
    views.reserve(rows.size());
    for (const auto& row : rows) {
        const port::TextParams params = {{"detail", row.detail}, {"subject", row.subject}};
        views.push_back({row, texts.text(language, "problem." + row.key + ".what", params),
                         texts.text(language, "problem." + row.key + ".todo", params)});
    }
    return views;
}

}  // namespace tillbridge::service
