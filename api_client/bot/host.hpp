// A chat-bot platform as the side that asks to be paid (PROTOCOL.md). It has no account to ask, no
// payment types and no orders: all it wants is to be told. Each call is one request, never repeated
// here. Safe from any thread.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "api_client/http/client.hpp"
#include "module/port/clock.hpp"
#include "module/port/host.hpp"

namespace tillbridge::bot {

struct HostOptions {
    bool allow_private_networks = false;  // http and private addresses too; for a sandbox
    domain::Span timeout = std::chrono::seconds(15);
};

class Host : public port::Host {
  public:
    // The sender and the clock must outlive it.
    Host(http::Sender& sender, const port::Clock& clock, HostOptions options)
        : sender_(sender), clock_(clock), options_(options) {}

    // Codes of an answer: empty where ok; bot.refused (parked); bot.unreachable, bot.overloaded;
    // bot.key_rejected (it does not know our signature); bot.address_forbidden.
    port::HostAnswer call(const domain::Connection&, const port::BotCall&) override;
    // Errors: bot.url_invalid.
    domain::Result<std::string> normalize_callback(const std::string& url) override;

    // The state of a payment once more, where a person asks for it.
    port::HostAnswer push(const domain::Connection&, const port::StatusUpdate&) override;

    // Nothing to do.
    domain::Result<std::string> normalize_url(const std::string& url) override;
    port::HostReply<port::AccountInfo> check_account(const domain::Connection&) override;
    port::HostReply<port::AccountSettings> settings(const domain::Connection&) override;
    port::HostAnswer register_module(const domain::Connection&, const port::Registration&) override;
    port::HostReply<std::optional<std::string>> check_payment(const domain::Connection&,
                                                              const domain::Invoice&) override;
    port::HostReply<std::vector<port::PaymentType>> payment_types(
        const domain::Connection&, const std::vector<domain::Merchant>& ours) override;
    port::HostAnswer create_payment_type(const domain::Connection&,
                                         const domain::Merchant&) override;
    port::HostReply<port::Order> order(const domain::Connection&, std::int64_t id) override;
    port::HostReply<std::string> create_invoice(const domain::Connection&,
                                                std::int64_t payment) override;
    port::HostReply<std::int64_t> payment_of(const domain::Connection&,
                                             const domain::InvoiceUuid&) override;
    port::HostAnswer notify(const domain::Connection&, const std::string& text,
                            bool alarm) override;

  private:
    http::Sender& sender_;
    const port::Clock& clock_;
    const HostOptions options_;
};

}  // namespace tillbridge::bot
