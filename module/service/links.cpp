#include "module/service/links.hpp"

#include "module/service/inquiries.hpp"

namespace tillbridge::service {
namespace {

using domain::InvoiceState;

struct Found {
    std::optional<domain::Invoice> invoice;
    std::string shop;
};

Found find(const port::Store& store, const domain::Slug& slug) {
    return port::look_up(store, [&](const port::Tx& tx) {
        Found found{tx.invoices().by_slug(slug), {}};
        if (!found.invoice) return found;
        const auto merchant =
            tx.merchants().find(found.invoice->connection, found.invoice->merchant);
        if (merchant) found.shop = merchant->name;
        return found;
    });
}

Links::Kind kind_of(const domain::Invoice& invoice, domain::UtcTime now) {
    switch (invoice.state) {
        case InvoiceState::pending:
            return invoice.link_expires_at && now > invoice.link_expires_at ? Links::Kind::expired
                                                                            : Links::Kind::redirect;
        case InvoiceState::authorized:
        case InvoiceState::paid:
            return Links::Kind::paid;
        case InvoiceState::canceled:
            return invoice.reason == "canceled.expired" ? Links::Kind::expired
                                                        : Links::Kind::canceled;
        case InvoiceState::refunded:
            return Links::Kind::refunded;
        case InvoiceState::creating:
        case InvoiceState::failed:
            break;  // its link was never given to anybody
    }
    return Links::Kind::unknown;
}

Links::View view_of(const Found& found, domain::UtcTime now) {
    const domain::Invoice& invoice = *found.invoice;
    return {kind_of(invoice, now), invoice.return_url, invoice.locale, found.shop,
            invoice.connection,    invoice.id};
}

}  // namespace

Links::View Links::open(const domain::Slug& slug) const {
    const auto found = find(context_.store, slug);
    if (!found.invoice) return {};
    View view = view_of(found, context_.clock.now());
    if (view.kind == Kind::unknown) return {};
    if (view.kind == Kind::redirect) view.url = found.invoice->pay_url;
    return view;
}

Links::View Links::returned(const domain::Slug& slug, const domain::RequestId& request) {
    auto found = find(context_.store, slug);
    if (!found.invoice || kind_of(*found.invoice, context_.clock.now()) == Kind::unknown) return {};
    if (found.invoice->state == InvoiceState::pending) {
        const auto answer =
            inquiries_.ask(found.invoice->connection, found.invoice->id, "return", request);
        if (answer) found.invoice = answer->invoice;
    }
    View view = view_of(found, context_.clock.now());
    if (view.kind == Kind::redirect) view.kind = Kind::waiting;
    if (!view.url.empty()) view.kind = Kind::redirect;  // the shop tells its buyer itself
    return view;
}

}  // namespace tillbridge::service
