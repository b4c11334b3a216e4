#include "api_client/prodamus/gateway.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "api_client/prodamus/client.hpp"
#include "api_client/prodamus/description.hpp"
#include "api_client/prodamus/hook.hpp"
#include "api_client/prodamus/link.hpp"
#include "api_client/prodamus/options.hpp"
#include "api_client/prodamus/subscriptions.hpp"
#include "api_client/prodamus/times.hpp"
#include "api_client/prodamus/words.hpp"

namespace tillbridge::prodamus {

using domain::OperationKind;
using domain::OperationState;
using End = LinkAnswer::End;

namespace {

constexpr std::size_t kMaxKey = 512;
constexpr const char* kLeast = "100";  // roubles; the least that pages in use take (§2.3)

domain::Result<Account> account_of(const domain::Credentials& credentials) {
    const auto text = [&](const char* field) {
        const auto at = credentials.find(field);
        return at == credentials.end() ? domain::Secret() : at->second;
    };
    auto host = page_host(text("page").reveal());
    if (!host) return tl::unexpected(host.error());
    Account account{std::move(*host), text("secretKey")};
    const std::string& key = account.key.reveal();
    if (key.empty()) return domain::fail("credentials.missing", {}, "secretKey");
    // Blanks at the ends come from copying; the key is used character by character (§3.1).
    const auto printable = [](char c) { return c >= 0x20 && c < 0x7F; };
    if (key.size() > kMaxKey || !std::all_of(key.begin(), key.end(), printable) ||
        key.front() == ' ' || key.back() == ' ')
        return domain::fail("credentials.malformed", "printable characters only", "secretKey");
    return account;
}

// A link that nobody will ever open, gone a minute later: the API has no other way to ask whether
// page and key belong together.
Tree trial_link(domain::UtcTime now) {
    Tree tree;
    tree.set("do", "link");
    tree.set("sys", "tillbridge");
    tree.set("order_id", "check-" + std::to_string(now.micros));
    tree.set("currency", "rub");
    tree.set("payments_limit", "1");
    tree.set("link_expired", moscow_text(now + std::chrono::minutes(2)));
    Tree& product = tree.level("products").level("0");
    product.set("name", "Проверка подключения");
    product.set("price", kLeast);
    product.set("quantity", "1");
    return tree;
}

void end_as(const LinkAnswer& made, port::OperationAnswer& answer) {
    answer.reason = made.words;
    switch (made.end) {
        case End::link:
            answer.result = OperationState::succeeded;
            answer.reason.clear();
            return;
        case End::bad_signature:
        case End::no_page:
        case End::refused:
            answer.result = OperationState::refused;
            answer.code = "gateway.refused";
            return;
        case End::no_host:
        case End::not_done:
            answer.result = OperationState::not_done;
            answer.code = "gateway.unavailable";
            return;
        case End::unknown:
            answer.result = OperationState::unknown;
            answer.code = "gateway.silent";
            return;
    }
}

// What a person does instead.
std::string in_the_cabinet(const domain::Invoice& invoice) {
    static const Words kText = words(
        "Prodamus не принимает возвраты от модуля: оформите возврат в кабинете Prodamus, раздел "
        "«Заказы», номер ",
        "Prodamus не приймає повернення від модуля: оформіть повернення в кабінеті Prodamus, "
        "розділ «Заказы», номер ",
        "Prodamus қайтаруды модульден қабылдамайды: қайтаруды Prodamus кабинетінде, «Заказы» "
        "бөлімінде рәсімдеңіз, нөмірі ",
        "Prodamus takes no refunds from the module: make the refund in the Prodamus cabinet, "
        "section «Заказы» (orders), number ",
        "Prodamus no acepta reembolsos del módulo: haga el reembolso en el panel de Prodamus, "
        "sección «Заказы» (pedidos), número ");
    const auto at = kText.find(invoice.locale.substr(0, 2));
    return (at == kText.end() ? kText.at("ru") : at->second) + invoice.gateway_invoice.value;
}

port::OperationAnswer unsupported(const domain::Invoice& invoice) {
    port::OperationAnswer answer;
    answer.result = OperationState::refused;
    answer.code = "gateway.unsupported";
    answer.reason = in_the_cabinet(invoice);
    return answer;
}

}  // namespace

Gateway::Gateway(http::Sender& sender, const port::Clock& clock, Options options)
    : sender_(sender),
      clock_(clock),
      options_(std::move(options)),
      base_(options_.base_url),
      description_(describe()) {}

domain::Result<void> Gateway::try_credentials(const domain::Credentials& credentials,
                                              port::CallLog& log) {
    const auto account = account_of(credentials);
    if (!account) return tl::unexpected(account.error());
    const Client client(sender_, base_, options_.allow_private_networks, options_.timeout);
    const auto made = client.ask_for_link(*account, trial_link(clock_.now()), "check", log);
    switch (made.end) {
        case End::link:
            return {};
        case End::no_page:
        case End::no_host:
            return domain::fail("credentials.refused", made.words, "page");
        case End::bad_signature:
        case End::refused:
            return domain::fail("credentials.refused", made.words, "secretKey");
        case End::not_done:
        case End::unknown:
            break;
    }
    return domain::fail("gateway.silent", made.words);
}

domain::Credentials Gateway::tidy(domain::Credentials typed) const {
    const auto page = typed.find("page");
    if (page == typed.end()) return typed;
    if (auto host = page_host(page->second.reveal())) page->second = domain::Secret(*host);
    return typed;
}

// What is left for the buyer to pay is enough for pages in use (§2.3); a product that is subscribed
// to has its own price (§2.2).
std::string Gateway::test_amount(const std::map<std::string, std::string>& options) const {
    const auto product = options.find("subscription");
    if (product != options.end() && !product->second.empty()) return {};
    const auto roubles = domain::Currency::parse("RUB").value();
    auto amount = domain::parse_money(kLeast, roubles).value();
    const auto given = options.find("discount");
    if (given != options.end())
        if (const auto discount = domain::parse_money(given->second, roubles))
            amount.minor += discount->minor;
    return domain::to_decimal(amount);
}

domain::Result<void> Gateway::check_options(
    const std::map<std::string, std::string>& options) const {
    if (auto fine = port::Gateway::check_options(options); !fine) return fine;
    return check_option_values(options);
}

port::OperationAnswer Gateway::create(const domain::Merchant& merchant,
                                      const port::CreateOrder& order) {
    port::OperationAnswer answer;
    answer.result = OperationState::refused;
    const auto account = account_of(merchant.credentials);
    auto request = link_request(order, merchant.options);
    if (!account || !request) {
        const auto& error = account ? request.error() : account.error();
        const bool parameter = error.code == "link.parameter_invalid";
        answer.code = parameter ? "gateway.refused" : error.code;
        answer.reason = parameter ? error.field : error.message;
        return answer;
    }
    answer.product = request->parameters.at("subscription");
    const Client client(sender_, base_, options_.allow_private_networks, options_.timeout);
    const auto made =
        client.ask_for_link(*account, std::move(request->parameters), "link", answer.log);
    end_as(made, answer);
    if (made.end != End::link) return answer;
    // The link has no number of its own: notices name the order (§4.3).
    answer.gateway_invoice = domain::GatewayId(order.external_id);
    answer.pay_url = made.link;
    answer.expires_at = request->expires_at;
    answer.payable = request->payable;
    return answer;
}

domain::Result<std::string> Gateway::baseline(const domain::Merchant&, const domain::Invoice&,
                                              const domain::Operation&, port::CallLog&) {
    return std::string();
}

port::OperationAnswer Gateway::perform(const domain::Merchant&, const domain::Invoice& invoice,
                                       const domain::Operation& op) {
    if (op.kind == OperationKind::create)
        throw std::logic_error("prodamus: create is not performed");
    return unsupported(invoice);
}

port::OperationAnswer Gateway::resolve(const domain::Merchant&, const domain::Invoice& invoice,
                                       const domain::Operation& op, bool settled) {
    if (op.kind != OperationKind::create) return unsupported(invoice);
    port::OperationAnswer answer;
    answer.result = settled ? OperationState::not_done : OperationState::unknown;
    answer.code = settled ? "gateway.unavailable" : "gateway.silent";
    return answer;
}

domain::Result<port::HookFact> Gateway::read_hook(const domain::Merchant& merchant,
                                                  const port::RawHook& hook) {
    return prodamus::read_hook(merchant, hook);
}

port::SubscriptionAnswer Gateway::set_subscription(const domain::Merchant& merchant,
                                                   const port::SubscriptionChange& change) {
    const auto account = account_of(merchant.credentials);
    if (!account) {
        port::SubscriptionAnswer answer;
        answer.result = OperationState::refused;
        answer.code = account.error().code;
        answer.reason = account.error().message;
        return answer;
    }
    return prodamus::set_subscription(
        {sender_, base_, options_.allow_private_networks, options_.timeout}, *account, change);
}

}  // namespace tillbridge::prodamus
