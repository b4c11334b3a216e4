// Idle connections, newest first, by origin. One is handed out only if it is young, its address is
// one that the asking guard allows, and the peer has neither closed it nor said anything on it.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "api_client/http/address_guard.hpp"
#include "api_client/http/connection.hpp"

namespace tillbridge::http {

struct PoolLimits {
    domain::Span idle;
    std::size_t per_origin;
    std::size_t total;
};

class Pool {
  public:
    explicit Pool(PoolLimits limits) : limits_(limits) {}

    std::unique_ptr<Connection> take(const std::string& origin, const AddressGuard& guard);
    // `promised`: for how long the peer says it keeps the connection; 0: it did not say.
    void put(const std::string& origin, std::unique_ptr<Connection> connection,
             std::chrono::seconds promised);

  private:
    struct Idle {
        std::unique_ptr<Connection> connection;
        Moment until;
    };
    std::unique_ptr<Connection> pop(const std::string& origin);
    void sweep_locked(Moment now, std::vector<Idle>& dropped);

    const PoolLimits limits_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::vector<Idle>> idle_;
    std::size_t count_ = 0;
    Moment next_sweep_{};
};

}  // namespace tillbridge::http
