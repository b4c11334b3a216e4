// The order card's panel: the whole state of an order's payment and exactly the actions that are
// allowed now. The caller is known only as "somebody whom the account let near the order card"
// (protocols sheet of embed UI, §5.3): amounts come from our store and from the CRM, and each
// action that moves money carries a key and a token that were made when the state was read. Money
// in minor units; expected refusals stand beside the state, so that every answer shows what is so.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "module/domain/connection.hpp"
#include "module/domain/invoice.hpp"
#include "module/domain/result.hpp"
#include "module/service/context.hpp"
#include "module/service/inquiries.hpp"
#include "module/service/panel_orders.hpp"
#include "module/service/payments.hpp"
#include "module/service/subscriptions.hpp"

namespace tillbridge::service {

// How long what was read may be acted on.
inline constexpr domain::Span kOfferLasts = std::chrono::minutes(15);

class Panel {
  public:
    // `most_creates`: links that may be wanted from CRMs at once. Each holds a thread until the CRM
    // has called us back on another one.
    Panel(Context context, Payments& payments, Inquiries& inquiries, int most_creates);

    // What may be done now. Only `check` moves nothing and has neither key nor token.
    struct Offer {
        std::string action;  // create capture cancel refund check; stop resume discount next-date
        domain::OperationId key;
        std::string token;
        domain::Money most;        // capture, refund: at most; create: what the CRM will ask for
        bool part = false;         // less may be asked for too
        std::int64_t payment = 0;  // create: the CRM's payment on the order
        std::string store;         // create: its name
    };
    struct Step {
        domain::UtcTime at;
        std::string text;
    };
    struct Other {  // another payment of the order
        domain::InvoiceId id;
        std::string label;
        domain::Money amount;
        domain::UtcTime created_at;
    };
    struct State {
        std::int64_t order = 0;
        std::string number;                      // may be empty
        std::optional<domain::Invoice> invoice;  // what the state is about; none: nothing yet
        std::string label;                       // the state in the reader's words
        std::string reason;                      // why it ended, or what went wrong last
        std::string link, store;
        std::vector<Step> timeline;  // oldest first
        std::vector<Other> others;
        std::vector<Offer> offers;
        std::vector<std::string> notes;                    // sentences: why something can't be done
        bool moving = false;                               // it is worth looking again soon
        std::optional<domain::Subscription> subscription;  // that the payment belongs to
        std::string subscription_label;                    // its state in the reader's words
    };
    struct Answer {
        State state;
        std::optional<domain::Error> error;  // of the action
    };

    struct Question {
        std::int64_t order = 0;
        domain::InvoiceId payment;  // ours; empty: the one that matters most
        std::string language;       // the reader's
        domain::RequestId request;
    };
    struct Wish {
        Question about;
        std::string action;
        domain::OperationId key;
        std::string token;
        std::optional<std::string> amount;  // decimal text; none: everything
        std::int64_t payment = 0;           // create: the CRM's payment
        std::int64_t charges = 0;           // discount: for so many; 0: for good
        std::string date;                   // next-date
        std::string user;                   // who it was, as a browser says: a hint and no proof
    };

    // Errors: payment.unknown where the question names a payment that is not of this order.
    domain::Result<Answer> look(const domain::Connection&, const Question&);
    domain::Result<Answer> act(const domain::Connection&, const Wish&);

  private:
    using Invoices = std::vector<port::OrderInvoice>;
    class Turn;

    Invoices invoices_of(const domain::Connection&, std::int64_t order) const;
    void learn_payments(const domain::Connection&, std::int64_t order, Invoices&) const;

    State state_of(const domain::Connection&, const Question&, Invoices&);
    void offer_moves(const domain::Connection&, const domain::Invoice&, const std::string& language,
                     State&) const;
    void offer_creates(const domain::Connection&, const Question&, Invoices&, State&);
    void offer_subscription(const domain::Connection&, const domain::Invoice&,
                            const std::string& language, State&) const;

    domain::Result<void> carry_out(const domain::Connection&, const Wish&, const Invoices&);
    domain::Result<void> move(const domain::Connection&, const Wish&, const domain::Invoice&);
    static bool of_subscription(const std::string& action);
    domain::Result<void> change_subscription(const domain::Connection&, const Wish&,
                                             const domain::Invoice&);
    domain::Result<void> create(const domain::Connection&, const Wish&);
    domain::Result<void> ask_for_link(const domain::Connection&, const Wish&, const Invoices&);
    void note_wish(const domain::Connection&, const Wish&, const domain::Invoice&);

    Offer offer(const domain::Connection&, std::int64_t order, const char* action,
                const std::string& about, const std::string& mark) const;
    std::string seal(const domain::Connection&, std::int64_t order, const std::string& action,
                     const std::string& about, const domain::OperationId& key,
                     const std::string& mark, std::int64_t until) const;
    domain::Result<void> check_token(const domain::Connection&, const Wish&,
                                     const std::string& about, const std::string& mark) const;

    Context context_;
    Payments& payments_;
    Inquiries& inquiries_;
    PanelOrders orders_;
    Subscriptions subscriptions_;
    const int most_creates_;

    std::mutex mutex_;
    std::condition_variable turn_over_;
    std::set<std::pair<std::string, std::int64_t>> creating_;  // connection and order
    int waiting_ = 0;
};

// The story of an invoice for the panel, in the reader's language.
std::vector<Panel::Step> timeline_of(const domain::Invoice&, const port::Texts&,
                                     const std::string& language);
std::string label_of(const domain::Invoice&, const port::Texts&, const std::string& language);

}  // namespace tillbridge::service
