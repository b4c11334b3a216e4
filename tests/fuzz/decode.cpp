// libFuzzer: forms and JSON from outside. What is taken is clean, bounded and says the same when it
// is written and read again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "handlers/form.hpp"
#include "module/port/json.hpp"

using namespace tillbridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto form = handlers::parse_form(text)) {
        if (form->size() > handlers::kMaxFields) std::abort();
        for (const auto& [name, value] : *form) handlers::take_field(*form, name, 255);
    }
    handlers::peek_field(text, "clientId");
    constexpr port::JsonLimits kLimits{64 * 1024, 16};
    const auto json = port::parse_json(text, kLimits);
    if (!json) return 0;
    if (text.size() > kLimits.bytes) std::abort();
    const auto again = port::parse_json(port::to_text(*json));
    if (!again || *again != *json) std::abort();
    port::text_at(*json, "amount");
    port::integer_at(*json, "amount");
    port::decimal_text(*json);
    return 0;
}
