// A payment that the CRM did not ask for: it gets a payment of its own on the order, named by our
// id of it, and an invoice there that says it is paid (PROTOCOL.md §1). Each step looks first at
// what is there, so that a repeat after a lost answer finds what it made.
#include <algorithm>

#include "api_client/retailcrm/host.hpp"
#include "api_client/retailcrm/json_object.hpp"
#include "api_client/retailcrm/wire.hpp"
#include "module/port/json.hpp"

namespace tillbridge::retailcrm {

using nlohmann::json;
using port::HostReply;
using port::HostResult;
using port::Imported;

namespace {

std::string payment_json(const port::Order& order, const std::string& type,
                         const domain::Invoice& invoice) {
    JsonObject object;
    object.text("externalId", invoice.id.value)
        .text("type", type)
        .amount("amount", invoice.amount)
        .text_if("comment", cut(invoice.description))
        .raw("order", "{\"id\":" + std::to_string(order.id) + "}");
    return object.str();
}

std::string invoice_json(std::int64_t payment, const domain::Invoice& invoice, const Zone& zone) {
    JsonObject object;
    object.raw("paymentId", std::to_string(payment))
        .text("externalId", invoice.id.value)
        .amount("amount", invoice.amount)
        .text("currency", invoice.amount.currency.code())
        .text("status", "succeeded")
        .text("createdAt", zone.local_text(invoice.created_at))
        .text("paidAt", zone.local_text(invoice.paid_at))
        .flag("refundable", false);
    return object.str();
}

const port::OrderPayment* find(const port::Order& order, std::int64_t id) {
    const auto at = std::find_if(order.payments.begin(), order.payments.end(),
                                 [&](const auto& each) { return each.id == id; });
    return at == order.payments.end() ? nullptr : &*at;
}

const port::OrderPayment* find(const port::Order& order, const domain::Invoice& invoice) {
    const auto at =
        std::find_if(order.payments.begin(), order.payments.end(),
                     [&](const auto& each) { return each.external_id == invoice.id.value; });
    return at == order.payments.end() ? nullptr : &*at;
}

HostReply<Imported> refused(port::HostAnswer answer, const char* code, const char* why) {
    answer.result = HostResult::refused;
    answer.code = code;
    answer.message = why;
    answer.exchange.outcome = code;
    return {std::move(answer), {}};
}

}  // namespace

HostReply<Imported> Host::import_paid(const domain::Connection& connection,
                                      const domain::Invoice& invoice,
                                      const domain::InvoiceUuid& like) {
    Reading known = get(connection, "/api/v5/payment/invoice/" + http::percent_encode(like.value),
                        "payment/invoice");
    if (known.answer.result != HostResult::ok) return {std::move(known.answer), {}};
    const json* model = port::member(known.body, "invoice");
    const auto number = model == nullptr ? std::nullopt : port::integer_at(*model, "orderId");
    const auto first = model == nullptr ? std::nullopt : port::integer_at(*model, "paymentId");
    if (!number || !first) {
        make_senseless(known.answer, "payment/invoice: no order or no payment");
        return {std::move(known.answer), {}};
    }

    auto read = order(connection, *number);
    if (read.answer.result != HostResult::ok) return {std::move(read.answer), {}};
    Imported imported{{}, *number, 0};
    if (const auto* mine = find(read.value, invoice)) {
        imported.payment = mine->id;
        if (mine->paid) return {std::move(read.answer), std::move(imported)};
    } else {
        const auto* model_payment = find(read.value, *first);
        if (model_payment == nullptr)
            return refused(std::move(read.answer), "order.payment_gone",
                           "the order has no longer the payment that began it");
        auto made = create_payment(connection, read.value,
                                   payment_json(read.value, model_payment->type, invoice));
        if (made.answer.result != HostResult::ok) return {std::move(made.answer), {}};
        imported.payment = made.value;
    }
    return import_invoice(connection, invoice, std::move(imported));
}

HostReply<std::int64_t> Host::create_payment(const domain::Connection& connection,
                                             const port::Order& order, const std::string& payment) {
    http::Fields fields{{"payment", payment}};
    if (!order.site.empty()) fields.emplace_back("site", order.site);
    Reading made =
        post(connection, "/api/v5/orders/payments/create", "orders/payments/create", fields);
    lacks_right(made.answer, "order.write_forbidden");
    if (made.answer.result != HostResult::ok) return {std::move(made.answer), 0};
    const auto id = port::integer_at(made.body, "id");
    if (!id) make_senseless(made.answer, "orders/payments/create: no id");
    return {std::move(made.answer), id.value_or(0)};
}

HostReply<Imported> Host::import_invoice(const domain::Connection& connection,
                                         const domain::Invoice& invoice, Imported imported) {
    const auto zone = zones_.find(connection.timezone);
    Reading done =
        post(connection, "/api/v5/payment/invoice/import", "payment/invoice/import",
             {{"invoice", invoice_json(imported.payment, invoice, zone ? *zone : Zone::utc())}});
    if (done.answer.result != HostResult::ok) return {std::move(done.answer), {}};
    if (const json* told = port::member(done.body, "invoice"))
        imported.uuid = domain::InvoiceUuid(port::text_at(*told, "invoiceUuid"));
    return {std::move(done.answer), std::move(imported)};
}

}  // namespace tillbridge::retailcrm
