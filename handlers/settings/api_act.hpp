// What the calls of the settings API share; for its own sources only.
#pragma once

#include "handlers/errors.hpp"
#include "handlers/settings/api.hpp"
#include "module/port/json.hpp"

namespace tillbridge::handlers::settings {

inline Answer ok(const nlohmann::json& body, int status = 200) {
    return json_answer(status, port::to_text(body));
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
