// The CRM's payment types and the stores that they belong to: each active store needs exactly one.
#include <algorithm>

#include "module/service/account.hpp"
#include "module/service/effects.hpp"
#include "module/service/merchants.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

constexpr const char* kMissing = "payment_type.missing";
constexpr const char* kDoubled = "payment_type.doubled";
constexpr const char* kKeyRejected = "crm.key_rejected";
constexpr const char* kUnreachable = "crm.unreachable";

// Empty: this problem is not there.
struct Judged {
    std::optional<std::string> missing;
    std::optional<std::string> doubled;
};

Judged judge(const domain::Merchant& merchant, const std::vector<port::PaymentType>& types) {
    Judged judged;
    if (!merchant.active) return judged;
    std::string codes;
    int count = 0;
    for (const auto& type : types) {
        if (!type.active || type.merchant != merchant.id) continue;
        codes += (count++ == 0 ? "" : ", ") + type.code;
    }
    if (count == 0) judged.missing = merchant.name;
    if (count > 1) judged.doubled = codes;
    return judged;
}

bool may_edit(const domain::Connection& connection) {
    const auto has = [&](std::string_view scope) {
        return std::find(connection.scopes.begin(), connection.scopes.end(), scope) !=
               connection.scopes.end();
    };
    // Accounts whose keys have no scopes yet name the methods that the key allows.
    return has("reference_write") || has("/api/reference/payment-types/{code}/edit");
}

}  // namespace

Merchants::Looked<std::vector<Merchants::TypeLink>> Merchants::look_at_types(
    const domain::ConnectionId& id) const {
    std::optional<domain::Connection> connection;
    std::vector<domain::Merchant> ours;
    context_.store.read([&](const port::Tx& tx) {
        connection = tx.connections().find(id);
        if (connection) ours = tx.merchants().list(id);
    });
    if (!connection) return {domain::fail("connection.unknown"), {}};
    if (connection->bot) return {};  // it has none
    const auto reply = context_.host.payment_types(*connection, ours);
    const auto& answer = reply.answer;
    Looked<std::vector<TypeLink>> looked;
    auto& findings = looked.findings;
    if (answer.result == port::HostResult::key_rejected)
        findings.push_back({kKeyRejected, "", answer.message});
    if (answer.result == port::HostResult::ok || answer.result == port::HostResult::refused)
        for (const char* key : {kKeyRejected, kUnreachable})
            findings.push_back({key, "", std::nullopt});
    if (answer.result != port::HostResult::ok) {
        looked.result = tl::unexpected(host_error(answer));
        return looked;
    }
    for (const auto& merchant : ours) {
        const auto& subject = merchant.id.value;
        const auto judged = judge(merchant, reply.value);
        findings.push_back({kMissing, subject, judged.missing});
        findings.push_back({kDoubled, subject, judged.doubled});
        findings.push_back(
            {kCurrencyProblem, subject, unfit_currency(context_, *connection, merchant)});
    }
    for (const auto& type : reply.value)
        looked.result->push_back({type.code, type.name, type.merchant});
    return looked;
}

domain::Result<std::vector<Merchants::TypeLink>> Merchants::payment_types(
    const domain::ConnectionId& id) {
    auto looked = look_at_types(id);
    // The page asks often; only what changed is written.
    const auto changes = differing(
        looked.findings,
        port::look_up(context_.store, [&](const port::Tx& tx) { return tx.problems().list(id); }));
    const auto now = context_.clock.now();
    if (!changes.empty()) context_.store.write([&](port::Tx& tx) { note(tx, now, id, changes); });
    return std::move(looked.result);
}

port::Delivery TypesHandler::deliver(const port::OutboxRow& row) {
    const auto stores = merchants_.list(row.connection);
    const bool any = std::any_of(stores.begin(), stores.end(),
                                 [](const auto& merchant) { return merchant.active; });
    port::Delivery delivery;
    if (!any) return delivery;
    // Done in any case: an account that does not answer is looked at again in its turn.
    if (const auto types = merchants_.payment_types(row.connection); !types) {
        delivery.code = types.error().code;
        delivery.detail = types.error().message;
    }
    return delivery;
}

domain::Result<void> Merchants::create_payment_type(const domain::ConnectionId& connection,
                                                    const domain::MerchantId& id) {
    const auto found = find(connection, id);
    if (!found) return tl::unexpected(found.error());
    if (!may_edit(found->connection)) return domain::fail("payment_type.forbidden");
    // A second one would be a problem of its own (payment_type.doubled).
    const auto known = context_.host.payment_types(found->connection, {found->merchant});
    if (known.answer.result != port::HostResult::ok)
        return tl::unexpected(host_error(known.answer));
    for (const auto& type : known.value)
        if (type.active && type.merchant == id)
            return tl::unexpected(
                domain::Error{"payment_type.exists", type.code, "", {{"name", type.name}}});
    const auto answer = context_.host.create_payment_type(found->connection, found->merchant);
    if (answer.result != port::HostResult::ok) return tl::unexpected(host_error(answer));
    context_.store.write([&](port::Tx& tx) { clear_problem(tx, connection, kMissing, id.value); });
    return {};
}

}  // namespace tillbridge::service
