#include "tests/sandbox/uapay/hooks.hpp"

#include <Poco/Exception.h>
#include <Poco/URI.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/sandbox/base/jwt.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr std::array<Millis, 5> kPauses{5'000, 300'000, 3'600'000, 7'200'000, 86'400'000};
constexpr Millis kOutOfOrderWait = 2'000;

Json attempt_view(Millis at, const OutAnswer& answer) {
    return {{"at", iso_utc(at)},
            {"status", answer.status},
            {"body", answer.body.substr(0, 2000)},
            {"error", answer.error.empty() ? Json() : Json(answer.error)},
            {"durationMs", answer.duration_ms}};
}

}  // namespace

std::string Hooks::body_of(const Json& claims, const std::string& secret, const std::string& form) {
    if (form == "unsigned") return dump(claims);
    return dump({{"token", make_token(claims, secret, form)}});
}

void Hooks::start(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

void Hooks::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    due_.notify_all();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
    threads_.clear();
}

void Hooks::reset() {
    const std::lock_guard lock(mutex_);
    order_.clear();
    hooks_.clear();
    schedule_.clear();
    waiting_.clear();
}

void Hooks::add_copy(const Message& message, Millis next, const std::string& state) {
    Hook hook{++world_.log_settings.sequence,
              fmt::format("hook-{}", ++made_),
              state,
              message,
              world_.clock.now(),
              next};
    order_.push_back(hook.id);
    if (state == "pending") schedule_.emplace(next, hook.id);
    const auto id = hook.id;
    hooks_.emplace(id, std::move(hook));
    // Like the logs, the record of hooks is bounded: the oldest that is over makes room.
    const auto limit = std::max<std::size_t>(world_.log_settings.limit.load(), 1000);
    while (order_.size() > limit) {
        auto oldest = hooks_.find(order_.front());
        if (oldest != hooks_.end() && (oldest->second.busy || oldest->second.state == "pending"))
            break;
        if (oldest != hooks_.end()) hooks_.erase(oldest);
        order_.pop_front();
    }
}

void Hooks::queue(const Message& message) {
    const auto way = message.switches.text("hooks");
    if (message.url.empty() || way == "off") return;
    {
        const std::lock_guard lock(mutex_);
        const auto now = world_.clock.now();
        Millis next = now + message.switches.number("hookDelayMs");
        const auto copies = std::max<std::int64_t>(message.switches.number("hookDuplicate"), 1);
        if (message.switches.on("hookOutOfOrder") && way == "on") {
            // The first goes after the second, or after a while where none comes.
            auto first = waiting_.find(message.payment_id);
            if (first != waiting_.end()) {
                auto found = hooks_.find(first->second);
                if (found != hooks_.end() && found->second.tries == 0 && !found->second.busy) {
                    found->second.next = now + 300;
                    schedule_.emplace(found->second.next, found->first);
                }
                waiting_.erase(first);
            } else {
                next = now + kOutOfOrderWait;
                add_copy(message, next, "pending");
                waiting_[message.payment_id] = order_.back();
                due_.notify_one();
                world_.bell.ring();
                return;
            }
        }
        for (std::int64_t i = 0; i < copies; ++i)
            add_copy(message, next, way == "hold" ? "held" : "pending");
    }
    due_.notify_all();
    world_.bell.ring();
}

