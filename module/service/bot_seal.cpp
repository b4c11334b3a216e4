#include "module/service/bot_seal.hpp"

#include <exception>

namespace tillbridge::service {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

std::string place_of(const domain::ConnectionId& connection) {
    return "outbox/" + connection.value + "/notice";
}

std::string from_hex(const std::string& text) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2)
        bytes += static_cast<char>(std::stoi(text.substr(at, 2), nullptr, 16));
    return bytes;
}

}  // namespace

std::string seal_for_bot(const port::KeyRing& keys, const domain::ConnectionId& connection,
                         const std::string& text) {
    std::string hex;
    for (const char c : keys.seal(domain::Secret(text), place_of(connection))) {
        const auto byte = static_cast<unsigned char>(c);
        hex += kDigits[byte >> 4U];
        hex += kDigits[byte & 15U];
    }
    return hex;
}

std::optional<std::string> open_for_bot(const port::KeyRing& keys,
                                        const domain::ConnectionId& connection,
                                        const std::string& sealed) {
    try {
        return keys.open(from_hex(sealed), place_of(connection)).reveal();
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

}  // namespace tillbridge::service
