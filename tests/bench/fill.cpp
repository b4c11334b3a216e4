#include "tests/bench/fill.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <random>

#include "module/service/effects.hpp"
#include "module/store/open.hpp"

namespace tillbridge::bench {
namespace {

constexpr std::size_t kBuyers = 2'000;  // who have a link and pay at about the same time

domain::UtcTime now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string uuid_of(const std::string& bytes) {
    std::string text;
    for (std::size_t i = 0; i < 16; ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += fmt::format("{:02x}", static_cast<unsigned char>(bytes[i]));
    }
    return text;
}

domain::Merchant store_at_uapay(const Account& of, domain::UtcTime at) {
    domain::Merchant merchant;
    merchant.connection = of.connection;
    merchant.id = of.merchant;
    merchant.gateway = domain::GatewayCode("uapay");
    merchant.name = "Shop";
    merchant.credentials = {{"shopId", domain::Secret(std::to_string(1000 + of.number))},
                            {"secretKey", domain::Secret(kGatewayKey)}};
    merchant.hook_token = domain::Secret(of.hook_token);
    merchant.created_at = merchant.updated_at = at;
    return merchant;
}

domain::Merchant store_at_prodamus(const Account& of, domain::UtcTime at) {
    auto merchant = store_at_uapay(of, at);
    merchant.id = of.page;
    merchant.gateway = domain::GatewayCode("prodamus");
    merchant.name = "Club";
    merchant.credentials = {{"page", domain::Secret("bench.payform.ru")},
                            {"secretKey", domain::Secret(kGatewayKey)}};
    merchant.hook_token = domain::Secret(of.page_token);
    return merchant;
}

port::JournalLine line_of(const domain::Invoice& invoice, const char* kind, const char* summary,
                          const char* detail) {
    port::JournalLine line;
    line.connection = invoice.connection;
    line.invoice = invoice.id;
    line.at = invoice.updated_at;
    line.kind = kind;
    line.summary = summary;
    line.detail = detail;
    line.request = domain::RequestId("bench-request-of-a-filler");
    return line;
}

}  // namespace

Account account(int number) {
    Account it;
    it.number = number;
    it.connection = domain::ConnectionId(fmt::format("benchconnection{:09}", number));
    it.merchant = domain::MerchantId(fmt::format("benchmerchant{:09}", number));
    it.client_id = fmt::format("bench-client-id-{:027}", number);
    it.hook_token = fmt::format("bench-hook-token-{:026}", number);
    it.page = domain::MerchantId(fmt::format("benchpage{:09}", number));
    it.page_token = fmt::format("bench-page-token-{:026}", number);
    return it;
}

Filler::Filler(const std::string& folder)
    : uah_(domain::Currency::parse("UAH").value()),
      rub_(domain::Currency::parse("RUB").value()),
      keys_(std::make_unique<security::KeyRing>(domain::Secret(text_of(folder + "/master.key")))),
      store_(store::open_store("sqlite:" + folder + "/tillbridge.db", *keys_)) {}

void Filler::add_accounts(int from, int to, const Peer& peer) {
    for (int first = from; first < to; first += 100)
        store_->write([&](port::Tx& tx) {
            for (int i = first; i < std::min(first + 100, to); ++i) {
                const auto of = account(i);
                domain::Connection connection;
                connection.id = of.connection;
                connection.system_url = connection.public_url = peer.crm_url(i);
                // The CRM's limit counts by key.
                connection.api_key = domain::Secret("bench-api-key-" + std::to_string(i));
                connection.client_id = domain::Secret(of.client_id);
                connection.settings_token = domain::Secret("settings-" + of.client_id);
                connection.currency = "UAH";
                connection.timezone = "Europe/Kyiv";
                connection.created_at = connection.updated_at = now();
                tx.connections().insert(connection);
                tx.merchants().insert(store_at_uapay(of, connection.created_at));
                tx.merchants().insert(store_at_prodamus(of, connection.created_at));
            }
        });
}

Filler::Made Filler::make(const Account& of, Kind kind, Seller seller) {
    Made made;
    auto& bill = made.bill;
    bill.account = of;
    bill.id = random_.id_at(now());
    bill.uuid = uuid_of(random_.bytes(16));
    const bool page = seller == Seller::prodamus;
    // A link of Prodamus has no number but ours.
    bill.gateway_invoice = page ? bill.id : uuid_of(random_.bytes(16));
    auto& it = made.invoice;
    it.connection = of.connection;
    it.id = domain::InvoiceId(bill.id);
    it.uuid = domain::InvoiceUuid(bill.uuid);
    it.merchant = page ? of.page : of.merchant;
    it.gateway = domain::GatewayCode(page ? "prodamus" : "uapay");
    it.slug = domain::Slug(random_.slug());
    it.amount = {kAmount, page ? rub_ : uah_};
    it.state = domain::InvoiceState::pending;
    it.gateway_invoice = domain::GatewayId(bill.gateway_invoice);
    it.pay_url = "http://127.0.0.1/invoice/" + bill.gateway_invoice;
    it.order_number = bill.id.substr(0, 8) + "C";
    it.description = "Оплата заказа № " + it.order_number;
    it.locale = "ru";
    it.created_at = it.updated_at = now();
    it.link_expires_at = it.created_at + std::chrono::hours(72);
    domain::Operation create;
    create.id = domain::OperationId(random_.id());
    create.kind = domain::OperationKind::create;
    create.state = domain::OperationState::succeeded;
    create.amount = kAmount;
    create.external_id = bill.id;
    create.tries = 1;
    create.created_at = create.started_at = create.ended_at = it.created_at;
    it.operations.push_back(create);
    if (kind != Kind::pending) {
        it.state = domain::InvoiceState::paid;
        it.authorized = it.captured = kAmount;
        it.gateway_payment = domain::GatewayId(bill.gateway_invoice);
        it.paid_at = it.observed_at = it.created_at;
    }
    return made;
}

void Filler::write(port::Tx& tx, const Made& made, Kind kind) {
    const auto& it = made.invoice;
    tx.invoices().insert(it);
    if (kind == Kind::push) {
        domain::effect::PushStatus push;
        push.status = domain::CrmStatus::succeeded;
        push.amount = kAmount;
        push.paid_at = it.paid_at;
        push.refundable = true;
        tx.outbox().add(service::outbox_row(it, push, it.created_at));
    }
    if (kind != Kind::settled) return;
    constexpr const char* kCall =
        R"({"detail":"id=… externalId=…","outcome":"ok","status":200,"took_us":41234})";
    tx.journal().add(line_of(it, "crm.create", "1250.50 UAH", R"({"verdict":"applied"})"));
    tx.journal().add(line_of(it, "gateway.call", "invoicer/invoices/create: ok", kCall));
    tx.journal().add(line_of(it, "gateway.hook", "FINISHED/FINISHED", "{}"));
    tx.journal().add(line_of(it, "gateway.report", "paid (hook)",
                             R"({"from":"pending","to":"paid","verdict":"applied"})"));
    tx.journal().add(line_of(it, "crm.push", "succeeded", kCall));
    tx.inbox().add({it.connection, it.merchant, it.id, made.bill.gateway_invoice + it.id.value,
                    "FINISHED/FINISHED", "FINISHED/FINISHED payment invoice", it.created_at});
}

// Invoice by invoice, as the accounts' managers make them: all accounts at once.
std::vector<Bill> Filler::add(std::size_t count, int from, int to, Kind kind, Seller seller) {
    std::vector<Made> all;
    std::vector<Bill> bills;
    const auto flush = [&] {
        store_->write([&](port::Tx& tx) {
            for (const auto& made : all) write(tx, made, kind);
        });
        all.clear();
    };
    const auto accounts = static_cast<std::size_t>(to - from);
    for (std::size_t n = 0; n < count; ++n) {
        all.push_back(make(account(from + static_cast<int>(n % accounts)), kind, seller));
        if (kind != Kind::settled) bills.push_back(all.back().bill);
        if (all.size() == kFillUnit) flush();
    }
    flush();
    // Buyers pay in about the order in which they got their links: any of the latest few thousand.
    std::minstd_rand chance(1);
    for (std::size_t first = 0; first < bills.size(); first += kBuyers)
        std::shuffle(
            bills.begin() + static_cast<std::ptrdiff_t>(first),
            bills.begin() + static_cast<std::ptrdiff_t>(std::min(first + kBuyers, bills.size())),
            chance);
    return bills;
}

std::vector<Bill> Filler::add_pending(std::size_t count, int from, int to, Seller seller) {
    return add(count, from, to, Kind::pending, seller);
}

std::vector<Bill> Filler::add_pushes(std::size_t count, int from, int to) {
    return add(count, from, to, Kind::push, Seller::uapay);
}

void Filler::add_settled(std::size_t count, int from, int to) {
    add(count, from, to, Kind::settled, Seller::uapay);
}

}  // namespace tillbridge::bench
