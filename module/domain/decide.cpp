#include "module/domain/decide.hpp"

#include <algorithm>

#include "module/domain/deciding.hpp"

namespace tillbridge::domain {
namespace {

// The CRM may learn its own new invoice only after it has read our answer to `create`.
constexpr Span kFirstPush = std::chrono::seconds(1);
// A link that is dead for us may still be open in a buyer's browser: look again after this.
constexpr Span kLateLook = std::chrono::minutes(10);
// The reason of an own operation that was called off before its call began.
constexpr const char* kSuperseded = "superseded";
// So often may the gateway refuse an operation of our own before a person has to look.
constexpr int kOwnTries = 3;
// After that a hold is still tried to be given back so often.
constexpr Span kDaily = std::chrono::hours(24);
// Between two questions about an operation whose own end must tell.
constexpr Span kEndSoonest = std::chrono::minutes(1);
constexpr Span kEndLatest = std::chrono::hours(6);

bool refused_to_us(const Operation& op, OperationKind kind) {
    return op.kind == kind && op.origin != Origin::manager && op.state == OperationState::refused &&
           op.reason != kSuperseded;
}

bool waits(const Operation& op) {
    return op.state == OperationState::not_done && op.origin != Origin::manager;
}

void call_off(Operation& op, UtcTime at) {
    op.state = OperationState::refused;
    op.reason = kSuperseded;
    op.ended_at = at;
}

effect::PushStatus status_of(const Invoice& invoice, CrmStatus status) {
    effect::PushStatus push;
    push.status = status;
    push.amount = invoice.amount.minor;
    push.cancellable = status == CrmStatus::pending || status == CrmStatus::waiting_for_capture;
    push.refundable = status == CrmStatus::succeeded && invoice.refundable() > 0;
    if (status == CrmStatus::waiting_for_capture) push.amount = invoice.authorized;
    if (status == CrmStatus::succeeded || status == CrmStatus::refund_succeeded) {
        push.amount = invoice.captured;
        push.paid_at = invoice.paid_at;
    }
    if (status == CrmStatus::pending) push.expires_at = invoice.link_expires_at;
    if (status == CrmStatus::canceled || status == CrmStatus::pending) {
        push.reason = invoice.reason;
        push.reason_detail = invoice.reason_detail;
    }
    return push;
}

}  // namespace

Decision decide(const Invoice& before, const Fact& fact, const TransitionTable& table) {
    Deciding deciding(before, fact, table);
    std::visit([&](const auto& what) { deciding.on(what); }, fact.what);
    return deciding.take();
}

bool link_is_dead(const Invoice& invoice, const fact::GatewayReport& report, UtcTime now) {
    if (invoice.state != InvoiceState::pending || !invoice.link_expires_at) return false;
    if (now <= invoice.link_expires_at + kExpiryGrace || report.in_progress) return false;
    // A word that we can't read may be money.
    return report.status == GatewayStatus::declined ||
           (report.status == GatewayStatus::processing && report.reason.empty());
}

effect::PushStatus status_now(const Invoice& invoice) {
    return status_of(invoice, crm_status(invoice.state));
}

Deciding::Deciding(const Invoice& before, const Fact& fact, const TransitionTable& table)
    : before_(before),
      table_(table),
      at_(fact.at),
      fresh_(fact.fresh),
      invoice_(decision_.invoice) {
    decision_.invoice = before;
}

Decision Deciding::take() {
    const bool applied = decision_.verdict == Verdict::applied;
    if (applied) {
        retire();
        invoice_.updated_at = at_;
    } else {
        invoice_ = before_;
        if (decision_.verdict != Verdict::quarantined) decision_.effects.clear();
    }
    if (invoice_.test) {  // the CRM knows nothing of it
        std::erase_if(decision_.effects, [](const Effect& effect) {
            return std::holds_alternative<effect::PushStatus>(effect) ||
                   std::holds_alternative<effect::AskConsent>(effect);
        });
    }
    return std::move(decision_);
}

Move Deciding::move(Trigger trigger) {
    const Cell& cell = at(table_, invoice_.state, trigger);
    if (cell.move != Move::go) return cell.move;
    if (invoice_.state == InvoiceState::authorized && cell.next != InvoiceState::authorized) {
        no_problem("invoice.hold_ends_soon");
        no_problem("invoice.capture_refused");
    }
    invoice_.state = cell.next;
    retire();
    return Move::go;
}

void Deciding::refuse(const char* code) {
    decision_.verdict = Verdict::refused;
    decision_.error = Error{code, {}, {}, {}};
}

void Deciding::refuse_busy() {
    refuse("payment.busy");
}

void Deciding::refuse_amount(std::int64_t left) {
    refuse("payment.amount_too_large");
    decision_.error.field = "amount";
    decision_.error.params["left"] =
        to_decimal({left, invoice_.amount.currency}) + ' ' + invoice_.amount.currency.code();
}

void Deciding::repeat(const OperationId& op) {
    decision_.verdict = Verdict::repeated;
    decision_.operation = op;
}

void Deciding::quarantine(const std::string& detail, const std::string& of) {
    decision_.effects.clear();
    problem("invoice.amount_mismatch", of + detail);
    decision_.verdict = Verdict::quarantined;
}

Operation& Deciding::plan(OperationKind kind, Origin origin, std::int64_t amount,
                          std::optional<std::int64_t> requested, OperationState state,
                          UtcTime not_before) {
    supersede_waiting();
    Operation op;
    op.id = fresh_;
    op.kind = kind;
    op.origin = origin;
    op.amount = amount;
    op.requested = requested;
    op.state = state;
    op.created_at = at_;
    if (state == OperationState::started) {
        op.started_at = at_;
        op.tries = 1;
    }
    invoice_.operations.push_back(op);
    decision_.operation = op.id;
    if (origin != Origin::gateway)
        decision_.effects.push_back(effect::RunOperation{op.id, not_before});
    return invoice_.operations.back();
}

void Deciding::plan_automatic(OperationKind kind, Origin origin, std::int64_t amount) {
    plan(kind, origin, amount, std::nullopt, OperationState::planned, at_);
}

int Deciding::refusals(OperationKind kind) const {
    return static_cast<int>(
        std::count_if(invoice_.operations.begin(), invoice_.operations.end(),
                      [&](const Operation& op) { return refused_to_us(op, kind); }));
}

bool Deciding::given_up(OperationKind kind) const {
    return refusals(kind) >= kOwnTries;
}

// 1 minute, 4 minutes, then once a day.
Span Deciding::pause(OperationKind kind) const {
    Span span = std::chrono::minutes(1);
    const int count = refusals(kind);
    if (count >= kOwnTries) return kDaily;
    for (int i = 1; i < count; ++i) span *= 4;
    return span;
}

UtcTime Deciding::void_from() const {
    const auto kind = OperationKind::void_hold;
    const auto& all = invoice_.operations;
    const auto last = std::find_if(all.rbegin(), all.rend(),
                                   [&](const Operation& op) { return refused_to_us(op, kind); });
    return last == all.rend() ? at_ : last->ended_at + pause(kind);
}

const Operation* Deciding::open() const {
    const auto& all = invoice_.operations;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [](const Operation& op) { return in_flight(op) || waits(op); });
    return found == all.end() ? nullptr : &*found;
}

