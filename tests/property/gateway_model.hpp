// The gateway of the model: it knows where the money really is. Everything that was carried out is
// a line of its ledger, with the operation that asked for it (none: its own cabinet).
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "module/domain/fact.hpp"
#include "module/domain/invoice.hpp"

namespace tillbridge::model {

using domain::GatewayStatus;
using domain::Money;
using domain::OperationId;
using domain::OperationKind;
using domain::OperationState;
using domain::UtcTime;

struct Entry {
    OperationKind kind;
    OperationId operation;  // empty: done in the cabinet
    std::int64_t amount;
};

enum class Phase { open, processing, held, paid, voided, refunded, used_up, expired };

// One payment at the gateway, from its link on.
struct Payment {
    std::string external_id;
    domain::GatewayId id;
    std::int64_t amount = 0;
    bool two_stage = false;
    UtcTime expires;
    Phase phase = Phase::open;
    std::int64_t held = 0;
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    UtcTime hold_ends;
    bool declined = false;
    std::string word;  // a status word that we do not know stands over everything else
    std::vector<Entry> ledger;
};

struct Hook {
    GatewayStatus status;
    std::int64_t amount;
    bool delivered = false;
};

struct GatewayModel {
    bool tells_refunded = true;  // its reports carry the running total of refunds
    domain::Currency currency;

    std::optional<Payment> payment;
    std::vector<Hook> hooks;                          // everything it ever had to say
    std::map<OperationId, domain::Operation> queued;  // accepted, not yet carried out
    std::map<OperationId, std::string> turned_down;

    void say(GatewayStatus status) {
        hooks.push_back({status, payment->captured > 0 ? payment->captured : payment->amount});
    }

    // The strange word goes, and what stands there instead is news.
    void speak_plainly() {
        if (!payment || payment->word.empty()) return;
        payment->word.clear();
        say(status());
    }

    void tick(UtcTime now) {
        if (!payment) return;
        if (payment->phase == Phase::held && now >= payment->hold_ends) release();
        if ((payment->phase == Phase::open) && payment->expires && now >= payment->expires)
            payment->phase = Phase::expired;
    }

    // The buyer.
    bool start_paying() {
        if (!payment || payment->phase != Phase::open) return false;
        payment->phase = Phase::processing;
        return true;
    }
    bool pay(UtcTime now) {
        if (!payment || (payment->phase != Phase::open && payment->phase != Phase::processing))
            return false;
        payment->word.clear();
        if (payment->two_stage) {
            payment->phase = Phase::held;
            payment->held = payment->amount;
            payment->hold_ends = now + std::chrono::hours(24 * 7);
            say(GatewayStatus::held);
        } else {
            payment->phase = Phase::paid;
            payment->captured = payment->amount;
            say(GatewayStatus::paid);
        }
        return true;
    }
    bool decline(bool final) {
        if (!payment || (payment->phase != Phase::open && payment->phase != Phase::processing))
            return false;
        payment->declined = true;
        payment->phase = final ? Phase::used_up : Phase::open;
        say(final ? GatewayStatus::declined_final : GatewayStatus::declined);
        return true;
    }

    void create(const domain::Operation& op, const domain::Invoice& invoice, UtcTime expires) {
        Payment made;
        made.external_id = op.external_id;
        made.id = domain::GatewayId{"g" + op.external_id};
        made.amount = invoice.amount.minor;
        made.two_stage = invoice.two_stage;
        made.expires = expires;
        payment = made;
    }

    // Carries out; false: the gateway says no.
    bool carry_out(OperationKind kind, const OperationId& op, std::int64_t amount) {
        if (!payment) return false;
        Payment& p = *payment;
        if (kind == OperationKind::capture) {
            if (p.phase != Phase::held || amount <= 0 || amount > p.held) return false;
            p.phase = Phase::paid;
            p.captured = amount;
        } else if (kind == OperationKind::void_hold) {
            if (p.phase != Phase::held) return false;
            p.phase = Phase::voided;
        } else if (kind == OperationKind::refund) {
            if (p.phase != Phase::paid || amount <= 0 || amount > p.captured - p.refunded)
                return false;
            p.refunded += amount;
            if (p.refunded == p.captured) p.phase = Phase::refunded;
        }
        p.ledger.push_back({kind, op, amount});
        say(status());
        return true;
    }

    bool settle_queued(bool accept) {
        if (queued.empty()) return false;
        const auto op = queued.begin()->second;
        queued.erase(queued.begin());
        if (!accept || !carry_out(op.kind, op.id, op.amount)) turned_down[op.id] = "no";
        return true;
    }

    // What became of an operation.
    OperationState fate(const domain::Operation& op, bool settled) const {
        if (queued.contains(op.id)) return OperationState::pending;
        if (turned_down.contains(op.id)) return OperationState::refused;
        if (payment)
            for (const auto& line : payment->ledger)
                if (line.operation == op.id) return OperationState::succeeded;
        return settled ? OperationState::not_done : OperationState::unknown;
    }

    GatewayStatus status() const {
        switch (payment->phase) {
            case Phase::held:
                return GatewayStatus::held;
            case Phase::paid:
                return GatewayStatus::paid;
            case Phase::voided:
                return GatewayStatus::voided;
            case Phase::refunded:
                return GatewayStatus::refunded;
            case Phase::used_up:
                return GatewayStatus::declined_final;
            case Phase::expired:
                return GatewayStatus::expired;
            case Phase::open:
                return payment->declined ? GatewayStatus::declined : GatewayStatus::processing;
            case Phase::processing:
                break;
        }
        return GatewayStatus::processing;
    }

    domain::fact::GatewayReport read(UtcTime now) const {
        domain::fact::GatewayReport report;
        report.asked_at = now;
        if (!payment->word.empty()) {
            report.reason = payment->word;
            return report;
        }
        report.status = status();
        report.in_progress = payment->phase == Phase::processing;
        report.amount = {payment->captured > 0 ? payment->captured : payment->amount, currency};
        if (tells_refunded && payment->captured > 0) report.refunded = payment->refunded;
        report.payment = domain::GatewayId{"p" + payment->external_id};
        report.hold_ends_at = payment->hold_ends;
        if (report.status == GatewayStatus::declined) report.reason = "no money";
        return report;
    }

    bool money_here() const {
        return payment && (payment->phase == Phase::held || payment->phase == Phase::paid);
    }

  private:
    void release() {
        payment->phase = Phase::voided;
        payment->ledger.push_back({OperationKind::void_hold, {}, payment->held});
        say(GatewayStatus::voided);
    }
};

}  // namespace tillbridge::model
