// The inside of decide(): one object a decision, with the small steps that several facts share.
// Private to module/domain.
#pragma once

#include <optional>
#include <string>

#include "module/domain/decide.hpp"

namespace tillbridge::domain {

class Deciding {
  public:
    Deciding(const Invoice& before, const Fact& fact, const TransitionTable& table);

    void on(const fact::CreateAgain&);
    void on(const fact::Approve&);
    void on(const fact::Cancel&);
    void on(const fact::Refund&);
    void on(const fact::OperationStarted&);
    void on(const fact::LinkIssued&);
    void on(const fact::OperationEnded&);
    void on(const fact::ToldUnknown&);
    void on(const fact::GatewayReport&);
    void on(const fact::HookReceived&);
    void on(const fact::ConsentGiven&);
    void on(const fact::ConsentRefused&);
    void on(const fact::LinkExpired&);
    void on(const fact::HoldEndsSoon&);
    void on(const fact::HoldEnds&);

    Decision take();

  private:
    // What the table says; enters the next state where it says go.
    Move move(Trigger trigger);

    void refuse(const char* code);
    void refuse_busy();
    void refuse_amount(std::int64_t left);
    void ignore() { decision_.verdict = Verdict::ignored; }
    void repeat(const OperationId& op);
    void quarantine(const std::string& detail, const std::string& of = {});

    // A new operation under the fact's fresh id.
    Operation& plan(OperationKind kind, Origin origin, std::int64_t amount,
                    std::optional<std::int64_t> requested, OperationState state,
                    UtcTime not_before);
    void plan_automatic(OperationKind kind, Origin origin, std::int64_t amount);
    int refusals(OperationKind kind) const;   // of our own operations
    bool given_up(OperationKind kind) const;  // refused too often: a person must look
    // Own voids are tried again all the same, ever more rarely.
    Span pause(OperationKind kind) const;
    UtcTime void_from() const;  // when one may begin
    // In flight, or an own one that did not come about and waits for its next try.
    const Operation* open() const;
    void supersede_waiting();  // a newer operation takes the place of what waits
    void retire();             // own operations that have no purpose any more never begin
    bool has_purpose(const Operation& op) const;
    void succeed(Operation& op);

    void push(CrmStatus status);
    effect::PushStatus status_of(CrmStatus status) const;
    void ask(const char* why, UtcTime not_before = {});
    void ask_for_end(const char* why, const Operation& op);
    void watch_for_late_money();
    void problem(const char* key, std::string detail);
    void no_problem(const char* key);

    void end_canceled(const std::string& reason, const std::string& detail);
    void become_paid(std::int64_t captured, UtcTime paid_at);
    void book_refund(const Operation& op);
    void push_failed_refund(const Operation& op);
    bool amount_fits(const Money& amount) const;
    Money expected() const { return {invoice_.due(), invoice_.amount.currency}; }
    bool is_second(const fact::GatewayReport& report) const;

    void create_ended(Operation& op);
    void capture_ended(Operation& op);
    void void_ended(Operation& op);
    void refund_ended(Operation& op);
    std::string void_reason(const Operation& op) const;

    void report_held(const fact::GatewayReport&);
    void report_paid(const fact::GatewayReport&);
    void report_voided(const fact::GatewayReport&);
    void report_refunded(const fact::GatewayReport&);
    void report_declined(const fact::GatewayReport&, bool final);
    void learn_price(const Money& told);
    void send_back(OperationKind kind, std::int64_t amount);
    void settle_capture(std::int64_t amount);
    void book_cabinet_refund(std::int64_t amount);
    void void_refused_hold();
    void resume_capture();
    const Operation* last_by_hand() const;  // of captures and voids
    bool given_back_by_hand() const;        // the manager's last word on the hold was cancel
    std::int64_t wanted_capture() const;

    const Invoice& before_;
    const TransitionTable& table_;
    const UtcTime at_;
    const OperationId fresh_;
    Decision decision_;
    Invoice& invoice_;
};

}  // namespace tillbridge::domain
