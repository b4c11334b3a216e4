#include "tests/support/fake_outbox.hpp"

#include <algorithm>

namespace tillbridge::test {

std::int64_t FakeOutbox::add(const port::OutboxRow& row) {
    for (auto& [id, known] : d_.rows)
        if (!row.coalesce.empty() && known.coalesce == row.coalesce &&
            known.state == port::EffectState::ready) {
            if (known.tries == 0) known.due = std::min(known.due, row.due);
            added.insert(row.lane);
            return 0;
        }
    auto copy = row;
    copy.id = ++d_.last_id;
    d_.rows[copy.id] = copy;
    added.insert(row.lane);
    return copy.id;
}

std::vector<port::Outbox::Lane> FakeOutbox::lanes() const {
    std::map<std::string, UtcTime> due;
    for (const auto& [id, row] : d_.rows)
        if (row.state == port::EffectState::ready) {
            const auto [at, fresh] = due.try_emplace(row.lane, row.due);
            if (!fresh) at->second = std::min(at->second, row.due);
        }
    std::vector<Lane> out;
    for (const auto& [name, at] : due) out.push_back({name, at});
    return out;
}

std::vector<port::OutboxRow> FakeOutbox::claim(const std::string& lane, UtcTime now, int limit) {
    std::set<std::string> before;
    std::vector<port::OutboxRow> taken;
    for (auto& [id, row] : d_.rows) {
        if (static_cast<int>(taken.size()) == limit) break;
        if (row.lane != lane || row.state == port::EffectState::dead) continue;
        const bool first = row.order_key.empty() || before.insert(row.order_key).second;
        if (!first || row.state != port::EffectState::ready || row.due > now) continue;
        row.state = port::EffectState::leased;
        taken.push_back(row);
    }
    return taken;
}

std::optional<UtcTime> FakeOutbox::next_due(const std::string& lane) const {
    std::optional<UtcTime> soonest;
    for (const auto& [id, row] : d_.rows)
        if (row.lane == lane && row.state == port::EffectState::ready &&
            (!soonest || row.due < *soonest))
            soonest = row.due;
    return soonest;
}

void FakeOutbox::finish(std::int64_t id) {
    d_.rows.erase(id);
}

void FakeOutbox::retry(std::int64_t id, UtcTime due, std::string_view error) {
    auto& row = d_.rows.at(id);
    row.state = port::EffectState::ready;
    row.due = due;
    row.last_error = error;
    ++row.tries;
}

void FakeOutbox::release(std::int64_t id, UtcTime due) {
    d_.rows.at(id).state = port::EffectState::ready;
    d_.rows.at(id).due = due;
}

void FakeOutbox::postpone(std::int64_t id, UtcTime due, UtcTime now) {
    release(id, due);
    d_.rows.at(id).created = now;
    d_.rows.at(id).tries = 0;
}

void FakeOutbox::park(std::int64_t id, std::string_view error) {
    d_.rows.at(id).state = port::EffectState::dead;
    ++d_.rows.at(id).tries;
    d_.rows.at(id).last_error = error;
}

void FakeOutbox::revive(std::int64_t id, UtcTime due) {
    auto& row = d_.rows.at(id);
    row.state = port::EffectState::ready;
    row.due = row.created = due;
    row.tries = 0;
    added.insert(row.lane);
}

std::int64_t FakeOutbox::revive_all(const ConnectionId&, std::string_view, UtcTime) {
    missing();
}

void FakeOutbox::hurry(const std::string& lane, UtcTime due) {
    for (auto& [id, row] : d_.rows)
        if (row.lane == lane && row.state == port::EffectState::ready && row.tries > 0)
            row.due = std::min(row.due, due);
}

std::int64_t FakeOutbox::release_all(UtcTime due) {
    std::int64_t count = 0;
    for (auto& [id, row] : d_.rows)
        if (row.state == port::EffectState::leased) {
            row.state = port::EffectState::ready;
            row.due = due;
            ++count;
        }
    return count;
}

void FakeOutbox::hurry_kind(std::string_view kind, UtcTime due) {
    for (auto& [id, row] : d_.rows)
        if (row.kind == kind && row.state == port::EffectState::ready)
            row.due = std::min(row.due, due);
}

std::vector<port::OutboxRow> FakeOutbox::drop_stale(const std::string& order_key,
                                                    std::string_view kind) {
    std::vector<port::OutboxRow> dropped;
    std::erase_if(d_.rows, [&](const auto& entry) {
        const auto& row = entry.second;
        const bool stale =
            row.order_key == order_key && row.kind == kind && row.state == port::EffectState::ready;
        if (stale) dropped.push_back(row);
        return stale;
    });
    return dropped;
}

std::optional<port::OutboxRow> FakeOutbox::find(std::int64_t id) const {
    const auto found = d_.rows.find(id);
    if (found == d_.rows.end()) return std::nullopt;
    return found->second;
}

std::vector<port::OutboxRow> FakeOutbox::list(std::optional<port::EffectState> state,
                                              int limit) const {
    std::vector<port::OutboxRow> out;
    for (const auto& [id, row] : d_.rows)
        if ((!state || row.state == *state) && static_cast<int>(out.size()) < limit)
            out.push_back(row);
    return out;
}

std::vector<port::OutboxRow> FakeOutbox::of_subject(const ConnectionId& connection,
                                                    std::string_view subject) const {
    std::vector<port::OutboxRow> out;
    for (const auto& [id, row] : d_.rows)
        if (row.connection == connection && row.subject == subject) out.push_back(row);
    return out;
}

std::vector<port::OutboxRow> FakeOutbox::of_kind(std::string_view kind, std::int64_t after,
                                                 int limit) const {
    std::vector<port::OutboxRow> out;
    for (const auto& [id, row] : d_.rows)
        if (id > after && row.kind == kind && static_cast<int>(out.size()) < limit)
            out.push_back(row);
    return out;
}

void FakeOutbox::put_payload(std::int64_t id, std::string_view payload) {
    d_.rows.at(id).payload = payload;
}

void FakeOutbox::add_try(const port::OutboxTry& attempt) {
    d_.tries.push_back(attempt);
}

std::vector<port::OutboxTry> FakeOutbox::tries(std::int64_t id) const {
    std::vector<port::OutboxTry> out;
    for (const auto& attempt : d_.tries)
        if (attempt.row == id) out.push_back(attempt);
    return out;
}

port::OutboxStats FakeOutbox::stats() const {
    port::OutboxStats out;
    for (const auto& [id, row] : d_.rows) {
        if (row.state == port::EffectState::ready) ++out.ready;
        if (row.state == port::EffectState::leased) ++out.leased;
        if (row.state == port::EffectState::dead) ++out.dead;
        const bool waits = row.state != port::EffectState::dead;
        if (waits && (!out.oldest || row.created < out.oldest)) out.oldest = row.created;
    }
    return out;
}

}  // namespace tillbridge::test
