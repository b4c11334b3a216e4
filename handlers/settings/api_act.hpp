// What the calls of the settings API share; for its own sources only.
#pragma once

#include "handlers/errors.hpp"
#include "handlers/settings/api.hpp"
#include "handlers/settings/decode.hpp"
#include "module/port/json.hpp"

namespace tillbridge::handlers::settings {

inline Answer ok(const nlohmann::json& body, int status = 200) {
    return json_answer(status, port::to_text(body));
}

// A JSON object; request.content_type where it says that it is something else.
inline domain::Result<nlohmann::json> body_of(const Request& request, bool may_be_empty = false) {
    const std::string type = request.content_type();
    if (!request.body.empty() && !type.empty() && type != "application/json")
        return domain::fail("request.content_type", type);
    return decode_body(request.body, may_be_empty);
}

// `act`: (connection, cookie) → Result<Answer>.
template <class Act>
Answer Api::act(Request& request, bool is_change, Act act) {
    const std::string cookie = request.cookie(kCookie);
    std::optional<domain::Connection> connection;
    if (!cookie.empty()) connection = services_.admins.signed_in(cookie);
    if (!connection)
        return error({"request.unauthorized", "", "", {}},
                     reader_language(request, preferred_language(request)));
    request.about.connection = connection->id.value;
    const std::string language = reader_language(request, connection->locale);
    if (is_change && !services_.admins.csrf_matches(cookie, request.header("x-csrf-token")))
        return error({"request.csrf", "", "", {}}, language);
    const domain::Result<Answer> answer = act(*connection, cookie);
    return answer ? *answer : error(answer.error(), language);
}

}  // namespace tillbridge::handlers::settings
