#include "module/service/support_views.hpp"

#include <fmt/format.h>

#include <ctime>

#include "module/service/support_audit.hpp"

namespace tillbridge::service::view {

using nlohmann::json;

namespace {

json parsed(const std::string& text) {
    auto value = json::parse(text, nullptr, false);
    return value.is_discarded() ? json(text) : value;
}

std::string_view word_of(port::EffectState state) {
    switch (state) {
        case port::EffectState::ready:
            return "ready";
        case port::EffectState::leased:
            return "leased";
        case port::EffectState::dead:
            break;
    }
    return "dead";
}

json operation(const domain::Operation& op, const domain::Currency& currency) {
    return {{"id", op.id.value},
            {"kind", domain::to_word(op.kind)},
            {"origin", domain::to_word(op.origin)},
            {"state", domain::to_word(op.state)},
            {"amount", domain::to_decimal({op.amount, currency})},
            {"reason", op.reason},
            {"tries", op.tries},
            {"created", when(op.created_at)},
            {"ended", when(op.ended_at)}};
}

}  // namespace

std::string iso_time(domain::UtcTime at) {
    const auto seconds = static_cast<std::time_t>(at.seconds());
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                       at.micros % 1'000'000);
}

json when(domain::UtcTime at) {
    return at ? json(iso_time(at)) : json();
}

json account(const port::AccountLine& it) {
    return {{"id", it.id.value},
            {"publicUrl", it.public_url},
            {"crmUrl", it.system_url},
            {"active", it.active},
            {"frozen", it.frozen},
            {"currency", it.currency},
            {"created", when(it.created_at)}};
}

json account(const domain::Connection& it) {
    return {{"id", it.id.value},
            {"publicUrl", it.public_url},
            {"crmUrl", it.system_url},
            {"active", it.active},
            {"frozen", it.frozen},
            {"locale", it.locale},
            {"currency", it.currency},
            {"timezone", it.timezone},
            {"scopes", it.scopes},
            {"missingScopes", it.missing_scopes},
            {"created", when(it.created_at)},
            {"updated", when(it.updated_at)},
            {"registered", when(it.registered_at)}};
}

json merchant(const domain::Merchant& it) {
    return {{"id", it.id.value},
            {"name", it.name},
            {"gateway", it.gateway.value},
            {"active", it.active},
            {"twoStage", it.options.two_stage},
            {"created", when(it.created_at)},
            {"updated", when(it.updated_at)}};
}

json found(const domain::Invoice& it) {
    return {{"paymentId", it.id.value},
            {"invoiceUuid", it.uuid.value},
            {"connection", it.connection.value},
            {"merchant", it.merchant.value},
            {"gateway", it.gateway.value},
            {"order", it.order_number},
            {"state", domain::to_word(it.state)},
            {"amount", to_decimal(it.amount)},
            {"currency", it.amount.currency.code()},
            {"test", it.test},
            {"created", when(it.created_at)}};
}

json invoice(const domain::Invoice& it) {
    const auto& currency = it.amount.currency;
    json operations = json::array();
    for (const auto& op : it.operations) operations.push_back(operation(op, currency));
    auto out = found(it);
    out.update({{"slug", it.slug.value},
                {"authorized", domain::to_decimal({it.authorized, currency})},
                {"captured", domain::to_decimal({it.captured, currency})},
                {"refunded", domain::to_decimal({it.refunded, currency})},
                {"twoStage", it.two_stage},
                {"reason", it.reason},
                {"reasonDetail", it.reason_detail},
                {"gatewayInvoice", it.gateway_invoice.value},
                {"gatewayPayment", it.gateway_payment.value},
                {"updated", when(it.updated_at)},
                {"linkExpires", when(it.link_expires_at)},
                {"held", when(it.held_at)},
                {"holdEnds", when(it.hold_ends_at)},
                {"paid", when(it.paid_at)},
                {"canceled", when(it.canceled_at)},
                {"operations", std::move(operations)}});
    return out;
}

json line(const port::JournalLine& it) {
    return {{"id", it.id},           {"at", iso_time(it.at)},       {"kind", it.kind},
            {"summary", it.summary}, {"detail", parsed(it.detail)}, {"requestId", it.request.value},
            {"cause", it.cause}};
}

json effect(const port::OutboxRow& it) {
    return {{"id", it.id},
            {"connection", it.connection.value},
            {"kind", it.kind},
            {"subject", it.subject},
            {"state", word_of(it.state)},
            {"tries", it.tries},
            {"created", when(it.created)},
            {"due", when(it.due)},
            {"error", it.last_error},
            {"payload", parsed(it.payload)},
            {"requestId", it.request.value},
            {"cause", it.cause}};
}

json attempt(const port::OutboxTry& it) {
    return {{"number", it.number},      {"at", iso_time(it.at)}, {"tookUs", it.took.count()},
            {"status", it.http_status}, {"outcome", it.outcome}, {"detail", it.detail}};
}

json problem(const ProblemView& it) {
    return {{"key", it.row.key},         {"subject", it.row.subject}, {"detail", it.row.detail},
            {"what", it.what},           {"todo", it.todo},           {"since", when(it.row.since)},
            {"last", when(it.row.last)}, {"times", it.row.times}};
}

json audit(const port::AuditRow& it) {
    return {{"id", it.id},
            {"at", iso_time(it.at)},
            {"actor", it.actor},
            {"role", it.role},
            {"address", it.address},
            {"act", it.act},
            {"connection", it.connection.value},
            {"subject", it.subject},
            {"detail", parsed(it.detail)},
            {"requestId", it.request.value},
            {"hash", it.hash}};
}

json user(const port::SupportUser& it) {
    return {{"name", it.name},
            {"role", to_word(it.role)},
            {"active", it.active},
            {"totp", !it.totp.empty()},
            {"created", when(it.created_at)},
            {"updated", when(it.updated_at)}};
}

json stats(const port::OutboxStats& it) {
    return {
        {"ready", it.ready}, {"leased", it.leased}, {"dead", it.dead}, {"oldest", when(it.oldest)}};
}

}  // namespace tillbridge::service::view
