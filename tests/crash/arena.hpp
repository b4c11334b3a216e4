// A world in which the module dies again and again on one store, each time over a few payments;
// after each time everything has to come right by itself, and the books of the gateway, of the CRM
// and of the store are compared.
#pragma once

#include <signal.h>

#include <random>
#include <string>
#include <vector>

#include "tests/crash/tale.hpp"

namespace tillbridge::crash {

// How the module is to die while a few payments are under way.
struct Plan {
    std::string label;          // what the report counts it under
    Fields environment;         // of the module's first start: where it kills itself
    int signal = SIGKILL;       // SIGTERM: it may also end well
    std::vector<Millis> kills;  // from outside: so long after each start
    std::vector<Plot> plots;    // payments, all at once
    std::uint64_t seed = 0;     // of the amounts and ids
    bool slow_gateway = false;  // its answers take a moment, so that kills fall between

    std::string about() const;
};

struct Outcome {
    int kills = 0;
    std::vector<std::string> wrong;  // empty: all is well
};

class Arena {
  public:
    Arena();

    Outcome run(const Plan& plan);
    World& world() { return world_; }
    const Shops& shops() const { return shops_; }

    // Starts the module anew with this environment (or none), after a SIGKILL where it runs.
    void start(const Fields& environment = {});
    // Waits until nothing is under way any more, then compares the books.
    void settle(const std::vector<Tale>& tales, std::vector<std::string>& wrong);

  private:
    class Run;

    bool quiet();
    std::string under_way();  // for a report
    void audit_store(std::vector<std::string>& wrong);
    void audit_hooks(const Tale& tale, std::vector<std::string>& wrong);
    void audit_protocol(std::vector<std::string>& wrong);

    World world_;
    Shops shops_;
    std::size_t violations_ = 0;  // seen before
};

}  // namespace tillbridge::crash
