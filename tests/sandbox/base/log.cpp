#include "tests/sandbox/base/log.hpp"

#include <algorithm>

namespace tillbridge::sandbox {

std::uint64_t Log::add(Json entry) {
    const std::lock_guard lock(mutex_);
    const auto seq = ++settings_.sequence;
    const auto limit = settings_.limit.load();
    if (limit == 0) {
        entries_.clear();
        return seq;
    }
    entry["seq"] = seq;
    entries_.push_back(std::move(entry));
    while (entries_.size() > limit) entries_.pop_front();
    return seq;
}

Json Log::list(std::uint64_t since, std::size_t limit,
               const std::function<bool(const Json&)>& keep) const {
    const std::lock_guard lock(mutex_);
    auto first = std::upper_bound(
        entries_.begin(), entries_.end(), since,
        [](std::uint64_t seq, const Json& e) { return seq < e.at("seq").get<std::uint64_t>(); });
    std::vector<const Json*> found;
    for (auto entry = entries_.end(); entry != first && found.size() < limit;) {
        --entry;
        if (!keep || keep(*entry)) found.push_back(&*entry);
    }
    Json list = Json::array();
    for (auto entry = found.rbegin(); entry != found.rend(); ++entry) list.push_back(**entry);
    return list;
}

std::size_t Log::count(const std::function<bool(const Json&)>& keep) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), keep));
}

std::size_t Log::size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
}

void Log::clear() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
}

}  // namespace tillbridge::sandbox
