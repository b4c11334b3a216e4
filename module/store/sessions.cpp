#include "module/store/reading.hpp"
#include "module/store/tx.hpp"

namespace tillbridge::store {
namespace {

const Sql kInsert{
    "INSERT INTO settings_session (connection_id, fingerprint, expires) VALUES ($1, $2, $3)"};
const Sql kFind{
    "SELECT fingerprint, connection_id, expires FROM settings_session WHERE fingerprint = $1"};
const Sql kEndAll{"DELETE FROM settings_session WHERE connection_id = $1"};
const Sql kPurge{"DELETE FROM settings_session WHERE expires <= $1"};

}  // namespace

void Sessions::insert(const port::SettingsSession& it) {
    ground_.db.run(kInsert, it.connection, it.fingerprint, it.expires);
}

std::optional<port::SettingsSession> Sessions::find(std::string_view fingerprint) const {
    return ground_.db.first(
        kFind,
        [](const Row& row) {
            return port::SettingsSession{row.string(0), row.id<domain::ConnectionId>(1),
                                         row.time(2)};
        },
        fingerprint);
}

void Sessions::end_all(const domain::ConnectionId& connection) {
    ground_.db.run(kEndAll, connection);
}

void Sessions::purge(domain::UtcTime before) {
    ground_.db.run(kPurge, before);
}

}  // namespace tillbridge::store
