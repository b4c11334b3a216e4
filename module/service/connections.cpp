#include "module/service/connections.hpp"

#include <algorithm>

#include "module/domain/money.hpp"
#include "module/service/account.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

constexpr int kInstallTries = 3;
constexpr std::size_t kLanguageMost = 16;
constexpr std::size_t kTimezoneMost = 64;

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

// What the CRM said of the account becomes what we know of it; ids and tokens stay.
void take_over(domain::Connection& known, const domain::Connection& account, domain::UtcTime now) {
    known.system_url = account.system_url;
    known.public_url = account.public_url;
    known.api_key = account.api_key;
    known.scopes = account.scopes;
    known.missing_scopes = account.missing_scopes;
    if (!account.currency.empty()) known.currency = account.currency;
    if (!account.locale.empty()) known.locale = account.locale;
    if (!account.timezone.empty()) known.timezone = account.timezone;
    known.updated_at = now;
}

void forget_key_problems(port::Tx& tx, const domain::ConnectionId& id) {
    for (const char* key : {"crm.key_rejected", "crm.scopes_missing", "crm.unreachable"})
        clear_problem(tx, id, key, "");
}

}  // namespace

std::string Connections::account_url(const domain::Connection& connection) const {
    return account_url_of(context_, connection);
}

void Connections::wake(const domain::ConnectionId& id) const {
    if (hurry_) hurry_(crm_lane(id));
}

domain::Result<domain::Connection> Connections::by_client_id(const std::string& client_id) const {
    auto found = port::look_up(context_.store, [&](const port::Tx& tx) {
        return tx.connections().by_client_id(client_id);
    });
    // A bot's token opens the bots' door alone.
    if (client_id.empty() || !found || found->bot) return domain::fail("connection.unknown");
    return std::move(*found);
}

// --- installing ---

domain::Result<Connections::Connected> Connections::register_from_marketplace(
    const std::string& token, const domain::Secret& api_key, const std::string& system_url) {
    const auto& secret = context_.settings.marketplace_secret;
    if (secret.empty()) return domain::fail("install.bad_token", "no marketplace secret");
    const auto expected = context_.keys.hmac_sha256_hex(secret, api_key.reveal());
    if (!port::KeyRing::equal_constant_time(expected, token))
        return domain::fail("install.bad_token");
    return connect(api_key, system_url);
}

// Asks the account who it is. `public_url` identifies it; the address that we were given may be a
// technical one.
domain::Result<Connections::Found> Connections::inspect(const domain::Secret& api_key,
                                                        const std::string& system_url) {
    const auto url = context_.host.normalize_url(system_url);
    if (!url) return tl::unexpected(url.error());
    if (api_key.empty()) return domain::fail("crm.key_rejected", "empty", "apiKey");
    Found found;
    auto& account = found.account;
    account.system_url = *url;
    account.api_key = api_key;
    const auto info = context_.host.check_account(account);
    if (info.answer.result != port::HostResult::ok) return tl::unexpected(host_error(info.answer));
    if (!info.value.missing_scopes.empty()) {
        auto error = domain::Error{"crm.scopes_missing", joined(info.value.missing_scopes), {}};
        error.params["scopes"] = joined(info.value.missing_scopes);
        return tl::unexpected(std::move(error));
    }
    account.public_url = info.value.public_url.empty() ? *url : info.value.public_url;
    account.scopes = info.value.scopes;
    // Good to know and no reason to refuse: where the account does not tell, values and defaults
    // stay, and the CRM tells us of changes.
    const auto settings = context_.host.settings(account);
    if (settings.answer.result == port::HostResult::silent &&
        settings.answer.exchange.http_status == 0)
        return tl::unexpected(host_error(settings.answer));
    account.currency = settings.value.currency;
    account.locale = settings.value.locale;
    account.timezone = settings.value.timezone;
    if (settings.answer.result != port::HostResult::ok)
        context_.log.warn("the account's settings can't be read",
                          {{"crm", account.public_url}, {"why", settings.answer.code}});
    return found;
}

