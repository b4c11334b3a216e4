// Where a measurement happens: a folder on the disk of the build, the module with the documented
// configuration, and the peers that it talks to.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "tests/bench/fill.hpp"
#include "tests/bench/peer.hpp"
#include "tests/support/harness/module.hpp"

namespace tillbridge::bench {

inline constexpr int kAccounts = 64;         // that are at work in a measurement
inline constexpr int kFirstAccount = 5'000;  // in the middle of those of the big store

struct Setup {
    std::string folder;  // of the build; below it each stage has its own
    std::string base;    // folder with a store to begin with; empty: a new one
};

class Stage {
  public:
    Stage(const Setup& setup, const std::string& name, const harness::Config& config = {});
    ~Stage();

    Peer& peer() { return *peer_; }
    harness::Module& module() { return *module_; }
    const harness::Module& module() const { return *module_; }
    int port() const { return port_.number(); }

    // Only while the module does not run.
    Filler filler() const { return Filler(folder_); }
    // The accounts that a measurement works with, beside those that the store holds already.
    int first_account() const { return kFirstAccount; }
    int end_account() const { return kFirstAccount + kAccounts; }

    // The store's own answer: `sql` over a store that the module has closed.
    std::string store_file() const { return folder_ + "/tillbridge.db"; }
    std::chrono::duration<double, std::milli> start();  // until it listens
    void stop();
    double resident_mib() const;  // of the module
    double cpu_seconds() const;   // that the module has used since its start

  private:
    std::string folder_;
    std::unique_ptr<Peer> peer_;
    harness::ReservedPort port_;
    std::unique_ptr<harness::Module> module_;
};

// User and system time of a process, in seconds.
double cpu_seconds(pid_t process);

// Makes a store of 10,000 accounts with so many invoices that are done with, and as many
// subscriptions that run, each with its first payment. A tenth of those is of account 0.
void make_big_store(const std::string& folder, std::size_t size);

}  // namespace tillbridge::bench
