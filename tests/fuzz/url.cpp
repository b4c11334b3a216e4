// libFuzzer: addresses that people and peers give. What is taken has one spelling, which is taken
// again as the same, and the guard lets nothing through but the hosts that are listed.
#include "api_client/http/url.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api_client/http/address_guard.hpp"

using namespace tillbridge;

namespace {

bool listed(const std::string& host) {
    constexpr std::string_view kBelow = ".retailcrm.ru";
    return host == "pay.example.com" || (host.size() > kBelow.size() && host.ends_with(kBelow));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const http::AddressGuard kGuard({{"*.retailcrm.ru", "pay.example.com"}});
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    http::host_of(text);
    if (const auto url = http::parse_url(text)) {
        const auto again = http::parse_url(url->text());
        if (!again || again->text() != url->text() || again->host != url->host) std::abort();
        for (const char c : url->host)
            if (c <= ' ' || c == '@' || c == '/' || c == '\x7f') std::abort();
        if (kGuard.check(*url) && (!url->secure() || !listed(url->host))) std::abort();
    }
    if (const auto base = http::normalize_base_url(text)) {
        const auto again = http::normalize_base_url(*base);
        if (!again || *again != *base || !http::parse_url(*base)) std::abort();
    }
    return 0;
}