domain::Result<Connections::Connected> Connections::connect(const domain::Secret& api_key,
                                                            const std::string& system_url) {
    const auto found = inspect(api_key, system_url);
    if (!found) return tl::unexpected(naming(found.error(), system_url));
    // Another installation of the same account may win between our look and our commit; then this
    // one is an installation of an account that is known.
    for (int i = 0; i < kInstallTries; ++i) {
        auto connected = install(found->account);
        if (!connected) return tl::unexpected(naming(connected.error(), system_url));
        if (*connected) return std::move(**connected);
    }
    return domain::fail("crm.refused", "the account is being installed elsewhere");
}

// Registers first and stores afterwards, so that a refusal leaves nothing. A crash in between
// leaves the CRM with a client id that nobody knows; pressing Connect again replaces it.
domain::Result<std::optional<Connections::Connected>> Connections::install(
    const domain::Connection& account) {
    const auto now = context_.clock.now();
    std::vector<domain::Merchant> merchants;
    const auto known = port::look_up(context_.store, [&](const port::Tx& tx) {
        auto same = tx.connections().by_public_url(account.public_url);
        if (same) merchants = tx.merchants().list(same->id);
        return same;
    });
    domain::Connection mine;
    if (known) {
        mine = *known;
    } else {
        mine.id = domain::ConnectionId("c" + context_.random.id());
        mine.client_id = domain::Secret(context_.random.token());
        mine.settings_token = domain::Secret(context_.random.token());
        mine.created_at = now;
    }
    take_over(mine, account, now);
    mine.active = true;

    const auto answer =
        context_.host.register_module(mine, registration_of(context_, mine, merchants));
    if (answer.result != port::HostResult::ok) return tl::unexpected(host_error(answer));
    mine.registered_at = context_.clock.now();
    const auto stored = known ? store_again(mine, known->id) : store_new(mine);
    if (!stored) return std::optional<Connected>();
    if (known) wake(stored->id);
    return std::optional<Connected>(Connected{*stored, account_url(*stored), !known});
}

std::optional<domain::Connection> Connections::store_new(const domain::Connection& fresh) {
    const auto taken = [&](const port::Tx& tx) {
        return tx.connections().by_public_url(fresh.public_url).has_value();
    };
    try {
        return port::commit(context_.store, [&](port::Tx& tx) -> std::optional<domain::Connection> {
            if (taken(tx)) return std::nullopt;
            tx.connections().insert(fresh);
            return fresh;
        });
    } catch (const std::exception&) {
        // With several writers the unique address decides.
        if (port::look_up(context_.store, taken)) return std::nullopt;
        throw;
    }
}

std::optional<domain::Connection> Connections::store_again(const domain::Connection& account,
                                                           const domain::ConnectionId& id) {
    return port::commit(context_.store, [&](port::Tx& tx) -> std::optional<domain::Connection> {
        auto known = tx.connections().find(id);
        if (!known) return std::nullopt;
        take_over(*known, account, account.updated_at);
        known->active = true;
        known->registered_at = account.registered_at;
        tx.connections().update(*known);
        forget_key_problems(tx, id);
        clear_problem(tx, id, "crm.register_refused", "");
        for (const auto& merchant : tx.merchants().list(id))
            judge_currency(context_, tx, *known, merchant);
        // A store that was added while we registered was not among those that we sent.
        want_registration(tx, account.updated_at, id);
        tx.outbox().hurry(crm_lane(id), account.updated_at);
        return known;
    });
}

// --- what the CRM tells ---

domain::Result<void> Connections::activity(const std::string& client_id, std::optional<bool> active,
                                           std::optional<bool> frozen,
                                           const std::optional<std::string>& system_url) {
    const auto found = by_client_id(client_id);
    if (!found) return tl::unexpected(found.error());
    std::string moved_to;
    if (system_url && !system_url->empty()) {
        const auto url = context_.host.normalize_url(*system_url);
        // Nothing of the call is taken over then.
        if (!url) return tl::unexpected(naming(url.error(), *system_url));
        moved_to = *url;
    }
    const auto now = context_.clock.now();
    const bool moved = port::commit(context_.store, [&](port::Tx& tx) {
        auto known = tx.connections().find(found->id);
        if (!known) return false;
        const bool moves = !moved_to.empty() && moved_to != known->system_url;
        known->active = active.value_or(known->active);
        known->frozen = frozen.value_or(known->frozen);
        if (moves) known->system_url = moved_to;
        known->updated_at = now;
        tx.connections().update(*known);
        if (!moves) return false;
        want_registration_after_move(tx, now, known->id);
        tx.outbox().hurry(crm_lane(known->id), now);
        return true;
    });
    if (moved) wake(found->id);
    return {};
}

