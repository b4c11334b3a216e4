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

class OpenProblems {
  public:
    explicit OpenProblems(std::vector<port::ProblemRow> rows) : rows_(std::move(rows)) {}
    bool has(std::string_view key, std::string_view subject) const {
        return std::any_of(rows_.begin(), rows_.end(), [&](const auto& row) {
            return row.key == key && row.subject == subject;
        });
    }

  private:
    std::vector<port::ProblemRow> rows_;
};

bool may_edit(const domain::Connection& connection) {
    const auto has = [&](std::string_view scope) {
        return std::find(connection.scopes.begin(), connection.scopes.end(), scope) !=
               connection.scopes.end();
    };
    // Accounts whose keys have no scopes yet name the methods that the key allows.
    return has("reference_write") || has("/api/reference/payment-types/{code}/edit");
}

}  // namespace

domain::Result<std::vector<Merchants::TypeLink>> Merchants::payment_types(
    const domain::ConnectionId& id) {
    std::optional<domain::Connection> connection;
    std::vector<domain::Merchant> ours;
    std::vector<port::ProblemRow> problems;
    context_.store.read([&](const port::Tx& tx) {
        connection = tx.connections().find(id);
        if (!connection) return;
        ours = tx.merchants().list(id);
        problems = tx.problems().list(id);
    });
    if (!connection) return domain::fail("connection.unknown");
    const auto reply = context_.host.payment_types(*connection, ours);
    const auto now = context_.clock.now();
    if (reply.answer.result != port::HostResult::ok) {
        context_.store.write([&](port::Tx& tx) { judge_host(tx, now, id, reply.answer, 0); });
        return tl::unexpected(host_error(reply.answer));
    }
    // The page asks often; only what changed is written.
    const OpenProblems open(std::move(problems));
    std::vector<std::function<void(port::Tx&)>> changes;
    const auto differ = [&](const domain::Merchant& merchant, const char* key,
                            const std::optional<std::string>& detail) {
        const auto& subject = merchant.id.value;
        if (detail.has_value() == open.has(key, subject)) return;
        changes.push_back([=, &id](port::Tx& tx) {
            if (detail)
                raise_problem(tx, now, id, key, subject, *detail);
            else
                clear_problem(tx, id, key, subject);
        });
    };
    for (const auto& merchant : ours) {
        const auto judged = judge(merchant, reply.value);
        differ(merchant, kMissing, judged.missing);
        differ(merchant, kDoubled, judged.doubled);
        const auto currency = unfit_currency(context_, *connection, merchant);
        differ(merchant, kCurrencyProblem, currency);
    }
    for (const char* key : {"crm.key_rejected", "crm.unreachable"})
        if (open.has(key, ""))
            changes.push_back([&id, key](port::Tx& tx) { clear_problem(tx, id, key, ""); });
    if (!changes.empty())
        context_.store.write([&](port::Tx& tx) {
            for (const auto& change : changes) change(tx);
        });

    std::vector<TypeLink> links;
    for (const auto& type : reply.value) links.push_back({type.code, type.name, type.merchant});
    return links;
}

domain::Result<void> Merchants::create_payment_type(const domain::ConnectionId& connection,
                                                    const domain::MerchantId& id) {
    const auto found = find(connection, id);
    if (!found) return tl::unexpected(found.error());
    if (!may_edit(found->connection)) return domain::fail("payment_type.forbidden");
    const auto answer = context_.host.create_payment_type(found->connection, found->merchant);
    if (answer.result != port::HostResult::ok) return tl::unexpected(host_error(answer));
    context_.store.write([&](port::Tx& tx) { clear_problem(tx, connection, kMissing, id.value); });
    return {};
}

}  // namespace tillbridge::service
