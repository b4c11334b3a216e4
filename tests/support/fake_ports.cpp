#include "tests/support/fake_ports.hpp"

namespace tillbridge::test {

std::string SeededRandom::bytes(std::size_t count) {
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

void MemoryLog::write(port::Level level, std::string_view message, const port::LogFields& fields) {
    const std::lock_guard lock(mutex_);
    if (level == port::Level::error) errors.emplace_back(message);
    lines_.push_back({level, std::string(message), {fields.begin(), fields.end()}});
}

std::vector<MemoryLog::Line> MemoryLog::lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
}

void MemoryMeter::count(std::string_view name, const port::Labels& labels, double by) {
    const std::lock_guard lock(mutex_);
    values[key(name, labels)] += by;
}

void MemoryMeter::set(std::string_view name, double value, const port::Labels& labels) {
    const std::lock_guard lock(mutex_);
    values[key(name, labels)] = value;
}

void MemoryMeter::observe(std::string_view name, double, const port::Labels& labels) {
    const std::lock_guard lock(mutex_);
    values[key(name, labels)] += 1;
}

std::string MemoryMeter::key(std::string_view name, const port::Labels& labels) {
    std::string text{name};
    for (const auto& [label, value] : labels)
        text += "," + std::string(label) + "=" + std::string(value);
    return text;
}

std::string EchoTexts::text(std::string_view language, std::string_view key,
                            const port::TextParams& params) const {
    std::string out = std::string(language) + ":" + std::string(key);
    for (const auto& [name, value] : params)
        if (!value.empty()) out += " " + name + "=" + value;
    return out;
}

std::string PlainKeys::seal(const domain::Secret& plain, std::string_view) const {
    return plain.reveal();
}

domain::Secret PlainKeys::open(std::string_view sealed, std::string_view) const {
    return domain::Secret(std::string(sealed));
}

std::string PlainKeys::fingerprint(std::string_view token) const {
    return "fp(" + std::string(token) + ")";
}

std::string PlainKeys::hmac_sha256_hex(const domain::Secret& key, std::string_view text) const {
    return "hmac(" + key.reveal() + "," + std::string(text) + ")";
}

}  // namespace tillbridge::test