void Deciding::supersede_waiting() {
    for (auto& op : invoice_.operations)
        if (waits(op)) call_off(op, at_);
}

void Deciding::retire() {
    for (auto& op : invoice_.operations) {
        const bool own = op.origin == Origin::automatic || op.origin == Origin::compensation;
        const bool not_begun = op.state == OperationState::planned || waits(op);
        if (own && not_begun && !has_purpose(op)) call_off(op, at_);
    }
}

bool Deciding::has_purpose(const Operation& op) const {
    if (op.origin == Origin::automatic) return invoice_.state == InvoiceState::authorized;
    if (invoice_.state != InvoiceState::canceled && invoice_.state != InvoiceState::failed)
        return false;
    return op.kind == OperationKind::refund ? op.amount <= invoice_.refundable()
                                            : invoice_.captured == 0;
}

void Deciding::succeed(Operation& op) {
    op.state = OperationState::succeeded;
    op.ended_at = at_;
}

effect::PushStatus Deciding::status_of(CrmStatus status) const {
    return tillbridge::domain::status_of(invoice_, status);
}

void Deciding::push(CrmStatus status) {
    decision_.effects.push_back(status_of(status));
}

void Deciding::ask(const char* why, UtcTime not_before) {
    decision_.effects.push_back(effect::AskGateway{why, not_before ? not_before : at_});
}

// Its own end will tell what the gateway's words can't; that may take long.
void Deciding::ask_for_end(const char* why, const Operation& op) {
    ask(why, at_ + std::clamp((at_ - op.created_at) / 2, kEndSoonest, kEndLatest));
}

void Deciding::watch_for_late_money() {
    if (!invoice_.gateway_invoice.empty()) ask("late", at_ + kLateLook);
}

void Deciding::problem(const char* key, std::string detail) {
    decision_.effects.push_back(effect::RaiseProblem{key, std::move(detail)});
}

void Deciding::no_problem(const char* key) {
    decision_.effects.push_back(effect::ClearProblem{key});
}

void Deciding::end_canceled(const std::string& reason, const std::string& detail) {
    invoice_.reason = reason;
    invoice_.reason_detail = detail;
    invoice_.canceled_at = at_;
    push(CrmStatus::canceled);
}

void Deciding::become_paid(std::int64_t captured, UtcTime paid_at) {
    invoice_.captured = captured;
    invoice_.authorized = std::max(invoice_.authorized, captured);
    invoice_.paid_at = paid_at ? paid_at : at_;
    invoice_.reason.clear();
    invoice_.reason_detail.clear();
    push(CrmStatus::succeeded);
}

