// The rows beside the four nouns: what the store keeps of hooks, effects, stories and problems.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "module/domain/ids.hpp"
#include "module/domain/secret.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::port {

// A hook that was believed, once: unique per merchant and digest.
struct InboxEvent {
    domain::ConnectionId connection;
    domain::MerchantId merchant;
    domain::InvoiceId invoice;  // empty where it matches none of ours
    std::string digest;         // of what makes the event the same event
    std::string word;           // the gateway's status word
    std::string summary;        // masked
    domain::UtcTime at;
};

// One line of an invoice's story. Append-only.
struct JournalLine {
    std::int64_t id = 0;
    domain::ConnectionId connection;
    domain::InvoiceId invoice;
    domain::UtcTime at;
    std::string kind;     // crm.create, gateway.call, hook, decision, push, try, …
    std::string summary;  // one line for a person, masked
    std::string detail;   // JSON object, masked
    domain::RequestId request;
    std::int64_t cause = 0;  // the line that led to this one; 0: none
};

enum class EffectState { ready, leased, dead };

// An effect that waits to be carried out.
struct OutboxRow {
    std::int64_t id = 0;
    domain::ConnectionId connection;
    std::string lane;       // one queue of a peer's account: `crm:<connection>`, `gw:<merchant>`
    std::string order_key;  // rows of one key go out in order, one at a time; empty: no order
    std::string kind;       // crm.push, crm.register, gateway.run, …: service/effects.hpp
    std::string subject;    // the invoice id, or what the kind needs
    std::string payload;    // JSON
    std::string coalesce;   // a waiting row with the same word (and subject) makes a new one
                            // needless; empty: never
    domain::UtcTime due;
    domain::UtcTime created;  // or postponed, or revived: giving up counts from here
    int tries = 0;
    EffectState state = EffectState::ready;
    std::string last_error;
    std::int64_t cause = 0;  // journal line
    domain::RequestId request;
};

// One try to carry out an effect.
struct OutboxTry {
    std::int64_t row = 0;
    domain::ConnectionId connection;
    int number = 0;
    domain::UtcTime at;
    domain::Span took{};
    int http_status = 0;
    std::string outcome;  // done, retry, parked and the error's code
    std::string detail;   // masked answer
};

// What needs a person. `subject`: a merchant or an invoice, or empty for the connection itself.
struct ProblemRow {
    domain::ConnectionId connection;
    std::string key;
    std::string subject;
    std::string detail;  // for people: measured offset, missing scopes, …
    domain::UtcTime since;
    domain::UtcTime last;
    std::int64_t times = 1;
    bool announced = false;
};

// A signed-in admin of the settings page.
struct SettingsSession {
    std::string fingerprint;  // of the cookie
    domain::ConnectionId connection;
    domain::UtcTime expires;
};

struct OutboxStats {
    std::int64_t ready = 0;
    std::int64_t leased = 0;
    std::int64_t dead = 0;
    domain::UtcTime oldest;  // of what waits; 0: nothing waits
};

}  // namespace tillbridge::port
