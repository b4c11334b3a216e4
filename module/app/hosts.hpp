// The sides that ask to be paid, behind one port: each connection is spoken to in the words of its
// kind.
#pragma once

#include <memory>
#include <utility>

#include "module/port/host.hpp"

namespace tillbridge::app {

class Hosts : public port::Host {
  public:
    Hosts(std::unique_ptr<port::Host> crm, std::unique_ptr<port::Host> bot)
        : crm_(std::move(crm)), bot_(std::move(bot)) {}

    domain::Result<std::string> normalize_url(const std::string& url) override {
        return crm_->normalize_url(url);
    }
    port::HostReply<port::AccountInfo> check_account(const domain::Connection& it) override {
        return of(it).check_account(it);
    }
    port::HostReply<port::AccountSettings> settings(const domain::Connection& it) override {
        return of(it).settings(it);
    }
    port::HostAnswer register_module(const domain::Connection& it,
                                     const port::Registration& registration) override {
        return of(it).register_module(it, registration);
    }
    port::HostAnswer push(const domain::Connection& it, const port::StatusUpdate& update) override {
        return of(it).push(it, update);
    }
    port::HostReply<std::optional<std::string>> check_payment(
        const domain::Connection& it, const domain::Invoice& invoice) override {
        return of(it).check_payment(it, invoice);
    }
    port::HostReply<std::vector<port::PaymentType>> payment_types(
        const domain::Connection& it, const std::vector<domain::Merchant>& ours) override {
        return of(it).payment_types(it, ours);
    }
    port::HostAnswer create_payment_type(const domain::Connection& it,
                                         const domain::Merchant& merchant) override {
        return of(it).create_payment_type(it, merchant);
    }
    port::HostReply<port::Order> order(const domain::Connection& it, std::int64_t id) override {
        return of(it).order(it, id);
    }
    port::HostReply<std::string> create_invoice(const domain::Connection& it,
                                                std::int64_t payment) override {
        return of(it).create_invoice(it, payment);
    }
    port::HostReply<std::int64_t> payment_of(const domain::Connection& it,
                                             const domain::InvoiceUuid& uuid) override {
        return of(it).payment_of(it, uuid);
    }
    port::HostReply<port::Imported> import_paid(const domain::Connection& it,
                                                const domain::Invoice& invoice,
                                                const domain::InvoiceUuid& like) override {
        return of(it).import_paid(it, invoice, like);
    }
    port::HostAnswer notify(const domain::Connection& it, const std::string& text,
                            bool alarm) override {
        return of(it).notify(it, text, alarm);
    }
    port::HostAnswer call(const domain::Connection& it, const port::BotCall& call) override {
        return of(it).call(it, call);
    }
    domain::Result<std::string> normalize_callback(const std::string& url) override {
        return bot_->normalize_callback(url);
    }

  private:
    port::Host& of(const domain::Connection& it) const { return it.bot ? *bot_ : *crm_; }

    std::unique_ptr<port::Host> crm_;
    std::unique_ptr<port::Host> bot_;
};

}  // namespace tillbridge::app
