#include "module/service/support_contacts.hpp"

namespace tillbridge::service {
namespace {

constexpr std::size_t kLongestAddress = 254;  // RFC 5321 §4.5.3.1.3
constexpr std::size_t kFingerprintSize = 32;  // 128 bits tell a hundred million contacts apart

bool digit(char c) {
    return c >= '0' && c <= '9';
}

std::string fingerprint(const port::KeyRing& keys, const char* kind, const std::string& plain) {
    return keys.fingerprint(std::string("contact:") + kind + ':' + plain)
        .substr(0, kFingerprintSize);
}

}  // namespace

std::string plain_email(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    text = text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
    const auto at = text.find('@');
    if (at == 0 || at == std::string_view::npos || at + 1 == text.size() ||
        text.size() > kLongestAddress || text.find_first_of(" \t\r\n") != std::string_view::npos)
        return {};
    std::string plain(text);
    for (char& c : plain)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return plain;
}

std::string plain_phone(std::string_view text) {
    constexpr std::size_t kLeast = 9, kMost = 15, kShared = 10, kSpanish = 11;
    std::string digits;
    for (const char c : text) {
        if (digit(c))
            digits += c;
        else if (std::string_view(" +-().\t/").find(c) == std::string_view::npos)
            return {};
    }
    if (digits.starts_with("00")) digits.erase(0, 2);
    if (digits.size() < kLeast || digits.size() > kMost) return {};
    if (digits.size() == kSpanish && digits.starts_with("34")) digits.erase(0, 2);
    return digits.size() > kShared ? digits.substr(digits.size() - kShared) : digits;
}

std::vector<std::string> contact_fingerprints(const port::KeyRing& keys, std::string_view text) {
    std::vector<std::string> found;
    if (const auto email = plain_email(text); !email.empty())
        found.push_back(fingerprint(keys, "email", email));
    if (const auto phone = plain_phone(text); !phone.empty())
        found.push_back(fingerprint(keys, "phone", phone));
    return found;
}

void remember_contacts(const Context& context, port::Tx& tx, const domain::Invoice& invoice,
                       std::string_view email, std::string_view phone) {
    const auto remember = [&](const char* kind, const std::string& plain) {
        if (plain.empty()) return;
        tx.search().remember_contact(invoice.connection, invoice.id,
                                     fingerprint(context.keys, kind, plain));
    };
    remember("email", plain_email(email));
    remember("phone", plain_phone(phone));
}

}  // namespace tillbridge::service
