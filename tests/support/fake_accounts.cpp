#include "tests/support/fake_accounts.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace tillbridge::test {
namespace {

template <class Is>
std::optional<domain::Connection> first(const FakeData& data, Is is) {
    for (const auto& [id, c] : data.connections)
        if (is(c)) return c;
    return std::nullopt;
}

bool same(const port::ProblemRow& row, const ConnectionId& connection, std::string_view key,
          std::string_view subject) {
    return row.connection == connection && row.key == key && row.subject == subject;
}

}  // namespace

void FakeConnections::insert(const domain::Connection& c) {
    if (by_public_url(c.public_url)) throw std::runtime_error("public_url is not unique");
    d_.connections[c.id.value] = c;
}

void FakeConnections::update(const domain::Connection& c) {
    d_.connections.at(c.id.value) = c;
}

std::optional<domain::Connection> FakeConnections::find(const ConnectionId& id) const {
    return first(d_, [&](const auto& c) { return c.id == id; });
}

std::optional<domain::Connection> FakeConnections::by_client_id(std::string_view token) const {
    return first(d_, [&](const auto& c) { return c.client_id.reveal() == token; });
}

std::optional<domain::Connection> FakeConnections::by_settings_token(std::string_view token) const {
    return first(d_, [&](const auto& c) { return c.settings_token.reveal() == token; });
}

std::optional<domain::Connection> FakeConnections::by_public_url(std::string_view url) const {
    return first(d_, [&](const auto& c) { return c.public_url == url; });
}

std::vector<domain::Connection> FakeConnections::by_public_url_prefix(std::string_view prefix,
                                                                      int most) const {
    std::map<std::string, domain::Connection> found;
    for (const auto& [id, c] : d_.connections)
        if (c.public_url.starts_with(prefix)) found[c.public_url] = c;
    std::vector<domain::Connection> page;
    for (const auto& [url, c] : found)
        if (std::ssize(page) < most) page.push_back(c);
    return page;
}

std::vector<domain::Connection> FakeConnections::list(const ConnectionId& after, int most) const {
    std::vector<domain::Connection> page;
    for (auto at = d_.connections.upper_bound(after.value);
         at != d_.connections.end() && std::ssize(page) < most; ++at)
        page.push_back(at->second);
    return page;
}

void FakeMerchants::insert(const domain::Merchant& m) {
    d_.merchants.push_back(m);
}

void FakeMerchants::update(const domain::Merchant& m) {
    for (auto& known : d_.merchants)
        if (known.id == m.id) known = m;
}

std::optional<domain::Merchant> FakeMerchants::find(const ConnectionId& connection,
                                                    const MerchantId& id) const {
    for (const auto& m : d_.merchants)
        if (m.connection == connection && m.id == id) return m;
    return std::nullopt;
}

std::optional<domain::Merchant> FakeMerchants::by_hook_token(std::string_view token) const {
    for (const auto& m : d_.merchants)
        if (m.hook_token.reveal() == token) return m;
    return std::nullopt;
}

std::vector<domain::Merchant> FakeMerchants::list(const ConnectionId& connection) const {
    std::vector<domain::Merchant> found;
    for (const auto& m : d_.merchants)
        if (m.connection == connection) found.push_back(m);
    return found;
}

void FakeSessions::insert(const port::SettingsSession& it) {
    d_.sessions[it.fingerprint] = it;
}

std::optional<port::SettingsSession> FakeSessions::find(std::string_view fingerprint) const {
    const auto found = d_.sessions.find(std::string(fingerprint));
    if (found == d_.sessions.end()) return std::nullopt;
    return found->second;
}

void FakeSessions::end_all(const ConnectionId& connection) {
    std::erase_if(d_.sessions, [&](const auto& s) { return s.second.connection == connection; });
}

void FakeSessions::purge(UtcTime before) {
    std::erase_if(d_.sessions, [&](const auto& s) { return s.second.expires < before; });
}

bool FakeProblems::raise(const port::ProblemRow& row) {
    for (auto& known : d_.problems)
        if (same(known, row.connection, row.key, row.subject)) {
            known.last = row.last;
            known.detail = row.detail;
            ++known.times;
            return false;
        }
    d_.problems.push_back(row);
    return true;
}

bool FakeProblems::clear(const ConnectionId& connection, std::string_view key,
                         std::string_view subject) {
    return std::erase_if(d_.problems,
                         [&](const auto& row) { return same(row, connection, key, subject); }) > 0;
}

std::optional<port::ProblemRow> FakeProblems::find(const ConnectionId& connection,
                                                   std::string_view key,
                                                   std::string_view subject) const {
    for (const auto& row : d_.problems)
        if (same(row, connection, key, subject)) return row;
    return std::nullopt;
}

std::vector<port::ProblemRow> FakeProblems::list(const ConnectionId& connection) const {
    std::vector<port::ProblemRow> out;
    for (const auto& row : d_.problems)
        if (row.connection == connection) out.push_back(row);
    return out;
}

std::vector<port::ProblemRow> FakeProblems::all(int) const {
    return d_.problems;
}

}  // namespace tillbridge::test
