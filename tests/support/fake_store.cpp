#include "tests/support/fake_store.hpp"

#include <stdexcept>
#include <utility>

#include "tests/support/fake_accounts.hpp"
#include "tests/support/fake_invoices.hpp"
#include "tests/support/fake_outbox.hpp"
#include "tests/support/fake_support.hpp"

namespace tillbridge::test {
namespace {

class FakeTx : public port::Tx {
  public:
    explicit FakeTx(FakeData& data)
        : connections_(data),
          merchants_(data),
          invoices_(data),
          inbox_(data),
          outbox_(data),
          problems_(data),
          sessions_(data),
          support_(data),
          audit_(data),
          search_(data),
          subscriptions_(data.subscriptions) {}
    const std::set<std::string>& added() const { return outbox_.added; }

    port::Connections& connections() override { return connections_; }
    const port::Connections& connections() const override { return connections_; }
    port::Merchants& merchants() override { return merchants_; }
    const port::Merchants& merchants() const override { return merchants_; }
    port::Invoices& invoices() override { return invoices_; }
    const port::Invoices& invoices() const override { return invoices_; }
    port::Inbox& inbox() override { return inbox_; }
    const port::Inbox& inbox() const override { return inbox_; }
    port::Outbox& outbox() override { return outbox_; }
    const port::Outbox& outbox() const override { return outbox_; }
    port::Journal& journal() override { return journal_; }
    const port::Journal& journal() const override { return journal_; }
    port::Problems& problems() override { return problems_; }
    const port::Problems& problems() const override { return problems_; }
    port::Sessions& sessions() override { return sessions_; }
    const port::Sessions& sessions() const override { return sessions_; }
    port::SupportUsers& support() override { return support_; }
    const port::SupportUsers& support() const override { return support_; }
    port::Audit& audit() override { return audit_; }
    const port::Audit& audit() const override { return audit_; }
    port::Search& search() override { return search_; }
    const port::Search& search() const override { return search_; }
    port::Subscriptions& subscriptions() override { return subscriptions_; }
    const port::Subscriptions& subscriptions() const override { return subscriptions_; }

  private:
    FakeConnections connections_;
    FakeMerchants merchants_;
    FakeInvoices invoices_;
    FakeInbox inbox_;
    FakeOutbox outbox_;
    FakeJournal journal_;
    FakeProblems problems_;
    FakeSessions sessions_;
    FakeSupport support_;
    FakeAudit audit_;
    FakeSearch search_;
    FakeSubscriptions subscriptions_;
};

}  // namespace

FakeStore::FakeStore() = default;
FakeStore::~FakeStore() = default;

void FakeStore::write(const std::function<void(port::Tx&)>& unit) {
    std::vector<std::string> lanes;
    {
        const std::lock_guard lock(mutex_);
        if (broken) throw std::runtime_error("the store is down");
        auto copy = data_;
        FakeTx tx(copy);
        unit(tx);
        data_ = std::move(copy);
        lanes.assign(tx.added().begin(), tx.added().end());
    }
    const std::lock_guard lock(callback_mutex_);
    if (!lanes.empty() && on_outbox_) on_outbox_(lanes);
}

std::future<void> FakeStore::write_later(std::function<void(port::Tx&)> unit) {
    std::promise<void> done;
    try {
        write(unit);
        done.set_value();
    } catch (...) {
        done.set_exception(std::current_exception());
    }
    return done.get_future();
}

void FakeStore::read(const std::function<void(const port::Tx&)>& look) const {
    const std::lock_guard lock(mutex_);
    auto copy = data_;
    const FakeTx tx(copy);
    look(tx);
}

void FakeStore::on_outbox(std::function<void(const std::vector<std::string>&)> call) {
    const std::lock_guard lock(callback_mutex_);
    on_outbox_ = std::move(call);
}

std::int64_t FakeStore::reseal(int) {
    return 0;
}

port::Store::Health FakeStore::health() const {
    return {true, "", 1};
}

std::vector<std::string> FakeStore::check_integrity() const {
    return {};
}

FakeData FakeStore::data() const {
    const std::lock_guard lock(mutex_);
    return data_;
}

}  // namespace tillbridge::test
