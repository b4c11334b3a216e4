#include "tests/bench/rounds.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

namespace tillbridge::bench {

Load Supply::spend(LoadPlan plan, std::size_t most) {
    const auto first = next_;
    const auto end = most == 0 ? hooks_.size() : std::min(hooks_.size(), first + most);
    plan.request = [&](std::size_t number) {
        next_ = first + number + 1;
        return first + number < end ? &hooks_[first + number] : nullptr;
    };
    auto load = run(plan);
    next_ = std::min(next_, end);
    if (load.failed() > 0)
        throw std::runtime_error("hooks were not answered with 200: " +
                                 std::to_string(load.failed()));
    return load;
}

Floor::Floor(const std::string& folder) {
    const auto out = folder + "/floor.out";
    std::filesystem::remove(out);
    harness::Process::Start start;
    start.arguments = {TILLBRIDGE_BIN_DIR "/bench_floor", kGatewayKey};
    start.out = out;
    process_ = std::make_unique<harness::Process>(start);
    harness::await("the floor listens", [&] {
        const auto text = harness::bytes_of_file(out);
        if (text.find('\n') == std::string::npos) return false;
        port_ = std::stoi(text);
        return true;
    });
}

double micros_of_one(double cpu_seconds, const Load& load) {
    return 1e6 * cpu_seconds / static_cast<double>(std::max<std::size_t>(1, load.millis.size()));
}

Rate rate_of(const Floor& floor, const std::string& hook, double seconds) {
    const double before = floor.cpu();
    const auto load =
        run({floor.port(), kConnections, seconds, 0, [&](std::size_t) { return &hook; }});
    return {load.rate(), micros_of_one(floor.cpu() - before, load)};
}

Rate rate_of(Stage& stage, Supply& supply, double seconds) {
    const double before = stage.cpu_seconds();
    const auto load = supply.spend({stage.port(), kConnections, seconds, 0, {}});
    return {load.rate(), micros_of_one(stage.cpu_seconds() - before, load)};
}

}  // namespace tillbridge::bench
