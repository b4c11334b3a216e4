// The panel's words: what became of a payment, step by step, and its state in one line.
#include <algorithm>

#include "module/service/panel.hpp"

namespace tillbridge::service {
namespace {

using domain::InvoiceState;
using domain::Operation;
using domain::OperationKind;
using domain::OperationState;

class Story {
  public:
    Story(const domain::Invoice& invoice, const port::Texts& texts, const std::string& language)
        : invoice_(invoice), texts_(texts), language_(language) {}

    void add(domain::UtcTime at, const std::string& key, std::int64_t amount = 0,
             const std::string& reason = {}) {
        if (!at) return;
        const domain::Money money{amount, invoice_.amount.currency};
        steps_.push_back({at, texts_.text(language_, "panel.step." + key,
                                          {{"amount", shown(money)}, {"reason", reason}})});
    }

    void add(const Operation& op, const std::string& name) {
        if (op.state == OperationState::succeeded)
            add(op.ended_at, name, op.amount);
        else if (in_flight(op))
            add(op.created_at, name + "_runs", op.amount);
        else if (op.origin == domain::Origin::manager)
            add(op.ended_at ? op.ended_at : op.created_at, name + "_failed", op.amount, op.reason);
    }

    void end(domain::UtcTime at) {
        if (!at) return;
        steps_.push_back({at, invoice_.reason.empty()
                                  ? texts_.text(language_, "panel.state.canceled")
                                  : texts_.text(language_, invoice_.reason,
                                                {{"detail", invoice_.reason_detail}})});
    }

    std::vector<Panel::Step> take() {
        std::stable_sort(steps_.begin(), steps_.end(),
                         [](const auto& a, const auto& b) { return a.at < b.at; });
        return std::move(steps_);
    }

  private:
    static std::string shown(const domain::Money& money) {
        return to_decimal(money) + ' ' + money.currency.code();
    }

    const domain::Invoice& invoice_;
    const port::Texts& texts_;
    const std::string& language_;
    std::vector<Panel::Step> steps_;
};

const char* name_of(OperationKind kind) {
    switch (kind) {
        case OperationKind::capture:
            return "capture";
        case OperationKind::void_hold:
            return "void";
        case OperationKind::refund:
            return "refund";
        case OperationKind::create:
            break;
    }
    return nullptr;
}

}  // namespace

std::vector<Panel::Step> timeline_of(const domain::Invoice& invoice, const port::Texts& texts,
                                     const std::string& language) {
    Story story(invoice, texts, language);
    bool captured = false;
    for (const auto& op : invoice.operations) {
        if (op.kind == OperationKind::create && op.state == OperationState::succeeded)
            story.add(op.ended_at, "link", invoice.amount.minor);
        if (const char* name = name_of(op.kind)) story.add(op, name);
        captured = captured ||
                   (op.kind == OperationKind::capture && op.state == OperationState::succeeded);
    }
    story.add(invoice.held_at, "held", invoice.authorized);
    if (!captured) story.add(invoice.paid_at, "paid", invoice.captured);
    if (invoice.state == InvoiceState::canceled) story.end(invoice.canceled_at);
    if (invoice.state == InvoiceState::failed) story.end(invoice.updated_at);
    return story.take();
}

std::string label_of(const domain::Invoice& invoice, const port::Texts& texts,
                     const std::string& language) {
    std::string word(domain::to_word(invoice.state));
    if (invoice.state == InvoiceState::paid && invoice.refunded > 0) word = "partly_refunded";
    return texts.text(language, "panel.state." + word);
}

}  // namespace tillbridge::service
