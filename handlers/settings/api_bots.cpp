// The settings API of a CRM account's bots: its admin sees them, makes one and goes to its page.
// The token, the signing secret and the address of that page are shown once.
#include "handlers/json_fields.hpp"
#include "handlers/settings/api_act.hpp"
#include "handlers/settings/decode.hpp"
#include "handlers/settings/sign_in.hpp"

namespace tillbridge::handlers::settings {

using domain::Connection;
using domain::fail;
using domain::Result;
using nlohmann::json;
using service::Bots;

namespace {

constexpr std::size_t kBotName = 64;
constexpr std::size_t kBotUrl = 1000;

Result<Bots::Draft> decode_bot(const json& body, const std::string& language) {
    Fields fields(body);
    fields.only({"name", "callbackUrl", "language", "style"});
    Bots::Draft draft;
    draft.name = fields.text("name", kBotName);
    draft.callback_url = fields.optional_text("callbackUrl", kBotUrl);
    draft.language = fields.optional_text("language", 2);
    if (draft.language.empty())
        draft.language = language;
    else if (language_of(draft.language) != draft.language)
        fields.refuse("request.field_invalid", "language");
    if (const auto style = fields.optional_text("style", 20); !style.empty()) {
        const auto known = domain::bot_style(style);
        if (!known) fields.refuse("request.field_invalid", "style");
        draft.style = known.value_or(draft.style);
    }
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    return draft;
}

json line_of(const Connection& it) {
    return {{"id", it.id.value},     {"name", it.bot->name},
            {"active", it.active},   {"style", to_word(it.bot->style)},
            {"language", it.locale}, {"callbackUrl", it.bot->callback_url}};
}

}  // namespace

Answer Api::list_bots(Request& request) {
    return act(request, false,
               [&](const Connection& connection, const std::string&) -> Result<Answer> {
                   json bots = json::array();
                   if (services_.bots != nullptr)
                       for (const auto& bot : services_.bots->of_owner(connection))
                           bots.push_back(line_of(bot));
                   return ok({{"bots", std::move(bots)}});
               });
}

Answer Api::add_bot(Request& request) {
    return act(
        request, true, [&](const Connection& connection, const std::string&) -> Result<Answer> {
            if (services_.bots == nullptr) return fail("connection.unknown");
            return body_of(request)
                .and_then([&](const json& body) { return decode_bot(body, connection.locale); })
                .and_then([&](const Bots::Draft& draft) {
                    return services_.bots->connect(draft, &connection);
                })
                .map([&](const Bots::Connected& made) {
                    return ok(
                        {{"bot", line_of(made.connection)},
                         {"token", made.connection.client_id.reveal()},
                         {"signingSecret", made.connection.bot->signing_secrets.front().reveal()},
                         {"accountUrl", made.account_url}},
                        201);
                });
        });
}

template <class Call>
Answer Api::on_bot(Request& request, Call call) {
    return act(request, true,
               [&](const Connection& connection, const std::string&) -> Result<Answer> {
                   if (services_.bots == nullptr) return fail("connection.unknown");
                   const auto id = request.param("id");
                   for (const auto& bot : services_.bots->of_owner(connection))
                       if (bot.id.value == id) return call(*services_.bots, bot);
                   return fail("connection.unknown");
               });
}

Answer Api::open_bot(Request& request) {
    return on_bot(request, [&](Bots&, const Connection& bot) -> Result<Answer> {
        const auto session = services_.admins.sign_in(bot.settings_token.reveal());
        if (!session) return tl::unexpected(session.error());
        const auto& url = services_.context.settings.public_url;
        return ok({{"bot", line_of(bot)}})
            .with("Set-Cookie", session_cookie(session->reveal(), url));
    });
}

Answer Api::switch_bot(Request& request, bool active) {
    return on_bot(request, [&](Bots& bots, const Connection& bot) {
        return bots.set_active(bot.id, active).map([](const Connection& now) {
            return ok({{"bot", line_of(now)}});
        });
    });
}

Answer Api::activate_bot(Request& request) {
    return switch_bot(request, true);
}

Answer Api::deactivate_bot(Request& request) {
    return switch_bot(request, false);
}

std::vector<Route> bots_routes(Api& api) {
    const auto route = [&](const char* method, const std::string& rest,
                           Answer (Api::*call)(Request&)) {
        Route made{{method}, "/api/settings/bots" + rest, [&api, call](Request& request) {
                       return (api.*call)(request);
                   }};
        made.needs_body = rest.empty();
        return made;
    };
    return {route("GET", "", &Api::list_bots), route("POST", "", &Api::add_bot),
            route("POST", "/{id}/open", &Api::open_bot),
            route("POST", "/{id}/activate", &Api::activate_bot),
            route("POST", "/{id}/deactivate", &Api::deactivate_bot)};
}

}  // namespace tillbridge::handlers::settings
