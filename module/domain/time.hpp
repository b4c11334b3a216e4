// Moments and spans in UTC microseconds: what the store keeps and every room speaks.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace tillbridge::domain {

using Span = std::chrono::microseconds;

struct UtcTime {
    std::int64_t micros = 0;  // since 1970-01-01T00:00:00Z; 0 means "never"

    auto operator<=>(const UtcTime&) const = default;
    explicit operator bool() const { return micros != 0; }
    std::int64_t seconds() const { return micros / 1'000'000; }
    static UtcTime from_seconds(std::int64_t seconds) { return UtcTime{seconds * 1'000'000}; }
};

inline UtcTime operator+(UtcTime at, Span span) {
    return UtcTime{at.micros + span.count()};
}
inline UtcTime operator-(UtcTime at, Span span) {
    return UtcTime{at.micros - span.count()};
}
inline Span operator-(UtcTime a, UtcTime b) {
    return Span{a.micros - b.micros};
}

}  // namespace tillbridge::domain
