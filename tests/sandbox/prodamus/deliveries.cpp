#include "tests/sandbox/prodamus/deliveries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tillbridge::sandbox {
namespace {

constexpr Millis kMinute = 60'000, kHour = 60 * kMinute, kOutOfOrderWait = 2'000;
constexpr std::array<Millis, 23> kPauses{
    1 * kMinute,  1 * kMinute,  1 * kMinute,  5 * kMinute,  5 * kMinute,  5 * kMinute,
    10 * kMinute, 10 * kMinute, 10 * kMinute, 30 * kMinute, 30 * kMinute, 30 * kMinute,
    1 * kHour,    1 * kHour,    1 * kHour,    3 * kHour,    3 * kHour,    3 * kHour,
    6 * kHour,    6 * kHour,    6 * kHour,    12 * kHour,   24 * kHour};

}  // namespace

void ProdamusDeliveries::start(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

void ProdamusDeliveries::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    due_.notify_all();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
    threads_.clear();
}

void ProdamusDeliveries::reset() {
    const std::lock_guard lock(mutex_);
    order_.clear();
    deliveries_.clear();
    schedule_.clear();
    waiting_.clear();
}

void ProdamusDeliveries::add_copy(const ProdamusNotice& notice, Millis next,
                                  const std::string& state) {
    Delivery delivery;
    delivery.seq = ++world_.log_settings.sequence;
    delivery.id = fmt::format("notice-{}", ++made_);
    delivery.state = state;
    delivery.notice = notice;
    delivery.made = world_.clock.now();
    delivery.next = next;
    order_.push_back(delivery.id);
    if (state == "pending") schedule_.emplace(next, delivery.id);
    const auto id = delivery.id;
    deliveries_.emplace(id, std::move(delivery));
    // The record is bounded: the oldest that is over makes room.
    const auto limit = std::max<std::size_t>(world_.log_settings.limit.load(), 1000);
    while (order_.size() > limit) {
        const auto oldest = deliveries_.find(order_.front());
        if (oldest != deliveries_.end() &&
            (oldest->second.busy || oldest->second.state == "pending"))
            break;
        if (oldest != deliveries_.end()) deliveries_.erase(oldest);
        order_.pop_front();
    }
}

// Of two the first goes after the second, or after a while where none comes.
bool ProdamusDeliveries::keeps_back(const ProdamusNotice& notice, Millis now) {
    const auto first = deliveries_.find(waiting_);
    waiting_.clear();
    if (first != deliveries_.end() && first->second.tries == 0 && !first->second.busy) {
        first->second.next = now + 300;
        schedule_.emplace(first->second.next, first->first);
        return false;
    }
    add_copy(notice, now + kOutOfOrderWait, "pending");
    waiting_ = order_.back();
    return true;
}

void ProdamusDeliveries::queue(const ProdamusNotice& notice) {
    const auto way = notice.switches.text("hooks");
    if (notice.url.empty() || way == "off") return;
    {
        const std::lock_guard lock(mutex_);
        const auto now = world_.clock.now();
        const bool orders = notice.switches.on("hookOutOfOrder") && way == "on";
        if (!orders || !keeps_back(notice, now)) {
            const auto copies = std::max<std::int64_t>(notice.switches.number("hookDuplicate"), 1);
            for (std::int64_t i = 0; i < copies; ++i)
                add_copy(notice, now + notice.switches.number("hookDelayMs"),
                         way == "hold" ? "held" : "pending");
        }
    }
    due_.notify_all();
    world_.bell.ring();
}

void ProdamusDeliveries::work() {
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
        const auto [planned, id] = *first;
        schedule_.erase(first);
        const auto found = deliveries_.find(id);
        // An entry that was moved to another time is not this one's turn any more.
        if (found == deliveries_.end() || found->second.state != "pending" || found->second.busy ||
            found->second.next != planned)
            continue;
        attempt(lock, id);
    }
}