void Hooks::work() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (schedule_.empty()) {
            due_.wait(lock);
            continue;
        }
        const auto first = schedule_.begin();
        const auto wait = first->first - world_.clock.now();
        if (wait > 0) {
            due_.wait_for(lock, std::chrono::milliseconds(std::min<Millis>(wait, 60'000)));
            continue;
        }
        const auto id = first->second;
        const auto planned = first->first;
        schedule_.erase(first);
        auto found = hooks_.find(id);
        // An entry that was moved to another time is not this one's turn any more.
        if (found == hooks_.end() || found->second.state != "pending" || found->second.busy ||
            found->second.next != planned)
            continue;
        attempt(lock, id);
    }
}

void Hooks::attempt(std::unique_lock<std::mutex>& lock, const std::string& id) {
    Hook& hook = hooks_.at(id);
    hook.busy = true;
    const Message message = hook.message;
    const auto started = world_.clock.now();
    waiting_.erase(message.payment_id);
    lock.unlock();
    const auto answer = send(message);
    lock.lock();
    auto found = hooks_.find(id);
    if (found == hooks_.end()) return;  // reset meanwhile
    Hook& after = found->second;
    after.busy = false;
    after.attempts.push_back(attempt_view(started, answer));
    const auto tries = static_cast<std::size_t>(after.tries++);
    if (answer.status == 200) {
        after.state = "delivered";
    } else if (tries >= kPauses.size()) {
        after.state = "failed";
    } else {
        after.next = world_.clock.now() + world_.clock.shortened(kPauses[tries]);
        schedule_.emplace(after.next, id);
        due_.notify_one();
    }
    world_.bell.ring();
}

OutAnswer Hooks::send(const Message& message) const {
    OutCall call;
    call.url = message.url;
    call.content_type = "application/json";
    call.body = message.body;
    call.timeout_ms = static_cast<int>(message.switches.number("hookTimeoutMs"));
    std::string path = message.url;
    try {
        path = Poco::URI(message.url).getPath();
    } catch (const Poco::Exception&) {
        // An unreadable address fails in the call itself.
    }
    return send_with_fault(world_.faults.hit("hook", message.client_id, path), call);
}

bool Hooks::matches(const Hook& hook, const Json& filter) {
    const auto fits = [&](const char* name, const std::string& value) {
        const auto wanted = text_of(filter, name);
        return wanted.empty() || wanted == value;
    };
    const bool pending = hook.state == "pending";
    return fits("clientId", hook.message.client_id) && fits("paymentId", hook.message.payment_id) &&
           fits("invoice", hook.message.invoice_id) && fits("id", hook.id) &&
           (!bool_of(filter, "pending") || pending);
}

Json Hooks::as_json(const Hook& hook) {
    const bool pending = hook.state == "pending";
    return {{"seq", hook.seq},
            {"id", hook.id},
            {"at", iso_utc(hook.made)},
            {"clientId", hook.message.client_id},
            {"invoiceId", hook.message.invoice_id},
            {"paymentId", hook.message.payment_id},
            {"url", hook.message.url},
            {"status", hook.message.status},
            {"paymentStatus", hook.message.payment_status},
            {"body", hook.message.body},
            {"state", hook.state},
            {"attempts", hook.attempts},
            {"nextAt", pending ? Json(iso_utc(hook.next)) : Json()}};
}

Json Hooks::list(std::uint64_t since, std::size_t limit, const Json& filter) const {
    const std::lock_guard lock(mutex_);
    std::vector<const Hook*> found;
    for (auto id = order_.rbegin(); id != order_.rend() && found.size() < limit; ++id) {
        const Hook& hook = hooks_.at(*id);
        if (hook.seq <= since) break;
        if (matches(hook, filter)) found.push_back(&hook);
    }
    Json list = Json::array();
    for (auto hook = found.rbegin(); hook != found.rend(); ++hook) list.push_back(as_json(**hook));
    return list;
}

bool Hooks::idle(const Json& filter) const {
    const std::lock_guard lock(mutex_);
    return std::none_of(hooks_.begin(), hooks_.end(), [&](const auto& entry) {
        return matches(entry.second, filter) &&
               (entry.second.state == "pending" || entry.second.busy);
    });
}

std::size_t Hooks::attempts(const Json& filter) const {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& [id, hook] : hooks_)
        if (matches(hook, filter)) count += hook.attempts.size();
    return count;
}

Json Hooks::resend(const std::string& id) {
    Message message{"", "", "", "", "", "", "", Switches(Json::object())};
    {
        const std::lock_guard lock(mutex_);
        auto found = hooks_.find(id);
        if (found == hooks_.end()) throw ControlError("no such hook: " + id, 404);
        message = found->second.message;
    }
    const auto started = world_.clock.now();
    const auto answer = send(message);
    const Json view = attempt_view(started, answer);
    const std::lock_guard lock(mutex_);
    if (auto found = hooks_.find(id); found != hooks_.end()) {
        found->second.attempts.push_back(view);
        if (answer.status == 200 && found->second.state != "pending")
            found->second.state = "delivered";
    }
    return view;
}

int Hooks::release(const std::string& client_id) {
    int released = 0;
    {
        const std::lock_guard lock(mutex_);
        auto next = world_.clock.now();
        for (auto id = order_.rbegin(); id != order_.rend(); ++id) {
            Hook& hook = hooks_.at(*id);
            const bool waits = hook.state == "held" || waiting_.count(hook.message.payment_id) > 0;
            if (!waits || (!client_id.empty() && hook.message.client_id != client_id) ||
                hook.busy || (hook.state != "held" && hook.state != "pending"))
                continue;
            hook.state = "pending";
            hook.next = next;
            next += 50;  // newest first, and so that the order is seen by the receiver
            schedule_.emplace(hook.next, hook.id);
            ++released;
        }
        waiting_.clear();
    }
    due_.notify_all();
    return released;
}

}  // namespace tillbridge::sandbox
