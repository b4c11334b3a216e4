#include "module/service/payments.hpp"

#include <nlohmann/json.hpp>

#include "module/domain/card_mask.hpp"
#include "module/service/effects.hpp"
#include "module/service/payments_acting.hpp"
#include "module/service/support_contacts.hpp"

namespace tillbridge::service {
namespace {

using domain::fail;
using domain::Invoice;
using domain::InvoiceState;
using domain::Operation;
using domain::OperationState;
using domain::Result;
using domain::Verdict;

Result<void> may_create(const domain::Connection& connection,
                        const std::optional<domain::Merchant>& merchant) {
    if (connection.frozen) return fail("connection.frozen");
    if (!connection.active) return fail("connection.inactive");
    if (!merchant) return fail("merchant.unknown", {}, "shopId");
    if (!merchant->active) return fail("merchant.inactive", {}, "shopId");
    return {};
}

Result<domain::Money> payable(const Payments::CreateRequest& request, port::Gateway& gateway) {
    const auto currency = domain::Currency::parse(request.currency);
    if (!currency) return fail("money.currency_unknown", request.currency, "currency");
    const auto& known = gateway.description().currencies;
    if (std::find(known.begin(), known.end(), request.currency) == known.end()) {
        auto refused = fail("currency.not_supported", request.currency, "currency");
        refused.value().params["currency"] = request.currency;
        std::string all;
        for (const auto& each : known) all += (all.empty() ? "" : ", ") + each;
        refused.value().params["supported"] = all;
        return refused;
    }
    if (request.open_price) return domain::Money{0, *currency};
    return read_amount(request.amount, *currency);
}

domain::Error failure_of(const Operations::Ran& ran) {
    domain::Error error{ran.code, ran.reason, {}, {}};
    error.params["reason"] = ran.reason;
    return error;
}

}  // namespace

Result<domain::Money> read_amount(const std::string& text, const domain::Currency& currency) {
    auto money = domain::parse_money(text, currency);
    if (!money) {
        auto error = money.error();
        error.field = "amount";
        return tl::unexpected(error);
    }
    if (money->minor <= 0) return fail("payment.amount_invalid", {}, "amount");
    return money;
}

std::string Payments::mark_of(const Invoice& invoice) {
    std::string mark(domain::to_word(invoice.state));
    for (const auto sum :
         {invoice.amount.minor, invoice.authorized, invoice.captured, invoice.refunded})
        mark += ' ' + std::to_string(sum);
    for (const auto& op : invoice.operations)
        mark.append(" ").append(op.id.value).append("=").append(domain::to_word(op.state));
    return mark;
}

std::string Payments::link(const domain::Slug& slug) const {
    return context_.settings.public_url + "/pay/" + slug.value;
}

namespace {

struct Begun {
    Invoice invoice;
    domain::OperationId operation;  // what this request has to run; empty: somebody else does
};

Invoice born(const Context& context, const domain::Connection& connection,
             const domain::Merchant& merchant, const Payments::CreateRequest& request,
             const domain::Money& amount) {
    Invoice invoice;
    invoice.connection = connection.id;
    invoice.created_at = invoice.updated_at = context.clock.now();
    invoice.id = domain::InvoiceId{context.random.id_at(invoice.created_at)};
    invoice.uuid = request.uuid;
    invoice.merchant = merchant.id;
    invoice.gateway = merchant.gateway;
    invoice.slug = domain::Slug{context.random.slug()};
    invoice.amount = amount;
    invoice.two_stage = merchant.options.two_stage;
    invoice.auto_capture = merchant.options.auto_capture;
    invoice.hold_end = merchant.options.hold_end;
    invoice.test = request.test;
    invoice.order_number = domain::mask_cards(request.order_number);
    invoice.description = domain::mask_cards(request.description);
    if (invoice.description.empty())
        invoice.description = context.texts.text(
            connection.locale, request.test ? "test_link.description" : "payment.description",
            {{"number", invoice.order_number}});
    invoice.return_url = request.return_url;
    invoice.locale = request.locale.empty() ? connection.locale : request.locale;

    Operation op;
    op.id = domain::OperationId{context.random.id()};
    op.kind = domain::OperationKind::create;
    op.state = OperationState::started;
    op.amount = amount.minor;
    op.external_id = invoice.id.value;
    op.created_at = op.started_at = invoice.created_at;
    op.tries = 1;
    invoice.operations.push_back(op);
    return invoice;
}

std::int64_t write_birth(port::Tx& tx, const Invoice& invoice, std::int64_t order,
                         const domain::RequestId& request) {
    tx.invoices().insert(invoice);
    if (order != 0) tx.invoices().link_order(invoice.connection, order, invoice.id, 0);
    port::JournalLine line;
    line.connection = invoice.connection;
    line.invoice = invoice.id;
    line.at = invoice.created_at;
    line.kind = "crm.create";
    line.summary = to_decimal(invoice.amount) + ' ' + invoice.amount.currency.code();
    line.detail = nlohmann::json{{"verdict", "applied"},
                                 {"to", "creating"},
                                 {"merchant", invoice.merchant.value},
                                 {"twoStage", invoice.two_stage}}
                      .dump();
    line.request = request;
    const auto cause = tx.journal().add(line);
    const auto& op = invoice.operations.front();
    auto row =
        outbox_row(invoice, domain::effect::RunOperation{op.id, op.created_at + domain::kSafetyNet},
                   invoice.created_at);
    row.cause = cause;
    row.request = request;
    tx.outbox().add(row);
    return cause;
}

// By what was asked for: an open price may be known by now.
bool same_order(const Invoice& known, const Payments::CreateRequest& request,
                const domain::Money& amount) {
    return known.merchant == request.shop && known.amount.currency == amount.currency &&
           known.operations.front().amount == amount.minor;
}

}  // namespace

Result<Payments::Link> Payments::create(const domain::Connection& connection,
                                        const CreateRequest& request) {
    Acting acting(context_, operations_, request.request);
    auto created = create(acting, connection, request);
    if (!created)
        acting.note_refusal(created.error(), "crm.create", [&](const port::Tx& tx) {
            return tx.invoices().by_uuid(connection.id, request.uuid);
        });
    return created;
}

Result<Payments::Link> Payments::create(Acting& acting, const domain::Connection& connection,
                                        const CreateRequest& request) {
    std::optional<Invoice> seen;
    const auto merchant = port::look_up(context_.store, [&](const port::Tx& tx) {
        seen = tx.invoices().by_uuid(connection.id, request.uuid);
        return tx.merchants().find(connection.id, request.shop);
    });
    // What is asked anew of a known invoice contradicts it, whether it could be paid or not.
    if (seen && seen->merchant != request.shop) return fail("payment.conflict");
    if (const auto allowed = may_create(connection, merchant); !allowed)
        return tl::unexpected(allowed.error());
    auto* gateway = context_.gateways.find(merchant->gateway);
    if (gateway == nullptr) return fail("gateway.unknown");
    const auto amount = payable(request, *gateway);
    if (!amount) {
        if (seen && amount.error().code == "currency.not_supported")
            return fail("payment.conflict");
        return tl::unexpected(amount.error());
    }

    auto begun = port::commit(context_.store, [&](port::Tx& tx) -> Result<Begun> {
        const auto known = tx.invoices().by_uuid(connection.id, request.uuid);
        if (!known) {
            auto invoice = born(context_, connection, *merchant, request, *amount);
            acting.follows(write_birth(tx, invoice, request.order, request.request));
            remember_contacts(context_, tx, invoice, request.customer_email,
                              request.customer_phone);
            return Begun{invoice, invoice.operations.front().id};
        }
        if (!same_order(*known, request, *amount)) return fail("payment.conflict");
        if (known->state != InvoiceState::failed) return Begun{*known, {}};
        const auto again = acting.fact(domain::fact::CreateAgain{merchant->options.two_stage,
                                                                 merchant->options.auto_capture,
                                                                 merchant->options.hold_end});
        auto decision = domain::decide(*known, again);
        acting.follows(apply(context_, tx, again, *known, decision, request.request));
        if (decision.verdict == Verdict::refused) return tl::unexpected(decision.error);
        return Begun{decision.invoice, decision.operation};
    });
    if (!begun) return tl::unexpected(begun.error());

    auto invoice = begun->invoice;
    if (begun->operation.empty()) {
        acting.note_repeat(invoice);
        if (invoice.state == InvoiceState::creating) {
            const auto waited = finish_creating(acting, invoice, request.request);
            if (!waited) return tl::unexpected(waited.error());
            invoice = *waited;
        }
    } else {
        const auto ran = acting.run(
            invoice, begun->operation,
            CreateDetails{request.customer_email, request.customer_phone, request.items_json,
                          request.link_expires_at, request.parameters});
        if (!ran.code.empty()) return tl::unexpected(failure_of(ran));
        invoice = ran.invoice;
    }
    const bool open =
        invoice.state == InvoiceState::pending || invoice.state == InvoiceState::authorized;
    return Link{invoice.id, link(invoice.slug), open};
}

// The CRM repeats a create whose first call is still under way, or whose outcome is not known.
Result<Invoice> Payments::finish_creating(Acting& acting, const Invoice& known,
                                          const domain::RequestId& request) {
    const auto* create = known.last(domain::OperationKind::create);
    if (create == nullptr) return known;
    auto op = acting.settled(known.connection, known.id, create->id);
    if (op.state == OperationState::started || op.state == OperationState::planned)
        return fail("payment.busy");
    if (in_flight(op)) {
        const auto ran = operations_.run(known.connection, known.id, op.id, false, std::nullopt,
                                         request, acting.line());
        if (!ran.code.empty()) return tl::unexpected(failure_of(ran));
        return ran.invoice;
    }
    auto now = acting.find(known.connection, known.id).value();
    if (now.state == InvoiceState::failed) {
        const bool refused = op.state == OperationState::refused;
        auto error = fail(refused ? "gateway.refused" : "gateway.unavailable", op.reason);
        error.value().params["reason"] = op.reason;
        return error;
    }
    return now;
}

Result<void> Payments::approve(const domain::Connection& connection, const domain::InvoiceId& id,
                               const std::optional<std::string>& amount,
                               const domain::RequestId& request, const std::optional<Seen>& seen) {
    Acting acting(context_, operations_, request, seen);
    const auto decided = acting.decide(
        connection.id, id, domain::OperationKind::capture,
        [&](const Invoice& invoice) -> Result<domain::What> {
            domain::fact::Approve approve;
            if (amount) {
                const auto money = read_amount(*amount, invoice.amount.currency);
                if (!money) return tl::unexpected(money.error());
                approve.amount = money->minor;
            }
            const auto* gateway = context_.gateways.find(invoice.gateway);
            if (approve.amount && *approve.amount < invoice.authorized && gateway != nullptr &&
                !gateway->description().capabilities.partial_capture)
                return fail("payment.partial_not_supported", {}, "amount");
            return approve;
        });
    if (!decided) return tl::unexpected(decided.error());
    if (decided->verdict == Verdict::repeated) return {};
    return finish(acting, *decided);
}

Result<void> Payments::cancel(const domain::Connection& connection, const domain::InvoiceId& id,
                              const domain::RequestId& request, const std::optional<Seen>& seen) {
    Acting acting(context_, operations_, request, seen);
    const auto decided = acting.decide(
        connection.id, id, domain::OperationKind::void_hold,
        [](const Invoice&) -> Result<domain::What> { return domain::fact::Cancel{}; });
    if (!decided) return tl::unexpected(decided.error());
    if (decided->verdict == Verdict::repeated || decided->operation.empty()) return {};
    return finish(acting, *decided);
}

Result<void> Payments::finish(Acting& acting, const domain::Decision& decided) {
    const auto ran = acting.run(decided.invoice, decided.operation);
    if (ran.state == OperationState::succeeded) return {};
    if (ran.state == OperationState::pending) return fail("payment.busy");
    return tl::unexpected(failure_of(ran));
}

Result<Payments::RefundAnswer> Payments::refund(const domain::Connection& connection,
                                                const domain::InvoiceId& id,
                                                const std::optional<std::string>& amount,
                                                const domain::RequestId& request,
                                                const std::optional<Seen>& seen) {
    Acting acting(context_, operations_, request, seen);
    const auto decided =
        acting.decide(connection.id, id, domain::OperationKind::refund,
                      [&](const Invoice& invoice) -> Result<domain::What> {
                          const auto* gateway = context_.gateways.find(invoice.gateway);
                          if (gateway != nullptr && !gateway->description().capabilities.refund) {
                              auto no = fail("payment.refund_not_supported");
                              no.value().params["gateway"] = gateway->description().name;
                              return no;
                          }
                          domain::fact::Refund refund;
                          refund.distinct = seen.has_value();
                          if (amount) {
                              const auto money = read_amount(*amount, invoice.amount.currency);
                              if (!money) return tl::unexpected(money.error());
                              refund.amount = money->minor;
                          }
                          return refund;
                      });
    if (!decided) return tl::unexpected(decided.error());

    Operation op;
    domain::Error error{"gateway.silent", {}, {}, {}};
    if (decided->verdict == Verdict::repeated) {
        op = acting.settled(connection.id, id, decided->operation);
        if (op.state == OperationState::refused) error.code = "gateway.refused";
        if (op.state == OperationState::not_done) error.code = "gateway.unavailable";
        if (in_flight(op)) acting.tell_unknown(decided->invoice, op.id);
    } else {
        const auto ran = acting.run(decided->invoice, decided->operation);
        op = *ran.invoice.find(decided->operation);
        if (ran.state != OperationState::succeeded) error.code = ran.code;
    }
    if (op.state == OperationState::succeeded)
        return RefundAnswer{op.id, true, {op.amount, decided->invoice.amount.currency}, {}};
    if (op.state == OperationState::pending || op.state == OperationState::started ||
        op.state == OperationState::planned)
        error.code = "payment.busy";
    error.message = op.reason;
    error.params["reason"] = op.reason;
    if (in_flight(op)) error.params["id"] = op.id.value;
    return tl::unexpected(error);
}

Result<Payments::StatusAnswer> Payments::status(const domain::Connection& connection,
                                                const domain::InvoiceId& id) const {
    const auto invoice = port::look_up(
        context_.store, [&](const port::Tx& tx) { return tx.invoices().find(connection.id, id); });
    if (!invoice) return fail("payment.unknown", {}, "paymentId");
    return StatusAnswer{*invoice, link(invoice->slug)};
}

}  // namespace tillbridge::service
