// Start and memory.
#include <chrono>
#include <thread>

#include "tests/bench/load.hpp"
#include "tests/bench/scenarios.hpp"

namespace tillbridge::bench {

void measure_size(const Run& run) {
    Stage stage(run.setup, "size");
    std::vector<double> starts, idle;
    for (int round = 0; round < run.rounds; ++round) {
        starts.push_back(stage.start().count());
        std::this_thread::sleep_for(std::chrono::seconds(1));
        idle.push_back(stage.resident_mib());
        stage.stop();
    }
    run.report.add({"start until it accepts requests", rounded(median(starts), 0) + " ms", "",
                    "≤ 300 ms", met(median(starts) <= 300)});
    run.report.add({"resident memory, idle", rounded(median(idle), 1) + " MiB", "", "≤ 40 MiB",
                    met(median(idle) <= 40)});
}

}  // namespace tillbridge::bench