bool Deciding::amount_fits(const Money& amount) const {
    if (amount.currency != invoice_.amount.currency) return false;
    if (amount.minor == invoice_.due()) return true;
    return std::any_of(invoice_.operations.begin(), invoice_.operations.end(),
                       [&](const Operation& op) {
                           return op.kind == OperationKind::capture && op.amount == amount.minor;
                       });
}

void Deciding::on(const fact::ConsentGiven&) {
    if (invoice_.consent != Consent::asked) return ignore();
    invoice_.consent = Consent::agreed;
    resume_capture();
}

// Also when what was in the way has ended, or the gateway would not hear of it at first.
void Deciding::resume_capture() {
    if (invoice_.state != InvoiceState::authorized || !invoice_.auto_capture) return;
    if (invoice_.consent != Consent::agreed || open() != nullptr) return;
    // A cancel that did not come about is no reason to take the money after all.
    if (given_up(OperationKind::capture) || given_back_by_hand()) return;
    plan_automatic(OperationKind::capture, Origin::automatic, wanted_capture());
}

const Operation* Deciding::last_by_hand() const {
    const auto& all = invoice_.operations;
    const auto last = std::find_if(all.rbegin(), all.rend(), [](const Operation& op) {
        const bool of_hold =
            op.kind == OperationKind::capture || op.kind == OperationKind::void_hold;
        return of_hold && op.origin == Origin::manager;
    });
    return last == all.rend() ? nullptr : &*last;
}

bool Deciding::given_back_by_hand() const {
    const auto* last = last_by_hand();
    return last != nullptr && last->kind == OperationKind::void_hold;
}

// Who confirmed less than everything by hand did not want more.
std::int64_t Deciding::wanted_capture() const {
    const auto* last = last_by_hand();
    return last == nullptr ? invoice_.authorized : last->amount;
}

void Deciding::on(const fact::ConsentRefused& refused) {
    if (invoice_.consent != Consent::asked) return ignore();
    invoice_.consent = Consent::refused;
    if (invoice_.state != InvoiceState::authorized) return;
    invoice_.reason_detail = refused.reason;
    void_refused_hold();
}

void Deciding::void_refused_hold() {
    if (invoice_.state != InvoiceState::authorized || invoice_.consent != Consent::refused) return;
    if (invoice_.busy() != nullptr) return;
    const auto* waiting = open();
    if (waiting != nullptr && waiting->kind == OperationKind::void_hold) return;
    if (void_from() > at_) return ask("void_refused", void_from());
    plan_automatic(OperationKind::void_hold, Origin::automatic, invoice_.authorized);
}

void Deciding::on(const fact::LinkExpired&) {
    if (move(Trigger::expired) != Move::go) return ignore();
    end_canceled("canceled.expired", {});
    watch_for_late_money();
}

void Deciding::on(const fact::HoldEndsSoon&) {
    if (invoice_.state != InvoiceState::authorized || invoice_.hold_warned) return ignore();
    invoice_.hold_warned = true;
    problem("invoice.hold_ends_soon", invoice_.order_number);
}

void Deciding::on(const fact::HoldEnds&) {
    if (invoice_.state != InvoiceState::authorized || open() != nullptr) return ignore();
    if (invoice_.hold_end == HoldEnd::void_it || invoice_.consent == Consent::refused ||
        given_back_by_hand()) {
        resume_capture();  // the store wanted the money and the CRM agreed
        if (open() != nullptr) return;
        if (void_from() > at_) return ignore();
        return plan_automatic(OperationKind::void_hold, Origin::automatic, invoice_.authorized);
    }
    if (invoice_.consent == Consent::asked && invoice_.auto_capture) return ignore();
    if (given_up(OperationKind::capture)) return ignore();
    invoice_.auto_capture = true;
    if (invoice_.test) {  // nobody to ask
        invoice_.consent = Consent::agreed;
        return resume_capture();
    }
    // However long ago the CRM agreed: before an automatic capture it must agree now.
    invoice_.consent = Consent::asked;
    decision_.effects.emplace_back(std::in_place_type<effect::AskConsent>);
}

void Deciding::on(const fact::LinkIssued& link) {
    Operation* op = invoice_.find(link.operation);
    if (op == nullptr || !in_flight(*op) || op->kind != OperationKind::create) return ignore();
    succeed(*op);
    invoice_.gateway_invoice = link.gateway_invoice;
    invoice_.pay_url = link.pay_url;
    invoice_.link_expires_at = link.expires_at;
    invoice_.payable = link.payable;
    invoice_.product = link.product;
    decision_.operation = op->id;
    const bool healed = op->told_unknown;
    if (move(Trigger::link_issued) != Move::go) return watch_for_late_money();
    auto status = status_of(CrmStatus::pending);
    status.with_link = healed;
    status.not_before = at_ + (healed ? Span{0} : kFirstPush);
    decision_.effects.push_back(status);
}

}  // namespace tillbridge::domain
