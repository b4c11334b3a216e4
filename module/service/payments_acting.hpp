// One request on its way through Payments: the steps that the order card's actions share.
#pragma once

#include <chrono>
#include <exception>
#include <nlohmann/json.hpp>
#include <thread>

#include "module/port/crash_point.hpp"
#include "module/service/effects.hpp"
#include "module/service/payments.hpp"

namespace tillbridge::service {

class Payments::Acting {
  public:
    Acting(const Context& context, Operations& operations, const domain::RequestId& request,
           std::optional<Seen> seen = std::nullopt)
        : context_(context), operations_(operations), request_(request), seen_(std::move(seen)) {}

    domain::Fact fact(domain::What what) const {
        return {context_.clock.now(),
                seen_ ? seen_->key : domain::OperationId{context_.random.id()}, std::move(what)};
    }

    // Decides and commits; waits where the same kind of change is already under way.
    template <class MakeFact>
    domain::Result<domain::Decision> decide(const domain::ConnectionId& connection,
                                            const domain::InvoiceId& id, domain::OperationKind kind,
                                            MakeFact make_fact) {
        auto decided = decide_in_turn(connection, id, kind, make_fact);
        if (!decided)
            note_refusal(decided.error(), word_of(kind),
                         [&](const port::Tx& tx) { return tx.invoices().find(connection, id); });
        return decided;
    }

    // Support reads in the payment's story why a button did nothing. What nobody could read is no
    // part of it, and neither is what stands there already. Where it can't be written the refusal
    // is the answer all the same.
    template <class Find>
    void note_refusal(const domain::Error& error, const char* kind, Find find_invoice) {
        if (line_ != 0 || error.code.starts_with("money.") ||
            error.code == "payment.amount_invalid")
            return;
        if (const auto invoice = port::look_up(context_.store, find_invoice))
            note(*invoice, kind, {{"verdict", "refused"}, {"error", error.code}});
    }

    void note_repeat(const domain::Invoice& invoice) {
        note(invoice, "crm.create", {{"verdict", "repeated"}});
    }

    // Runs what was just begun; where its answer was lost, asks at once what became of it.
    Operations::Ran run(const domain::Invoice& invoice, const domain::OperationId& op,
                        const std::optional<CreateDetails>& details = std::nullopt) {
        port::crash_point("payments.intent_committed");
        auto ran =
            operations_.run(invoice.connection, invoice.id, op, true, details, request_, line_);
        if (ran.state == domain::OperationState::unknown)
            ran = operations_.run(invoice.connection, invoice.id, op, false, details, request_,
                                  line_);
        if (in_flight(*ran.invoice.find(op))) tell_unknown(ran.invoice, op);
        return ran;
    }

    // Its caller hears "not known yet", so the CRM is to hear of its end.
    void tell_unknown(const domain::Invoice& invoice, const domain::OperationId& op) {
        context_.store.write([&](port::Tx& tx) {
            const auto before = tx.invoices().find(invoice.connection, invoice.id).value();
            const auto now = fact(domain::fact::ToldUnknown{op});
            auto decision = domain::decide(before, now);
            apply(context_, tx, now, before, decision, request_, line_);
        });
    }
    // The journal line of what was decided: the cause of what is done about it.
    void follows(std::int64_t line) { line_ = line; }

    // The operation as it stands once nobody in this process is in the middle of its call.
    domain::Operation settled(const domain::ConnectionId& connection, const domain::InvoiceId& id,
                              const domain::OperationId& op) {
        const auto until = std::chrono::steady_clock::now() + kPatience;
        for (;;) {
            auto now = *find(connection, id)->find(op);
            if (!under_way(now) || std::chrono::steady_clock::now() >= until) return now;
            std::this_thread::sleep_for(kLook);
        }
    }

    std::optional<domain::Invoice> find(const domain::ConnectionId& connection,
                                        const domain::InvoiceId& id) const {
        return port::look_up(
            context_.store, [&](const port::Tx& tx) { return tx.invoices().find(connection, id); });
    }

    std::int64_t line() const { return line_; }

  private:
    void note(const domain::Invoice& invoice, const char* kind, const nlohmann::json& detail) {
        port::JournalLine line;
        line.connection = invoice.connection;
        line.invoice = invoice.id;
        line.at = context_.clock.now();
        line.kind = kind;
        line.detail = detail.dump();
        line.request = request_;
        try {
            line_ =
                port::commit(context_.store, [&](port::Tx& tx) { return tx.journal().add(line); });
        } catch (const std::exception& error) {
            context_.log.error("a line of a payment's story could not be written",
                               {{"requestId", request_.value},
                                {"connectionId", invoice.connection.value},
                                {"invoiceId", invoice.id.value},
                                {"why", error.what()}});
        }
    }

    // The second of two clicks waits for the first one's answer so long, then hears "still under
    // way".
    static constexpr auto kPatience = std::chrono::seconds(15);
    static constexpr auto kLook = std::chrono::milliseconds(25);

    static const char* word_of(domain::OperationKind kind) {
        switch (kind) {
            case domain::OperationKind::capture:
                return "crm.approve";
            case domain::OperationKind::void_hold:
                return "crm.cancel";
            case domain::OperationKind::refund:
                return "crm.refund";
            case domain::OperationKind::create:
                break;
        }
        return "crm.create";
    }

    template <class MakeFact>
    domain::Result<domain::Decision> decide_in_turn(const domain::ConnectionId& connection,
                                                    const domain::InvoiceId& id,
                                                    domain::OperationKind kind,
                                                    MakeFact make_fact) {
        const auto until = std::chrono::steady_clock::now() + kPatience;
        for (;;) {
            auto decided = decide_once(connection, id, make_fact);
            if (!decided || decided->verdict != domain::Verdict::refused) return decided;
            const auto* busy = decided->invoice.busy();
            const bool twin = decided->error.code == "payment.busy" && busy != nullptr &&
                              busy->kind == kind && under_way(*busy);
            if (!twin || std::chrono::steady_clock::now() >= until)
                return tl::unexpected(decided->error);
            std::this_thread::sleep_for(kLook);
        }
    }

    template <class MakeFact>
    domain::Result<domain::Decision> decide_once(const domain::ConnectionId& connection,
                                                 const domain::InvoiceId& id, MakeFact make_fact) {
        return port::commit(context_.store, [&](port::Tx& tx) -> domain::Result<domain::Decision> {
            const auto before = tx.invoices().find(connection, id);
            if (!before) return domain::fail("payment.unknown", {}, "paymentId");
            if (seen_ && before->find(seen_->key) != nullptr)
                return domain::Decision{*before, {}, domain::Verdict::repeated, {}, seen_->key};
            if (seen_ && mark_of(*before) != seen_->mark) return domain::fail("payment.changed");
            const domain::Result<domain::What> what = make_fact(*before);
            if (!what) return tl::unexpected(what.error());
            const auto now = fact(*what);
            auto decision = domain::decide(*before, now);
            if (decision.error.code != "payment.busy")
                line_ = apply(context_, tx, now, *before, decision, request_);
            return decision;
        });
    }

    bool under_way(const domain::Operation& op) const {
        return (op.state == domain::OperationState::started ||
                op.state == domain::OperationState::planned) &&
               context_.clock.now() - op.created_at < domain::kSafetyNet;
    }

    const Context& context_;
    Operations& operations_;
    domain::RequestId request_;
    std::optional<Seen> seen_;
    std::int64_t line_ = 0;
};

}  // namespace tillbridge::service
