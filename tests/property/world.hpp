// A small world around decide(): the invoice as committed, a gateway with its own truth, a CRM, the
// outbox between them, and everything that goes wrong on the way: lost answers, crashes between
// intent, call and result, repeats, late arrivals, people with several buttons. A step is a number,
// so that a sequence can be generated, shrunk and kept. A broken promise throws Violation.
#pragma once

#include <deque>
#include <sstream>
#include <vector>

#include "tests/property/checks.hpp"
#include "tests/property/gateway_model.hpp"

namespace tillbridge::model {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

enum class Act : std::uint8_t {
    go_on,  // the oldest or another call of ours moves by one stage
    run_due,
    ask_due,
    report_arrives,
    hook_arrives,
    crm_hears,
    consent_answer,
    short_while,
    buyer_pays,
    buyer_starts,
    buyer_fails,
    approve,
    cancel,
    refund,
    create_again,
    poll,
    gateway_finishes,
    crash,
    long_while,
    cabinet_captures,
    cabinet_voids,
    cabinet_refunds,
    hold_ends_soon,
    hold_ends,
    strange_hook,
    strange_report,
    strange_word,
    stale_result,
    count
};

struct Step {
    Act act = Act::go_on;
    int arg = 0;  // 0…63
};

inline const char* name(Act act) {
    constexpr const char* kNames[] = {"go_on",
                                      "run_due",
                                      "ask_due",
                                      "report_arrives",
                                      "hook_arrives",
                                      "crm_hears",
                                      "consent_answer",
                                      "short_while",
                                      "buyer_pays",
                                      "buyer_starts",
                                      "buyer_fails",
                                      "approve",
                                      "cancel",
                                      "refund",
                                      "create_again",
                                      "poll",
                                      "gateway_finishes",
                                      "crash",
                                      "long_while",
                                      "cabinet_captures",
                                      "cabinet_voids",
                                      "cabinet_refunds",
                                      "hold_ends_soon",
                                      "hold_ends",
                                      "strange_hook",
                                      "strange_report",
                                      "strange_word",
                                      "stale_result"};
    return kNames[static_cast<std::size_t>(act)];
}

// How often each act is drawn; the quiet work of delivery comes most.
inline Step step_of(std::uint32_t number) {
    static const std::vector<Act> kDrawn = [] {
        constexpr int kWeights[] = {14, 4, 5, 5, 6, 4, 3, 4, 5, 1, 1, 4, 3, 6,
                                    1,  2, 2, 1, 1, 2, 1, 3, 1, 2, 1, 1, 1, 1};
        static_assert(std::size(kWeights) == static_cast<std::size_t>(Act::count));
        std::vector<Act> drawn;
        for (std::size_t act = 0; act < std::size(kWeights); ++act)
            drawn.insert(drawn.end(), static_cast<std::size_t>(kWeights[act]),
                         static_cast<Act>(act));
        return drawn;
    }();
    const auto size = static_cast<std::uint32_t>(kDrawn.size());
    return {kDrawn[number % size], static_cast<int>(number / size % 64)};
}

// What a store and its gateway are like, and how far the payment is when trouble begins.
struct Setup {
    bool two_stage = false;
    bool auto_capture = false;
    bool hold_end_captures = false;
    bool tells_refunded = true;
    bool link_expires = true;
    int start = 0;  // 0 creating, 1 pending, 2 money has come

    static Setup of(std::uint32_t number) {
        return {(number & 1) != 0, (number & 2) != 0,  (number & 4) != 0,
                (number & 8) == 0, (number & 16) == 0, static_cast<int>(number / 32 % 3)};
    }
};

class World {
  public:
    World(const Setup& setup, const TransitionTable& table, bool tracing = false)
        : table_(table), tracing_(tracing) {
        gateway.currency = Currency::parse("UAH").value();
        gateway.tells_refunded = setup.tells_refunded;
        link_expires_ = setup.link_expires;
        invoice.connection = ConnectionId{"c"};
        invoice.id = InvoiceId{"i"};
        invoice.uuid = InvoiceUuid{"u"};
        invoice.amount = {1000, gateway.currency};
        invoice.two_stage = setup.two_stage;
        invoice.auto_capture = setup.two_stage && setup.auto_capture;
        invoice.hold_end = setup.hold_end_captures ? HoldEnd::capture_it : HoldEnd::void_it;
        invoice.created_at = now;
        Operation op;
        op.id = fresh();
        op.kind = OperationKind::create;
        op.state = OperationState::started;
        op.amount = invoice.amount.minor;
        op.external_id = invoice.id.value;
        op.created_at = op.started_at = now;
        op.tries = 1;
        invoice.operations.push_back(op);
        runs_.push_back({op.id, now + kSafetyNet});
        calls_.push_back({op.id, Stage::send, now, true, {}});
        if (setup.start > 0) smoothly();
        if (setup.start > 1) {
            gateway.pay(now);
            deliver_hooks();
            smoothly();
        }
    }

    Invoice invoice;
    GatewayModel gateway;
    CrmModel crm;
    UtcTime now = UtcTime::from_seconds(1'000'000);
    std::ostringstream trace;

    void play(const std::vector<Step>& steps) {
        for (const auto& step : steps) {
            if (tracing_) trace << "- " << name(step.act) << ' ' << step.arg << '\n';
            play(step);
            check_gateway();
        }
    }

