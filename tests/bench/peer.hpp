// The CRM and the gateway that the module talks to while it is measured: they answer at once and
// keep nothing, so that the module is what is measured. (The sandbox, which keeps everything, would
// be the bottleneck.) Accounts are /crm/{n}, the gateway is /uapay/api/.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace tillbridge::bench {

inline constexpr const char* kGatewayKey = "bench-gateway-key";
inline constexpr std::int64_t kAmount = 125050;  // of every invoice, in kopiykas

class Peer {
  public:
    Peer();
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    int port() const { return port_; }
    std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
    std::string crm_url(int account) const { return url() + "/crm/" + std::to_string(account); }

    // The gateway answers 503, so that what is to be asked of it waits.
    void gateway_down(bool down) { gateway_down_ = down; }
    // So does the CRM, to everything.
    void crm_down(bool down) { crm_down_ = down; }
    void gateway_takes_millis(int millis) { gateway_millis_ = millis; }
    // This account takes connections and requests, and never answers; -1: none.
    void dead_account(int account) { dead_account_ = account; }

    // --- status updates that the CRM received ---
    void forget_updates();
    std::size_t updates() const { return updates_; }  // since then
    struct Update {
        std::int64_t micros;  // UTC
        int account;
    };
    std::unordered_map<std::string, Update> update_of() const;  // the first one, by invoiceUuid
    std::size_t questions() const { return questions_; }        // invoices/show answered

  private:
    struct State;
    void accept();
    void serve(int fd);
    std::string answer(const std::string& path, const std::string& body);
    std::string gateway(const std::string& path, const std::string& body);
    void note_update(int account, const std::string& body);

    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> gateway_down_{false};
    std::atomic<bool> crm_down_{false};
    std::atomic<int> gateway_millis_{0};
    std::atomic<int> dead_account_{-1};
    std::atomic<std::size_t> updates_{0};
    std::atomic<std::size_t> questions_{0};
    std::unique_ptr<State> state_;
    std::thread acceptor_;
};

}  // namespace tillbridge::bench
