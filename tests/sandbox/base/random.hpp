// Ids, keys and secrets. With a seed they repeat from run to run; these are test data, not secrets.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>

namespace tillbridge::sandbox {

class Random {
  public:
    explicit Random(std::optional<std::uint64_t> seed) { reseed(seed); }

    void reseed(std::optional<std::uint64_t> seed);
    std::string uuid();
    std::string text(std::size_t length);  // letters and digits
    std::string secret();                  // looks like base64, as UAPAY's secrets do
    double fraction();                     // [0, 1)

  private:
    std::uint64_t next();
    std::mutex mutex_;
    std::mt19937_64 engine_;
};

}  // namespace tillbridge::sandbox
