#include "tests/sandbox/base/deliveries.hpp"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>
#include <utility>

namespace tillbridge::sandbox {
namespace {

constexpr Millis kOutOfOrderWait = 2'000;
constexpr Millis kSwapPause = 300;
constexpr Millis kReleasePause = 50;  // so that the receiver sees the order

}  // namespace

Json attempt_view(Millis at, const OutAnswer& answer) {
    return {{"at", iso_utc(at)},
            {"status", answer.status},
            {"body", answer.body.substr(0, 2000)},
            {"error", answer.error.empty() ? Json() : Json(answer.error)},
            {"durationMs", answer.duration_ms}};
}

std::string path_of(const std::string& url) {
    try {
        return Poco::URI(url).getPath();
    } catch (const Poco::Exception&) {
        return url;
    }
}

void Deliveries::start(int threads) {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

void Deliveries::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    due_.notify_all();
    for (auto& thread : threads_)
        if (thread.joinable()) thread.join();
    threads_.clear();
}

void Deliveries::reset() {
    const std::lock_guard lock(mutex_);
    order_.clear();
    deliveries_.clear();
    schedule_.clear();
    waiting_.clear();
}

void Deliveries::plan(Delivery& delivery, Millis next) {
    delivery.state = "pending";
    delivery.next = next;
    schedule_.emplace(next, delivery.id);
}

std::string Deliveries::add(const Parcel& parcel, Millis next, const std::string& state) {
    Delivery delivery;
    delivery.seq = ++world_.log_settings.sequence;
    delivery.id = prefix_ + std::to_string(++made_);
    delivery.parcel = parcel;
    delivery.made = world_.clock.now();
    delivery.state = state;
    delivery.next = next;
    order_.push_back(delivery.id);
    auto& kept = deliveries_.emplace(order_.back(), std::move(delivery)).first->second;
    if (state == "pending") plan(kept, next);
    const std::string id = kept.id;
    make_room();
    return id;
}

// The record is bounded: the oldest that is over makes room.
void Deliveries::make_room() {
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
bool Deliveries::keeps_back(const Parcel& parcel) {
    const auto now = world_.clock.now();
    const auto waits = waiting_.extract(parcel.group);
    const auto first = waits.empty() ? deliveries_.end() : deliveries_.find(waits.mapped());
    if (first != deliveries_.end() && first->second.tries == 0 && !first->second.busy) {
        plan(first->second, now + kSwapPause);
        return false;
    }
    waiting_[parcel.group] = add(parcel, now + kOutOfOrderWait, "pending");
    return true;
}

bool Deliveries::is_kept_back(const Delivery& delivery) const {
    const auto waits = waiting_.find(delivery.parcel.group);
    return waits != waiting_.end() && waits->second == delivery.id;
}

void Deliveries::queue(const Parcel& parcel) {
    const auto way = parcel.switches.text("hooks");
    if (parcel.url.empty() || way == "off") return;
    {
        const std::lock_guard lock(mutex_);
        const bool swaps = parcel.switches.on("hookOutOfOrder") && way == "on";
        if (!swaps || !keeps_back(parcel)) {
            const auto copies = std::max<std::int64_t>(parcel.switches.number("hookDuplicate"), 1);
            const auto next = world_.clock.now() + parcel.switches.number("hookDelayMs");
            for (std::int64_t i = 0; i < copies; ++i)
                add(parcel, next, way == "hold" ? "held" : "pending");
        }
    }
    due_.notify_all();
    world_.bell.ring();
}

void Deliveries::work() {
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

void Deliveries::attempt(std::unique_lock<std::mutex>& lock, const std::string& id) {
    Delivery& delivery = deliveries_.at(id);
    delivery.busy = true;
    const auto send = delivery.parcel.send;
    const auto number = delivery.tries + 1;
    if (is_kept_back(delivery)) waiting_.erase(delivery.parcel.group);
    lock.unlock();
    const Json made = send(number);
    lock.lock();
    const auto found = deliveries_.find(id);
    if (found == deliveries_.end()) return;  // reset meanwhile
    Delivery& after = found->second;
    after.busy = false;
    after.attempts.push_back(made);
    const auto tries = static_cast<std::size_t>(after.tries++);
    if (int_of(made, "status") == 200) {
        after.state = "delivered";
    } else if (tries >= pauses_.size()) {
        after.state = "failed";
    } else {
        plan(after, world_.clock.now() + world_.clock.shortened(pauses_[tries]));
        due_.notify_one();
    }
    world_.bell.ring();
}

bool Deliveries::matches(const Delivery& delivery, const Json& filter) {
    const auto fits = [&](const std::string& name, const std::string& value) {
        const auto wanted = text_of(filter, name.c_str());
        return wanted.empty() || wanted == value;
    };
    const auto& keys = delivery.parcel.keys;
    return std::all_of(keys.begin(), keys.end(),
                       [&](const auto& key) { return fits(key.first, key.second); }) &&
           fits("id", delivery.id) && (!bool_of(filter, "pending") || delivery.state == "pending");
}

Json Deliveries::as_json(const Delivery& delivery) {
    Json shown = delivery.parcel.shown;
    const bool pending = delivery.state == "pending";
    shown.update({{"seq", delivery.seq},
                  {"id", delivery.id},
                  {"at", iso_utc(delivery.made)},
                  {"url", delivery.parcel.url},
                  {"state", delivery.state},
                  {"attempts", delivery.attempts},
                  {"nextAt", pending ? Json(iso_utc(delivery.next)) : Json()}});
    return shown;
}

Json Deliveries::list(std::uint64_t since, std::size_t limit, const Json& filter) const {
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

bool Deliveries::idle(const Json& filter) const {
    const std::lock_guard lock(mutex_);
    return std::none_of(deliveries_.begin(), deliveries_.end(), [&](const auto& entry) {
        const auto& delivery = entry.second;
        return matches(delivery, filter) && (delivery.state == "pending" || delivery.busy);
    });
}

std::size_t Deliveries::attempts(const Json& filter) const {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& [id, delivery] : deliveries_)
        if (matches(delivery, filter)) count += delivery.attempts.size();
    return count;
}

Json Deliveries::resend(const std::string& id) {
    std::function<Json(std::int64_t)> send;
    std::int64_t number = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto found = deliveries_.find(id);
        if (found == deliveries_.end()) throw ControlError("no such delivery: " + id, 404);
        send = found->second.parcel.send;
        number = found->second.tries + 1;
    }
    Json made = send(number);
    const std::lock_guard lock(mutex_);
    const auto found = deliveries_.find(id);
    if (found == deliveries_.end()) return made;
    found->second.attempts.push_back(made);
    if (int_of(made, "status") == 200 && found->second.state != "pending")
        found->second.state = "delivered";
    return made;
}

int Deliveries::release(const std::string& owner) {
    int released = 0;
    {
        const std::lock_guard lock(mutex_);
        auto next = world_.clock.now();
        for (auto id = order_.rbegin(); id != order_.rend(); ++id) {
            Delivery& delivery = deliveries_.at(*id);
            if (delivery.busy || (delivery.state != "held" && !is_kept_back(delivery)) ||
                (!owner.empty() && delivery.parcel.owner != owner))
                continue;
            plan(delivery, next);
            next += kReleasePause;
            ++released;
        }
        waiting_.clear();
    }
    due_.notify_all();
    return released;
}

}  // namespace tillbridge::sandbox
