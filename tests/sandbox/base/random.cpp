#include "tests/sandbox/base/random.hpp"

#include <fmt/format.h>

#include "tests/sandbox/base/jwt.hpp"

namespace tillbridge::sandbox {

void Random::reseed(std::optional<std::uint64_t> seed) {
    const std::lock_guard lock(mutex_);
    if (seed) {
        engine_.seed(*seed);
        return;
    }
    std::random_device device;
    engine_.seed(static_cast<std::uint64_t>(device()) << 32U | device());
}

std::uint64_t Random::next() {
    const std::lock_guard lock(mutex_);
    return engine_();
}

std::string Random::uuid() {
    const auto high = next(), low = next();
    return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xffffU,
                       high & 0xfffU, 0x8000U | ((low >> 48U) & 0x3fffU), low & 0xffff'ffff'ffffU);
}

std::string Random::text(std::size_t length) {
    static constexpr char kLetters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::string text;
    while (text.size() < length) text += kLetters[next() % (sizeof kLetters - 1)];
    return text;
}

std::string Random::secret() {
    return base64(text(24));
}

double Random::fraction() {
    return static_cast<double>(next() >> 11U) * 0x1.0p-53;
}

}  // namespace tillbridge::sandbox
