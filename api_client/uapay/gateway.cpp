#include "api_client/uapay/gateway.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "api_client/http/url.hpp"
#include "api_client/uapay/description.hpp"
#include "api_client/uapay/hook.hpp"
#include "api_client/uapay/texts.hpp"
#include "api_client/uapay/times.hpp"
#include "module/port/json.hpp"

namespace tillbridge::uapay {

using domain::OperationState;
using nlohmann::json;

namespace {

constexpr std::size_t kMaxDescription = 255;  // characters (§5.1)
constexpr std::size_t kMaxShopId = 20;
constexpr std::size_t kMaxKey = 512;
constexpr std::size_t kMaxLink = 2048;

domain::Result<void> check_form(const domain::Credentials& credentials) {
    const auto text = [&](const char* field) {
        const auto at = credentials.find(field);
        return at == credentials.end() ? std::string_view{} : std::string_view(at->second.reveal());
    };
    const auto shop = text("shopId");
    const auto key = text("secretKey");
    if (shop.empty()) return domain::fail("credentials.missing", {}, "shopId");
    if (key.empty()) return domain::fail("credentials.missing", {}, "secretKey");
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (shop.size() > kMaxShopId || !std::all_of(shop.begin(), shop.end(), digit))
        return domain::fail("credentials.malformed", "digits only", "shopId");
    // Blanks at the ends come from copying; the key is used character by character (§3.1).
    const auto printable = [](char c) { return c >= 0x20 && c < 0x7F; };
    if (key.size() > kMaxKey || !std::all_of(key.begin(), key.end(), printable) ||
        key.front() == ' ' || key.back() == ' ')
        return domain::fail("credentials.malformed", "printable characters only", "secretKey");
    return {};
}

std::string seconds_text(domain::Span offset) {
    return std::to_string(std::llround(static_cast<double>(offset.count()) / 1e6));
}

tl::unexpected<domain::Error> refused_credentials(const Answer& answer) {
    domain::Error error{"gateway.silent", answer.words(), "", {}};
    const auto verdict = answer.reply.verdict;
    if (answer.code == "gateway.clock_skew") {
        error.code = "gateway.clock_skew";
        if (answer.clock_offset) error.params["offset"] = seconds_text(*answer.clock_offset);
    } else if (answer.end == Answer::End::refused) {
        error.code = "credentials.refused";
        error.field = answer.reply.blames("clientId") ? "shopId" : "secretKey";
    } else if (verdict == Verdict::badly_signed) {
        // UAPAY signs with the key that it has for this shop (§3.3).
        error.code = "credentials.refused";
        error.field = "secretKey";
    } else if (verdict == Verdict::not_signed) {
        error.code = "gateway.unsigned";
        error.field = "secretKey";
    }
    return tl::unexpected(std::move(error));
}

// UAPAY's page speaks uk, ru and en (§5.1).
std::string page_language(const std::string& locale) {
    const std::string language = locale.substr(0, 2);
    if (language == "uk" || language == "ru") return language;
    return language == "kk" ? "ru" : "en";
}

json invoice_data(const port::CreateOrder& order) {
    json data = {{"externalId", order.external_id},
                 {"type", order.two_stage ? "HOLD" : "PAY"},
                 {"amount", order.amount.minor},
                 {"reusability", false}};
    std::string description = clean_text(order.description, kMaxDescription);
    if (description.empty()) description = clean_text(order.external_id, kMaxDescription);
    data["description"] = std::move(description);
    if (!order.return_url.empty()) data["redirectUrl"] = order.return_url;
    if (!order.hook_url.empty()) data["callbackUrl"] = order.hook_url;
    if (!order.customer_email.empty()) data["email"] = clean_text(order.customer_email, 254);
    if (order.expires_at) data["payExpiresAt"] = kyiv_text(order.expires_at);
    return data;
}

}  // namespace

void end_as(const Answer& failed, port::OperationAnswer& answer) {
    switch (failed.end) {
        case Answer::End::refused:
            answer.result = OperationState::refused;
            break;
        case Answer::End::not_done:
            answer.result = OperationState::not_done;
            break;
        case Answer::End::ok:
        case Answer::End::unknown:
            answer.result = OperationState::unknown;
            break;
    }
    answer.code = failed.code;
    answer.reason = failed.reason;
}

Gateway::Gateway(http::Sender& sender, const port::Clock& clock, Options options)
    : client_(sender, clock, std::move(options)),
      description_(describe()),
      uah_(domain::Currency::parse("UAH").value()) {}

domain::Result<void> Gateway::try_credentials(const domain::Credentials& credentials,
                                              port::CallLog& log) {
    if (const auto form = check_form(credentials); !form) return form;
    const Answer answer = client_.open_session(Account::of(credentials), log);
    if (!answer.ok()) return refused_credentials(answer);
    return {};
}

bool Gateway::usable_link(const std::string& url) const {
    if (url.size() > kMaxLink) return false;
    const auto parsed = http::parse_url(url.substr(0, url.find('#')));
    const bool plain = client_.options().base_url.starts_with("http://");
    return parsed && (parsed->secure() || plain);
}

port::OperationAnswer Gateway::create(const domain::Merchant& merchant,
                                      const port::CreateOrder& order) {
    port::OperationAnswer answer;
    if (order.amount.currency != uah_ || order.amount.minor <= 0) {
        answer.result = OperationState::refused;
        answer.code = "currency.not_supported";
        return answer;
    }
    const Call call{"invoicer/invoices/create",
                    {{"systemType", "ECOM"}, {"locale", page_language(order.locale)}},
                    invoice_data(order),
                    Call::Kind::create};
    const Answer made = client_.call(Account::of(merchant.credentials), call, answer.log);
    end_as(made, answer);
    if (!made.ok()) return answer;

    const json& claims = made.reply.claims;
    const std::string id = port::text_at(claims, "id");
    const std::string link = port::text_at(claims, "paymentPageUrl");
    const json* external = port::member(claims, "externalId");
    // The answer is not tied to the request (§3.2): what it repeats of it must be ours. Where it
    // is not, an invoice may stand at UAPAY all the same.
    const bool ours = external == nullptr || *external == order.external_id;
    if (!is_id(id) || !ours || !usable_link(link)) {
        answer.code = "gateway.silent";
        distrust(answer.log, ours ? "no usable link in the answer" : "about another order");
        return answer;
    }
    answer.result = OperationState::succeeded;
    answer.gateway_invoice = domain::GatewayId(id);
    answer.pay_url = link;
    answer.expires_at = order.expires_at;
    return answer;
}

domain::Result<port::HookFact> Gateway::read_hook(const domain::Merchant& merchant,
                                                  const port::RawHook& hook) {
    const auto key = merchant.credentials.find("secretKey");
    if (key == merchant.credentials.end()) return domain::fail("hook.signature_mismatch", "no key");
    return uapay::read_hook(hook.body, key->second, uah_);
}

}  // namespace tillbridge::uapay
