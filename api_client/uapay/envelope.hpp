// UAPAY's envelope both ways (PROTOCOL.md §3): a request carries its claims twice, as they are and
// signed; an answer's claims count only out of a token that our key signed. Pure: no network.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "module/domain/secret.hpp"

namespace tillbridge::uapay {

// The body of a request. `data` null: the method has none. `iat`: unix seconds, of right now.
std::string request_body(const nlohmann::json& params, const nlohmann::json& data, std::int64_t iat,
                         const domain::Secret& key);

enum class Verdict {
    ok,            // signed by our key; claims are to be believed
    refused,       // UAPAY said no: nothing was done
    overloaded,    // 429: not even looked at
    not_signed,    // says yes without a token
    badly_signed,  // says yes with a token of another key, another algorithm or no sense
    unreadable,    // nothing that tells what happened
};

struct Reply {
    Verdict verdict = Verdict::unreadable;
    nlohmann::json claims;            // an object where ok
    std::optional<std::int64_t> iat;  // UAPAY's clock, where ok and told
    std::string error_code;           // TIMELIMIT_ERROR, …
    std::string reason;               // UAPAY's own words, masked and cut
    nlohmann::json fields;            // error.fields

    bool clock_refused() const { return error_code == "TIMELIMIT_ERROR"; }
    // Whether error.fields mentions that member of params.
    bool blames(std::string_view param) const;
};

// In the order of §3.2.
Reply read_reply(int http_status, std::string_view body, const domain::Secret& key);

}  // namespace tillbridge::uapay
