// A store in memory for tests of the outbox and of services: connections, merchants, outbox,
// problems and sessions as the port says; of invoices only what a lookup by id needs. A unit that
// throws is rolled back. One writer at a time; reads see the last committed state.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "module/port/store.hpp"
#include "tests/support/fake_data.hpp"

namespace tillbridge::test {

class FakeStore : public port::Store {
  public:
    FakeStore();
    ~FakeStore() override;

    void write(const std::function<void(port::Tx&)>& unit) override;
    std::future<void> write_later(std::function<void(port::Tx&)> unit) override;
    void read(const std::function<void(const port::Tx&)>& look) const override;
    void on_outbox(std::function<void(const std::vector<std::string>&)> call) override;
    std::int64_t reseal(int) override;
    Health health() const override;
    std::vector<std::string> check_integrity() const override;

    FakeData data() const;  // as last committed
    std::atomic<bool> broken{false};

  private:
    mutable std::mutex mutex_;
    std::mutex callback_mutex_;
    FakeData data_;
    std::function<void(const std::vector<std::string>&)> on_outbox_;
};

}  // namespace tillbridge::test
