#include "module/service/support_sign_in.hpp"

#include <algorithm>
#include <chrono>

namespace tillbridge::service {
namespace {

using domain::fail;
using domain::Result;

constexpr domain::Span kLives = std::chrono::hours(12);
constexpr domain::Span kForgotten = std::chrono::hours(24);
constexpr domain::Span kLongestLock = std::chrono::minutes(15);
constexpr auto kSignInPatience = std::chrono::seconds(5);
// Who waits holds a thread that hooks and buyers need: a crowd of strangers must not hold many.
constexpr int kMostWaiting = 4;
constexpr std::int64_t kStepSeconds = 30;
// A person mistypes; behind one address there may be a whole office.
constexpr std::int64_t kFreeByName = 4;
constexpr std::int64_t kFreeByAddress = 10;

std::string of_address(const std::string& address) {
    return "address:" + address;
}

// 1 s after the first failure too many, then twice as long with each.
domain::Span lock_of(std::int64_t failures, std::int64_t free) {
    if (failures <= free) return {};
    const auto doubled = std::min<std::int64_t>(failures - free - 1, 20);
    return std::min<domain::Span>(std::chrono::seconds(std::int64_t{1} << doubled), kLongestLock);
}

domain::Error locked_for(domain::Span left) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
    return {"support.locked", {}, {}, {{"seconds", std::to_string(seconds)}}};
}

}  // namespace

std::string failures_of(const port::KeyRing& keys, const std::string& name) {
    return "user:" + keys.fingerprint("support-name:" + name);
}

bool SupportSignIn::enter() {
    std::unique_lock lock(door_);
    if (trying_ && waiting_ >= kMostWaiting) return false;
    ++waiting_;
    const bool free = left_.wait_for(lock, kSignInPatience, [this] { return !trying_; });
    --waiting_;
    if (free) trying_ = true;
    return free;
}

void SupportSignIn::leave() {
    {
        const std::lock_guard lock(door_);
        trying_ = false;
    }
    left_.notify_one();
}

Result<SupportSignIn::SignedIn> SupportSignIn::sign_in(const Attempt& attempt) {
    if (!enter())
        return tl::unexpected(domain::Error{
            "support.busy", {}, {}, {{"seconds", std::to_string(kSignInPatience.count())}}});
    struct Leaving {
        SupportSignIn& from;
        ~Leaving() { from.leave(); }
    } const leaving{*this};
    return try_once(attempt);
}

Result<SupportSignIn::SignedIn> SupportSignIn::try_once(const Attempt& attempt) {
    const auto now = context_.clock.now();
    if (const auto left = locked(attempt, now)) return tl::unexpected(locked_for(*left));
    auto user = port::look_up(context_.store,
                              [&](const port::Tx& tx) { return tx.support().find(attempt.name); });
    bool right = false;
    if (user)
        right = passwords_.matches(attempt.password, user->password);
    else
        passwords_.waste(attempt.password);
    std::optional<std::int64_t> step;
    if (user && !user->totp.empty()) {
        step = step_of(*user, attempt.code, now);
        right = right && step.has_value();
    }
    if (!right || !user->active) {
        refuse(attempt, user.has_value(), now);
        return fail("support.login_failed");
    }

    const domain::Secret cookie(context_.random.token());
    const Actor actor{user->name, user->role, attempt.address, attempt.request};
    return port::commit(context_.store, [&](port::Tx& tx) -> Result<SignedIn> {
        // Changed, disabled, or its code taken while the password was tried.
        auto fresh = tx.support().find(user->name);
        if (!fresh || !fresh->active || fresh->updated_at != user->updated_at ||
            fresh->totp_step != user->totp_step)
            return fail("support.login_failed");
        if (step) {
            fresh->totp_step = *step;
            tx.support().update(*fresh);
        }
        tx.support().purge(now, now - kForgotten);
        tx.support().forget_failures(failures_of(context_.keys, attempt.name));
        tx.support().forget_failures(of_address(attempt.address));
        tx.support().add_session(
            {context_.keys.fingerprint("support:" + cookie.reveal()), fresh->name, now + kLives});
        write_audit(context_, tx, actor, "login", {}, {});
        return SignedIn{cookie, *fresh};
    });
}

std::optional<domain::Span> SupportSignIn::locked(const Attempt& attempt,
                                                  domain::UtcTime now) const {
    return port::look_up(context_.store, [&](const port::Tx& tx) -> std::optional<domain::Span> {
        const auto until =
            std::max(tx.support().failures(failures_of(context_.keys, attempt.name)).locked_until,
                     tx.support().failures(of_address(attempt.address)).locked_until);
        if (until <= now) return std::nullopt;
        return until - now;
    });
}

std::optional<std::int64_t> SupportSignIn::step_of(const port::SupportUser& user,
                                                   const std::string& code,
                                                   domain::UtcTime now) const {
    const auto current = now.seconds() / kStepSeconds;
    std::optional<std::int64_t> found;
    // Clocks differ (RFC 6238 §5.2: one step back for delay; one ahead for a phone that is fast).
    for (std::int64_t step = current - 1; step <= current + 1; ++step) {
        const auto right = passwords_.one_time_code(user.totp, step);
        if (port::KeyRing::equal_constant_time(right, code) && step > user.totp_step) found = step;
    }
    return found;
}

void SupportSignIn::refuse(const Attempt& attempt, bool known, domain::UtcTime now) {
    // What was typed as a name may be a password: a name that is nobody's is not kept.
    const Actor actor{known ? attempt.name : "?", {}, attempt.address, attempt.request};
    context_.store.write([&](port::Tx& tx) {
        const auto count = [&](const std::string& of, std::int64_t free) {
            auto failures = tx.support().failures(of);
            if (failures.last + kForgotten < now) failures = {};
            ++failures.count;
            failures.last = now;
            failures.locked_until = now + lock_of(failures.count, free);
            tx.support().put_failures(of, failures);
            return failures.count;
        };
        const auto times = count(failures_of(context_.keys, attempt.name), kFreeByName);
        count(of_address(attempt.address), kFreeByAddress);
        tx.support().purge(now, now - kForgotten);
        write_audit(context_, tx, actor, "login.refused", {}, {}, {{"inARow", times}});
    });
}

std::optional<port::SupportUser> SupportSignIn::signed_in(const std::string& cookie) const {
    if (cookie.empty()) return std::nullopt;
    const auto fingerprint = context_.keys.fingerprint("support:" + cookie);
    const auto now = context_.clock.now();
    return port::look_up(context_.store,
                         [&](const port::Tx& tx) -> std::optional<port::SupportUser> {
                             const auto session = tx.support().session(fingerprint);
                             if (!session || session->expires <= now) return std::nullopt;
                             auto user = tx.support().find(session->user);
                             if (!user || !user->active) return std::nullopt;
                             return user;
                         });
}

void SupportSignIn::sign_out(const std::string& cookie, const Actor& actor) {
    const auto fingerprint = context_.keys.fingerprint("support:" + cookie);
    context_.store.write([&](port::Tx& tx) {
        tx.support().end_session(fingerprint);
        write_audit(context_, tx, actor, "logout", {}, {});
    });
}

std::string SupportSignIn::csrf_token(const std::string& cookie) const {
    return context_.keys.fingerprint("support-csrf:" + cookie);
}

bool SupportSignIn::csrf_matches(const std::string& cookie, const std::string& given) const {
    return !cookie.empty() && port::KeyRing::equal_constant_time(csrf_token(cookie), given);
}

}  // namespace tillbridge::service
