#include "module/service/account.hpp"

#include <algorithm>

#include "module/service/problems.hpp"

namespace tillbridge::service {
namespace {

constexpr std::size_t kHostMost = 100;  // bytes of it in an error

// Host and port of an address as somebody typed it, without a user and his password.
std::string host_in(std::string_view url) {
    if (const auto scheme = url.find("://"); scheme != std::string_view::npos)
        url.remove_prefix(scheme + 3);
    url = url.substr(0, url.find_first_of("/?#"));
    if (const auto user = url.rfind('@'); user != std::string_view::npos)
        url.remove_prefix(user + 1);
    const auto first = url.find_first_not_of(" \t\r\n");
    url = first == std::string_view::npos ? std::string_view() : url.substr(first);
    url = url.substr(0, url.find_last_not_of(" \t\r\n") + 1);
    std::size_t end = std::min(url.size(), kHostMost);
    while (end > 0 && end < url.size() && (static_cast<unsigned char>(url[end]) & 0xC0U) == 0x80U)
        --end;
    return std::string(url.substr(0, end));
}

}  // namespace

std::string account_url_of(const Context& context, const domain::Connection& connection) {
    return context.settings.public_url + "/settings/" + connection.settings_token.reveal();
}

port::Registration registration_of(const Context& context, const domain::Connection& connection,
                                   std::vector<domain::Merchant> shops) {
    port::Registration it;
    it.base_url = context.settings.public_url;
    it.account_url = account_url_of(context, connection);
    it.shops = std::move(shops);
    for (const auto* gateway : context.gateways.all())
        for (const auto& currency : gateway->description().currencies)
            if (std::find(it.currencies.begin(), it.currencies.end(), currency) ==
                it.currencies.end())
                it.currencies.push_back(currency);
    return it;
}

domain::Error naming(domain::Error error, std::string_view url) {
    error.params.try_emplace("host", host_in(url));
    return error;
}

domain::Error host_error(const port::HostAnswer& answer) {
    domain::Error error;
    error.message = answer.message;
    error.params["reason"] = answer.message;
    if (!answer.host.empty()) error.params["host"] = answer.host;
    switch (answer.result) {
        case port::HostResult::key_rejected:
            error.code = "crm.key_rejected";
            break;
        case port::HostResult::forbidden:
            error.code = answer.code.empty() ? "crm.address_forbidden" : answer.code;
            break;
        case port::HostResult::refused:
            error.code = answer.code.empty() ? "crm.refused" : answer.code;
            break;
        case port::HostResult::ok:
        case port::HostResult::overloaded:
        case port::HostResult::silent:
            error.code = "crm.unreachable";
            break;
    }
    // An account that does not exist answers with a page, which is no sense at all to some callers.
    if (answer.code == "crm.account_unknown") error.code = answer.code;
    return error;
}

std::optional<std::string> unfit_currency(const Context& context,
                                          const domain::Connection& connection,
                                          const domain::Merchant& merchant) {
    auto* gateway = context.gateways.find(merchant.gateway);
    if (gateway == nullptr || !merchant.active || connection.currency.empty()) return std::nullopt;
    const auto& known = gateway->description().currencies;
    if (std::find(known.begin(), known.end(), connection.currency) != known.end())
        return std::nullopt;
    return connection.currency;
}

void judge_currency(const Context& context, port::Tx& tx, const domain::Connection& connection,
                    const domain::Merchant& merchant) {
    const auto& subject = merchant.id.value;
    if (const auto currency = unfit_currency(context, connection, merchant))
        raise_problem(tx, context.clock.now(), connection.id, kCurrencyProblem, subject, *currency);
    else
        clear_problem(tx, connection.id, kCurrencyProblem, subject);
}

}  // namespace tillbridge::service
