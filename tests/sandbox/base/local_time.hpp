// Local times of an account's timezone, read from the system's zone files: the C library would need
// the process-wide TZ, and one process holds accounts of many zones. Text form: 2026-11-22
// 10:58:10.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tillbridge::sandbox {

struct CivilTime {
    int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
};
CivilTime civil_time(std::int64_t epoch_seconds);       // UTC
std::int64_t epoch_seconds(const CivilTime& utc_time);  // UTC

// Strictly "YYYY-MM-DD HH:MM:SS" with parts in range; none otherwise.
std::optional<CivilTime> parse_local(const std::string& text);
std::string format_local(const CivilTime& time);

class TimeZone {
  public:
    static bool known(const std::string& name);
    explicit TimeZone(const std::string& name);  // an unknown name is UTC

    std::int64_t offset_at(std::int64_t epoch_seconds) const;
    std::string local_text(std::int64_t epoch_seconds) const;
    std::int64_t to_epoch(const CivilTime& local) const;

  private:
    struct Change {
        std::int64_t at, offset;
    };
    void load(const std::string& bytes);
    std::vector<Change> changes_;
    std::int64_t first_offset_ = 0;
};

const TimeZone& zone(const std::string& name);  // kept after the first use

}  // namespace tillbridge::sandbox