domain::Result<void> Connections::settings_changed(const std::string& client_id,
                                                   const AccountChange& change) {
    const auto found = by_client_id(client_id);
    if (!found) return tl::unexpected(found.error());
    const auto fits = [](const std::optional<std::string>& text, std::size_t most) {
        return text && !text->empty() && text->size() <= most;
    };
    context_.store.write([&](port::Tx& tx) {
        auto known = tx.connections().find(found->id);
        if (!known) return;
        if (change.currency && domain::Currency::parse(*change.currency))
            known->currency = *change.currency;
        if (fits(change.language, kLanguageMost)) known->locale = *change.language;
        if (fits(change.timezone, kTimezoneMost)) known->timezone = *change.timezone;
        known->updated_at = context_.clock.now();
        tx.connections().update(*known);
        for (const auto& merchant : tx.merchants().list(known->id))
            judge_currency(context_, tx, *known, merchant);
    });
    return {};
}

domain::Result<domain::Connection> Connections::replace_key(const domain::ConnectionId& id,
                                                            const domain::Secret& api_key) {
    const auto known = port::look_up(context_.store,
                                     [&](const port::Tx& tx) { return tx.connections().find(id); });
    if (!known || known->bot) return domain::fail("connection.unknown");
    auto found = inspect(api_key, known->system_url);
    if (!found) {
        if (found.error().field.empty()) found.error().field = "apiKey";
        return tl::unexpected(naming(found.error(), known->system_url));
    }
    if (found->account.public_url != known->public_url)
        return domain::fail("crm.account_mismatch", found->account.public_url, "apiKey");
    const auto now = context_.clock.now();
    const auto changed =
        port::commit(context_.store, [&](port::Tx& tx) -> std::optional<domain::Connection> {
            auto current = tx.connections().find(id);
            if (!current) return std::nullopt;
            current->api_key = api_key;
            current->scopes = found->account.scopes;
            current->missing_scopes.clear();
            current->updated_at = now;
            tx.connections().update(*current);
            forget_key_problems(tx, id);
            want_registration(tx, now, id);
            tx.outbox().hurry(crm_lane(id), now);
            return current;
        });
    if (!changed) return domain::fail("connection.unknown");
    wake(id);
    return *changed;
}

domain::Result<domain::Connection> Connections::recheck(const domain::ConnectionId& id) {
    const auto known = port::look_up(context_.store,
                                     [&](const port::Tx& tx) { return tx.connections().find(id); });
    if (!known) return domain::fail("connection.unknown");
    const auto info = context_.host.check_account(*known);
    const auto now = context_.clock.now();
    if (info.answer.result != port::HostResult::ok) {
        context_.store.write([&](port::Tx& tx) { judge_host(tx, now, id, info.answer, 0); });
        return tl::unexpected(host_error(info.answer));
    }
    const auto changed =
        port::commit(context_.store, [&](port::Tx& tx) -> std::optional<domain::Connection> {
            auto current = tx.connections().find(id);
            if (!current) return std::nullopt;
            current->scopes = info.value.scopes;
            current->missing_scopes = info.value.missing_scopes;
            current->updated_at = now;
            tx.connections().update(*current);
            forget_key_problems(tx, id);
            if (!current->missing_scopes.empty())
                raise_problem(tx, now, id, "crm.scopes_missing", "",
                              joined(current->missing_scopes));
            tx.outbox().hurry(crm_lane(id), now);
            return current;
        });
    if (!changed) return domain::fail("connection.unknown");
    wake(id);
    return *changed;
}

}  // namespace tillbridge::service
