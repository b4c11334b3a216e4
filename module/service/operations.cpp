#include "module/service/operations.hpp"

#include "module/port/crash_point.hpp"
#include "module/service/effects.hpp"
#include "module/service/gateway_calls.hpp"

namespace tillbridge::service {
namespace {

using domain::OperationKind;
using domain::OperationState;

struct Subject {
    std::optional<domain::Invoice> invoice;
    std::optional<domain::Merchant> merchant;
};

Subject load(const port::Store& store, const domain::ConnectionId& connection,
             const domain::InvoiceId& id) {
    return port::look_up(store, [&](const port::Tx& tx) {
        Subject loaded;
        loaded.invoice = tx.invoices().find(connection, id);
        if (loaded.invoice)
            loaded.merchant = tx.merchants().find(connection, loaded.invoice->merchant);
        return loaded;
    });
}

port::CreateOrder order_of(const Settings& settings, const domain::Merchant& merchant,
                           const domain::Invoice& invoice, const domain::Operation& op,
                           const CreateDetails& details, domain::UtcTime expires) {
    port::CreateOrder order;
    order.external_id = op.external_id;
    order.amount = invoice.amount;
    order.two_stage = invoice.two_stage;
    order.description = invoice.description;
    order.locale = invoice.locale;
    order.hook_url = settings.public_url + "/hooks/" + merchant.gateway.value + '/' +
                     merchant.hook_token.reveal();
    order.return_url = settings.public_url + "/pay/" + invoice.slug.value + "/return";
    order.expires_at = expires;
    order.customer_email = details.customer_email;
    order.customer_phone = details.customer_phone;
    order.items_json = details.items_json;
    order.parameters = details.parameters;
    return order;
}

domain::What fact_of(const domain::Operation& op, const port::OperationAnswer& answer,
                     domain::UtcTime expires) {
    if (op.kind == OperationKind::create && answer.result == OperationState::succeeded)
        return domain::fact::LinkIssued{op.id,
                                        answer.gateway_invoice,
                                        answer.pay_url,
                                        answer.expires_at ? answer.expires_at : expires,
                                        answer.payable ? answer.payable->minor : 0,
                                        answer.product};
    return domain::fact::OperationEnded{op.id, answer.result, answer.reason,
                                        answer.code == "gateway.unsupported"};
}

}  // namespace

// One operation on its way: what it needs while it runs.
class Operations::Running {
  public:
    Running(const Context& context, Subject loaded, const domain::OperationId& op,
            const domain::RequestId& request, std::int64_t cause)
        : context_(context),
          invoice_(std::move(*loaded.invoice)),
          merchant_(std::move(*loaded.merchant)),
          id_(op),
          request_(request),
          cause_(cause),
          gateway_(context.gateways.find(invoice_.gateway)) {}

    const domain::Operation& op() const { return *invoice_.find(id_); }

    Ran run(bool mine, const std::optional<CreateDetails>& details) {
        if (details) wanted_expiry_ = details->link_expires_at;
        if (is_final(op())) return result();
        if (ready_to_call(op())) {
            if (start()) call(details);
        } else if (mine && op().state == OperationState::started) {
            call(details);
        } else {
            ask();
        }
        return result();
    }

  private:
    // Commits that the call begins. false: it can't, or somebody else was quicker.
    bool start() {
        port::CallLog log;
        domain::Result<std::string> mark;
        if (op().kind == OperationKind::refund)
            mark = gateway_->baseline(merchant_, invoice_, op(), log);
        if (!mark) {  // nothing was sent that could change anything
            port::OperationAnswer answer;
            answer.result = OperationState::not_done;
            // Whatever was silent there: the change itself was not sent.
            answer.code =
                mark.error().code == "gateway.silent" ? "gateway.unavailable" : mark.error().code;
            answer.reason = mark.error().message;
            answer.log = std::move(log);
            commit_answer(answer);
            return false;
        }
        return commit_fact(domain::fact::OperationStarted{id_, *mark}, log, false);
    }

    void call(const std::optional<CreateDetails>& details) {
        port::crash_point("gateway.before_call");
        // So late that others may soon rule out that it is under way: it does not go out at all.
        if (context_.clock.now() - op().started_at > context_.settings.settle_after / 3) {
            port::OperationAnswer answer;
            answer.result = OperationState::not_done;
            answer.code = "gateway.unavailable";
            return commit_answer(answer);
        }
        const bool creates = op().kind == OperationKind::create;
        const auto answer =
            creates ? gateway_->create(merchant_,
                                       order_of(context_.settings, merchant_, invoice_, op(),
                                                details.value_or(CreateDetails{}), link_expiry()))
                    : gateway_->perform(merchant_, invoice_, op());
        port::crash_point("gateway.after_call");
        commit_answer(answer);
    }

