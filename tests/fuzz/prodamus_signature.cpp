// libFuzzer: a tree that came from anywhere goes out and comes back as itself, so that what is sent
// is what was signed; and its signature holds for it, and for nothing that was changed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api_client/http/form.hpp"
#include "api_client/prodamus/body.hpp"
#include "api_client/prodamus/signature.hpp"
#include "api_client/prodamus/times.hpp"

using namespace tillbridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const domain::Secret kKey("key");
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // `link_expired` as callers write it.
    if (const auto at = prodamus::parse_moscow(text))
        if (prodamus::parse_moscow(prodamus::moscow_text(*at)) != prodamus::whole_minute(*at))
            std::abort();

    auto tree = prodamus::parse_form(text);
    if (!tree) return 0;
    const auto again = prodamus::parse_form(http::form_encode(prodamus::to_fields(*tree)));
    if (!again || !(*again == *tree)) std::abort();
    const auto signature = prodamus::sign(*tree, kKey);
    if (!signature) return 0;
    if (prodamus::verify(*again, *signature, kKey) != prodamus::Verdict::genuine) std::abort();
    tree->set("one more", "x");
    if (prodamus::verify(*tree, *signature, kKey) != prodamus::Verdict::foreign) std::abort();
    return 0;
}
