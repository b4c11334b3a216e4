// What the panel sees in the invoices of one order. Private to module/service.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "module/port/store.hpp"

namespace tillbridge::service::panel {

using OrderInvoices = std::vector<port::OrderInvoice>;

inline bool is_open(const domain::Invoice& invoice) {
    return invoice.state == domain::InvoiceState::creating ||
           invoice.state == domain::InvoiceState::pending ||
           invoice.state == domain::InvoiceState::authorized;
}

// A link of it would ask the buyer to pay twice.
inline bool is_live(const domain::Invoice& invoice) {
    return is_open(invoice) || invoice.state == domain::InvoiceState::paid;
}

// What the card is about: what is open, else what is paid, else the newest.
inline const domain::Invoice* matters_most(const OrderInvoices& all) {
    const auto first = [&](auto fits) -> const domain::Invoice* {
        const auto at =
            std::find_if(all.begin(), all.end(), [&](const auto& it) { return fits(it.invoice); });
        return at == all.end() ? nullptr : &at->invoice;
    };
    if (const auto* open = first(is_open)) return open;
    if (const auto* live = first(is_live)) return live;
    return all.empty() ? nullptr : &all.front().invoice;
}

inline const domain::Invoice* find(const OrderInvoices& all, const domain::InvoiceId& id) {
    const auto at =
        std::find_if(all.begin(), all.end(), [&](const auto& it) { return it.invoice.id == id; });
    return at == all.end() ? nullptr : &at->invoice;
}

inline const domain::Invoice* live_for(const OrderInvoices& all, std::int64_t payment) {
    const auto at = std::find_if(all.begin(), all.end(), [&](const auto& it) {
        return it.payment == payment && is_live(it.invoice);
    });
    return at == all.end() ? nullptr : &at->invoice;
}

inline std::string mark_of(const OrderInvoices& all) {
    std::string mark;
    for (const auto& it : all)
        mark.append(it.invoice.id.value)
            .append("=")
            .append(domain::to_word(it.invoice.state))
            .append(" ");
    return mark;
}

inline std::string payment_mark(std::int64_t payment) {
    return "payment " + std::to_string(payment);
}

}  // namespace tillbridge::service::panel
