// The emulated Prodamus as one thing: every part, wired, and the routes below /prodamus.
#pragma once

#include "tests/sandbox/prodamus/api.hpp"
#include "tests/sandbox/prodamus/pages.hpp"

namespace tillbridge::sandbox {

class ProdamusSite {
  public:
    explicit ProdamusSite(World& world) : state(world), deliveries(world) {}

    // path: the segments after "prodamus".
    HttpResponse handle(const std::vector<std::string>& path, const HttpRequest& request);
    void start() { deliveries.start(kThreads); }
    void stop() { deliveries.stop(); }
    void reset(std::optional<std::uint64_t> seed);
    void wake();  // the clock was advanced

    Prodamus state;
    ProdamusDeliveries deliveries;
    ProdamusClub club{state, deliveries};
    ProdamusBuyer buyer{state, deliveries, club};

  private:
    // A silent receiver takes 30 s of one thread: enough of them that no other waits for it.
    static constexpr int kThreads = 16;

    ProdamusApi api_{state, club};
    ProdamusPages pages_{state, deliveries, club, buyer};
};

}  // namespace tillbridge::sandbox
