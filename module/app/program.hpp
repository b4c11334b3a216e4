// The composition root: builds everything from the configuration, starts it, stops it. What it does
// not start does not run. Members stand in the order in which they depend on each other.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

#include "api_client/http/client.hpp"
#include "api_client/http/resolver.hpp"
#include "api_client/retailcrm/zone.hpp"
#include "config/config.hpp"
#include "handlers/public_api.hpp"
#include "handlers/server.hpp"
#include "manifest/manifest.hpp"
#include "module/app/gateways.hpp"
#include "module/app/log.hpp"
#include "module/app/meter.hpp"
#include "module/app/texts.hpp"
#include "module/outbox/dispatcher.hpp"
#include "module/port/host.hpp"
#include "module/port/store.hpp"
#include "module/security/key_ring.hpp"
#include "module/security/os_random.hpp"
#include "module/security/passwords.hpp"
#include "module/security/system_clock.hpp"
#include "module/service/admins.hpp"
#include "module/service/bot_events.hpp"
#include "module/service/bots.hpp"
#include "module/service/connections.hpp"
#include "module/service/effects.hpp"
#include "module/service/hooks.hpp"
#include "module/service/inquiries.hpp"
#include "module/service/links.hpp"
#include "module/service/merchant_cache.hpp"
#include "module/service/merchants.hpp"
#include "module/service/operations.hpp"
#include "module/service/panel.hpp"
#include "module/service/payments.hpp"
#include "module/service/reconcile.hpp"
#include "module/service/support_desk.hpp"
#include "module/service/type_watch.hpp"

namespace tillbridge::app {

// Tells the metrics of every outbound call.
class CallMeter : public http::Observer {
  public:
    explicit CallMeter(port::Meter& meter) : meter_(meter) {}
    void observe(const http::Exchange& exchange) override;
    // By peer, why its last call was not answered; empty: it was.
    std::map<std::string, std::string> silent() const;

  private:
    port::Meter& meter_;
    mutable std::mutex mutex_;
    std::map<std::string, std::string, std::less<>> errors_;
};

// `look`: opens a store that is there and up to date, for reading only; start() is not for this.
enum class Access { change, look };

class Program {
  public:
    // Reads the key files and opens the store (and migrates it). Throws ConfigError, StoreError,
    // KeyError with words for the operator.
    explicit Program(config::Loaded loaded, Access access = Access::change);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void start();                              // servers, outbox, reconciler
    bool stop(std::chrono::seconds patience);  // false: something did not finish in time

    std::string address() const { return public_server_->address(); }
    std::string ops_address() const { return ops_server_->address(); }

    // A new master key becomes the current one, every value is sealed under it, then the old keys
    // go. Safe to interrupt and to run again. Returns how many values were sealed anew. The error
    // `keys.not_replaceable`: the file can't be replaced where it lies; nothing was done.
    domain::Result<std::int64_t> rotate_keys();

    bool may_change() const { return access_ == Access::change; }
    const config::Config& config() const { return *loaded_.config; }
    const manifest::Manifest& manifest() const { return manifest_; }
    port::Store& store() { return *store_; }
    port::Clock& clock() { return clock_; }
    port::Host& host() { return *host_; }
    const port::Texts& texts() const { return texts_; }
    security::KeyRing& keys() { return *keys_; }
    const service::Context& context() const { return *context_; }
    service::Connections& connections() { return *connections_; }
    service::Admins& admins() { return *admins_; }
    service::Bots& bots() { return *bots_; }
    service::Merchants& merchants() { return *merchants_; }
    service::Operations& operations() { return *operations_; }
    service::Inquiries& inquiries() { return *inquiries_; }
    service::Reconciler& reconciler() { return *reconciler_; }
    service::SupportDesk& desk() { return *desk_; }
    outbox::Dispatcher* dispatcher() { return dispatcher_.get(); }

  private:
    void build_ports();
    void build_services();
    void build_servers();
    void reconcile_loop();
    std::string metrics();
    std::vector<handlers::ops::Check> checks();

    config::Loaded loaded_;
    Access access_;
    manifest::Manifest manifest_ = manifest::load();
    security::SystemClock clock_;
    security::OsRandom random_;
    security::Passwords passwords_;
    Texts texts_;
    PrometheusMeter meter_;
    std::unique_ptr<JsonLog> log_;
    std::unique_ptr<security::KeyRing> keys_;
    std::unique_ptr<port::Store> store_;

    http::SystemResolver resolver_;
    CallMeter call_meter_{meter_};
    std::unique_ptr<http::Client> client_;
    std::unique_ptr<Gateways> gateways_;
    std::unique_ptr<port::Host> host_;
    retailcrm::Zones zones_;

    service::Settings settings_;
    std::unique_ptr<service::Context> context_;
    std::unique_ptr<service::MerchantCache> merchant_cache_;
    std::unique_ptr<service::Operations> operations_;
    std::unique_ptr<service::Inquiries> inquiries_;
    std::unique_ptr<service::Payments> payments_;
    std::unique_ptr<service::Connections> connections_;
    std::unique_ptr<service::Merchants> merchants_;
    std::unique_ptr<service::Bots> bots_;
    std::unique_ptr<service::Admins> admins_;
    std::unique_ptr<service::Hooks> hooks_;
    std::unique_ptr<service::Links> links_;
    std::unique_ptr<service::Panel> panel_;
    std::unique_ptr<service::Reconciler> reconciler_;
    std::unique_ptr<service::TypeWatch> type_watch_;
    std::unique_ptr<service::SupportDesk> desk_;

    std::unique_ptr<service::PushHandler> push_;
    std::unique_ptr<service::ConsentHandler> consent_;
    std::unique_ptr<service::ImportHandler> import_;
    std::unique_ptr<service::BotHandler> bot_;
    std::unique_ptr<service::RegisterHandler> register_;
    std::unique_ptr<service::NoticeHandler> notice_;
    std::unique_ptr<service::TypesHandler> types_;
    std::unique_ptr<service::RunHandler> run_;
    std::unique_ptr<service::AskHandler> ask_;
    std::unique_ptr<outbox::Dispatcher> dispatcher_;

    std::unique_ptr<handlers::Server> public_server_;
    std::unique_ptr<handlers::Server> ops_server_;

    std::mutex rotate_mutex_;  // one rotation at a time

    std::mutex metrics_mutex_;
    std::map<std::string, std::int64_t> problems_seen_;  // one that was closed goes to 0

    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread reconcile_thread_;
};

// A mistake of the operator's: `FILE:LINE: key: why`.
class ConfigError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace tillbridge::app
