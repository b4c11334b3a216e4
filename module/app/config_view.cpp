#include "module/app/config_view.hpp"

#include <Poco/Environment.h>
#include <openssl/crypto.h>
#include <sqlite3.h>

namespace tillbridge::app {
namespace {

using nlohmann::json;

json seconds(config::Span span) {
    return static_cast<double>(span.count()) / 1e6;
}

// `postgresql://user:password@host/database` → without the password.
std::string without_password(const std::string& url) {
    const auto scheme = url.find("://");
    if (scheme == std::string::npos) return url;
    const auto user = scheme + 3;
    const auto slash = std::min(url.find_first_of("/?", user), url.size());
    const auto at = url.rfind('@', slash);
    if (at == std::string::npos || at < user) return url;
    const auto colon = url.find(':', user);
    if (colon == std::string::npos || colon > at) return url;
    return url.substr(0, colon) + ":***" + url.substr(at);
}

json gateways_view(const config::Config& config) {
    json out = json::object();
    for (const auto& [code, gateway] : config.gateways)
        out[code] = {{"base_url", gateway.base_url}, {"timeout_s", seconds(gateway.timeout)}};
    return out;
}

json outbox_view(const config::Config::Outbox& outbox) {
    json schedule = json::array();
    for (const auto step : outbox.schedule) schedule.push_back(seconds(step));
    return {{"workers", outbox.workers},
            {"schedule_s", std::move(schedule)},
            {"give_up_after_s", seconds(outbox.give_up_after)}};
}

}  // namespace

json config_view(const config::Config& config) {
    const auto& server = config.server;
    return {
        {"server",
         {{"listen", server.listen},
          {"ops_listen", server.ops_listen},
          {"control_socket", server.control_socket.string()},
          {"public_url", server.public_url},
          {"trusted_proxies", server.trusted_proxies},
          {"threads", server.threads},
          {"max_queued", server.max_queued},
          {"keep_alive_s", seconds(server.keep_alive)}}},
        {"store", {{"url", without_password(config.store.url)}}},
        {"security",
         {{"master_key_file", config.security.master_key_file.string()},
          {"allow_private_networks", config.security.allow_private_networks}}},
        {"marketplace", {{"secret_file", config.marketplace.secret_file.string()}}},
        {"crm",
         {{"allowed_hosts", config.crm.allowed_hosts},
          {"requests_per_second", config.crm.requests_per_second},
          {"timeout_s", seconds(config.crm.timeout)}}},
        {"gateways", gateways_view(config)},
        {"reconcile",
         {{"interval_s", seconds(config.reconcile.interval)},
          {"pending_after_s", seconds(config.reconcile.pending_after)},
          {"settle_after_s", seconds(config.reconcile.settle_after)}}},
        {"outbox", outbox_view(config.outbox)},
        {"payments",
         {{"link_lifetime_s", seconds(config.payments.link_lifetime)},
          {"hold_ends_after_s", seconds(config.payments.hold_ends_after)},
          {"hold_warning_s", seconds(config.payments.hold_warning)}}},
        {"hooks", {{"misses_per_minute", config.hooks.misses_per_minute}}},
        {"pay", {{"misses_per_minute", config.pay.misses_per_minute}}},
        {"panel",
         {{"delivery", config.panel.delivery},
          {"calls_per_minute", config.panel.calls_per_minute}}},
        {"operator",
         {{"name", config.operator_contacts.name},
          {"email", config.operator_contacts.email},
          {"telegram", config.operator_contacts.telegram},
          {"phone", config.operator_contacts.phone}}},
        {"log", {{"level", config.log.level}}},
    };
}

json versions_view() {
    return {{"tillbridge", TILLBRIDGE_VERSION},
            {"system", Poco::Environment::osName() + ' ' + Poco::Environment::osVersion() + ' ' +
                           Poco::Environment::osArchitecture()},
            {"sqlite", sqlite3_libversion()},
            {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
            {"compiler", __VERSION__}};
}

}  // namespace tillbridge::app
