// The signed envelope of UAPAY's API, both ways (uapay.md §3), and its errors (§9).
#pragma once

#include "tests/sandbox/base/http.hpp"
#include "tests/sandbox/uapay/state.hpp"

namespace tillbridge::sandbox {

// A refusal in UAPAY's words; `fields` mirrors the request where it is about fields.
struct UapayError {
    std::string code, message;
    Json fields = Json();
};

// A request that was let in: whose it is, and the claims inside its token.
struct UapayCall {
    std::string method;  // "invoicer/invoices/create"
    std::string client_id, secret, session_id;
    Switches switches = Switches(Json::object());
    Json params = Json::object(), data = Json::object();
};

struct LetIn {
    UapayCall call;
    std::optional<UapayError> error;
};

LetIn let_in(Uapay& uapay, const std::string& method, const std::string& body);
HttpResponse uapay_reply(const UapayCall& call, Json claims);
HttpResponse uapay_error(const UapayCall& call, const UapayError& error);
UapayError missing(const char* part, const char* field);  // FORMAT_ERROR with REQUIRED
UapayError invalid(const char* part, const char* field);  // FORMAT_ERROR with INVALID

}  // namespace tillbridge::sandbox
