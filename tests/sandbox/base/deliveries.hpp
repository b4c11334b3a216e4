// Calls on their way to a receiver: a first attempt, and one more after each pause until it answers
// 200, by the sandbox's clock. The switches `hooks`, `hookDuplicate`, `hookDelayMs` and
// `hookOutOfOrder` make them late, doubled, swapped or held back. Own threads, started and joined
// by start() and stop().
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "tests/sandbox/base/http_client.hpp"
#include "tests/sandbox/base/switches.hpp"
#include "tests/sandbox/base/world.hpp"

namespace tillbridge::sandbox {

// What one event sends to one address.
struct Parcel {
    Json shown = Json::object();              // members of its own in lists
    std::map<std::string, std::string> keys;  // what lists are filtered by
    std::string url, owner;                   // release() lets an owner's go
    std::string group;                        // within it two change places
    Switches switches{Json::object()};
    std::function<Json(std::int64_t)>
        send;  // number of the attempt → how lists show it: "status", …
};

// One attempt as lists show it.
Json attempt_view(Millis at, const OutAnswer& answer);
// Of an address; one that can't be read fails in the call itself and is its own path.
std::string path_of(const std::string& url);

class Deliveries {
  public:
    // `prefix` begins the ids.
    Deliveries(World& world, std::string prefix, std::vector<Millis> pauses)
        : world_(world), prefix_(std::move(prefix)), pauses_(std::move(pauses)) {}
    ~Deliveries() { stop(); }

    void start(int threads);
    void stop();
    void reset();
    void wake() { due_.notify_all(); }  // the clock was advanced
    void queue(const Parcel& parcel);

    // A filter names keys of parcels, `id` and `pending`.
    Json list(std::uint64_t since, std::size_t limit, const Json& filter) const;
    bool idle(const Json& filter) const;  // nothing under way or to be tried again
    std::size_t attempts(const Json& filter) const;
    Json resend(const std::string& id);     // throws ControlError 404
    int release(const std::string& owner);  // held ones go now, newest first; empty: everybody's

  private:
    struct Delivery {
        std::uint64_t seq = 0;
        std::string id, state = "pending";
        Parcel parcel;
        Millis made = 0, next = 0;
        std::int64_t tries = 0;
        bool busy = false;
        Json attempts = Json::array();
    };
    void work();
    void plan(Delivery& delivery, Millis next);
    std::string add(const Parcel& parcel, Millis next, const std::string& state);
    void make_room();
    bool keeps_back(const Parcel& parcel);
    bool is_kept_back(const Delivery& delivery) const;
    void attempt(std::unique_lock<std::mutex>& lock, const std::string& id);
    static bool matches(const Delivery& delivery, const Json& filter);
    static Json as_json(const Delivery& delivery);

    World& world_;
    const std::string prefix_;
    const std::vector<Millis> pauses_;
    mutable std::mutex mutex_;
    std::condition_variable due_;
    std::deque<std::string> order_;  // ids, oldest first
    std::unordered_map<std::string, Delivery> deliveries_;
    std::multimap<Millis, std::string> schedule_;           // by the sandbox's clock
    std::unordered_map<std::string, std::string> waiting_;  // group → kept back for the next one
    std::vector<std::thread> threads_;
    std::uint64_t made_ = 0;
    bool stopping_ = false;
};

}  // namespace tillbridge::sandbox
