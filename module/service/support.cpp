#include "module/service/support.hpp"

#include <algorithm>
#include <map>

#include "module/service/bot_events.hpp"
#include "module/service/effects.hpp"
#include "module/service/problems.hpp"
#include "module/service/subscription_desk.hpp"
#include "module/service/support_acts.hpp"
#include "module/service/support_contacts.hpp"
#include "module/service/support_series.hpp"
#include "module/service/support_views.hpp"

namespace tillbridge::service {
namespace {

using domain::fail;
using domain::Result;
using nlohmann::json;

constexpr domain::Span kStep = std::chrono::minutes(30);
constexpr std::size_t kSteps = 48;
constexpr int kNewest = 500;  // invoices whose wires the charts are drawn from

// One row more than was asked for tells that there is another page.
template <class Rows>
bool cut(Rows& rows, int limit) {
    const bool more = std::ssize(rows) > limit;
    if (more) rows.resize(static_cast<std::size_t>(limit));
    return more;
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// A payment's link and an account's address are pasted whole.
std::string last_part(const std::string& text) {
    const auto pay = text.find("/pay/");
    if (pay == std::string::npos) return text;
    const auto slug = text.substr(pay + 5);
    return slug.substr(0, slug.find_first_of("/?#"));
}

std::string address_part(const std::string& text) {
    const auto scheme = text.find("://");
    if (scheme == std::string::npos) return text;
    const auto host = text.substr(scheme + 3);
    return host.substr(0, host.find_first_of("/?#"));
}

template <class Rows, class View>
json shown(const Rows& rows, View view) {
    json out = json::array();
    for (const auto& row : rows) out.push_back(view(row));
    return out;
}

// What came of one request hangs below its first line where no closer cause is known.
void link_by_request(std::vector<port::JournalLine>& lines) {
    std::map<std::string, std::int64_t> first;
    for (auto& line : lines) {
        if (line.request.empty()) continue;
        const auto [at, is_first] = first.try_emplace(line.request.value, line.id);
        if (!is_first && line.cause == 0) line.cause = at->second;
    }
}

json account_lines(const std::vector<port::AccountLine>& lines) {
    return shown(lines, [](const auto& line) { return view::account(line); });
}

}  // namespace

std::vector<domain::Invoice> Support::look(const port::Tx& tx, const std::string& text, int offset,
                                           int limit) const {
    return tx.search().invoices(last_part(text), contact_fingerprints(context_.keys, text), offset,
                                limit);
}

json Support::find(const std::string& given, Page page) const {
    const auto text = trimmed(given);
    if (text.empty())
        return {{"invoices", json::array()},
                {"connections", json::array()},
                {"subscriptions", json::array()},
                {"more", false}};
    return port::look_up(context_.store, [&](const port::Tx& tx) -> json {
        auto invoices = look(tx, text, page.offset, page.limit + 1);
        const bool more = cut(invoices, page.limit);
        json rows = json::array();
        for (const auto& invoice : invoices) {
            rows.push_back(view::found(invoice));
            const auto owner = tx.connections().find(invoice.connection);
            rows.back()["crm"] = owner ? owner->public_url : std::string();
        }
        constexpr std::size_t kShortestAddress = 3;
        const auto address = address_part(text);
        json accounts = json::array();
        if (page.offset == 0 && address.size() >= kShortestAddress)
            accounts = account_lines(tx.search().accounts(address, 0, page.limit));
        json subscriptions = json::array();
        if (page.offset == 0)
            subscriptions = shown(tx.subscriptions().search(
                                      text, contact_fingerprints(context_.keys, text), page.limit),
                                  [](const auto& it) { return view::subscription(it); });
        return {{"invoices", std::move(rows)},
                {"connections", std::move(accounts)},
                {"subscriptions", std::move(subscriptions)},
                {"more", more}};
    });
}

json Support::connections(const std::string& text, Page page) const {
    auto lines = port::look_up(context_.store, [&](const port::Tx& tx) {
        return tx.search().accounts(address_part(trimmed(text)), page.offset, page.limit + 1);
    });
    const bool more = cut(lines, page.limit);
    return {{"connections", account_lines(lines)}, {"more", more}};
}

Result<json> Support::connection(const std::string& id, const std::string& language,
                                 Page page) const {
    return port::look_up(context_.store, [&](const port::Tx& tx) -> Result<json> {
        const auto connection = tx.connections().find(domain::ConnectionId(id));
        if (!connection) return fail("connection.unknown");
        const auto merchants = tx.merchants().list(connection->id);
        std::vector<std::string> lanes{crm_lane(connection->id)};
        if (connection->bot) lanes.push_back(bot_lane(connection->id));
        for (const auto& merchant : merchants) lanes.push_back(gateway_lane(merchant.id));
        json stores = json::array();
        for (int at = page.offset;
             at < std::min<int>(static_cast<int>(merchants.size()), page.offset + page.limit); ++at)
            stores.push_back(view::merchant(merchants[static_cast<std::size_t>(at)]));

        const auto rows = tx.problems().list(connection->id);
        const auto queue = tx.search().outbox_of(connection->id, lanes);
        Traffic traffic(context_.clock.now(), kStep, kSteps);
        tx.search().recent_journal(connection->id, kNewest,
                                   [&](const port::JournalLine& line) { traffic.add(line); });
        const bool healthy = connection->active && !connection->frozen && rows.empty() &&
                             connection->missing_scopes.empty() && queue.dead == 0;
        return json{
            {"connection", view::account(*connection)},
            {"healthy", healthy},
            {"problems", open(tx, language, rows)},
            {"outbox", view::stats(queue)},
            {"merchants", std::move(stores)},
            {"merchantCount", merchants.size()},
            {"traffic", traffic.take()},
        };
    });
}

// Each with its connection, and whether a person may say that it is dealt with.
json Support::open(const port::Tx& tx, const std::string& language,
                   const std::vector<port::ProblemRow>& rows) const {
    return shown(describe(context_.texts, language, rows), [&](const ProblemView& it) {
        auto out = view::problem(it);
        out["connection"] = it.row.connection.value;
        out["dismissible"] = may_dismiss(it.row, tx, context_.gateways);
        return out;
    });
}

json Support::waiting(const port::Tx& tx, const domain::Invoice& invoice) const {
    json rows = json::array();
    for (const auto& row : tx.outbox().of_subject(invoice.connection, invoice.id.value)) {
        rows.push_back(view::effect(row));
        rows.back()["attempts"] =
            shown(tx.outbox().tries(row.id), [](const auto& each) { return view::attempt(each); });
    }
    return rows;
}

// Whoever helps needs the peer's own words too, also where the sentence for others leaves them out.
std::string Support::why(const domain::Invoice& invoice, const std::string& language) const {
    const auto& detail = invoice.reason_detail;
    if (!context_.texts.has(invoice.reason)) return detail;
    auto text =
        context_.texts.text(language, invoice.reason, {{"detail", detail}, {"reason", detail}});
    if (text.find(detail) == std::string::npos) text += " (" + detail + ')';
    return text;
}

Result<json> Support::invoice(const std::string& name, const std::string& language,
                              std::int64_t after, int limit) const {
    const auto found = one(name);
    if (!found) return tl::unexpected(found.error());
    return port::look_up(context_.store, [&](const port::Tx& tx) -> Result<json> {
        const auto invoice = tx.invoices().find(found->connection, found->id);
        if (!invoice) return fail("payment.unknown");
        auto lines = tx.journal().list(invoice->connection, invoice->id);
        link_by_request(lines);
        std::erase_if(lines, [&](const auto& line) { return line.id <= after; });
        const bool more = cut(lines, limit);

        std::vector<port::ProblemRow> rows;
        for (auto& row : tx.problems().list(invoice->connection))
            if (row.subject == invoice->id.value || row.subject == invoice->merchant.value)
                rows.push_back(std::move(row));
        auto shown_invoice = view::invoice(*invoice);
        const auto connection = tx.connections().find(invoice->connection);
        const auto merchant = tx.merchants().find(invoice->connection, invoice->merchant);
        shown_invoice["crm"] = connection ? connection->public_url : std::string();
        shown_invoice["reasonText"] = why(*invoice, language);
        shown_invoice["merchantName"] = merchant ? merchant->name : std::string();
        const auto subscription = tx.subscriptions().by_invoice(invoice->connection, invoice->id);
        shown_invoice["subscription"] = subscription ? json(subscription->id.value) : json();
        return json{
            {"invoice", std::move(shown_invoice)},
            {"journal", shown(lines, [](const auto& line) { return view::line(line); })},
            {"more", more},
            {"waiting", waiting(tx, *invoice)},
            {"problems", open(tx, language, rows)},
            {"acts", {{"ask", may_ask(*invoice, context_.gateways)}, {"push", may_push(*invoice)}}},
        };
    });
}

json Support::outbox(const port::OutboxFilter& filter, std::int64_t after, int limit) const {
    return port::look_up(context_.store, [&](const port::Tx& tx) -> json {
        auto rows = tx.search().outbox(filter, after, limit + 1);
        const bool more = cut(rows, limit);
        json parked = json::array();
        for (const auto& group : tx.search().parked())
            parked.push_back({{"kind", group.kind},
                              {"reason", group.reason},
                              {"count", group.count},
                              {"oldest", view::when(group.oldest)}});
        auto out = view::stats(tx.outbox().stats());
        out["parked"] = std::move(parked);
        out["rows"] = shown(rows, [](const auto& row) { return view::effect(row); });
        out["more"] = more;
        return out;
    });
}

json Support::audit(std::int64_t before, int limit) const {
    auto rows = port::look_up(
        context_.store, [&](const port::Tx& tx) { return tx.audit().list(before, limit + 1); });
    const bool more = cut(rows, limit);
    return {{"rows", shown(rows, [](const auto& row) { return view::audit(row); })},
            {"more", more}};
}

json Support::verify_audit() const {
    const auto check =
        port::look_up(context_.store, [](const port::Tx& tx) { return tx.audit().verify(); });
    return {{"ok", check.wrong == 0},
            {"rows", check.rows},
            {"lastHash", check.last_hash},
            {"wrong", check.wrong == 0 ? json() : json(check.wrong)},
            {"why", check.why}};
}

json Support::problems(const std::string& language, Page page) const {
    return port::look_up(context_.store, [&](const port::Tx& tx) -> json {
        auto rows = tx.problems().all(page.offset + page.limit + 1);
        rows.erase(rows.begin(),
                   rows.begin() + std::min<std::ptrdiff_t>(page.offset, std::ssize(rows)));
        const bool more = cut(rows, page.limit);
        return {{"problems", open(tx, language, rows)}, {"more", more}};
    });
}

Result<domain::Invoice> Support::one(const std::string& name) const {
    const auto text = trimmed(name);
    const auto found = port::look_up(context_.store, [&](const port::Tx& tx) {
        return text.empty() ? std::vector<domain::Invoice>{} : look(tx, text, 0, 2);
    });
    if (found.empty()) return fail("payment.unknown");
    if (found.size() > 1) return fail("payment.ambiguous");
    return found.front();
}

}  // namespace tillbridge::service
