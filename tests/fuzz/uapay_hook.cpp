// libFuzzer: whatever bytes come as a callback or as an answer, reading them neither crashes nor
// believes them. The first byte chooses whether they come as they are or as claims signed well, so
// that what lies behind the signature is reached too.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api_client/uapay/envelope.hpp"
#include "api_client/uapay/hook.hpp"
#include "api_client/uapay/jwt.hpp"

using namespace tillbridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const domain::Secret kKey("a key that the input does not know");
    static const domain::Currency kUah = domain::Currency::parse("UAH").value();
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    if (data[0] % 2 == 0) {
        if (uapay::read_hook(text, kKey, kUah)) std::abort();
        if (uapay::read_reply(200, text, kKey).verdict == uapay::Verdict::ok) std::abort();
        return 0;
    }
    const std::string token = uapay::sign(text, kKey);
    const auto claims = uapay::verify(token, kKey);
    if (!claims || *claims != text) std::abort();
    const auto hook = uapay::read_hook(R"({"token":")" + token + "\"}", kKey, kUah);
    if (hook && (hook->gateway_invoice.empty() || hook->event_key.size() != 64)) std::abort();
    uapay::read_reply(200, R"({"status":1,"data":{"token":")" + token + "\"}}", kKey);
    return 0;
}
