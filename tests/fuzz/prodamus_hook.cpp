// libFuzzer: whatever bytes come as a notice, in whatever encoding, reading them neither crashes
// nor believes them. The first byte chooses the encoding and whether the body is signed well, so
// that what lies behind the signature is reached too.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api_client/prodamus/body.hpp"
#include "api_client/prodamus/hook.hpp"
#include "api_client/prodamus/signature.hpp"

using namespace tillbridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const domain::Secret kKey("a key that the input does not know");
    static const domain::Merchant kMerchant = [] {
        domain::Merchant merchant;
        merchant.credentials["secretKey"] = kKey;
        return merchant;
    }();
    static const std::array<std::string, 3> kTypes{
        "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "application/json"};
    if (size == 0) return 0;
    port::RawHook raw;
    raw.body.assign(reinterpret_cast<const char*>(data + 1), size - 1);
    raw.content_type = kTypes[data[0] / 2 % kTypes.size()];
    const auto tree = prodamus::parse_body(raw.body, raw.content_type);
    if (data[0] % 2 == 0) {
        raw.headers["sign"] = tree && tree->find("signature") ? tree->at("signature") : raw.body;
        if (prodamus::read_hook(kMerchant, raw)) std::abort();
        return 0;
    }
    const auto signature = tree ? prodamus::sign(*tree, kKey) : domain::Result<std::string>();
    if (signature) raw.headers["sign"] = *signature;
    const auto hook = prodamus::read_hook(kMerchant, raw);
    if (!hook) return 0;
    if (!tree || !signature || hook->event_key.size() != 64) std::abort();
    // Money is told only together with whose and how much it is.
    if (hook->report && hook->report->status == domain::GatewayStatus::paid &&
        (hook->report->amount.minor < 0 || hook->report->payment.empty()))
        std::abort();
    return 0;
}
