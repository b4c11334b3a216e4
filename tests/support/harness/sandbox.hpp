// The emulated CRM and gateway as a process, driven through its control interface
// (tests/sandbox/README.md): each call below is one call there.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/harness/process.hpp"

namespace tillbridge::harness {

class Sandbox {
  public:
    struct Options {
        std::string program;  // empty: the one built beside this test
        std::string folder;   // for its log, sandbox.log
        std::string module_url;
        std::vector<std::string> arguments;
    };

    // Returns once it accepts requests.
    explicit Sandbox(const Options& options);

    const std::string& url() const { return url_; }
    std::string crm_url(const std::string& account) const { return url_ + "/crm/" + account; }
    std::string uapay_url() const { return url_ + "/uapay/api/"; }
    Process& process() { return *process_; }

    // --- the interface as it is; both throw with the answer's text where it is no success ---
    Json get(const std::string& path) const;
    Json post(const std::string& path, const Json& body = Json::object()) const;

    // --- whole sandbox ---
    void switches(const Json& set) const;  // of all accounts and merchants
    void account_switches(const std::string& account, const Json& set) const;
    void merchant_switches(const std::string& client_id, const Json& set) const;
    Json fault(const Json& fault) const;  // → {"id",…}
    void clear_faults() const;
    int fault_hits(const Json& fault) const;
    void advance_clock(double seconds) const;
    Json violations() const;
    // Waits for `condition` (README, "Waiting"); throws with the last state after the time-out.
    Json wait(const std::string& condition, const Fields& fields,
              Millis patience = kPatience) const;

    // --- CRM ---
    Json put_account(const Json& fields) const;  // creates or changes → {"name",…}
    Json account(const std::string& name) const;
    std::string key(const std::string& account) const;  // the account's newest API key
    Json crm(const Json& action) const;                 // → {"status","body","invoice",…}
    Json order(const Json& order) const;
    Json order(const std::string& account, const Json& id) const;
    Json invoice(const std::string& account, const std::string& uuid) const;
    std::vector<Json> updates(const std::string& account, const std::string& uuid = {}) const;
    std::vector<Json> notices(const std::string& account) const;
    std::vector<Json> registrations(const std::string& account) const;
    std::vector<Json> requests(const std::string& account) const;
    std::vector<Json> calls(const std::string& account, const std::string& action = {}) const;

    // --- UAPAY ---
    Json merchant(const Json& fields = Json::object()) const;  // → {"clientId","secret",…}
    Json pay(const std::string& invoice, const std::string& action = "pay",
             const Json& more = Json::object()) const;
    std::vector<Json> gateway_invoices(const std::string& external_id = {}) const;
    std::vector<Json> payments(const std::string& invoice) const;
    // `kind` empty: all kinds.
    std::vector<Json> operations(const std::string& invoice, const std::string& kind = {}) const;
    std::vector<Json> hooks() const;
    Json send_hook(const Json& hook) const;  // → {"status","body",…}
    // What a merchant does in the cabinet: complete, cancel, reverse; `amount` in kopiykas, 0: all.
    void cabinet(const std::string& client_id, const std::string& payment,
                 const std::string& action, int amount = 0) const;

    Http http() const { return Http(url_); }

  private:
    std::string url_;
    std::unique_ptr<Process> process_;
};

}  // namespace tillbridge::harness
