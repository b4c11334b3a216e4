// Who may use diagnostics, their sessions, and the sign-ins that failed.
#include "module/store/reading.hpp"
#include "module/store/sql_text.hpp"
#include "module/store/tx.hpp"

namespace tillbridge::store {
namespace {

const Names kNames = {"name",   "role",       "password",   "totp",        "totp_step",
                      "active", "created_at", "updated_at", "sealed_under"};
const std::string kSelect = "SELECT " + columns(kNames) + " FROM support_user ";

const Sql kInsert{"INSERT INTO support_user (" + columns(kNames) + ") VALUES (" +
                  parameters(kNames.size()) + ")"};
const Sql kUpdate{"UPDATE support_user SET " + assignments(kNames, 1) + " WHERE name = $1"};
const Sql kFind{kSelect + "WHERE name = $1"};
const Sql kList{kSelect + "ORDER BY name"};
const Sql kOutdated{kSelect + "WHERE sealed_under <> $1 ORDER BY name LIMIT $2"};
const Sql kCountOutdated{"SELECT count(*) FROM support_user WHERE sealed_under <> $1"};

const Sql kAddSession{
    "INSERT INTO support_session (fingerprint, name, expires) VALUES ($1, $2, $3)"};
const Sql kSession{"SELECT fingerprint, name, expires FROM support_session WHERE fingerprint = $1"};
const Sql kEndSession{"DELETE FROM support_session WHERE fingerprint = $1"};
const Sql kEndSessions{"DELETE FROM support_session WHERE name = $1"};
const Sql kPurgeSessions{"DELETE FROM support_session WHERE expires <= $1"};

const Sql kFailures{"SELECT count, locked_until, last FROM support_failure WHERE name = $1"};
const Sql kPutFailures{
    "INSERT INTO support_failure (name, count, locked_until, last) VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (name) DO UPDATE SET count = excluded.count,"
    " locked_until = excluded.locked_until, last = excluded.last"};
const Sql kForgetFailures{"DELETE FROM support_failure WHERE name = $1"};
const Sql kPurgeFailures{"DELETE FROM support_failure WHERE last < $1"};

std::string_view to_word(port::SupportRole role) {
    return role == port::SupportRole::operates ? "operator" : "viewer";
}

std::optional<port::SupportRole> support_role(std::string_view word) {
    if (word == "operator") return port::SupportRole::operates;
    if (word == "viewer") return port::SupportRole::viewer;
    return std::nullopt;
}

std::string place(const std::string& name) {
    return place_of("support_user", name, "totp");
}

}  // namespace

port::SupportUser SupportUsers::read(const Row& row) const {
    Columns next(row);
    port::SupportUser it;
    it.name = next.text();
    it.role = next.word(support_role);
    it.password = next.text();
    it.totp = ground_.sealing.open(next.blob(), place(it.name));
    it.totp_step = next.integer();
    it.active = next.flag();
    it.created_at = next.time();
    it.updated_at = next.time();
    return it;
}

std::int64_t SupportUsers::put(const Sql& sql, const port::SupportUser& it) {
    const auto totp = ground_.sealing.seal(it.totp, place(it.name));
    return ground_.db.run(sql, it.name, to_word(it.role), it.password, Blob{totp}, it.totp_step,
                          it.active, it.created_at, it.updated_at, ground_.sealing.key());
}

void SupportUsers::insert(const port::SupportUser& it) {
    put(kInsert, it);
}

void SupportUsers::update(const port::SupportUser& it) {
    if (put(kUpdate, it) != 1) throw StoreError("no such support user: " + it.name);
}

std::optional<port::SupportUser> SupportUsers::find(std::string_view name) const {
    return ground_.db.first(
        kFind, [this](const Row& row) { return read(row); }, name);
}

template <class... Args>
std::vector<port::SupportUser> SupportUsers::rows(const Sql& sql, const Args&... args) const {
    std::vector<port::SupportUser> all;
    ground_.db.each(
        sql, [&](const Row& row) { all.push_back(read(row)); }, args...);
    return all;
}

std::vector<port::SupportUser> SupportUsers::list() const {
    return rows(kList);
}

std::vector<port::SupportUser> SupportUsers::outdated(int limit) const {
    return rows(kOutdated, ground_.sealing.key(), limit);
}

std::int64_t SupportUsers::count_outdated() const {
    return ground_.db.number(kCountOutdated, ground_.sealing.key());
}

std::vector<std::string> SupportUsers::unsound() const {
    std::vector<std::string> wrong;
    ground_.db.each(kList, [&](const Row& row) {
        try {
            read(row);
        } catch (const std::exception& error) {
            wrong.push_back("support user " + row.string(0) + ": " + error.what());
        }
    });
    return wrong;
}

void SupportUsers::add_session(const port::SupportSession& it) {
    ground_.db.run(kAddSession, it.fingerprint, it.user, it.expires);
}

std::optional<port::SupportSession> SupportUsers::session(std::string_view fingerprint) const {
    return ground_.db.first(
        kSession,
        [](const Row& row) {
            return port::SupportSession{row.string(0), row.string(1), row.time(2)};
        },
        fingerprint);
}

void SupportUsers::end_session(std::string_view fingerprint) {
    ground_.db.run(kEndSession, fingerprint);
}

void SupportUsers::end_sessions(std::string_view user) {
    ground_.db.run(kEndSessions, user);
}

port::SignInFailures SupportUsers::failures(std::string_view of) const {
    return ground_.db
        .first(
            kFailures,
            [](const Row& row) {
                return port::SignInFailures{row.integer(0), row.time(1), row.time(2)};
            },
            of)
        .value_or(port::SignInFailures{});
}

void SupportUsers::put_failures(std::string_view of, const port::SignInFailures& it) {
    ground_.db.run(kPutFailures, of, it.count, it.locked_until, it.last);
}

void SupportUsers::forget_failures(std::string_view of) {
    ground_.db.run(kForgetFailures, of);
}

void SupportUsers::purge(domain::UtcTime now, domain::UtcTime before) {
    ground_.db.run(kPurgeSessions, now);
    ground_.db.run(kPurgeFailures, before);
}

}  // namespace tillbridge::store
