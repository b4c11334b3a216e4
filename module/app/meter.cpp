#include "module/app/meter.hpp"

#include <prometheus/text_serializer.h>

#include <mutex>

namespace tillbridge::app {
namespace {

enum class Kind { counter, gauge, histogram };

struct Row {
    const char* name;
    Kind kind;
    const char* help;
    std::vector<double> buckets = {};
};

const std::vector<double>& seconds() {
    static const std::vector<double> buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                             0.25,   0.5,   1,      2.5,   5,    10,    30};
    return buckets;
}

const std::vector<Row>& table() {
    static const std::vector<Row> rows{
        {"http_requests_total", Kind::counter, "Inbound requests by route, method and status."},
        {"http_request_seconds", Kind::histogram, "Time to answer, by route.", seconds()},
        {"http_refused_connections_total", Kind::counter,
         "Connections turned away because all threads were taken."},
        {"hook_facts_total", Kind::counter,
         "Believed hooks by gateway, kind of the fact and outcome."},
        {"hooks_refused_total", Kind::counter, "Hooks refused, by gateway and reason."},
        {"invoice_state_changes_total", Kind::counter, "Invoices by state change."},
        {"facts_quarantined_total", Kind::counter,
         "Facts whose amount, currency or id did not fit, by gateway."},
        {"outbox_tries_total", Kind::counter, "Tries to carry out an effect, by kind and outcome."},
        {"outbox_delivery_seconds", Kind::histogram, "Time of one try, by kind.", seconds()},
        {"outbox_depth", Kind::gauge, "Effects that wait, by state."},
        {"outbox_oldest_age_seconds", Kind::gauge, "Age of the oldest waiting effect."},
        {"outbound_requests_total", Kind::counter, "Outbound calls by peer and status."},
        {"outbound_request_seconds", Kind::histogram, "Time of outbound calls, by peer.",
         seconds()},
        {"store_commit_seconds", Kind::histogram, "Time of one commit.", seconds()},
        {"store_batch_units",
         Kind::histogram,
         "Units of work in one commit.",
         {1, 2, 4, 8, 16, 32, 64, 128, 256}},
        {"reconcile_rounds_total", Kind::counter, "Rounds of the reconciler."},
        {"reconcile_invoices_total", Kind::counter, "Invoices that the reconciler asked about."},
        {"problems_open", Kind::gauge, "Open problems by key."},
        {"build_info", Kind::gauge, "Always 1; the version is a label."},
    };
    return rows;
}

prometheus::Labels copy(const port::Labels& labels) {
    prometheus::Labels out;
    for (const auto& [name, value] : labels) out.emplace(std::string(name), std::string(value));
    return out;
}

}  // namespace

PrometheusMeter::PrometheusMeter() {
    for (const auto& row : table()) {
        const std::string name = std::string("tillbridge_") + row.name;
        Registered registered{{}, row.buckets};
        if (row.kind == Kind::counter)
            registered.family =
                &prometheus::BuildCounter().Name(name).Help(row.help).Register(registry_);
        else if (row.kind == Kind::gauge)
            registered.family =
                &prometheus::BuildGauge().Name(name).Help(row.help).Register(registry_);
        else
            registered.family =
                &prometheus::BuildHistogram().Name(name).Help(row.help).Register(registry_);
        families_.emplace(row.name, registered);
    }
    unknown_ = &prometheus::BuildCounter()
                    .Name("tillbridge_metrics_unknown_total")
                    .Help("Uses of metric names that the table does not know: a mistake of ours.")
                    .Register(registry_);
}

void PrometheusMeter::unknown(std::string_view name) {
    unknown_->Add({{"name", std::string(name)}}).Increment();
}

template <class Metric, class Make>
Metric* PrometheusMeter::metric(std::unordered_map<std::string, Metric*>& known,
                                std::string_view name, const port::Labels& labels, Make make) {
    std::string key;
    key.reserve(128);  // of one hook three are made: each with one allocation
    key.append(name);
    for (const auto& [label, value] : labels) {
        key += '\x1f';
        key += value;
    }
    {
        const std::shared_lock lock(mutex_);
        if (const auto found = known.find(key); found != known.end()) return found->second;
    }
    const auto family = families_.find(std::string(name));
    if (family == families_.end()) return nullptr;
    Metric* made = make(family->second, copy(labels));
    if (made != nullptr) {
        const std::unique_lock lock(mutex_);
        known.emplace(std::move(key), made);
    }
    return made;
}

void PrometheusMeter::count(std::string_view name, const port::Labels& labels, double by) {
    auto* counter = metric(
        counters_, name, labels, [](const Registered& family, const prometheus::Labels& all) {
            auto* const* of = std::get_if<prometheus::Family<prometheus::Counter>*>(&family.family);
            return of == nullptr ? nullptr : &(*of)->Add(all);
        });
    if (counter == nullptr) return unknown(name);
    counter->Increment(by);
}

void PrometheusMeter::set(std::string_view name, double value, const port::Labels& labels) {
    auto* gauge =
        metric(gauges_, name, labels, [](const Registered& family, const prometheus::Labels& all) {
            auto* const* of = std::get_if<prometheus::Family<prometheus::Gauge>*>(&family.family);
            return of == nullptr ? nullptr : &(*of)->Add(all);
        });
    if (gauge == nullptr) return unknown(name);
    gauge->Set(value);
}

void PrometheusMeter::observe(std::string_view name, double value, const port::Labels& labels) {
    auto* histogram = metric(
        histograms_, name, labels, [](const Registered& family, const prometheus::Labels& all) {
            auto* const* of =
                std::get_if<prometheus::Family<prometheus::Histogram>*>(&family.family);
            return of == nullptr ? nullptr : &(*of)->Add(all, family.buckets);
        });
    if (histogram == nullptr) return unknown(name);
    histogram->Observe(value);
}

void PrometheusMeter::touch(std::string_view name, const port::Labels& labels) {
    const auto registered = families_.find(std::string(name));
    if (registered == families_.end()) return unknown(name);
    const auto& [family, buckets] = registered->second;
    const auto all = copy(labels);
    if (auto* const* counter = std::get_if<prometheus::Family<prometheus::Counter>*>(&family))
        (*counter)->Add(all);
    else if (auto* const* gauge = std::get_if<prometheus::Family<prometheus::Gauge>*>(&family))
        (*gauge)->Add(all);
    else
        std::get<prometheus::Family<prometheus::Histogram>*>(family)->Add(all, buckets);
}

std::string PrometheusMeter::text() const {
    return prometheus::TextSerializer().Serialize(registry_.Collect());
}

}  // namespace tillbridge::app
