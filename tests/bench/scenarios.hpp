// The measurements. Each has a stage of its own and adds its figures to the report.
#pragma once

#include "tests/bench/report.hpp"
#include "tests/bench/stage.hpp"

namespace tillbridge::bench {

// The figures that are measured again on a big store.
struct Headline {
    double hooks = 0;       // a second, closed loop
    double hook_ratio = 0;  // to the floor
    double hook_p99 = 0;    // ms at half of that
    double create_p50 = 0;  // ms added
    double create_p99 = 0;
    double push_p99 = 0;  // ms from commit to CRM
    double pushes = 0;    // a second
    // Notices of Prodamus: to the floor, and ms at half of the rate.
    double notice_ratio = 0;
    double notice_p99 = 0;
    double renewal_ratio = 0;
    double renewal_p99 = 0;
};

struct Run {
    Setup setup;
    Report& report;
    int rounds = 3;      // of what is compared or whose rate is told
    double seconds = 3;  // of one load
};

void measure_hooks(const Run& run, Headline& headline);
void measure_signature(const Run& run);
void measure_gateways(const Run& run, Headline& headline);
void measure_subscriptions(const Run& run, Headline& headline);
void measure_create(const Run& run, Headline& headline);
void measure_push_delay(const Run& run, Headline& headline);
void measure_pushes(const Run& run, Headline& headline);
void measure_dead_account(const Run& run);
void measure_size(const Run& run);

}  // namespace tillbridge::bench
