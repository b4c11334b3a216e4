// Where rooms tell what they do: log lines (one JSON object each) and metrics.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tillbridge::port {

enum class Level { debug, info, warn, error };

// Field names as in the contract: requestId, connectionId, merchantId, invoiceId, … Never a secret.
using LogFields = std::vector<std::pair<std::string_view, std::string>>;

class Log {
  public:
    virtual ~Log() = default;
    virtual void write(Level level, std::string_view message, const LogFields& fields) = 0;

    void info(std::string_view message, const LogFields& f = {}) { write(Level::info, message, f); }
    void warn(std::string_view message, const LogFields& f = {}) { write(Level::warn, message, f); }
    void error(std::string_view message, const LogFields& f = {}) {
        write(Level::error, message, f);
    }
};

// Names without the prefix `tillbridge_`; base units. Families are fixed in the implementation, so
// a name that it does not know throws: the golden file stays true.
using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

class Meter {
  public:
    virtual ~Meter() = default;
    virtual void count(std::string_view name, const Labels& labels = {}, double by = 1) = 0;
    virtual void set(std::string_view name, double value, const Labels& labels = {}) = 0;
    virtual void observe(std::string_view name, double value, const Labels& labels = {}) = 0;
};

}  // namespace tillbridge::port