    // Everything that is due is done, nothing fails any more, every hook arrives in the end.
    void come_to_rest() {
        crash();
        gateway.speak_plainly();
        for (int round = 0; round < 60; ++round) {
            smoothly();
            check_gateway();
            if (deliver_hooks()) continue;
            if (reconcile_needed(round)) {
                poll_at_once();
                continue;
            }
            if (runs_.empty() && !ask_due_ && crm_rows_.empty()) return;
            now = std::max(now, next_due()) + seconds(1);
            gateway.tick(now);
        }
        throw Violation("does not come to rest");
    }

    void check_rest() const;

    const std::map<std::string, bool>& problems() const { return problems_; }

  private:
    enum class Stage { begin, send, answer };

    // A call of ours on its way; gone with the process.
    struct Call {
        OperationId operation;
        Stage stage;
        UtcTime since;
        bool callers_own;  // not the outbox's: somebody waits for the answer
        std::optional<What> answer;
    };
    struct Run {
        OperationId operation;
        UtcTime due;
    };
    struct CrmRow {
        std::int64_t number;
        UtcTime due;
        std::optional<effect::PushStatus> push;  // none: ask for consent
    };

    OperationId fresh() { return OperationId{"o" + std::to_string(++ids_)}; }

    // The one door: a fact is decided and committed, its effects are queued.
    Decision commit(What what) {
        const Invoice before = invoice;
        const Fact fact{now, fresh(), std::move(what)};
        Decision decision = decide(before, fact, table_);
        if (tracing_) tell(before, fact, decision);
        check_decision(before, fact, decision);
        const Fact again{now, OperationId{"again"}, fact.what};
        check_repeat(decision, fact, decide(decision.invoice, again, table_));
        check_late_result(decision.invoice);
        invoice = decision.invoice;
        for (const auto& effect : decision.effects)
            std::visit([this](const auto& each) { queue(each); }, effect);
        return decision;
    }

    // What is final stays so, whatever an answer says that comes after.
    void check_late_result(const Invoice& after) const {
        for (const auto& op : after.operations) {
            if (!model::is_final(op)) continue;
            const Fact late{now, OperationId{"late"},
                            fact::OperationEnded{op.id, OperationState::succeeded, "late"}};
            require(decide(after, late, table_).verdict == Verdict::ignored,
                    "a late answer changed a final result");
            const Fact begun{now, OperationId{"late"}, fact::OperationStarted{op.id, ""}};
            require(decide(after, begun, table_).verdict == Verdict::ignored,
                    "a finished operation began again");
        }
    }

    void queue(const effect::PushStatus& push) {
        auto row = push;
        std::erase_if(crm_rows_, [&](const CrmRow& old) {
            const bool stale =
                old.push && !old.push->refund && !(crm_claimed_ && old.number == *crm_claimed_);
            if (stale && old.push->with_link) row.with_link = true;
            return stale;
        });
        crm_rows_.push_back({++rows_, push.not_before ? push.not_before : now, row});
    }
    void queue(const effect::AskConsent&) { crm_rows_.push_back({++rows_, now, {}}); }
    void queue(const effect::RunOperation& run) {
        runs_.push_back({run.operation, run.not_before});
    }
    void queue(const effect::AskGateway& ask) {
        const auto due = ask.not_before ? ask.not_before : now;
        ask_due_ = ask_due_ ? std::min(*ask_due_, due) : due;
    }
    void queue(const effect::RaiseProblem& problem) {
        problems_.insert_or_assign(problem.key, true);
    }
    void queue(const effect::ClearProblem& problem) { problems_.erase(problem.key); }

    void play(const Step& step);
    void action(const What& what);
    void go_on(std::size_t which, int arg);
    void begin(Call& call, int arg);
    void send(Call& call, int arg);
    void answer(const Call& call);
    void run_due(std::size_t which);
    void resolve(const OperationId& id, bool callers_own);
    bool ask();
    bool poll_at_once();
    void look();
    void report_arrives(std::size_t which);
    bool hook_arrives(std::size_t which);
    bool deliver_hooks();
    void crm_hears(int arg);
    void consent_answer(int arg);
    void pass(domain::Span span);
    void crash();
    void cabinet(OperationKind kind, std::int64_t amount);
    void smoothly();
    bool reconcile_needed(int round);
    UtcTime next_due() const;
    void check_gateway() const;
    void check_intents(const What& what, const Invoice& before, const Decision& decision);
    void check_money() const;
    void check_crm() const;
    void tell(const Invoice& before, const Fact& fact, const Decision& decision);

    std::int64_t part(int arg) const {
        constexpr std::int64_t kParts[] = {1, 100, 250, 500, 999, 1000, 1001, 0};
        return kParts[arg % 8];
    }

    const TransitionTable& table_;
    bool tracing_;
    bool link_expires_ = true;
    int ids_ = 0;
    std::int64_t rows_ = 0;
    std::vector<Call> calls_;
    std::vector<Run> runs_;
    std::optional<UtcTime> ask_due_;
    std::vector<fact::GatewayReport> reports_;  // answers on their way, in the order of asking
    std::deque<CrmRow> crm_rows_;
    std::optional<std::int64_t> crm_claimed_;  // consent was asked, its answer is on its way
    std::map<std::string, bool> problems_;
    int final_looks_ = 0;
};

}  // namespace tillbridge::model

#include "tests/property/world_checks.hpp"
#include "tests/property/world_steps.hpp"
