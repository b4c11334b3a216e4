// Wall-clock times of a CRM account. The CRM speaks `Y-m-d H:i:s` in the account's own timezone
// (PROTOCOL.md §1); the C library converts for one timezone a process, so the zone files of the
// package tzdata (TZif, RFC 8536) are read here. Immutable once read: safe from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api_client/retailcrm/posix_zone.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::retailcrm {

class Zone {
  public:
    // The bytes of a zone file; none where they are no TZif.
    static std::optional<Zone> parse(std::string_view tzif);
    static Zone utc() { return {}; }

    std::int64_t offset_at(std::int64_t utc_seconds) const;  // seconds east of UTC
    std::string local_text(domain::UtcTime at) const;        // `2026-11-22 08:26:00`

  private:
    struct Change {
        std::int64_t at = 0;  // UTC seconds
        std::int64_t offset = 0;
    };
    class Reader;

    std::int64_t first_offset_ = 0;  // before the first change
    std::vector<Change> changes_;
    std::optional<PosixZone> rule_;  // after the last one
};

// Zones by name, read once each.
class Zones {
  public:
    explicit Zones(std::string directory = "/usr/share/zoneinfo");

    // Null for a name that is none, `../../etc/passwd` and `right/UTC` among them.
    std::shared_ptr<const Zone> find(const std::string& name);

  private:
    const std::string directory_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<const Zone>> known_;
};

}  // namespace tillbridge::retailcrm
