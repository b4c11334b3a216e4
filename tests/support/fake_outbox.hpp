// The outbox in memory, for tests of when and in which order effects are carried out.
#pragma once

#include "tests/support/fake_data.hpp"

namespace tillbridge::test {

class FakeOutbox : public port::Outbox {
  public:
    explicit FakeOutbox(FakeData& data) : d_(data) {}
    std::set<std::string> added;  // lanes

    std::int64_t add(const port::OutboxRow& row) override;
    std::vector<Lane> lanes() const override;
    std::vector<port::OutboxRow> claim(const std::string& lane, UtcTime now, int limit) override;
    std::optional<UtcTime> next_due(const std::string& lane) const override;
    void finish(std::int64_t id) override;
    void retry(std::int64_t id, UtcTime due, std::string_view error) override;
    void release(std::int64_t id, UtcTime due) override;
    void postpone(std::int64_t id, UtcTime due, UtcTime now) override;
    void park(std::int64_t id, std::string_view error) override;
    void revive(std::int64_t id, UtcTime due) override;
    std::int64_t revive_all(const ConnectionId&, std::string_view, UtcTime) override;
    void hurry(const std::string& lane, UtcTime due) override;
    std::int64_t release_all(UtcTime due) override;
    void hurry_kind(std::string_view kind, UtcTime due) override;
    std::vector<port::OutboxRow> drop_stale(const std::string& order_key,
                                            std::string_view kind) override;
    std::optional<port::OutboxRow> find(std::int64_t id) const override;
    std::vector<port::OutboxRow> list(std::optional<port::EffectState> state,
                                      int limit) const override;
    std::vector<port::OutboxRow> of_subject(const ConnectionId& connection,
                                            std::string_view subject) const override;
    std::vector<port::OutboxRow> of_kind(std::string_view kind, std::int64_t after,
                                         int limit) const override;
    void put_payload(std::int64_t id, std::string_view payload) override;
    void add_try(const port::OutboxTry& attempt) override;
    std::vector<port::OutboxTry> tries(std::int64_t id) const override;
    port::OutboxStats stats() const override;

  private:
    FakeData& d_;
};

}  // namespace tillbridge::test
