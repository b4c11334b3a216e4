// libFuzzer: a configuration file. Whatever it holds, there is a configuration or a list of what is
// wrong with it, never both and never neither.
#include "config/config.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace tillbridge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto loaded = config::load_text(text, "/etc/tillbridge/tillbridge.yaml", {});
    if (loaded.config.has_value() == !loaded.problems.empty()) std::abort();
    for (const auto& problem : loaded.problems)
        if (problem.text().empty()) std::abort();
    return 0;
}
