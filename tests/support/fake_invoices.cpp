#include "tests/support/fake_invoices.hpp"

#include <algorithm>

namespace tillbridge::test {
namespace {

template <class Is>
std::optional<domain::Invoice> first(const FakeData& data, Is is) {
    for (const auto& [id, invoice] : data.invoices)
        if (is(invoice)) return invoice;
    return std::nullopt;
}

template <class Is>
std::vector<port::Invoices::Key> keys(const FakeData& data, int limit, Is is) {
    std::vector<port::Invoices::Key> found;
    for (const auto& [id, invoice] : data.invoices)
        if (is(invoice) && static_cast<int>(found.size()) < limit)
            found.push_back({invoice.connection, invoice.id});
    return found;
}

}  // namespace

void FakeInvoices::insert(const domain::Invoice& i) {
    d_.invoices[i.id.value] = i;
}

void FakeInvoices::save(domain::Invoice& i) {
    d_.invoices[i.id.value] = i;
}

std::optional<domain::Invoice> FakeInvoices::find(const ConnectionId&, const InvoiceId& id) const {
    const auto found = d_.invoices.find(id.value);
    if (found == d_.invoices.end()) return std::nullopt;
    return found->second;
}

std::optional<domain::Invoice> FakeInvoices::by_uuid(const ConnectionId& connection,
                                                     const domain::InvoiceUuid& uuid) const {
    return first(d_, [&](const auto& i) { return i.connection == connection && i.uuid == uuid; });
}

std::optional<domain::Invoice> FakeInvoices::by_slug(const domain::Slug& slug) const {
    return first(d_, [&](const auto& i) { return i.slug == slug; });
}

std::optional<domain::Invoice> FakeInvoices::by_gateway_invoice(const ConnectionId&,
                                                                const MerchantId&,
                                                                const domain::GatewayId& id) const {
    return first(d_, [&](const auto& i) { return i.gateway_invoice == id; });
}

std::optional<domain::Invoice> FakeInvoices::by_external_id(const ConnectionId&, const MerchantId&,
                                                            std::string_view name) const {
    return first(d_, [&](const auto& i) {
        return std::any_of(i.operations.begin(), i.operations.end(), [&](const auto& op) {
            return op.kind == domain::OperationKind::create && op.external_id == name;
        });
    });
}

void FakeInvoices::link_order(const ConnectionId& connection, std::int64_t order,
                              const InvoiceId& id, std::int64_t payment) {
    d_.order_invoices[{connection.value, order, id.value}] = payment;
}

std::vector<port::OrderInvoice> FakeInvoices::of_order(const ConnectionId& connection,
                                                       std::int64_t order, int) const {
    std::vector<port::OrderInvoice> found;
    for (const auto& [key, payment] : d_.order_invoices)
        if (std::get<0>(key) == connection.value && std::get<1>(key) == order)
            found.push_back({d_.invoices.at(std::get<2>(key)), payment});
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.invoice.created_at > b.invoice.created_at;
    });
    return found;
}

std::vector<domain::Invoice> FakeInvoices::search(std::string_view, int) const {
    missing();
}

std::vector<port::Invoices::Key> FakeInvoices::stale_pending(UtcTime before, int limit) const {
    return keys(d_, limit, [&](const domain::Invoice& i) {
        const auto looked = d_.looked_at.find(i.id.value);
        const auto touched =
            looked == d_.looked_at.end() ? i.updated_at : std::max(i.updated_at, looked->second);
        return i.state == domain::InvoiceState::pending && touched < before;
    });
}

std::vector<port::Invoices::Key> FakeInvoices::link_expired(UtcTime before, int limit) const {
    return keys(d_, limit, [&](const domain::Invoice& i) {
        return i.state == domain::InvoiceState::pending && i.link_expires_at &&
               i.link_expires_at <= before;
    });
}

std::vector<port::Invoices::Key> FakeInvoices::hold_ending(UtcTime warn, UtcTime act,
                                                           int limit) const {
    return keys(d_, limit, [&](const domain::Invoice& i) {
        return i.state == domain::InvoiceState::authorized && i.hold_ends_at &&
               (i.hold_ends_at <= act || (!i.hold_warned && i.hold_ends_at <= warn));
    });
}

void FakeInvoices::looked_at(const Key& key, UtcTime at) {
    d_.looked_at[key.invoice.value] = at;
}

std::int64_t FakeInvoices::count_open(const ConnectionId&, const MerchantId& merchant) const {
    using domain::InvoiceState;
    const auto open = keys(d_, 1'000'000, [&](const domain::Invoice& i) {
        const bool moves = i.state == InvoiceState::creating || i.state == InvoiceState::pending ||
                           i.state == InvoiceState::authorized || i.busy() != nullptr;
        return i.merchant == merchant && !i.test && moves;
    });
    return static_cast<std::int64_t>(open.size());
}

bool FakeInvoices::any_paid(const ConnectionId&) const {
    missing();
}

bool FakeInbox::add(const port::InboxEvent& event) {
    return d_.events.emplace(event.merchant.value, event.digest).second;
}

std::vector<port::InboxEvent> FakeInbox::list(const ConnectionId&, const InvoiceId&) const {
    missing();
}

std::int64_t FakeJournal::add(const port::JournalLine&) {
    return ++last_;
}

std::vector<port::JournalLine> FakeJournal::list(const ConnectionId&, const InvoiceId&) const {
    missing();
}

}  // namespace tillbridge::test
