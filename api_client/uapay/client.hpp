// UAPAY's methods over HTTP: opens sessions, signs right before sending, verifies what comes back,
// writes every exchange down and measures how far the clocks are apart. It tells what is known of a
// call and never repeats one that may have been carried out.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "api_client/http/address_guard.hpp"
#include "api_client/http/client.hpp"
#include "api_client/uapay/envelope.hpp"
#include "api_client/uapay/session_cache.hpp"
#include "module/domain/merchant.hpp"
#include "module/domain/secret.hpp"
#include "module/port/clock.hpp"
#include "module/port/gateway.hpp"

namespace tillbridge::uapay {

struct Options {
    std::string base_url = "https://api.uapay.ua/api/";
    bool allow_private_networks = false;              // a sandbox: plain http and private addresses
    domain::Span timeout = std::chrono::seconds(10);  // one exchange
    domain::Span confirm_timeout = std::chrono::seconds(5);   // a look after a call that succeeded
    domain::Span session_lifetime = std::chrono::minutes(3);  // of one that is used again
};

struct Account {
    std::string shop_id;
    domain::Secret key;

    static Account of(const domain::Credentials& credentials);
};

struct Answer {
    enum class End {
        ok,
        refused,   // UAPAY said no
        not_done,  // nothing happened: not sent, no session, overloaded
        unknown,   // it may have been carried out
    };
    End end = End::unknown;
    std::string code;    // gateway.refused, .unavailable, .silent, .clock_skew; empty where ok
    std::string reason;  // UAPAY's own words, for people; empty where it said nothing
    std::string detail;  // ours, for the record
    Reply reply;
    std::optional<domain::Span> clock_offset;  // UAPAY's clock minus ours

    bool ok() const { return end == End::ok; }
    const std::string& words() const { return reason.empty() ? detail : reason; }
};

struct Call {
    std::string method;                                // `invoicer/invoices/create`
    nlohmann::json params = nlohmann::json::object();  // without sessionId
    nlohmann::json data;                               // null: none
    enum class Kind {
        read,    // may be sent again
        create,  // makes something that nobody knows of until it is answered
        change,  // moves money
    } kind = Kind::read;
    std::optional<domain::Span> timeout = {};
};

// Marks the last exchange as one whose answer can't be what was asked for.
void distrust(port::CallLog& log, const std::string& why);

class Client {
  public:
    // Throws std::invalid_argument where the base address is no URL.
    Client(http::Sender& sender, const port::Clock& clock, Options options);

    // A new session; its claims' `id` is checked.
    Answer open_session(const Account& account, port::CallLog& log);
    Answer call(const Account& account, const Call& call, port::CallLog& log);

    const Options& options() const { return options_; }
    domain::UtcTime now() const { return clock_.now(); }

  private:
    Answer exchange(const Account& account, const Call& call, port::CallLog& log);
    Answer in_session(const Account& account, const Call& call, const std::string& session,
                      port::CallLog& log);

    http::Sender& sender_;
    const port::Clock& clock_;
    const Options options_;
    const http::AddressGuard guard_;
    SessionCache sessions_;
};

}  // namespace tillbridge::uapay
