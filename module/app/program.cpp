#include "module/app/program.hpp"

#include "api_client/bot/host.hpp"
#include "api_client/retailcrm/host.hpp"
#include "config/secret_file.hpp"
#include "handlers/public_path.hpp"
#include "module/app/config_view.hpp"
#include "module/app/hosts.hpp"
#include "module/app/key_files.hpp"
#include "module/app/zero_samples.hpp"
#include "module/port/crash_point.hpp"
#include "module/service/bot_seal.hpp"
#include "module/store/open.hpp"

namespace tillbridge::app {
namespace {

std::string number(std::int64_t value) {
    return std::to_string(value);
}

// The extension that the CRM loads from us; none where it was not built, or is delivered otherwise.
handlers::extension::Files extension_of(const manifest::Manifest& manifest,
                                        const config::Config& config) {
    handlers::extension::Files files;
    files.id = manifest.extension_id;
    files.prefix = handlers::public_path(config.server.public_url);
    if (config.panel.delivery != "module") return files;
    files.script = handlers::web::find_asset(handlers::extension::kScript);
    files.style = handlers::web::find_asset(handlers::extension::kStyle);
    return files;
}

retailcrm::EmbedFacts embed_of(const manifest::Manifest& manifest, const config::Config& config) {
    const auto files = extension_of(manifest, config);
    if (files.script == nullptr) return {};
    const std::string place = "/extension/" + files.id;
    return {place + "/script", files.style == nullptr ? "" : place + "/stylesheet",
            manifest.extension_targets};
}

retailcrm::ModuleFacts facts_of(const manifest::Manifest& manifest, const std::string& public_url) {
    retailcrm::ModuleFacts facts;
    facts.code = manifest.code;
    facts.integration_code = manifest.integration_code;
    facts.name = manifest.name;
    facts.logo_url = public_url + manifest.logo_path;
    facts.countries = manifest.countries;
    for (const auto& currency : manifest.currencies) facts.currencies.push_back(currency.code());
    facts.invoice_types = manifest.invoice_types;
    facts.actions = manifest.actions;
    facts.payment_actions = manifest.payment_actions;
    facts.required_scopes = manifest.required_scopes;
    facts.required_methods = manifest.required_methods;
    return facts;
}

}  // namespace

void CallMeter::observe(const http::Exchange& exchange) {
    const std::string status =
        exchange.status != 0 ? number(exchange.status) : std::string(exchange.error);
    meter_.count("outbound_requests_total", {{"peer", exchange.peer}, {"status", status}}, 1);
    meter_.observe("outbound_request_seconds", static_cast<double>(exchange.duration.count()) / 1e6,
                   {{"peer", exchange.peer}});
    const std::lock_guard lock(mutex_);
    const auto known = errors_.find(exchange.peer);
    if (known == errors_.end())
        errors_.emplace(exchange.peer, exchange.error);
    else if (known->second != exchange.error)
        known->second = exchange.error;
}

std::map<std::string, std::string> CallMeter::silent() const {
    const std::lock_guard lock(mutex_);
    return {errors_.begin(), errors_.end()};
}

Program::Program(config::Loaded loaded, Access access)
    : loaded_(std::move(loaded)), access_(access) {
    log_ = std::make_unique<JsonLog>(config().log.level, clock_);
    for (const auto& name : loaded_.unused)
        log_->warn("an environment variable names no key of the configuration", {{"name", name}});
    build_ports();
    build_services();
}

Program::~Program() {
    stop(std::chrono::seconds(8));
}

void Program::build_ports() {
    const auto& settings = config();
    const auto files = read_key_files(loaded_);
    if (!files.problems.empty()) throw ConfigError(files.text());
    for (const auto& warning : files.warnings) log_->warn(warning.why, {{"file", warning.file}});
    keys_ = std::make_unique<security::KeyRing>(files.master);
    settings_.marketplace_secret = files.marketplace;
    store::Options options;
    options.read_only = access_ == Access::look;
    options.on_commit = [this](std::size_t units, domain::Span took) {
        meter_.observe("store_commit_seconds", static_cast<double>(took.count()) / 1e6, {});
        meter_.observe("store_batch_units", static_cast<double>(units), {});
    };
    try {
        store_ = store::open_store(settings.store.url, *keys_, options);
    } catch (const store::KeyMissing& error) {
        throw ConfigError(loaded_.problem("security.master_key_file", error.what()).text());
    }

    client_ = std::make_unique<http::Client>(http::ClientOptions{}, resolver_, &call_meter_);
    try {
        gateways_ = std::make_unique<Gateways>(*client_, clock_, settings);
    } catch (const std::invalid_argument& error) {
        throw ConfigError(loaded_.problem("gateways", error.what()).text());
    }
    retailcrm::HostOptions host;
    host.outbound.allowed_hosts = settings.crm.allowed_hosts;
    host.outbound.allow_private_networks = settings.security.allow_private_networks;
    host.timeout = settings.crm.timeout;
    host.requests_per_second = static_cast<std::size_t>(settings.crm.requests_per_second);
    host.module = facts_of(manifest_, settings.server.public_url);
    host.module.embed = embed_of(manifest_, settings);
    const bot::HostOptions bots{settings.security.allow_private_networks, settings.crm.timeout};
    host_ = std::make_unique<Hosts>(std::make_unique<retailcrm::Host>(*client_, host),
                                    std::make_unique<bot::Host>(*client_, clock_, bots));
}

void Program::build_services() {
    const auto& from = config();
    settings_.public_url = from.server.public_url;
    settings_.pending_after = from.reconcile.pending_after;
    settings_.settle_after = from.reconcile.settle_after;
    settings_.link_lifetime = from.payments.link_lifetime;
    settings_.hold_lasts = from.payments.hold_ends_after;
    settings_.hold_warning = from.payments.hold_warning;
    settings_.contact_name = from.operator_contacts.name;
    settings_.contact_email = from.operator_contacts.email;
    settings_.contact_telegram = from.operator_contacts.telegram;
    settings_.contact_phone = from.operator_contacts.phone;

    context_ = std::make_unique<service::Context>(service::Context{
        *store_, *gateways_, *host_, *keys_, clock_, random_, texts_, *log_, meter_, settings_});
    context_->peer_is_back = [this](const std::string& lane) {
        if (dispatcher_) dispatcher_->peer_is_back(lane);
    };
    const auto& context = *context_;
    merchant_cache_ = std::make_unique<service::MerchantCache>(context);
    operations_ = std::make_unique<service::Operations>(context);
    inquiries_ = std::make_unique<service::Inquiries>(context, *operations_);
    payments_ = std::make_unique<service::Payments>(context, *operations_);
    connections_ = std::make_unique<service::Connections>(context, [this](const std::string& lane) {
        if (dispatcher_) dispatcher_->hurry(lane);
    });
    merchants_ = std::make_unique<service::Merchants>(context, *payments_, merchant_cache_.get(),
                                                      [this](const std::string& lane) {
                                                          if (dispatcher_) dispatcher_->hurry(lane);
                                                      });
    const auto subscriptions = std::make_shared<service::Subscriptions>(context);
    bots_ = std::make_unique<service::Bots>(
        context, *payments_,
        [subscriptions](const auto&... wish) { return subscriptions->change(wish...); });
    admins_ = std::make_unique<service::Admins>(context);
    hooks_ = std::make_unique<service::Hooks>(context, *merchant_cache_);
    links_ = std::make_unique<service::Links>(context, *inquiries_);
    // Most threads stay free for the CRM's calls that a wanted link waits for.
    panel_ = std::make_unique<service::Panel>(
        context, *payments_, *inquiries_,
        static_cast<int>(std::clamp<std::int64_t>(from.server.threads / 4, 1, 32)));
    reconciler_ = std::make_unique<service::Reconciler>(context);
    type_watch_ = std::make_unique<service::TypeWatch>(context);
    desk_ = std::make_unique<service::SupportDesk>(
        context, *inquiries_, passwords_,
        service::SupportBundle::Installation{versions_view,
                                             [this] { return config_view(config()); }});

    push_ = std::make_unique<service::PushHandler>(context);
    consent_ = std::make_unique<service::ConsentHandler>(context);
    import_ = std::make_unique<service::ImportHandler>(context);
    bot_ = std::make_unique<service::BotHandler>(context);
    register_ = std::make_unique<service::RegisterHandler>(context);
    notice_ = std::make_unique<service::NoticeHandler>(context);
    types_ = std::make_unique<service::TypesHandler>(*merchants_);
    run_ = std::make_unique<service::RunHandler>(context, *operations_);
    ask_ = std::make_unique<service::AskHandler>(context, *inquiries_);
}

void Program::start() {
    outbox::Options options;
    options.workers = static_cast<int>(config().outbox.workers);
    options.schedule.assign(config().outbox.schedule.begin(), config().outbox.schedule.end());
    options.give_up_after = config().outbox.give_up_after;
    // They wait for the request that began the call, which died with its process.
    options.resumed_kinds = {service::kind::kRun};
    options.invoice_kinds = {service::kind::kPush,    service::kind::kRefund,
                             service::kind::kConsent, service::kind::kImport,
                             service::kind::kRun,     service::kind::kAsk,
                             service::kind::kBot};
    options.rates["crm"] = static_cast<int>(config().crm.requests_per_second);
    options.rates["bot"] = options.rates["crm"];
    namespace kind = service::kind;
    dispatcher_ =
        std::make_unique<outbox::Dispatcher>(*store_, clock_, random_, *log_, meter_, options,
                                             outbox::Handlers{{kind::kPush, push_.get()},
                                                              {kind::kRefund, push_.get()},
                                                              {kind::kConsent, consent_.get()},
                                                              {kind::kImport, import_.get()},
                                                              {kind::kRegister, register_.get()},
                                                              {kind::kBot, bot_.get()},
                                                              {kind::kNotice, notice_.get()},
                                                              {kind::kTypes, types_.get()},
                                                              {kind::kRun, run_.get()},
                                                              {kind::kAsk, ask_.get()}});
    build_servers();
    meter_.set("build_info", 1, {{"version", TILLBRIDGE_VERSION}});
    zero_samples(meter_, *gateways_, texts_.problem_keys());
    dispatcher_->start();
    reconcile_thread_ = std::thread([this] { reconcile_loop(); });
    ops_server_->start();
    public_server_->start();
    log_->announce("listening", {{"address", address()}, {"ops", ops_address()}});
}

void Program::build_servers() {
    const auto& from = config().server;
    handlers::ServerLimits limits;
    limits.threads = static_cast<std::size_t>(from.threads);
    limits.queued = static_cast<std::size_t>(from.max_queued);
    limits.keep_alive = from.keep_alive;
    handlers::PublicOptions options;
    options.listen = from.listen;
    options.limits = limits;
    options.trusted_proxies = from.trusted_proxies;
    options.required_scopes = manifest_.required_scopes;
    options.extension = extension_of(manifest_, config());
    options.panel = config().panel.delivery != "none";
    options.panel_calls_per_minute = config().panel.calls_per_minute;
    // Without a panel nobody reads orders.
    if (options.panel && handlers::web::find_asset(handlers::extension::kScript) != nullptr)
        options.required_scopes.insert(options.required_scopes.end(),
                                       manifest_.panel_scopes.begin(),
                                       manifest_.panel_scopes.end());
    options.required_scopes.insert(options.required_scopes.end(),
                                   manifest_.subscription_scopes.begin(),
                                   manifest_.subscription_scopes.end());
    options.scopes = {
        manifest_.required_scopes, manifest_.optional_scopes, {}, manifest_.subscription_scopes};
    if (options.panel) options.scopes.panel = manifest_.panel_scopes;
    options.logo_path = manifest_.logo_path;
    options.logo_svg = manifest::logo_svg();
    options.hook_misses_per_minute = config().hooks.misses_per_minute;
    options.pay_misses_per_minute = config().pay.misses_per_minute;
    options.local_time = [this](domain::UtcTime at, const std::string& zone) {
        const auto known = zones_.find(zone);
        return known ? known->local_text(at) : retailcrm::Zone::utc().local_text(at);
    };
    options.known_zone = [this](const std::string& zone) { return zones_.find(zone) != nullptr; };
    public_server_ = handlers::make_public_server(
        handlers::Services{*connections_, *merchants_, *payments_, *hooks_, *links_, *admins_,
                           *panel_, *context_, desk_.get(), bots_.get()},
        options);
    ops_server_ = handlers::make_ops_server(
        *context_, from.ops_listen,
        handlers::ops::Sources{[this] { return checks(); }, [this] { return metrics(); }});
}

std::vector<handlers::ops::Check> Program::checks() {
    const auto health = store_->health();
    std::vector<handlers::ops::Check> all{{"store", health.ok, health.detail}};
    // A peer that is away degrades what needs it: told, and no reason to stop serving the rest.
    for (const auto& [peer, error] : call_meter_.silent())
        all.push_back({peer, error.empty(), error, false});
    return all;
}

bool Program::stop(std::chrono::seconds patience) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return true;
        stopping_ = true;
    }
    wake_.notify_all();
    bool finished = true;
    const auto until = std::chrono::steady_clock::now() + patience;
    const auto left = [&] {
        return std::max(std::chrono::milliseconds(0),
                        std::chrono::duration_cast<std::chrono::milliseconds>(
                            until - std::chrono::steady_clock::now()));
    };
    port::crash_point("serve.stopping");
    if (public_server_) finished = public_server_->stop(left()) && finished;
    port::crash_point("serve.answered");
    if (dispatcher_) finished = dispatcher_->stop(left()) && finished;
    port::crash_point("serve.drained");
    if (reconcile_thread_.joinable()) reconcile_thread_.join();
    if (ops_server_) finished = ops_server_->stop(std::chrono::milliseconds(100)) && finished;
    return finished;
}

