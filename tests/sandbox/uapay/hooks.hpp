// Webhooks of UAPAY (uapay.md §8): six attempts with growing pauses under the clock factor, ten
// seconds for an answer, the same token each time. Own threads, started and joined by start() and
// stop().
#pragma once

#include <condition_variable>
#include <thread>

#include "tests/sandbox/uapay/state.hpp"

namespace tillbridge::sandbox {

class Hooks {
  public:
    explicit Hooks(World& world) : world_(world) {}
    ~Hooks() { stop(); }

    // What one entry into a status sends; made under Uapay's mutex, handed over here.
    struct Message {
        std::string client_id, invoice_id, payment_id, url, status, payment_status, body;
        Switches switches;
    };
    static std::string body_of(const Json& claims, const std::string& secret,
                               const std::string& form);

    void start(int threads);
    void stop();
    void queue(const Message& message);
    void wake() { due_.notify_all(); }  // the clock was advanced
    void reset();

    Json list(std::uint64_t since, std::size_t limit, const Json& filter) const;
    bool idle(const Json& filter) const;  // none pending
    std::size_t attempts(const Json& filter) const;
    Json resend(const std::string& id);         // throws ControlError 404
    int release(const std::string& client_id);  // held ones go now, newest first

  private:
    struct Hook {
        std::uint64_t seq = 0;
        std::string id, state = "pending";
        Message message;
        Millis made = 0, next = 0;
        int tries = 0;
        bool busy = false;
        Json attempts = Json::array();
    };
    void work();
    void add_copy(const Message& message, Millis next, const std::string& state);
    void attempt(std::unique_lock<std::mutex>& lock, const std::string& id);
    OutAnswer send(const Message& message) const;
    static bool matches(const Hook& hook, const Json& filter);
    static Json as_json(const Hook& hook);

    World& world_;
    mutable std::mutex mutex_;
    std::condition_variable due_;
    std::deque<std::string> order_;  // ids, oldest first
    std::unordered_map<std::string, Hook> hooks_;
    std::multimap<Millis, std::string> schedule_;           // by the sandbox's clock
    std::unordered_map<std::string, std::string> waiting_;  // payment → hook kept back for order
    std::vector<std::thread> threads_;
    std::uint64_t made_ = 0;
    bool stopping_ = false;
};

}  // namespace tillbridge::sandbox
