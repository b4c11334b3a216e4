#include "api_client/retailcrm/zone.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace tillbridge::retailcrm {
namespace {

constexpr std::size_t kMaxFile = 256 * 1024;

// `Area/Place`, as the database spells them; nothing that could leave its directory.
bool plausible_name(const std::string& name) {
    if (name.empty() || name.size() > 64 || name.front() == '/') return false;
    if (name.starts_with("right/") || name.starts_with("posix/")) return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '+' || c == '/';
    });
}

std::optional<std::string> read_file(const std::filesystem::path& path) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) return {};
    if (std::filesystem::file_size(path, error) > kMaxFile || error) return {};
    std::ifstream file(path, std::ios::binary);
    if (!file) return {};
    return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

// One block of a zone file (RFC 8536 §3.2): a header, then tables of sizes that the header tells.
class Zone::Reader {
  public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    struct Header {
        char version = 0;
        std::size_t utc_marks = 0, wall_marks = 0, leaps = 0, changes = 0, types = 0, letters = 0;

        std::size_t body(std::size_t time_size) const {
            return changes * time_size + changes + types * 6 + letters + leaps * (time_size + 4) +
                   wall_marks + utc_marks;
        }
    };

    std::optional<Header> header() {
        if (rest_.size() < 44 || !rest_.starts_with("TZif")) return {};
        Header header;
        header.version = rest_[4];
        rest_.remove_prefix(20);
        for (std::size_t* count : {&header.utc_marks, &header.wall_marks, &header.leaps,
                                   &header.changes, &header.types, &header.letters}) {
            *count = static_cast<std::size_t>(number(4));
            if (*count > kMaxFile) return {};
        }
        return header;
    }

    bool skip(std::size_t count) {
        if (count > rest_.size()) return false;
        rest_.remove_prefix(count);
        return true;
    }

    bool tables(const Header& header, std::size_t time_size, Zone& zone) {
        if (header.types == 0 || header.body(time_size) > rest_.size()) return false;
        std::vector<std::int64_t> moments(header.changes);
        for (auto& moment : moments) moment = number(time_size);
        std::vector<std::size_t> kinds(header.changes);
        for (auto& kind : kinds) kind = static_cast<std::size_t>(number(1) & 0xff);
        std::vector<std::int64_t> offsets(header.types);
        for (auto& offset : offsets) {
            offset = number(4);
            rest_.remove_prefix(2);  // summer time or not, and its name
        }
        zone.first_offset_ = offsets.front();
        for (std::size_t i = 0; i < moments.size(); ++i) {
            if (kinds[i] >= offsets.size()) return false;
            if (i > 0 && moments[i] <= moments[i - 1]) return false;
            zone.changes_.push_back({moments[i], offsets[kinds[i]]});
        }
        return skip(header.letters + header.leaps * (time_size + 4) + header.wall_marks +
                    header.utc_marks);
    }

    // `\nRULE\n`
    std::string_view footer() const {
        if (rest_.size() < 2 || rest_.front() != '\n') return {};
        return rest_.substr(1, rest_.find('\n', 1) - 1);
    }

  private:
    // Big-endian, signed.
    std::int64_t number(std::size_t size) {
        std::uint64_t value = (static_cast<unsigned char>(rest_.front()) & 0x80U) != 0
                                  ? ~static_cast<std::uint64_t>(0)
                                  : 0;
        for (std::size_t i = 0; i < size; ++i) {
            value = (value << 8U) | static_cast<unsigned char>(rest_[i]);
        }
        rest_.remove_prefix(size);
        return static_cast<std::int64_t>(value);
    }

    std::string_view rest_;
};

std::optional<Zone> Zone::parse(std::string_view tzif) {
    Reader reader(tzif);
    const auto old_header = reader.header();
    if (!old_header) return {};
    Zone zone;
    if (old_header->version == 0) {
        if (!reader.tables(*old_header, 4, zone)) return {};
        return zone;
    }
    // Since version 2 everything comes a second time with 64-bit moments.
    if (!reader.skip(old_header->body(4))) return {};
    const auto header = reader.header();
    if (!header || !reader.tables(*header, 8, zone)) return {};
    const std::string_view rule = reader.footer();
    if (!rule.empty()) {
        zone.rule_ = PosixZone::parse(rule);
        if (!zone.rule_) return {};
    }
    return zone;
}

std::int64_t Zone::offset_at(std::int64_t utc_seconds) const {
    const auto after =
        std::upper_bound(changes_.begin(), changes_.end(), utc_seconds,
                         [](std::int64_t at, const Change& change) { return at < change.at; });
    if (after == changes_.end() && rule_) return rule_->offset_at(utc_seconds);
    return after == changes_.begin() ? first_offset_ : std::prev(after)->offset;
}

std::string Zone::local_text(domain::UtcTime at) const {
    const auto local =
        std::chrono::sys_seconds(std::chrono::seconds(at.seconds() + offset_at(at.seconds())));
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(local - day);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return text;
}

Zones::Zones(std::string directory) : directory_(std::move(directory)) {}

std::shared_ptr<const Zone> Zones::find(const std::string& name) {
    if (!plausible_name(name)) return nullptr;
    const std::lock_guard lock(mutex_);
    const auto known = known_.find(name);
    if (known != known_.end()) return known->second;
    const auto bytes = read_file(std::filesystem::path(directory_) / name);
    auto zone = bytes ? Zone::parse(*bytes) : std::nullopt;
    // Unknown names are not kept: there is no end of them.
    if (!zone) return nullptr;
    return known_.emplace(name, std::make_shared<const Zone>(std::move(*zone))).first->second;
}

}  // namespace tillbridge::retailcrm
