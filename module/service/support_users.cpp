#include "module/service/support_users.hpp"

#include <algorithm>

#include "module/service/support_sign_in.hpp"

namespace tillbridge::service {
namespace {

using domain::fail;
using domain::Result;

constexpr std::size_t kShortest = 8;  // NIST SP 800-63B §5.1.1.2
constexpr std::size_t kLongestPassword = 1024;
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kTotpBytes = 20;  // RFC 4226 §4 R6

bool good_name(const std::string& name) {
    return !name.empty() && name.size() <= kLongestName &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                      c == '_' || c == '@';
           });
}

Result<void> good_password(const domain::Secret& password) {
    const auto size = password.reveal().size();
    if (size < kShortest || size > kLongestPassword)
        return fail("support.password_short", {}, "password");
    return {};
}

// RFC 4648 §6, without padding: what authenticator apps read.
std::string base32(const std::string& bytes) {
    std::string text;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char byte : bytes) {
        bits = bits << 8U | static_cast<unsigned char>(byte);
        for (held += 8; held >= 5; held -= 5)
            text += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[bits >> (held - 5) & 31U];
    }
    if (held > 0) text += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[bits << (5 - held) & 31U];
    return text;
}

}  // namespace

Result<void> SupportUsers::add(const Actor& actor, const std::string& name, port::SupportRole role,
                               const domain::Secret& password) {
    if (!good_name(name)) return fail("support.name_invalid", {}, "name");
    if (auto good = good_password(password); !good) return good;
    port::SupportUser user;
    user.name = name;
    user.role = role;
    user.password = passwords_.hash(password);
    user.created_at = user.updated_at = context_.clock.now();
    return port::commit(context_.store, [&](port::Tx& tx) -> Result<void> {
        if (tx.support().find(name)) return fail("support.user_exists", {}, "name");
        tx.support().insert(user);
        write_audit(context_, tx, actor, "user.add", {}, name, {{"role", to_word(role)}});
        return {};
    });
}

std::vector<port::SupportUser> SupportUsers::list() const {
    return port::look_up(context_.store, [](const port::Tx& tx) { return tx.support().list(); });
}

template <class Change>
Result<void> SupportUsers::change(const Actor& actor, const std::string& name, const char* act,
                                  Change change) {
    const auto now = context_.clock.now();
    return port::commit(context_.store, [&](port::Tx& tx) -> Result<void> {
        auto user = tx.support().find(name);
        if (!user) return fail("support.user_unknown", {}, "name");
        change(*user);
        user->updated_at = now;
        tx.support().update(*user);
        tx.support().end_sessions(name);
        tx.support().forget_failures(failures_of(context_.keys, name));
        write_audit(context_, tx, actor, act, {}, name);
        return {};
    });
}

Result<void> SupportUsers::set_active(const Actor& actor, const std::string& name, bool active) {
    return change(actor, name, active ? "user.enable" : "user.disable",
                  [&](port::SupportUser& user) { user.active = active; });
}

Result<void> SupportUsers::set_password(const Actor& actor, const std::string& name,
                                        const domain::Secret& password) {
    if (auto good = good_password(password); !good) return good;
    const auto hash = passwords_.hash(password);
    return change(actor, name, "user.passwd",
                  [&](port::SupportUser& user) { user.password = hash; });
}

Result<std::string> SupportUsers::add_totp(const Actor& actor, const std::string& name) {
    const domain::Secret secret(context_.random.bytes(kTotpBytes));
    return change(actor, name, "user.totp",
                  [&](port::SupportUser& user) {
                      user.totp = secret;
                      user.totp_step = 0;
                  })
        .map([&] {
            return "otpauth://totp/Tillbridge:" + name + "?secret=" + base32(secret.reveal()) +
                   "&issuer=Tillbridge&algorithm=SHA1&digits=6&period=30";
        });
}

Result<void> SupportUsers::drop_totp(const Actor& actor, const std::string& name) {
    return change(actor, name, "user.totp_off", [](port::SupportUser& user) {
        user.totp = domain::Secret();
        user.totp_step = 0;
    });
}

}  // namespace tillbridge::service
