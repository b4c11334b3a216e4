// Small doubles of the ports that every service is given: a clock that tests set, counted
// randomness, a log and a meter that remember, texts that show their key.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "module/port/clock.hpp"
#include "module/port/key_ring.hpp"
#include "module/port/observe.hpp"
#include "module/port/texts.hpp"

namespace tillbridge::test {

class ManualClock : public port::Clock {
  public:
    explicit ManualClock(std::int64_t seconds = 1'800'000'000) : micros_(seconds * 1'000'000) {}
    domain::UtcTime now() const override { return domain::UtcTime{micros_.load()}; }
    void set(domain::UtcTime at) { micros_ = at.micros; }
    void advance(domain::Span span) { micros_ += span.count(); }

  private:
    std::atomic<std::int64_t> micros_;
};

// The same bytes in each run (splitmix64).
class SeededRandom : public port::Random {
  public:
    explicit SeededRandom(std::uint64_t seed = 1) : state_(seed) {}
    std::string bytes(std::size_t count) override;

  private:
    std::mutex mutex_;
    std::uint64_t state_;
};

class MemoryLog : public port::Log {
  public:
    struct Line {
        port::Level level;
        std::string message;
        std::map<std::string, std::string> fields;
    };
    void write(port::Level level, std::string_view message, const port::LogFields& fields) override;
    std::vector<Line> lines() const;
    std::vector<std::string> errors;

  private:
    mutable std::mutex mutex_;
    std::vector<Line> lines_;
};

class MemoryMeter : public port::Meter {
  public:
    void count(std::string_view name, const port::Labels& labels, double by) override;
    void set(std::string_view name, double value, const port::Labels& labels) override;
    void observe(std::string_view name, double, const port::Labels& labels) override;
    std::map<std::string, double> values;  // `name{label=value,…}`

  private:
    static std::string key(std::string_view name, const port::Labels& labels);
    std::mutex mutex_;
};

// A text is its key with its parameters: `problem.x.what{detail=7}`.
class EchoTexts : public port::Texts {
  public:
    std::string text(std::string_view language, std::string_view key,
                     const port::TextParams& params) const override;
    bool has(std::string_view) const override { return true; }
};

// No encryption; fingerprints are reversible. Only for tests of what is built on them.
class PlainKeys : public port::KeyRing {
  public:
    std::string seal(const domain::Secret& plain, std::string_view) const override;
    domain::Secret open(std::string_view sealed, std::string_view) const override;
    std::string fingerprint(std::string_view token) const override;
    std::string hmac_sha256_hex(const domain::Secret& key, std::string_view text) const override;
    bool outdated(std::string_view) const override { return false; }
};

}  // namespace tillbridge::test
