#include "api_client/prodamus/times.hpp"

#include <fmt/format.h>

#include <chrono>

namespace tillbridge::prodamus {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

constexpr hours kMoscow{3};

// Takes fixed-width fields off the front of a text; fails once and for all.
class Fields {
  public:
    explicit Fields(std::string_view text) : text_(text) {}

    int digits(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count && !failed_; ++i) {
            if (i >= text_.size() || text_[i] < '0' || text_[i] > '9')
                failed_ = true;
            else
                value = value * 10 + (text_[i] - '0');
        }
        if (!failed_) text_.remove_prefix(count);
        return value;
    }
    bool take(char wanted) {
        if (failed_ || text_.empty() || text_.front() != wanted) return false;
        text_.remove_prefix(1);
        return true;
    }
    void need(char wanted) { failed_ = !take(wanted) || failed_; }
    bool at_end() const { return text_.empty(); }
    bool whole() const { return !failed_ && text_.empty(); }

  private:
    std::string_view text_;
    bool failed_ = false;
};

std::optional<sys_days> day_of(int year, int month, int day) {
    const year_month_day date{std::chrono::year{year},
                              std::chrono::month{static_cast<unsigned>(month)},
                              std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok() || year < 1970) return {};
    return sys_days(date);
}

// `12:23` or `12:23:45`
std::optional<seconds> read_clock(Fields& fields) {
    const int hour = fields.digits(2);
    fields.need(':');
    const int minute = fields.digits(2);
    const int second = fields.take(':') ? fields.digits(2) : 0;
    if (hour > 23 || minute > 59 || second > 59) return {};
    return hours(hour) + minutes(minute) + seconds(second);
}

domain::UtcTime utc(sys_seconds at) {
    return domain::UtcTime::from_seconds(at.time_since_epoch().count());
}

}  // namespace

std::string moscow_text(domain::UtcTime at) {
    const auto local =
        floor<minutes>(std::chrono::sys_time<microseconds>(microseconds(at.micros))) + kMoscow;
    const auto midnight = floor<days>(local);
    const year_month_day date(midnight);
    const hh_mm_ss clock(local - midnight);
    return fmt::format("{:02}.{:02}.{:04} {:02}:{:02}", static_cast<unsigned>(date.day()),
                       static_cast<unsigned>(date.month()), static_cast<int>(date.year()),
                       clock.hours().count(), clock.minutes().count());
}

domain::UtcTime whole_minute(domain::UtcTime at) {
    return domain::UtcTime{microseconds(floor<minutes>(microseconds(at.micros))).count()};
}

std::optional<domain::UtcTime> parse_moscow(std::string_view text) {
    Fields fields(text);
    std::optional<sys_days> day;
    const bool year_first = text.size() > 4 && text[4] == '-';
    if (year_first) {
        const int year = fields.digits(4);
        fields.need('-');
        const int month = fields.digits(2);
        fields.need('-');
        day = day_of(year, month, fields.digits(2));
    } else {
        const int number = fields.digits(2);
        fields.need('.');
        const int month = fields.digits(2);
        fields.need('.');
        day = day_of(fields.digits(4), month, number);
    }
    std::optional<seconds> clock = seconds(0);
    if (!fields.at_end()) {
        fields.need(' ');
        clock = read_clock(fields);
    } else if (year_first) {
        return {};
    }
    if (!fields.whole() || !day || !clock) return {};
    return utc(*day + *clock - kMoscow);
}

std::optional<domain::UtcTime> parse_iso(std::string_view text) {
    Fields fields(text);
    const int year = fields.digits(4);
    fields.need('-');
    const int month = fields.digits(2);
    fields.need('-');
    const auto day = day_of(year, month, fields.digits(2));
    fields.need('T');
    const auto clock = read_clock(fields);
    seconds offset{0};
    if (!fields.take('Z')) {
        const bool west = fields.take('-');
        if (!west) fields.need('+');
        const int hour = fields.digits(2);
        fields.take(':');
        const int minute = fields.digits(2);
        if (hour > 14 || minute > 59) return {};
        offset = hours(hour) + minutes(minute);
        if (west) offset = -offset;
    }
    if (!fields.whole() || !day || !clock) return {};
    return utc(*day + *clock - offset);
}

}  // namespace tillbridge::prodamus
