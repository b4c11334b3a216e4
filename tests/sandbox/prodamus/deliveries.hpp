// Notifications on their way (prodamus.md §4.8): a first attempt and 23 more after growing pauses
// under the clock factor; each has its own number in the data and so its own signature. Own
// threads, started and joined by start() and stop().
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "tests/sandbox/base/http_client.hpp"
#include "tests/sandbox/prodamus/state.hpp"

namespace tillbridge::sandbox {

// What one event sends to one address.
struct ProdamusNotice {
    std::string host, url, key, event, order_num, encoding, form = "good";
    std::int64_t order = 0, profile = 0;
    Tree data;
    Switches switches{Json::object()};
};

class ProdamusDeliveries {
  public:
    explicit ProdamusDeliveries(World& world) : world_(world) {}
    ~ProdamusDeliveries() { stop(); }

    void start(int threads);
    void stop();
    void reset();
    void wake() { due_.notify_all(); }  // the clock was advanced
    void queue(const ProdamusNotice& notice);

    Json list(std::uint64_t since, std::size_t limit, const Json& filter) const;
    bool idle(const Json& filter) const;  // nothing under way or to be tried again
    std::size_t attempts(const Json& filter) const;
    Json resend(const std::string& id);    // throws ControlError 404
    int release(const std::string& host);  // held ones go now, newest first
    // The call of one attempt; `attempt` 0 leaves the data as they are.
    static OutCall call_of(const ProdamusNotice& notice, std::int64_t attempt);

  private:
    struct Delivery {
        std::uint64_t seq = 0;
        std::string id, state = "pending";
        ProdamusNotice notice;
        Millis made = 0, next = 0;
        std::int64_t tries = 0;
        bool busy = false;
        Json attempts = Json::array();
    };
    void work();
    void add_copy(const ProdamusNotice& notice, Millis next, const std::string& state);
    bool keeps_back(const ProdamusNotice& notice, Millis now);
    void attempt(std::unique_lock<std::mutex>& lock, const std::string& id);
    Json send(const ProdamusNotice& notice, std::int64_t attempt) const;
    static bool matches(const Delivery& delivery, const Json& filter);
    static Json as_json(const Delivery& delivery);

    World& world_;
    mutable std::mutex mutex_;
    std::condition_variable due_;
    std::deque<std::string> order_;  // ids, oldest first
    std::unordered_map<std::string, Delivery> deliveries_;
    std::multimap<Millis, std::string> schedule_;  // by the sandbox's clock
    std::string waiting_;                          // kept back until the next one has gone
    std::vector<std::thread> threads_;
    std::uint64_t made_ = 0;
    bool stopping_ = false;
};

}  // namespace tillbridge::sandbox
