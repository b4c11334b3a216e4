// libFuzzer: the end of a link as callers write it, by Prodamus' rules and by those of bots, and
// whatever else a bot sends: nothing crashes, and what is taken says the same when it is told
// again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api_client/prodamus/times.hpp"
#include "module/service/bot_link.hpp"

using namespace tillbridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const auto at = prodamus::parse_moscow(text))
        if (prodamus::parse_moscow(prodamus::moscow_text(*at)) != prodamus::whole_minute(*at))
            std::abort();
    if (const auto at = service::read_moscow(text))
        if (service::read_moscow(service::moscow_text(*at)) != *at) std::abort();

    // `name=value` lines are a bot's variables; a text without any is its link_expired alone.
    service::BotVariables given{{"payment_sum", "44"}};
    std::size_t from = 0;
    while (from < text.size()) {
        const auto end = std::min(text.find('\n', from), text.size());
        const auto equals = text.find('=', from);
        if (equals < end)
            given[text.substr(from, equals - from)] = text.substr(equals + 1, end - equals - 1);
        else
            given["link_expired"] = text.substr(from, end - from);
        from = end + 1;
    }
    const domain::UtcTime now{1'795'000'000'000'000};
    for (const auto style :
         {domain::BotStyle::salebot, domain::BotStyle::mavibot, domain::BotStyle::savvi}) {
        const auto link = service::read_bot_link(given, style, "17", now);
        if (!link) continue;
        if (link->expires_at && link->expires_at <= now) std::abort();
        if (link->product_name.empty() || link->description.empty()) std::abort();
        if (link->sum.empty() && link->subscription.empty()) std::abort();
        for (const char* ours : {"order_id", "signature", "urlNotification", "do", "sys"})
            if (link->parameters.count(ours) != 0) std::abort();
    }
    return 0;
}
