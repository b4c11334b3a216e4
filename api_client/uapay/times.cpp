#include "api_client/uapay/times.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>

namespace tillbridge::uapay {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;

sys_seconds clock_change(std::chrono::year year, std::chrono::month month) {
    return sys_days(year / month / std::chrono::Sunday[std::chrono::last]) + hours(1);
}

bool summer(sys_seconds at) {
    // The change never falls near New Year, so the year in UTC is the right one.
    const auto year = year_month_day(floor<days>(at)).year();
    return at >= clock_change(year, std::chrono::March) &&
           at < clock_change(year, std::chrono::October);
}

// Takes fixed-width fields off the front of a text; fails once and for all.
class Fields {
  public:
    explicit Fields(std::string_view text) : text_(text) {}

    int digits(std::size_t count) {
        if (text_.size() < count) failed_ = true;
        if (failed_) return 0;
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (text_[i] < '0' || text_[i] > '9') failed_ = true;
            value = value * 10 + (text_[i] - '0');
        }
        text_.remove_prefix(count);
        return value;
    }
    bool take(char wanted) {
        if (text_.empty() || text_.front() != wanted) return false;
        text_.remove_prefix(1);
        return true;
    }
    void need(char wanted) { failed_ |= !take(wanted); }
    // What follows the point, as microseconds.
    std::int64_t fraction() {
        std::int64_t value = 0;
        std::int64_t unit = 100'000;
        bool any = false;
        while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
            value += unit * (text_.front() - '0');
            unit /= 10;
            any = true;
            text_.remove_prefix(1);
        }
        failed_ |= !any;
        return value;
    }
    // Minutes east of Greenwich.
    int zone() {
        if (take('Z') || take('z')) return 0;
        const bool west = take('-');
        if (!west) need('+');
        const int hour = digits(2);
        take(':');
        const int minute = digits(2);
        failed_ |= hour > 18 || minute > 59;
        return (west ? -1 : 1) * (hour * 60 + minute);
    }
    bool good() const { return !failed_ && text_.empty(); }
    bool failed() const { return failed_; }

  private:
    std::string_view text_;
    bool failed_ = false;
};

}  // namespace

std::string kyiv_text(domain::UtcTime at) {
    const sys_seconds utc =
        floor<seconds>(std::chrono::sys_time<microseconds>(microseconds(at.micros)));
    const sys_seconds local = utc + hours(summer(utc) ? 3 : 2);
    const auto day = floor<days>(local);
    const year_month_day date(day);
    const hh_mm_ss clock(local - day);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

domain::UtcTime parse_iso(std::string_view text) {
    Fields in(text);
    const int year = in.digits(4);
    in.need('-');
    const int month = in.digits(2);
    in.need('-');
    const int day = in.digits(2);
    if (!in.take('T')) in.need(' ');
    const int hour = in.digits(2);
    in.need(':');
    const int minute = in.digits(2);
    in.need(':');
    const int second = in.digits(2);
    const std::int64_t fraction = in.take('.') ? in.fraction() : 0;
    const int zone = in.zone();
    const year_month_day date(std::chrono::year(year),
                              std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day)));
    if (!in.good() || !date.ok() || year < 1971 || hour > 23 || minute > 59 || second > 60)
        return {};
    const auto utc = sys_days(date) + hours(hour) + std::chrono::minutes(minute - zone) +
                     seconds(second) + microseconds(fraction);
    return {std::chrono::duration_cast<microseconds>(utc.time_since_epoch()).count()};
}

domain::UtcTime read_time(const nlohmann::json* value) {
    if (value == nullptr) return {};
    if (value->is_string()) return parse_iso(value->get_ref<const std::string&>());
    if (!value->is_number_integer()) return {};
    const auto count = value->get<std::int64_t>();
    // Seconds stay below this until the year 5138, milliseconds are above it since 1973 (§10).
    constexpr std::int64_t kMillisecondsFrom = 100'000'000'000;
    constexpr std::int64_t kMost = 10'000'000'000'000;
    if (count <= 0 || count > kMost) return {};
    if (count < kMillisecondsFrom) return domain::UtcTime::from_seconds(count);
    return {count * 1000};
}

}  // namespace tillbridge::uapay