void ProdamusDeliveries::attempt(std::unique_lock<std::mutex>& lock, const std::string& id) {
    Delivery& delivery = deliveries_.at(id);
    delivery.busy = true;
    const auto notice = delivery.notice;
    const auto number = delivery.tries + 1;
    if (waiting_ == id) waiting_.clear();
    lock.unlock();
    const Json made = send(notice, number);
    lock.lock();
    const auto found = deliveries_.find(id);
    if (found == deliveries_.end()) return;  // reset meanwhile
    Delivery& after = found->second;
    after.busy = false;
    after.attempts.push_back(made);
    const auto tries = static_cast<std::size_t>(after.tries++);
    if (int_of(made, "status") == 200) {
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

bool ProdamusDeliveries::matches(const Delivery& delivery, const Json& filter) {
    const auto fits = [&](const char* name, const std::string& value) {
        const auto wanted = text_of(filter, name);
        return wanted.empty() || wanted == value;
    };
    const auto& notice = delivery.notice;
    return fits("host", notice.host) && fits("orderId", std::to_string(notice.order)) &&
           fits("orderNum", notice.order_num) && fits("event", notice.event) &&
           fits("profile", std::to_string(notice.profile)) && fits("id", delivery.id) &&
           (!bool_of(filter, "pending") || delivery.state == "pending");
}

Json ProdamusDeliveries::as_json(const Delivery& delivery) {
    const auto& notice = delivery.notice;
    const bool pending = delivery.state == "pending";
    return {{"seq", delivery.seq},
            {"id", delivery.id},
            {"at", iso_utc(delivery.made)},
            {"host", notice.host},
            {"url", notice.url},
            {"event", notice.event},
            {"orderId", notice.order},
            {"orderNum", notice.order_num},
            {"profile", notice.profile},
            {"data", Json(notice.data)},
            {"state", delivery.state},
            {"attempts", delivery.attempts},
            {"nextAt", pending ? Json(iso_utc(delivery.next)) : Json()}};
}

Json ProdamusDeliveries::list(std::uint64_t since, std::size_t limit, const Json& filter) const {
    const std::lock_guard lock(mutex_);
    Json found = Json::array();
    for (auto id = order_.rbegin(); id != order_.rend() && found.size() < limit; ++id) {
        const auto& delivery = deliveries_.at(*id);
        if (delivery.seq <= since) break;
        if (matches(delivery, filter)) found.push_back(as_json(delivery));
    }
    std::reverse(found.begin(), found.end());
    return found;
}

bool ProdamusDeliveries::idle(const Json& filter) const {
    const std::lock_guard lock(mutex_);
    return std::none_of(deliveries_.begin(), deliveries_.end(), [&](const auto& entry) {
        const auto& delivery = entry.second;
        return matches(delivery, filter) && (delivery.state == "pending" || delivery.busy);
    });
}

std::size_t ProdamusDeliveries::attempts(const Json& filter) const {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& [id, delivery] : deliveries_)
        if (matches(delivery, filter)) count += delivery.attempts.size();
    return count;
}

Json ProdamusDeliveries::resend(const std::string& id) {
    ProdamusNotice notice;
    std::int64_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto found = deliveries_.find(id);
        if (found == deliveries_.end()) throw ControlError("no such delivery: " + id, 404);
        notice = found->second.notice;
        number = found->second.tries + 1;
    }
    Json made = send(notice, number);
    const std::lock_guard lock(mutex_);
    const auto found = deliveries_.find(id);
    if (found == deliveries_.end()) return made;
    found->second.attempts.push_back(made);
    if (int_of(made, "status") == 200 && found->second.state != "pending")
        found->second.state = "delivered";
    return made;
}

int ProdamusDeliveries::release(const std::string& host) {
    int released = 0;
    {
        const std::lock_guard lock(mutex_);
        auto next = world_.clock.now();
        for (auto id = order_.rbegin(); id != order_.rend(); ++id) {
            Delivery& delivery = deliveries_.at(*id);
            if (delivery.busy || (delivery.state != "held" && *id != waiting_) ||
                (!host.empty() && delivery.notice.host != host))
                continue;
            delivery.state = "pending";
            delivery.next = next;
            next += 50;  // newest first, and so that the receiver sees the order
            schedule_.emplace(delivery.next, delivery.id);
            ++released;
        }
        waiting_.clear();
    }
    due_.notify_all();
    return released;
}

}  // namespace tillbridge::sandbox
