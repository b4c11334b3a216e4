// Accounts in memory: connections, their stores, settings sessions and open problems.
#pragma once

#include "tests/support/fake_data.hpp"

namespace tillbridge::test {

class FakeConnections : public port::Connections {
  public:
    explicit FakeConnections(FakeData& data) : d_(data) {}
    void insert(const domain::Connection& c) override;
    void update(const domain::Connection& c) override;
    std::optional<domain::Connection> find(const ConnectionId& id) const override;
    std::optional<domain::Connection> by_client_id(std::string_view token) const override;
    std::optional<domain::Connection> by_settings_token(std::string_view token) const override;
    std::optional<domain::Connection> by_public_url(std::string_view url) const override;
    std::vector<domain::Connection> by_public_url_prefix(std::string_view prefix,
                                                         int most) const override;
    std::vector<domain::Connection> list(const ConnectionId& after, int most) const override;

  private:
    FakeData& d_;
};

class FakeMerchants : public port::Merchants {
  public:
    explicit FakeMerchants(FakeData& data) : d_(data) {}
    void insert(const domain::Merchant& m) override;
    void update(const domain::Merchant& m) override;
    std::optional<domain::Merchant> find(const ConnectionId& connection,
                                         const MerchantId& id) const override;
    std::optional<domain::Merchant> by_hook_token(std::string_view token) const override;
    std::vector<domain::Merchant> list(const ConnectionId& connection) const override;

  private:
    FakeData& d_;
};

class FakeSessions : public port::Sessions {
  public:
    explicit FakeSessions(FakeData& data) : d_(data) {}
    void insert(const port::SettingsSession& it) override;
    std::optional<port::SettingsSession> find(std::string_view fingerprint) const override;
    void end_all(const ConnectionId& connection) override;
    void purge(UtcTime before) override;

  private:
    FakeData& d_;
};

class FakeProblems : public port::Problems {
  public:
    explicit FakeProblems(FakeData& data) : d_(data) {}
    bool raise(const port::ProblemRow& row) override;
    bool clear(const ConnectionId& connection, std::string_view key,
               std::string_view subject) override;
    std::optional<port::ProblemRow> find(const ConnectionId& connection, std::string_view key,
                                         std::string_view subject) const override;
    std::vector<port::ProblemRow> list(const ConnectionId& connection) const override;
    std::vector<port::ProblemRow> all(int) const override;

  private:
    FakeData& d_;
};

}  // namespace tillbridge::test
