#include <cstdint>

#include "module/port/clock.hpp"

namespace tillbridge::port {
namespace {

constexpr char kUrlSafe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr char kAlphabet32[] = "0123456789abcdefghjkmnpqrstvwxyz";
// A slug is read aloud, typed and put through mail programs: letters and digits alone.
constexpr char kAlphabet62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::string from_alphabet64(const std::string& bytes) {
    std::string text;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char byte : bytes) {
        bits = (bits << 8) | static_cast<unsigned char>(byte);
        held += 8;
        while (held >= 6) {
            held -= 6;
            text += kUrlSafe[(bits >> held) & 63U];
        }
    }
    if (held > 0) text += kUrlSafe[(bits << (6 - held)) & 63U];
    return text;
}

}  // namespace

std::string Random::token() {
    return from_alphabet64(bytes(32));
}

std::string Random::slug() {
    std::string text;
    while (text.size() < 11) {  // 65 bits
        for (const char byte : bytes(16)) {
            const auto value = static_cast<unsigned char>(byte);
            if (value < 248 && text.size() < 11) text += kAlphabet62[value % 62];
        }
    }
    return text;
}

std::string Random::id() {
    std::string text;
    for (const char byte : bytes(24)) text += kAlphabet32[static_cast<unsigned char>(byte) & 31U];
    return text;
}

std::string Random::id_at(domain::UtcTime now) {
    constexpr int kTimeDigits = 9;  // 45 bits of milliseconds
    auto text = id();
    auto millis = static_cast<std::uint64_t>(now.micros / 1000);
    for (int digit = kTimeDigits - 1; digit >= 0; --digit, millis >>= 5)
        text[static_cast<std::size_t>(digit)] = kAlphabet32[millis & 31U];
    return text;
}

double Random::fraction() {
    std::uint64_t bits = 0;
    for (const char byte : bytes(8)) bits = (bits << 8) | static_cast<unsigned char>(byte);
    return static_cast<double>(bits >> 11) / 9007199254740992.0;
}

}  // namespace tillbridge::port