void Program::reconcile_loop() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, config().reconcile.interval, [this] { return stopping_; })) {
        lock.unlock();
        try {
            reconciler_->round();
            type_watch_->round();
            const auto now = clock_.now();
            store_->write([&](port::Tx& tx) {
                tx.sessions().purge(now);
                tx.support().purge(now, now - std::chrono::hours(24));
            });
        } catch (const std::exception& error) {
            log_->error("a reconciler round failed", {{"why", error.what()}});
        }
        lock.lock();
    }
}

domain::Result<std::int64_t> Program::rotate_keys() {
    const std::lock_guard one_at_a_time(rotate_mutex_);
    const auto& path = config().security.master_key_file;
    // What a key seals must never reach the disk before the key itself.
    const auto replace = [&](const std::string& text) {
        auto why = config::replace_secret_file(path, text);
        if (why.empty()) port::crash_point("keys.file_replaced");
        return why;
    };
    const auto old = config::read_secret_file(path);
    if (!old.ok()) throw std::runtime_error(path.string() + " " + old.error);
    const auto key = security::generate_master_key();
    const auto both = key + '\n' + old.text + '\n';
    if (const auto why = replace(both); !why.empty())
        return domain::fail("keys.not_replaceable", path.string() + " " + why);
    keys_->reload(domain::Secret(both));
    constexpr int kStep = 500;
    auto left = store_->reseal(1);
    std::int64_t resealed = left + 1;
    while (left > 0) left = store_->reseal(kStep);
    resealed += service::reseal_for_bots(*store_, *keys_);
    port::crash_point("keys.resealed");
    // This process keeps the old keys until it ends: a reader may still hold what it read before.
    if (const auto why = replace(key + '\n'); !why.empty())
        throw std::runtime_error(path.string() + " still holds the old keys too: " + why);
    log_->info("the master key was rotated", {{"key", keys_->current_key_id()}});
    return resealed;
}

std::string Program::metrics() {
    const std::lock_guard lock(metrics_mutex_);
    dispatcher_->report();
    std::map<std::string, std::int64_t> open;
    store_->read([&](const port::Tx& tx) {
        for (const auto& row : tx.problems().all(10'000)) ++open[row.key];
    });
    for (auto& [key, last] : problems_seen_) last = 0;
    for (const auto& [key, count] : open) problems_seen_[key] = count;
    for (const auto& [key, count] : problems_seen_)
        meter_.set("problems_open", static_cast<double>(count), {{"key", key}});
    return meter_.text();
}

}  // namespace tillbridge::app
