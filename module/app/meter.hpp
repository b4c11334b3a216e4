// Metrics by prometheus-cpp. The families are one fixed table (meter.cpp), so that the golden file
// of the tests and the documentation stay true. Thread-safe.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <variant>

#include "module/port/observe.hpp"

namespace tillbridge::app {

class PrometheusMeter : public port::Meter {
  public:
    PrometheusMeter();

    void count(std::string_view name, const port::Labels& labels, double by) override;
    void set(std::string_view name, double value, const port::Labels& labels) override;
    void observe(std::string_view name, double value, const port::Labels& labels) override;

    // The sample is there from now on; at 0 where it is new.
    void touch(std::string_view name, const port::Labels& labels);

    std::string text() const;  // Prometheus text format

  private:
    using Family = std::variant<prometheus::Family<prometheus::Counter>*,
                                prometheus::Family<prometheus::Gauge>*,
                                prometheus::Family<prometheus::Histogram>*>;
    struct Registered {
        Family family;
        std::vector<double> buckets;
    };

    template <class Metric, class Make>
    Metric* metric(std::unordered_map<std::string, Metric*>& known, std::string_view name,
                   const port::Labels& labels, Make make);
    void unknown(std::string_view name);

    prometheus::Registry registry_;
    std::unordered_map<std::string, Registered> families_;
    prometheus::Family<prometheus::Counter>* unknown_ = nullptr;
    std::shared_mutex mutex_;
    std::unordered_map<std::string, prometheus::Counter*> counters_;
    std::unordered_map<std::string, prometheus::Gauge*> gauges_;
    std::unordered_map<std::string, prometheus::Histogram*> histograms_;
};

}  // namespace tillbridge::app
