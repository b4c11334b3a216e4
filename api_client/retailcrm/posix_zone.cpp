#include "api_client/retailcrm/posix_zone.hpp"

#include <chrono>

namespace tillbridge::retailcrm {
namespace {

constexpr std::int64_t kDay = 86'400;

std::int64_t days_since_epoch(std::chrono::year_month_day date) {
    return std::chrono::sys_days(date).time_since_epoch().count();
}

int year_of(std::int64_t seconds) {
    const auto days = std::chrono::floor<std::chrono::days>(
        std::chrono::sys_seconds(std::chrono::seconds(seconds)));
    return static_cast<int>(std::chrono::year_month_day(days).year());
}

}  // namespace

// Reads the notation from left to right; any mistake makes the whole of it unreadable.
class PosixZone::Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool done() const { return rest_.empty(); }
    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool name() {
        if (take('<')) {
            const std::size_t end = rest_.find('>');
            if (end == std::string_view::npos || end < 3) return false;
            rest_.remove_prefix(end + 1);
            return true;
        }
        std::size_t length = 0;
        while (length < rest_.size() && letter(rest_[length])) ++length;
        rest_.remove_prefix(length);
        return length >= 3;
    }

    // `hh[:mm[:ss]]` with a sign.
    std::optional<std::int64_t> time(int most_hours) {
        const bool negative = take('-');
        if (!negative) take('+');
        const auto hours = number(most_hours);
        if (!hours) return {};
        std::int64_t seconds = *hours * 3600LL;
        for (const std::int64_t unit : {60, 1}) {
            if (!take(':')) break;
            const auto part = number(59);
            if (!part) return {};
            seconds += *part * unit;
        }
        return negative ? -seconds : seconds;
    }

    std::optional<Change> change() {
        Change change;
        if (take('M')) {
            const auto month = number(12);
            if (!month || !take('.')) return {};
            const auto week = number(5);
            if (!week || !take('.')) return {};
            const auto day = number(6);
            if (!day || *month < 1 || *week < 1) return {};
            change.month = *month;
            change.week = *week;
            change.day = *day;
        } else {
            const bool julian = take('J');
            change.kind = julian ? Change::Day::julian : Change::Day::zero_based;
            const auto day = number(365);
            if (!day || (julian && *day < 1)) return {};
            change.day = *day;
        }
        if (take('/')) {
            const auto second = time(167);
            if (!second) return {};
            change.second = *second;
        }
        return change;
    }

  private:
    static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

    std::optional<int> number(int most) {
        int value = 0;
        std::size_t length = 0;
        while (length < rest_.size() && rest_[length] >= '0' && rest_[length] <= '9') {
            value = value * 10 + (rest_[length] - '0');
            if (value > most) return {};
            ++length;
        }
        if (length == 0) return {};
        rest_.remove_prefix(length);
        return value;
    }

    std::string_view rest_;
};

std::optional<PosixZone> PosixZone::parse(std::string_view text) {
    Reader reader(text);
    PosixZone zone;
    if (!reader.name()) return {};
    const auto standard = reader.time(24);
    if (!standard) return {};
    zone.standard_ = -*standard;
    if (reader.done()) return zone;
    if (!reader.name()) return {};
    zone.has_summer_ = true;
    zone.summer_ = zone.standard_ + 3600;
    if (!reader.take(',')) {
        const auto summer = reader.time(24);
        if (!summer || !reader.take(',')) return {};
        zone.summer_ = -*summer;
    }
    const auto begins = reader.change();
    if (!begins || !reader.take(',')) return {};
    const auto ends = reader.change();
    if (!ends || !reader.done()) return {};
    zone.begins_ = *begins;
    zone.ends_ = *ends;
    return zone;
}

std::int64_t PosixZone::Change::in_year(int year) const {
    using std::chrono::month_day_last;
    const std::chrono::year of{year};
    const std::int64_t first = days_since_epoch(of / 1 / 1);
    if (kind == Day::zero_based) return (first + day) * kDay + second;
    if (kind == Day::julian) {
        const bool after_leap_day = of.is_leap() && day >= 60;
        return (first + day - 1 + (after_leap_day ? 1 : 0)) * kDay + second;
    }
    const auto in = of / std::chrono::month(static_cast<unsigned>(month));
    const std::chrono::weekday on(static_cast<unsigned>(day));
    const auto date = week == 5 ? std::chrono::sys_days(in / on[std::chrono::last])
                                : std::chrono::sys_days(in / on[static_cast<unsigned>(week)]);
    return date.time_since_epoch().count() * kDay + second;
}

std::int64_t PosixZone::offset_at(std::int64_t utc_seconds) const {
    if (!has_summer_) return standard_;
    // A change's time is on the clock that it ends.
    const int year = year_of(utc_seconds + standard_);
    const std::int64_t begins = begins_.in_year(year) - standard_;
    const std::int64_t ends = ends_.in_year(year) - summer_;
    // South of the equator summer runs over the new year.
    const bool summer = begins < ends ? utc_seconds >= begins && utc_seconds < ends
                                      : utc_seconds >= begins || utc_seconds < ends;
    return summer ? summer_ : standard_;
}

}  // namespace tillbridge::retailcrm
