#include "tests/support/fake_host.hpp"

#include <utility>

namespace tillbridge::test {

FakeHost::FakeHost() {
    account.answer = account_settings.answer = types.answer = orders.answer = ok();
    registering = creating_type = noticing = ok();
    account.value.public_url = "https://shop.retailcrm.ru";
    account.value.scopes = {"integration_read", "reference_write"};
    account_settings.value = {"UAH", "uk", "Europe/Kyiv"};
}

FakeHost::~FakeHost() = default;

port::HostAnswer FakeHost::ok() {
    return answer(port::HostResult::ok, "", 200);
}

port::HostAnswer FakeHost::answer(port::HostResult result, std::string code, int status) {
    port::HostAnswer it;
    it.result = result;
    it.code = std::move(code);
    it.message = "in its own words";
    it.exchange.http_status = status;
    return it;
}

domain::Result<std::string> FakeHost::normalize_url(const std::string& text) {
    if (!url) return tl::unexpected(url.error());
    return text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
}

port::HostReply<port::AccountInfo> FakeHost::check_account(const domain::Connection& c) {
    checked.push_back(c);
    return account;
}

port::HostReply<port::AccountSettings> FakeHost::settings(const domain::Connection&) {
    return account_settings;
}

port::HostAnswer FakeHost::register_module(const domain::Connection& c,
                                           const port::Registration& r) {
    registered.emplace_back(c, r);
    if (while_registering) std::exchange(while_registering, nullptr)();
    return registering;
}

port::HostAnswer FakeHost::push(const domain::Connection&, const port::StatusUpdate& update) {
    if (pushing.result == port::HostResult::ok) pushed.push_back(update.push);
    return pushing;
}

port::HostReply<std::optional<std::string>> FakeHost::check_payment(const domain::Connection&,
                                                                    const domain::Invoice&) {
    return {ok(), std::nullopt};
}

port::HostReply<std::vector<port::PaymentType>> FakeHost::payment_types(
    const domain::Connection&, const std::vector<domain::Merchant>&) {
    return types;
}

port::HostAnswer FakeHost::create_payment_type(const domain::Connection&, const domain::Merchant&) {
    return creating_type;
}

port::HostReply<port::Order> FakeHost::order(const domain::Connection&, std::int64_t id) {
    ++order_reads;
    auto reply = orders;
    reply.value.id = id;
    return reply;
}

port::HostReply<std::string> FakeHost::create_invoice(const domain::Connection& c,
                                                      std::int64_t payment) {
    invoices_wanted.push_back(payment);
    if (while_creating) return while_creating(c, payment);
    return {ok(), "https://till.example/pay/x"};
}

port::HostReply<std::int64_t> FakeHost::payment_of(const domain::Connection&,
                                                   const domain::InvoiceUuid& uuid) {
    const auto known = payments.find(uuid.value);
    return {ok(), known == payments.end() ? 0 : known->second};
}

port::HostReply<port::Imported> FakeHost::import_paid(const domain::Connection&,
                                                      const domain::Invoice& invoice,
                                                      const domain::InvoiceUuid&) {
    imported.push_back(invoice);
    return importing;
}

port::HostAnswer FakeHost::notify(const domain::Connection&, const std::string& text, bool) {
    notices.push_back(text);
    return noticing;
}

}  // namespace tillbridge::test
