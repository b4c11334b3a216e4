// port::Store over an Engine: one writing connection behind a group commit, and a pool of reading
// connections.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "module/port/store.hpp"
#include "module/store/engine.hpp"
#include "module/store/group_commit.hpp"
#include "module/store/open.hpp"

namespace tillbridge::store {

class SqlStore final : public port::Store {
  public:
    SqlStore(std::unique_ptr<Engine> engine, port::KeyRing& keys, Options options);
    ~SqlStore() override;

    void write(const std::function<void(port::Tx&)>& unit) override;
    std::future<void> write_later(std::function<void(port::Tx&)> unit) override;
    void read(const std::function<void(const port::Tx&)>& look) const override;
    void on_outbox(std::function<void(const std::vector<std::string>&)> listener) override;
    std::int64_t reseal(int limit) override;
    Health health() const override;
    std::vector<std::string> check_integrity() const override;

  private:
    struct Reader;
    class Reading;

    void open_writer(bool may_migrate);
    void open_read_only();
    std::unique_ptr<Reader> take_reader() const;
    GroupCommit& writer();
    void check_sealed(Reader& reader, std::vector<std::string>& wrong) const;

    std::unique_ptr<Engine> engine_;
    port::KeyRing& keys_;
    Options options_;

    mutable std::mutex guard_;
    mutable std::vector<std::unique_ptr<Reader>> idle_;

    // In this order: the thread ends before its connection closes.
    std::unique_ptr<Database> writing_;
    std::unique_ptr<Sealing> sealing_;
    std::unique_ptr<GroupCommit> commits_;
};

}  // namespace tillbridge::store
