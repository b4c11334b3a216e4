// Requests of one connection, one after the other, until either side ends it. Whatever remains
// unread of a request ends the connection: its rest is never taken for the next request.
#pragma once

#include <functional>
#include <string>

#include "handlers/guard.hpp"
#include "handlers/server.hpp"
#include "handlers/wire.hpp"

namespace tillbridge::handlers {

class Connection {
  public:
    // `crowded`: somebody waits for this thread, or the server stops: do not keep alive.
    Connection(Wire& wire, std::string peer, const Guard& guard, const ServerLimits& limits,
               std::function<bool()> crowded)
        : wire_(wire),
          peer_(std::move(peer)),
          guard_(guard),
          limits_(limits),
          crowded_(std::move(crowded)) {}

    void run();

  private:
    bool wait_for_request(bool first);
    bool serve();  // whether the connection goes on
    bool give(const Guard::Passage& passage, const Answer& answer, bool keep_alive, bool head_only);
    // Answers without having read the body; takes a small one in, else ends the connection.
    bool refuse(const Guard::Passage& passage, const HeadFault& fault, const Head* head);
    Wire::Read read_body(const Head& head, std::size_t limit, std::string& body);

    Wire& wire_;
    std::string peer_;
    const Guard& guard_;
    const ServerLimits& limits_;
    std::function<bool()> crowded_;
};

}  // namespace tillbridge::handlers
