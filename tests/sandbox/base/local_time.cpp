#include "tests/sandbox/base/local_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>

namespace tillbridge::sandbox {
namespace {

// Days from 1970-01-01, by Howard Hinnant's civil calendar arithmetic.
std::int64_t days_from_civil(std::int64_t year, int month, int day) {
    year -= month <= 2;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t yoe = year - era * 400;
    const std::int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

int days_in_month(int year, int month) {
    static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays[month - 1];
}

std::int64_t big_endian(const std::string& bytes, std::size_t at, std::size_t size) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
        value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
    if (size == 4) return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
    return static_cast<std::int64_t>(value);
}

std::string zone_file(const std::string& name) {
    const bool plain = !name.empty() && name[0] != '/' && name.find("..") == std::string::npos &&
                       name.find_first_not_of(
                           "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                           "0123456789/_+-") == std::string::npos;
    if (!plain) return {};
    std::ifstream file("/usr/share/zoneinfo/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

CivilTime civil_time(std::int64_t seconds) {
    std::int64_t days = seconds / 86400, rest = seconds % 86400;
    if (rest < 0) rest += 86400, --days;
    const std::int64_t z = days + 719468;
    const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const std::int64_t doe = z - era * 146097;
    const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const std::int64_t mp = (5 * doy + 2) / 153;
    CivilTime time;
    time.day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
    time.month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
    time.year = static_cast<int>(yoe + era * 400 + (time.month <= 2));
    time.hour = static_cast<int>(rest / 3600);
    time.minute = static_cast<int>(rest / 60 % 60);
    time.second = static_cast<int>(rest % 60);
    return time;
}

std::int64_t epoch_seconds(const CivilTime& time) {
    return days_from_civil(time.year, time.month, time.day) * 86400 + time.hour * 3600 +
           time.minute * 60 + time.second;
}

std::optional<CivilTime> parse_local(const std::string& text) {
    static constexpr char kShape[] = "dddd-dd-dd dd:dd:dd";
    if (text.size() != sizeof kShape - 1) return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (kShape[i] == 'd' ? !digit : text[i] != kShape[i]) return std::nullopt;
    }
    const auto number = [&](std::size_t at, std::size_t n) {
        return std::stoi(text.substr(at, n));
    };
    CivilTime time{number(0, 4),  number(5, 2),  number(8, 2),
                   number(11, 2), number(14, 2), number(17, 2)};
    if (time.year < 1970 || time.month < 1 || time.month > 12 || time.day < 1 ||
        time.day > days_in_month(time.year, time.month) || time.hour > 23 || time.minute > 59 ||
        time.second > 59)
        return std::nullopt;
    return time;
}

std::string format_local(const CivilTime& time) {
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", time.year, time.month, time.day,
                       time.hour, time.minute, time.second);
}

bool TimeZone::known(const std::string& name) {
    return zone_file(name).substr(0, 4) == "TZif";
}

TimeZone::TimeZone(const std::string& name) {
    const auto bytes = zone_file(name);
    if (bytes.substr(0, 4) == "TZif") load(bytes);
}

// RFC 8536: a version 1 block with 32-bit times, then, from version 2 on, one with 64-bit times.
// Debian's files list changes up to 2037, so the rule text at the end is not needed.
void TimeZone::load(const std::string& bytes) {
    std::size_t at = 0, width = 4;
    struct Counts {
        std::size_t utc, std, leap, time, type, chars;
    };
    const auto counts = [&] {
        const auto n = [&](std::size_t i) {
            return static_cast<std::size_t>(big_endian(bytes, at + 20 + 4 * i, 4));
        };
        return Counts{n(0), n(1), n(2), n(3), n(4), n(5)};
    };
    if (bytes.size() < 44) return;
    Counts c = counts();
    if (bytes[4] >= '2') {
        at += 44 + c.time * 5 + c.type * 6 + c.chars + c.leap * 8 + c.std + c.utc;
        width = 8;
        if (at + 44 > bytes.size()) return;
        c = counts();
    }
    const std::size_t times = at + 44, kinds = times + c.time * width, types = kinds + c.time;
    if (types + c.type * 6 > bytes.size()) return;
    const auto offset = [&](std::size_t kind) { return big_endian(bytes, types + kind * 6, 4); };
    if (c.type > 0) first_offset_ = offset(0);
    for (std::size_t i = 0; i < c.time; ++i)
        changes_.push_back({big_endian(bytes, times + i * width, width),
                            offset(static_cast<unsigned char>(bytes[kinds + i]))});
}

std::int64_t TimeZone::offset_at(std::int64_t seconds) const {
    auto after = std::upper_bound(changes_.begin(), changes_.end(), seconds,
                                  [](std::int64_t t, const Change& c) { return t < c.at; });
    return after == changes_.begin() ? first_offset_ : std::prev(after)->offset;
}

std::string TimeZone::local_text(std::int64_t seconds) const {
    return format_local(civil_time(seconds + offset_at(seconds)));
}

std::int64_t TimeZone::to_epoch(const CivilTime& local) const {
    const auto as_utc = epoch_seconds(local);
    return as_utc - offset_at(as_utc - offset_at(as_utc));
}

const TimeZone& zone(const std::string& name) {
    static std::mutex mutex;
    static std::map<std::string, std::unique_ptr<TimeZone>> zones;
    const std::lock_guard lock(mutex);
    auto& slot = zones[name];
    if (!slot) slot = std::make_unique<TimeZone>(name);
    return *slot;
}

}  // namespace tillbridge::sandbox
