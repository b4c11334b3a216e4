// What an answer of the CRM means for the call: carried out, refused for good, to be tried again,
// or a matter for a person. Known texts of `errorMsg` are in PROTOCOL.md §1.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "api_client/http/client.hpp"
#include "module/domain/secret.hpp"
#include "module/port/host.hpp"

namespace tillbridge::retailcrm {

struct Reading {
    port::HostAnswer answer;
    nlohmann::json body;  // an object where answer.result is ok
};

// `what` names the call in the journal. The key is masked should the CRM repeat it.
Reading read_answer(const std::string& what, const http::Outcome& outcome,
                    const domain::Secret& api_key);

// An answer that says `success` and yet lacks what was asked for makes no sense.
void make_senseless(port::HostAnswer& answer, const std::string& why);

// Where the key is good for everything else and only this one right is missing: refused, with
// `code`.
void lacks_right(port::HostAnswer& answer, const char* code);

// The HTTP client's refusal in this room's words: crm.url_invalid, crm.host_not_allowed,
// crm.address_forbidden.
std::string forbidden_code(const std::string& http_code);

// What may be shown and kept of the CRM's words.
std::string shown(std::string words, const domain::Secret& api_key);

}  // namespace tillbridge::retailcrm
