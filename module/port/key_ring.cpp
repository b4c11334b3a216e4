#include "module/port/key_ring.hpp"

#include <cstddef>

namespace tillbridge::port {

// `volatile` keeps the compiler from leaving the loop early; the room has no cryptography library.
bool KeyRing::equal_constant_time(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    volatile unsigned char differs = 0;
    for (std::size_t at = 0; at < a.size(); ++at)
        differs = static_cast<unsigned char>(
            differs | (static_cast<unsigned char>(a[at]) ^ static_cast<unsigned char>(b[at])));
    return differs == 0;
}

}  // namespace tillbridge::port
