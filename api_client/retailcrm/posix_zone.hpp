// The rule that a timezone follows after the last change that its file lists, in the notation of
// POSIX TZ: `EET-2EEST,M3.5.0/3,M10.5.0/4`, `<+0530>-5:30`. Seconds everywhere; offsets are east of
// UTC, the other way round than in the notation.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tillbridge::retailcrm {

class PosixZone {
  public:
    static std::optional<PosixZone> parse(std::string_view text);

    std::int64_t offset_at(std::int64_t utc_seconds) const;

  private:
    // A day of the year and a second of it, local time.
    struct Change {
        enum class Day { julian, zero_based, weekday_of_month };
        Day kind = Day::weekday_of_month;
        int day = 0;  // julian 1…365 (29 February is never counted), zero_based 0…365, weekday 0…6
        int month = 1;
        int week = 1;  // 5: the last one
        std::int64_t second = 7200;

        std::int64_t in_year(int year) const;  // local seconds since 1970
    };
    class Reader;

    std::int64_t standard_ = 0;
    std::int64_t summer_ = 0;
    bool has_summer_ = false;
    Change begins_;
    Change ends_;
};

}  // namespace tillbridge::retailcrm
