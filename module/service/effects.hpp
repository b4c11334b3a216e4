// The effects' kinds, their payloads and their handlers.
//   crm.push      the status             lane crm:<connection>, order by invoice
//   crm.refund    a status with its refund block; never dropped as stale
//   crm.consent   {}                     lane crm:<connection>, order by invoice
//   crm.import    {}                     the same: a payment that the CRM did not ask for
//   crm.register  {}                     lane crm:<connection>, coalesced
//   crm.notice    {"key","subject","detail"}  lane crm:<connection>
//   crm.types     {}                     lane crm:<connection>, coalesced
//   bot.call      an event for a bot     lane bot:<connection>: bot_events.hpp
//   gateway.run   {"operation":id}       lane gw:<merchant>, order by invoice
//   gateway.ask   {"why":…}              lane gw:<merchant>, beside the runs, coalesced
#pragma once

#include <string>
#include <vector>

#include "module/domain/decide.hpp"
#include "module/port/effects.hpp"
#include "module/service/context.hpp"
#include "module/service/inquiries.hpp"
#include "module/service/operations.hpp"

namespace tillbridge::service {

namespace kind {
inline constexpr const char* kPush = "crm.push";
inline constexpr const char* kRefund = "crm.refund";
inline constexpr const char* kConsent = "crm.consent";
inline constexpr const char* kImport = "crm.import";
inline constexpr const char* kRegister = "crm.register";
inline constexpr const char* kNotice = "crm.notice";
inline constexpr const char* kTypes = "crm.types";
inline constexpr const char* kBot = "bot.call";
inline constexpr const char* kRun = "gateway.run";
inline constexpr const char* kAsk = "gateway.ask";
}  // namespace kind

std::string crm_lane(const domain::ConnectionId&);
std::string gateway_lane(const domain::MerchantId&);

// An effect of an invoice as a row of the outbox.
port::OutboxRow outbox_row(const domain::Invoice&, const domain::Effect&, domain::UtcTime now);
// The status that a crm.push or crm.refund row carries.
domain::effect::PushStatus read_push(const std::string& payload);

// A status row: those of the same payment that still wait would only be overtaken, and go.
void add_status(port::Tx&, port::OutboxRow row);

// Writes what decide() said: the invoice, its journal line, its effects and its problems.
// Returns the journal line's id. `hook`: the message that the fact came with, for bots.
std::int64_t apply(const Context&, port::Tx&, const domain::Fact&, const domain::Invoice& before,
                   domain::Decision&, const domain::RequestId&, std::int64_t cause = 0,
                   const std::string& summary = {}, const std::string& detail = "{}",
                   const port::HookFact* hook = nullptr);

// What a host's answer means for the outbox, and for the connection's problems.
port::Delivery delivery_of(const port::HostAnswer&);
void judge_host(port::Tx&, domain::UtcTime at, const domain::ConnectionId&, const port::HostAnswer&,
                int tries);

// Puts a registration of the module at the CRM into the outbox.
void want_registration(port::Tx&, domain::UtcTime now, const domain::ConnectionId&);

// Puts a look at the CRM's payment types into the outbox.
void want_types(port::Tx&, domain::UtcTime now, const domain::ConnectionId&, domain::UtcTime due);
// So long an admin who has just added a store may take to give it its payment type.
inline constexpr domain::Span kTypesGrace = std::chrono::minutes(5);

class PushHandler : public port::EffectHandler {
  public:
    explicit PushHandler(Context context) : context_(context) {}
    port::Delivery deliver(const port::OutboxRow&) override;
    void parked(port::Tx&, const port::OutboxRow&, const std::string& code) override;

  private:
    Context context_;
};

class ConsentHandler : public port::EffectHandler {
  public:
    explicit ConsentHandler(Context context) : context_(context) {}
    port::Delivery deliver(const port::OutboxRow&) override;
    void parked(port::Tx&, const port::OutboxRow&, const std::string& code) override;

  private:
    Context context_;
};

class ImportHandler : public port::EffectHandler {
  public:
    explicit ImportHandler(Context context) : context_(context) {}
    port::Delivery deliver(const port::OutboxRow&) override;
    void parked(port::Tx&, const port::OutboxRow&, const std::string& code) override;

  private:
    Context context_;
};

class RegisterHandler : public port::EffectHandler {
  public:
    explicit RegisterHandler(Context context) : context_(context) {}
    port::Delivery deliver(const port::OutboxRow&) override;
    void parked(port::Tx&, const port::OutboxRow&, const std::string& code) override;

  private:
    Context context_;
};

class NoticeHandler : public port::EffectHandler {
  public:
    explicit NoticeHandler(Context context) : context_(context) {}
    port::Delivery deliver(const port::OutboxRow&) override;
    void parked(port::Tx&, const port::OutboxRow&, const std::string& code) override;

  private:
    Context context_;
};

class Merchants;

class TypesHandler : public port::EffectHandler {
  public:
    explicit TypesHandler(Merchants& merchants) : merchants_(merchants) {}
    port::Delivery deliver(const port::OutboxRow&) override;
    void parked(port::Tx&, const port::OutboxRow&, const std::string&) override {}

  private:
    Merchants& merchants_;
};

class RunHandler : public port::EffectHandler {
  public:
    RunHandler(Context context, Operations& operations)
        : context_(context), operations_(operations) {}
    port::Delivery deliver(const port::OutboxRow&) override;
    void parked(port::Tx&, const port::OutboxRow&, const std::string& code) override;

  private:
    Context context_;
    Operations& operations_;
};

class AskHandler : public port::EffectHandler {
  public:
    AskHandler(Context context, Inquiries& inquiries) : context_(context), inquiries_(inquiries) {}
    port::Delivery deliver(const port::OutboxRow&) override;
    void parked(port::Tx&, const port::OutboxRow&, const std::string& code) override;

  private:
    port::Delivery look_later(const port::OutboxRow&, const std::string& why,
                              domain::UtcTime since);
    port::Delivery judge_refusal(const port::OutboxRow&, port::Delivery);

    Context context_;
    Inquiries& inquiries_;
};

}  // namespace tillbridge::service
