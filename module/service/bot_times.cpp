#include "module/service/bot_times.hpp"

#include <fmt/format.h>

#include <chrono>
#include <regex>

namespace tillbridge::service {
namespace {

constexpr std::chrono::hours kMoscow{3};
constexpr std::size_t kLongest = 20;

// Where the parts of a moment stand in a match; 0: nowhere.
struct Places {
    std::size_t year, month, day, hour, minute, second;
};

std::optional<domain::UtcTime> moment_of(const std::smatch& match, const Places& at) {
    const auto number = [&](std::size_t place) {
        return place != 0 && match[place].matched ? static_cast<unsigned>(std::stoul(match[place]))
                                                  : 0U;
    };
    const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(number(at.year))),
                                          std::chrono::month(number(at.month)),
                                          std::chrono::day(number(at.day))};
    const auto hour = number(at.hour);
    const auto minute = number(at.minute);
    const auto second = number(at.second);
    if (!day.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    const auto since = std::chrono::sys_days(day).time_since_epoch() + std::chrono::hours(hour) +
                       std::chrono::minutes(minute) - kMoscow;
    return domain::UtcTime{std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

}  // namespace

std::optional<domain::UtcTime> read_moscow(const std::string& text) {
    static const std::regex kForm(R"((\d{1,2})\.(\d{1,2})\.(\d{4})(?: (\d{1,2}):(\d{2}))?)");
    static const std::regex kGateways(R"((\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2})(?::(\d{2}))?)");
    std::smatch match;
    if (text.size() > kLongest) return std::nullopt;
    if (std::regex_match(text, match, kForm)) return moment_of(match, {3, 2, 1, 4, 5, 0});
    if (std::regex_match(text, match, kGateways)) return moment_of(match, {1, 2, 3, 4, 5, 6});
    return std::nullopt;
}

std::string moscow_text(domain::UtcTime at) {
    const std::chrono::sys_time<std::chrono::microseconds> local{
        std::chrono::microseconds(at.micros) + kMoscow};
    const auto days = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day day{days};
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(local - days).count();
    return fmt::format("{:02}.{:02}.{:04} {:02}:{:02}", static_cast<unsigned>(day.day()),
                       static_cast<unsigned>(day.month()), static_cast<int>(day.year()),
                       minutes / 60, minutes % 60);
}

}  // namespace tillbridge::service
