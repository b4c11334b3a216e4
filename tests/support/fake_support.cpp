#include "tests/support/fake_support.hpp"

#include <algorithm>

namespace tillbridge::test {

void FakeSupport::insert(const port::SupportUser& it) {
    d_.support_users[it.name] = it;
}

void FakeSupport::update(const port::SupportUser& it) {
    d_.support_users.at(it.name) = it;
}

std::optional<port::SupportUser> FakeSupport::find(std::string_view name) const {
    const auto found = d_.support_users.find(std::string(name));
    if (found == d_.support_users.end()) return std::nullopt;
    return found->second;
}

std::vector<port::SupportUser> FakeSupport::list() const {
    std::vector<port::SupportUser> all;
    for (const auto& [name, user] : d_.support_users) all.push_back(user);
    return all;
}

void FakeSupport::add_session(const port::SupportSession& it) {
    d_.support_sessions[it.fingerprint] = it;
}

std::optional<port::SupportSession> FakeSupport::session(std::string_view fingerprint) const {
    const auto found = d_.support_sessions.find(std::string(fingerprint));
    if (found == d_.support_sessions.end()) return std::nullopt;
    return found->second;
}

void FakeSupport::end_session(std::string_view fingerprint) {
    d_.support_sessions.erase(std::string(fingerprint));
}

void FakeSupport::end_sessions(std::string_view user) {
    std::erase_if(d_.support_sessions, [&](const auto& s) { return s.second.user == user; });
}

port::SignInFailures FakeSupport::failures(std::string_view of) const {
    const auto found = d_.failures.find(std::string(of));
    return found == d_.failures.end() ? port::SignInFailures{} : found->second;
}

void FakeSupport::put_failures(std::string_view of, const port::SignInFailures& it) {
    d_.failures[std::string(of)] = it;
}

void FakeSupport::forget_failures(std::string_view of) {
    d_.failures.erase(std::string(of));
}

void FakeSupport::purge(UtcTime now, UtcTime before) {
    std::erase_if(d_.support_sessions, [&](const auto& s) { return s.second.expires <= now; });
    std::erase_if(d_.failures, [&](const auto& f) { return f.second.last < before; });
}

port::AuditRow FakeAudit::add(const port::AuditRow& given) {
    auto row = given;
    row.id = static_cast<std::int64_t>(d_.audit.size()) + 1;
    d_.audit.push_back(row);
    return row;
}

std::vector<port::AuditRow> FakeAudit::list(std::int64_t, int) const {
    return {d_.audit.rbegin(), d_.audit.rend()};
}

port::AuditCheck FakeAudit::verify() const {
    return {};
}

void FakeSearch::remember_contact(const ConnectionId&, const InvoiceId& invoice,
                                  std::string_view fingerprint) {
    d_.contacts.emplace(std::string(fingerprint), invoice.value);
}

std::vector<domain::Invoice> FakeSearch::invoices(std::string_view, const std::vector<std::string>&,
                                                  int, int) const {
    missing();
}

std::vector<port::AccountLine> FakeSearch::accounts(std::string_view, int, int) const {
    missing();
}

std::vector<port::OutboxRow> FakeSearch::outbox(const port::OutboxFilter&, std::int64_t,
                                                int) const {
    missing();
}

std::vector<port::OutboxGroup> FakeSearch::parked() const {
    missing();
}

port::OutboxStats FakeSearch::outbox_of(const ConnectionId&,
                                        const std::vector<std::string>&) const {
    missing();
}

void FakeSearch::recent_journal(const ConnectionId&, int,
                                const std::function<void(const port::JournalLine&)>&) const {
    missing();
}

}  // namespace tillbridge::test
