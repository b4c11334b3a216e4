// What a bot is to be told, as rows of the outbox: written in the unit of work of what happened,
// composed and signed when they go out. Personal data in them is sealed. Nothing here for CRMs.
//   bot.call  {"id","type",…}  lane bot:<connection>, order by invoice or by subscription
// A lane of its own: a bot that is away must not hold up what decides about money (crm.consent).
#pragma once

#include <optional>
#include <string>

#include "module/domain/decide.hpp"
#include "module/port/effects.hpp"
#include "module/service/bot_texts.hpp"
#include "module/service/context.hpp"

namespace tillbridge::service {

// A decision on an invoice and the message that led to it, where one did.
struct BotCause {
    const domain::Invoice& before;
    const domain::Decision& decision;
    const port::HookFact* hook = nullptr;
    domain::UtcTime at;
    domain::RequestId request;
    std::int64_t line = 0;  // of the journal
};

std::string bot_lane(const domain::ConnectionId&);

// Of a status that a CRM would be shown.
void tell_bot(const Context&, port::Tx&, const BotCause&, const domain::effect::PushStatus&);
// Another sum than was asked for was paid.
void tell_bot_of_mismatch(const Context&, port::Tx&, const BotCause&);
// An application for an instalment moved, whether or not the payment did.
void tell_bot_of_installment(const Context&, port::Tx&, const BotCause&);
// Whatever a notice says of a subscription but its first payment, which is a payment like others.
void tell_bot_of_subscription(const Context&, port::Tx&, const domain::Merchant&,
                              const port::HookFact&, domain::UtcTime at, const domain::RequestId&);

class BotHandler : public port::EffectHandler {
  public:
    explicit BotHandler(Context context) : context_(context) {}
    port::Delivery deliver(const port::OutboxRow&) override;
    void parked(port::Tx&, const port::OutboxRow&, const std::string& code) override;

  private:
    Context context_;
};

// A link that was asked for by `payment_sum`: its texts carry the whole key. Said by the name that
// the invoice got when it was asked for.
domain::InvoiceUuid bot_uuid(bool whole_key, const std::string& name);
bool has_whole_key(const domain::Invoice&);

// The notice as a bot keeps it: its fields, or for a gateway that sends none what we know ourselves
// under the same names.
std::string callback_of(const domain::Invoice&, const std::string& notice_json);

}  // namespace tillbridge::service
