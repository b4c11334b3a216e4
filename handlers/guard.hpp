// What stands around every handler: the route and its limits, a request id of our own, one answer
// for whatever goes wrong, counts and times, one log line. Knows nothing of sockets.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "handlers/client_address.hpp"
#include "handlers/head.hpp"
#include "handlers/http.hpp"
#include "handlers/router.hpp"
#include "module/port/clock.hpp"
#include "module/port/observe.hpp"
#include "module/port/texts.hpp"

namespace tillbridge::handlers {

class Guard {
  public:
    struct Parts {
        port::Clock& clock;
        port::Random& random;
        port::Log& log;
        port::Meter& meter;
        const port::Texts& texts;
        TrustedProxies proxies;
        // The language of a sender whose request came to no handler, or failed there; without it
        // that of Accept-Language.
        std::function<std::string(const Request&)> language{};
    };
    Guard(std::vector<Route> routes, Parts parts)
        : router_(std::move(routes)), parts_(std::move(parts)) {}

    using Instant = std::chrono::steady_clock::time_point;

    // One request on its way through: made when its head is read, ended by one of the answers.
    struct Passage {
        domain::RequestId id;
        Match match;
        Instant since;
        std::string method;  // as counted: unknown ones are `other`
        std::string client;  // behind a trusted proxy that of X-Forwarded-For
    };
    Passage enter(const Head& head, const std::string& peer, Instant now) const;
    // For what never became a head: 400, 408, 431, 503.
    Passage enter_broken(const std::string& peer, Instant now) const;

    // Why the body need not be read at all: 404, 405, 411, 413. Status 0: read it.
    HeadFault check(const Head& head, const Passage& passage) const;
    std::size_t body_limit(const Passage& passage) const;

    Answer handle(Passage& passage, Head&& head, std::string&& body) const;
    // `head`: as far as there is one, for the reader's language.
    Answer refuse(const Passage& passage, const HeadFault& fault, const Head* head = nullptr) const;

    // The head of the answer as it goes over the wire, with the empty line.
    std::string render_head(const Answer& answer, const domain::RequestId& id,
                            bool keep_alive) const;

    const Parts& parts() const { return parts_; }

  private:
    Answer run(Request& request, const Route& route) const;
    void account(const Passage& passage, const Answer& answer, const Subject& about) const;
    std::string client_of(const Head& head, const std::string& peer) const;
    std::string language_of_sender(const Request& request) const;

    Router router_;
    Parts parts_;
    mutable std::atomic<bool> told_of_proxy_{false};
};

}  // namespace tillbridge::handlers
