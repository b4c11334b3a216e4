#include "module/service/merchants.hpp"

#include <algorithm>

#include "module/service/account.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

constexpr std::size_t kNameMost = 255;                 // characters
constexpr std::int64_t kLifetimeMost = 365 * 24 * 60;  // minutes

std::string trimmed(const std::string& text) {
    const auto from = text.find_first_not_of(" \t\r\n");
    if (from == std::string::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::size_t characters(const std::string& utf8) {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

domain::Result<void> set_name(domain::Merchant& merchant, const std::string& text) {
    const auto name = trimmed(text);
    if (name.empty()) return domain::fail("merchant.name_missing", {}, "name");
    if (characters(name) > kNameMost) return domain::fail("merchant.name_too_long", {}, "name");
    merchant.name = name;
    return {};
}

domain::Result<void> set_options(domain::Merchant& merchant, const Merchants::Options& given,
                                 const port::Gateway& gateway) {
    const auto& can = gateway.description().capabilities;
    auto& options = merchant.options;
    options.two_stage = given.two_stage.value_or(options.two_stage);
    // Whoever takes two-stage off takes what hangs on it off too, unless it is asked for.
    if (given.auto_capture)
        options.auto_capture = *given.auto_capture;
    else if (!options.two_stage)
        options.auto_capture = false;
    options.hold_end = given.hold_end.value_or(options.hold_end);
    options.link_lifetime_minutes =
        given.link_lifetime_minutes.value_or(options.link_lifetime_minutes);

    for (const auto& [code, value] : given.extra) options.extra[code] = value;
    std::erase_if(options.extra, [](const auto& option) { return option.second.empty(); });

    if (options.two_stage && !can.two_stage)
        return domain::fail("options.not_supported", {}, "twoStage");
    if (options.auto_capture && !options.two_stage)
        return domain::fail("options.invalid", "needs twoStage", "autoCapture");
    if (options.link_lifetime_minutes < 0 || options.link_lifetime_minutes > kLifetimeMost)
        return domain::fail("options.invalid", "0 to 525600", "linkLifetimeMinutes");
    return gateway.check_options(options.extra);
}

// Lays what was given over what is there; only fields that the gateway declares.
domain::Result<void> set_credentials(domain::Merchant& merchant, const domain::Credentials& given,
                                     const port::Gateway& gateway) {
    const auto& fields = gateway.description().fields;
    for (const auto& [code, value] : given) {
        const auto declared =
            std::any_of(fields.begin(), fields.end(),
                        [&wanted = code](const auto& field) { return field.code == wanted; });
        if (!declared) return domain::fail("request.field_invalid", {}, code);
        if (!value.empty()) merchant.credentials[code] = value;
    }
    merchant.credentials = gateway.tidy(std::move(merchant.credentials));
    return {};
}

constexpr const char* kRefused = "merchant.credentials_refused";
constexpr const char* kSkewed = "gateway.clock_skew";

void credentials_work(port::Tx& tx, const domain::Merchant& merchant) {
    clear_problem(tx, merchant.connection, kRefused, merchant.id.value);
    clear_problem(tx, merchant.connection, kSkewed, merchant.id.value);
}

std::string seconds(domain::Span span) {
    const auto tenths = span.count() / 100'000;
    const auto size = tenths < 0 ? -tenths : tenths;
    return (tenths < 0 ? "-" : "+") + std::to_string(size / 10) + "." + std::to_string(size % 10) +
           " s";
}

}  // namespace

std::string Merchants::hook_url(const domain::Merchant& merchant) const {
    return context_.settings.public_url + "/hooks/" + merchant.gateway.value + "/" +
           merchant.hook_token.reveal();
}

std::vector<domain::Merchant> Merchants::list(const domain::ConnectionId& connection) const {
    return port::look_up(context_.store,
                         [&](const port::Tx& tx) { return tx.merchants().list(connection); });
}

domain::Result<Merchants::Found> Merchants::find(const domain::ConnectionId& connection,
                                                 const domain::MerchantId& id) const {
    std::optional<domain::Connection> account;
    std::optional<domain::Merchant> merchant;
    context_.store.read([&](const port::Tx& tx) {
        account = tx.connections().find(connection);
        merchant = tx.merchants().find(connection, id);
    });
    if (!account) return domain::fail("connection.unknown");
    if (!merchant) return domain::fail("merchant.unknown");
    auto* gateway = context_.gateways.find(merchant->gateway);
    if (gateway == nullptr) return domain::fail("gateway.unknown", merchant->gateway.value);
    return Found{std::move(*account), std::move(*merchant), gateway};
}

domain::Result<void> Merchants::try_out(const Found& found,
                                        const domain::Credentials& credentials) const {
    port::CallLog log;
    return try_out(found, credentials, log);
}

domain::Result<void> Merchants::try_out(const Found& found, const domain::Credentials& credentials,
                                        port::CallLog& log) const {
    auto tried = found.gateway->try_credentials(credentials, log);
    if (!tried && log.clock_offset) {
        tried.error().params["offset"] = seconds(*log.clock_offset);
    }
    return tried;
}

// --- changes: each with its registration in one unit of work ---

domain::Result<domain::Merchant> Merchants::add(const domain::ConnectionId& connection,
                                                const Draft& draft) {
    const auto account = port::look_up(
        context_.store, [&](const port::Tx& tx) { return tx.connections().find(connection); });
    if (!account) return domain::fail("connection.unknown");
    auto* gateway = context_.gateways.find(draft.gateway);
    if (gateway == nullptr) return domain::fail("gateway.unknown", draft.gateway.value, "gateway");

    Found made{*account, {}, gateway};
    auto& merchant = made.merchant;
    if (const auto ok = set_name(merchant, draft.name); !ok) return tl::unexpected(ok.error());
    if (const auto ok = set_options(merchant, draft.options, *gateway); !ok)
        return tl::unexpected(ok.error());
    if (const auto ok = set_credentials(merchant, draft.credentials, *gateway); !ok)
        return tl::unexpected(ok.error());
    if (const auto ok = try_out(made, merchant.credentials); !ok) return tl::unexpected(ok.error());

    const auto now = context_.clock.now();
    merchant.connection = connection;
    // 120 random bits: the CRM's code of the store, never used again.
    merchant.id = domain::MerchantId("m" + context_.random.id());
    merchant.gateway = draft.gateway;
    merchant.hook_token = domain::Secret(context_.random.token());
    merchant.created_at = now;
    merchant.updated_at = now;
    context_.store.write([&](port::Tx& tx) {
        tx.merchants().insert(merchant);
        want_registration(tx, now, connection);
        if (const auto current = tx.connections().find(connection))
            judge_currency(context_, tx, *current, merchant);
    });
    if (cache_ != nullptr) cache_->forget();
    return merchant;
}

domain::Result<domain::Merchant> Merchants::update(
    const Found& found, const std::function<domain::Result<void>(domain::Merchant&)>& change,
    bool works) {
    const auto now = context_.clock.now();
    auto updated =
        port::commit(context_.store, [&](port::Tx& tx) -> domain::Result<domain::Merchant> {
            // Read anew: two changes at once must both be there afterwards.
            auto merchant = tx.merchants().find(found.connection.id, found.merchant.id);
            const auto connection = tx.connections().find(found.connection.id);
            if (!merchant || !connection) return domain::fail("merchant.unknown");
            const auto before = *merchant;
            if (const auto ok = change(*merchant); !ok) return tl::unexpected(ok.error());
            if (const auto ok = same_shop(tx, *found.gateway, before, *merchant); !ok)
                return tl::unexpected(ok.error());
            merchant->updated_at = now;
            tx.merchants().update(*merchant);
            want_registration(tx, now, connection->id);
            judge_currency(context_, tx, *connection, *merchant);
            if (works) {
                credentials_work(tx, *merchant);
                tx.outbox().hurry(gateway_lane(merchant->id), now);
            }
            return std::move(*merchant);
        });
    if (cache_ != nullptr) cache_->forget();
    if (updated && works && hurry_) hurry_(gateway_lane(updated->id));
    return updated;
}

// What was paid through one shop can be captured and refunded through that one only.
domain::Result<void> Merchants::same_shop(const port::Tx& tx, const port::Gateway& gateway,
                                          const domain::Merchant& before,
                                          const domain::Merchant& after) const {
    const auto was = gateway.tidy(before.credentials);
    const auto value = [](const domain::Credentials& credentials, const std::string& field) {
        const auto at = credentials.find(field);
        return at == credentials.end() ? std::string() : at->second.reveal();
    };
    for (const auto& field : gateway.description().fields) {
        if (!field.identity || value(was, field.code) == value(after.credentials, field.code))
            continue;
        if (tx.invoices().count_open(before.connection, before.id) > 0)
            return domain::fail("merchant.conflict", {}, field.code);
    }
    return {};
}

domain::Result<domain::Merchant> Merchants::change(const domain::ConnectionId& connection,
                                                   const domain::MerchantId& id,
                                                   const Patch& patch) {
    auto found = find(connection, id);
    if (!found) return tl::unexpected(found.error());
    const auto apply_patch = [&](domain::Merchant& merchant) -> domain::Result<void> {
        if (patch.name)
            if (auto ok = set_name(merchant, *patch.name); !ok) return ok;
        if (auto ok = set_options(merchant, patch.options, *found->gateway); !ok) return ok;
        return set_credentials(merchant, patch.credentials, *found->gateway);
    };
    auto changed = found->merchant;
    if (const auto ok = apply_patch(changed); !ok) return tl::unexpected(ok.error());
    const auto same = port::look_up(context_.store, [&](const port::Tx& tx) {
        return same_shop(tx, *found->gateway, found->merchant, changed);
    });
    if (!same) return tl::unexpected(same.error());
    const bool keyed = std::any_of(patch.credentials.begin(), patch.credentials.end(),
                                   [](const auto& field) { return !field.second.empty(); });
    if (keyed)
        if (const auto ok = try_out(*found, changed.credentials); !ok)
            return tl::unexpected(ok.error());
    return update(*found, apply_patch, keyed);
}

domain::Result<domain::Merchant> Merchants::set_active(const domain::ConnectionId& connection,
                                                       const domain::MerchantId& id, bool active) {
    auto found = find(connection, id);
    if (!found) return tl::unexpected(found.error());
    if (found->merchant.active == active) return found->merchant;
    return update(
        *found,
        [active](domain::Merchant& merchant) -> domain::Result<void> {
            merchant.active = active;
            return {};
        },
        false);
}

// --- checks ---

domain::Result<domain::Merchant> Merchants::check(const domain::ConnectionId& connection,
                                                  const domain::MerchantId& id) {
    auto looked = look(connection, id);
    const auto now = context_.clock.now();
    if (!looked.findings.empty())
        context_.store.write([&](port::Tx& tx) { note(tx, now, connection, looked.findings); });
    return std::move(looked.result);
}

Merchants::Looked<domain::Merchant> Merchants::look(const domain::ConnectionId& connection,
                                                    const domain::MerchantId& id) const {
    auto found = find(connection, id);
    if (!found) return {tl::unexpected(found.error()), {}};
    port::CallLog log;
    const auto tried = try_out(*found, found->merchant.credentials, log);
    if (tried) {
        // A clock that is off is told before the gateway refuses for it.
        std::optional<std::string> offset;
        if (log.clock_offset) offset = seconds(*log.clock_offset);
        return {std::move(found->merchant),
                {{kRefused, id.value, std::nullopt}, {kSkewed, id.value, offset}}};
    }
    const auto& error = tried.error();
    std::vector<Finding> findings;
    if (error.code.starts_with("credentials.")) {
        findings.push_back({kRefused, id.value, error.message});
    } else if (error.code == kSkewed) {
        const auto offset = error.params.find("offset");
        findings.push_back(
            {kSkewed, id.value, offset == error.params.end() ? error.message : offset->second});
    }
    return {tl::unexpected(error), std::move(findings)};
}

domain::Result<Merchants::TestLink> Merchants::test_link(const domain::ConnectionId& connection,
                                                         const domain::MerchantId& id,
                                                         const domain::RequestId& request) {
    auto found = find(connection, id);
    if (!found) return tl::unexpected(found.error());
    const auto& currencies = found->gateway->description().currencies;
    if (currencies.empty()) return domain::fail("currency.not_supported");
    Payments::CreateRequest create;
    create.uuid = domain::InvoiceUuid("test-" + context_.random.id());
    create.shop = id;
    create.amount = found->gateway->test_amount(found->merchant.options.extra);
    create.open_price = create.amount.empty();
    create.currency = currencies.front();
    create.order_number = "test";
    create.request = request;
    create.test = true;
    auto link = payments_.create(found->connection, create);
    if (!link) {
        // The fields are those of the order, which nobody typed here: `shopId` would read as the
        // gateway's credential of this name.
        link.error().field.clear();
        return tl::unexpected(std::move(link.error()));
    }
    return TestLink{link->url, link->id};
}

}  // namespace tillbridge::service
