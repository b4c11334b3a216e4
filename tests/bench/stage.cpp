#include "tests/bench/stage.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tillbridge::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kBigAccounts = 10'000;
constexpr int kGap = 1'000;  // for the accounts of the measurements

}  // namespace

Stage::Stage(const Setup& setup, const std::string& name, const harness::Config& config)
    : folder_(setup.folder + "/" + name), peer_(std::make_unique<Peer>()) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    harness::Config all = config;
    all.emplace("gateways.uapay.base_url", peer_->url() + "/uapay/api/");
    all.emplace("server.threads", "128");
    all.emplace("outbox.schedule", "[1s, 5s, 30s, 2m, 5m, 15m]");
    module_ = std::make_unique<harness::Module>(folder_, port_.number(), all);
    if (!setup.base.empty())
        for (const char* file : {"master.key", "tillbridge.db"})
            fs::copy_file(setup.base + "/" + file, folder_ + "/" + file,
                          fs::copy_options::overwrite_existing);
    filler().add_accounts(first_account(), end_account(), *peer_);
}

Stage::~Stage() {
    module_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::chrono::duration<double, std::milli> Stage::start() {
    const auto began = std::chrono::steady_clock::now();
    module_->start();
    return std::chrono::steady_clock::now() - began;
}

void Stage::stop() {
    if (!module_->stop()) throw std::runtime_error("the module did not stop");
}

double Stage::resident_mib() const {
    std::ifstream file("/proc/" + std::to_string(module_->pid()) + "/statm");
    double size = 0, resident = 0;
    file >> size >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

double Stage::cpu_seconds() const {
    return bench::cpu_seconds(module_->pid());
}

double cpu_seconds(pid_t process) {
    const auto text = harness::bytes_of_file("/proc/" + std::to_string(process) + "/stat");
    std::istringstream rest(text.substr(text.rfind(')') + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field) rest >> skipped;
    double user = 0, system = 0;
    rest >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

void make_big_store(const std::string& folder, std::size_t size) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    const harness::Module keys(folder, 1, {});
    const Peer nobody;
    Filler filler(folder);
    const int after = kFirstAccount + kGap;
    const int end = kBigAccounts + kGap;
    filler.add_accounts(0, kFirstAccount, nobody);
    filler.add_accounts(after, end, nobody);
    filler.add_settled(size / 2, 0, kFirstAccount);
    filler.add_settled(size - size / 2, after, end);
    const auto club = size / 10;
    const auto rest = size - club;
    filler.add_members(club, 0, 1);
    filler.add_members(rest / 2, 1, kFirstAccount);
    filler.add_members(rest - rest / 2, after, end);
}

}  // namespace tillbridge::bench
