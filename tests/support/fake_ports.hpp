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
    std::string bytes(std::size_t count) override {
        const std::lock_guard lock(mutex_);
        std::string text;
        while (text.size() < count) {
            state_ += 0x9e3779b97f4a7c15ULL;
            auto z = state_;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
            z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
            z ^= z >> 31;
            for (int i = 0; i < 8 && text.size() < count; ++i)
                text += static_cast<char>((z >> (8 * i)) & 255U);
        }
        return text;
    }

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
    void write(port::Level level, std::string_view message,
               const port::LogFields& fields) override {
        const std::lock_guard lock(mutex_);
        if (level == port::Level::error) errors.emplace_back(message);
        lines_.push_back({level, std::string(message), {fields.begin(), fields.end()}});
    }
    std::vector<Line> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    std::vector<std::string> errors;

  private:
    mutable std::mutex mutex_;
    std::vector<Line> lines_;
};

class MemoryMeter : public port::Meter {
  public:
    void count(std::string_view name, const port::Labels& labels, double by) override {
        const std::lock_guard lock(mutex_);
        values[key(name, labels)] += by;
    }
    void set(std::string_view name, double value, const port::Labels& labels) override {
        const std::lock_guard lock(mutex_);
        values[key(name, labels)] = value;
    }
    void observe(std::string_view name, double, const port::Labels& labels) override {
        const std::lock_guard lock(mutex_);
        values[key(name, labels)] += 1;
    }
    std::map<std::string, double> values;  // `name{label=value,…}`

  private:
    static std::string key(std::string_view name, const port::Labels& labels) {
        std::string text{name};
        for (const auto& [label, value] : labels)
            text += "," + std::string(label) + "=" + std::string(value);
        return text;
    }
    std::mutex mutex_;
};

// A text is its key with its parameters: `problem.x.what{detail=7}`.
class EchoTexts : public port::Texts {
  public:
    std::string text(std::string_view language, std::string_view key,
                     const port::TextParams& params) const override {
        std::string out = std::string(language) + ":" + std::string(key);
        for (const auto& [name, value] : params)
            if (!value.empty()) out += " " + name + "=" + value;
        return out;
    }
    bool has(std::string_view) const override { return true; }
};

// No encryption; fingerprints are reversible. Only for tests of what is built on them.
class PlainKeys : public port::KeyRing {
  public:
    std::string seal(const domain::Secret& plain, std::string_view) const override {
        return plain.reveal();
    }
    domain::Secret open(std::string_view sealed, std::string_view) const override {
        return domain::Secret(std::string(sealed));
    }
    std::string fingerprint(std::string_view token) const override {
        return "fp(" + std::string(token) + ")";
    }
    std::string hmac_sha256_hex(const domain::Secret& key, std::string_view text) const override {
        return "hmac(" + key.reveal() + "," + std::string(text) + ")";
    }
    bool outdated(std::string_view) const override { return false; }
};

}  // namespace tillbridge::test