    void ask() {
        const bool settled =
            context_.clock.now() - op().started_at > context_.settings.settle_after;
        commit_answer(gateway_->resolve(merchant_, invoice_, op(), settled));
    }

    domain::UtcTime link_expiry() const {
        if (wanted_expiry_) return wanted_expiry_;
        const auto minutes = merchant_.options.link_lifetime_minutes;
        const auto lifetime = minutes > 0 ? domain::Span(std::chrono::minutes(minutes))
                                          : context_.settings.link_lifetime;
        return lifetime.count() > 0 ? op().started_at + lifetime : domain::UtcTime{};
    }

    void commit_answer(const port::OperationAnswer& answer) {
        code_ = answer.result == OperationState::succeeded ? "" : answer.code;
        reason_ = answer.reason;
        commit_fact(fact_of(op(), answer, link_expiry()), answer.log,
                    answer.code == "gateway.clock_skew");
        if (answer.result == OperationState::succeeded || answer.result == OperationState::pending)
            context_.peer_is_back(gateway_lane(merchant_.id));
        port::crash_point("gateway.result_committed");
    }

    // Whether the fact counted.
    bool commit_fact(const domain::What& what, const port::CallLog& log, bool clock_refused) {
        const domain::Fact fact{context_.clock.now(), domain::OperationId{context_.random.id()},
                                what};
        auto decided = port::commit(context_.store, [&](port::Tx& tx) {
            const auto before = tx.invoices().find(invoice_.connection, invoice_.id).value();
            auto decision = domain::decide(before, fact);
            const auto line = apply(context_, tx, fact, before, decision, request_, cause_);
            write_calls(tx, fact.at, before, log, request_, line);
            judge_clock(tx, fact.at, merchant_, log, clock_refused);
            return decision;
        });
        invoice_ = std::move(decided.invoice);
        return decided.verdict == domain::Verdict::applied;
    }

    Ran result() const {
        Ran ran{invoice_, op().state, code_, reason_.empty() ? op().reason : reason_};
        if (ran.code.empty() && ran.state == OperationState::refused) ran.code = "gateway.refused";
        if (ran.code.empty() && ran.state == OperationState::not_done)
            ran.code = "gateway.unavailable";
        if (ran.code.empty() && ran.state != OperationState::succeeded) ran.code = "gateway.silent";
        if (ran.state == OperationState::succeeded) ran.code.clear();
        return ran;
    }

    const Context& context_;
    domain::Invoice invoice_;
    domain::Merchant merchant_;
    domain::OperationId id_;
    domain::RequestId request_;
    std::int64_t cause_;
    domain::UtcTime wanted_expiry_;  // the caller's own
    port::Gateway* gateway_;
    std::string code_;
    std::string reason_;
};

Operations::Ran Operations::run(const domain::ConnectionId& connection,
                                const domain::InvoiceId& invoice, const domain::OperationId& op,
                                bool mine, const std::optional<CreateDetails>& details,
                                const domain::RequestId& request, std::int64_t cause) {
    auto loaded = load(context_.store, connection, invoice);
    if (!loaded.invoice || loaded.invoice->find(op) == nullptr)
        throw std::logic_error("operation without its invoice");
    if (!loaded.merchant || context_.gateways.find(loaded.invoice->gateway) == nullptr)
        return Ran{*loaded.invoice, loaded.invoice->find(op)->state, "gateway.unknown", {}};
    return Running(context_, std::move(loaded), op, request, cause).run(mine, details);
}

domain::Result<domain::Invoice> Operations::settle(const domain::ConnectionId& connection,
                                                   const domain::InvoiceId& id,
                                                   const domain::OperationId& op, bool done,
                                                   const std::string& by) {
    const std::string said = "settled by " + (by.empty() ? "an operator" : by);
    return port::commit(context_.store, [&](port::Tx& tx) -> domain::Result<domain::Invoice> {
        const auto before = tx.invoices().find(connection, id);
        const auto* open = before ? before->find(op) : nullptr;
        if (open == nullptr) return domain::fail("operation.unknown", "no such operation");
        const bool undecided =
            open->state == OperationState::unknown || open->state == OperationState::pending;
        if (!undecided || open->kind == OperationKind::create)
            return domain::fail(
                "operation.not_open",
                "its outcome is not in doubt: " + std::string(domain::to_word(open->state)));
        const auto result = done ? OperationState::succeeded : OperationState::not_done;
        const domain::Fact fact{context_.clock.now(), domain::OperationId{context_.random.id()},
                                domain::fact::OperationEnded{op, result, said}};
        auto decision = domain::decide(*before, fact);
        apply(context_, tx, fact, *before, decision, {}, 0,
              std::string(domain::to_word(result)) + ", " + said);
        return decision.invoice;
    });
}

}  // namespace tillbridge::service
