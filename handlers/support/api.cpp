#include "handlers/support/api.hpp"

#include <algorithm>
#include <array>

#include "handlers/errors.hpp"
#include "handlers/public_path.hpp"
#include "handlers/support/decode.hpp"
#include "module/port/json.hpp"
#include "module/service/support_views.hpp"

namespace tillbridge::handlers::support {

using domain::fail;
using domain::Result;
using nlohmann::json;

namespace {

constexpr int kLives = 12 * 60 * 60;  // seconds, as the session itself
constexpr std::size_t kSmallBody = 64 * 1024;

Answer ok(const json& body) {
    return json_answer(200, port::to_text(body));
}

int status_of(std::string_view code) {
    struct Row {
        std::string_view code;
        int status;
    };
    static constexpr std::array kRows = {
        Row{"support.login_failed", 401},   Row{"support.signed_out", 401},
        Row{"request.csrf", 403},           Row{"support.forbidden", 403},
        Row{"payment.unknown", 404},        Row{"connection.unknown", 404},
        Row{"outbox.not_parked", 409},      Row{"payment.ambiguous", 409},
        Row{"payment.busy", 409},           Row{"support.nothing_to_push", 409},
        Row{"support.nothing_to_ask", 409}, Row{"support.not_askable", 409},
        Row{"request.content_type", 415},   Row{"support.locked", 429},
        Row{"support.busy", 429},           Row{"gateway.unknown", 502},
        Row{"gateway.refused", 502},        Row{"gateway.unavailable", 502},
        Row{"gateway.clock_skew", 502},     Row{"gateway.unsigned", 502},
        Row{"gateway.mismatch", 502},       Row{"gateway.silent", 504},
        Row{"gateway.change_unclear", 504}, Row{"gateway.unsupported", 502},
        Row{"subscription.unknown", 404},   Row{"subscription.ambiguous", 409},
        Row{"subscription.finished", 409},  Row{"subscription.stopped_by_buyer", 409},
        Row{"problem.unknown", 404},        Row{"problem.ambiguous", 409},
        Row{"problem.changed", 409},        Row{"problem.not_dismissible", 409},
    };
    const auto at =
        std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.code == code; });
    return at == kRows.end() ? 400 : at->status;
}

// The page says which language its reader chose.
std::string language_for(const Request& request) {
    return reader_language(request, preferred_language(request, "en"));
}

// Strict: nobody comes to diagnostics by a link on another site.
std::string cookie(const std::string& value, int seconds, const std::string& public_url) {
    return std::string(kCookie) + "=" + value +
           "; HttpOnly; SameSite=Strict; Path=/; Max-Age=" + std::to_string(seconds) +
           (is_https(public_url) ? "; Secure" : "");
}

service::Page page_of(const Query& query) {
    return {static_cast<int>(query.offset), static_cast<int>(query.limit)};
}

}  // namespace

Answer Api::error(const domain::Error& given, const Request& request) const {
    const auto& texts = services_.context.texts;
    const auto language = language_for(request);
    auto answer = error_answer(Format::api, status_of(given.code), given, texts, language);
    // The CRM's people reload a card or connect anew; who looks from here can do neither.
    const char* own = given.code == "payment.unknown"      ? "support.no_payment"
                      : given.code == "connection.unknown" ? "support.no_account"
                                                           : nullptr;
    if (own != nullptr)
        answer.body = port::to_text(
            {{"error", {{"code", given.code}, {"message", texts.text(language, own)}}}});
    if (const auto wait = given.params.find("seconds"); wait != given.params.end())
        answer.with("Retry-After", wait->second);
    return answer;
}

template <class Call>
Answer Api::act(Request& request, Needs needs, Call call) {
    Visit visit;
    visit.cookie = request.cookie(kCookie);
    visit.language = language_for(request);
    auto user = desk_.sign_in.signed_in(visit.cookie);
    if (!user) return error({"support.signed_out", "", "", {}}, request);
    if (needs != Needs::session &&
        !desk_.sign_in.csrf_matches(visit.cookie, request.header("x-csrf-token")))
        return error({"request.csrf", "", "", {}}, request);
    if (needs == Needs::operating && user->role != port::SupportRole::operates)
        return error({"support.forbidden", "", "", {}}, request);
    visit.actor = {user->name, user->role, request.client, request.id};
    visit.user = std::move(*user);
    const Result<Answer> answer = call(visit);
    return answer ? *answer : error(answer.error(), request);
}

Answer Api::login(Request& request) {
    auto login = decode_login(request);
    if (!login) return error(login.error(), request);
    const auto signed_in = desk_.sign_in.sign_in(
        {login->name, login->password, login->code, request.client, request.id});
    if (!signed_in) return error(signed_in.error(), request);
    const auto& value = signed_in->cookie.reveal();
    return ok({{"user", service::view::user(signed_in->user)},
               {"csrfToken", desk_.sign_in.csrf_token(value)}})
        .with("Set-Cookie", cookie(value, kLives, services_.context.settings.public_url));
}

Answer Api::logout(Request& request) {
    return act(request, Needs::csrf, [&](const Visit& visit) -> Result<Answer> {
        desk_.sign_in.sign_out(visit.cookie, visit.actor);
        return ok({{"ended", true}})
            .with("Set-Cookie", cookie("", 0, services_.context.settings.public_url));
    });
}

Answer Api::me(Request& request) {
    return act(request, Needs::session, [&](const Visit& visit) -> Result<Answer> {
        return ok({{"user", service::view::user(visit.user)},
                   {"csrfToken", desk_.sign_in.csrf_token(visit.cookie)},
                   {"version", TILLBRIDGE_VERSION}});
    });
}

Answer Api::find(Request& request) {
    return act(request, Needs::session, [&](const Visit&) {
        return decode_query(request).map(
            [&](const Query& query) { return ok(desk_.show.find(query.text, page_of(query))); });
    });
}

Answer Api::find_by_body(Request& request) {
    return act(request, Needs::csrf, [&](const Visit&) {
        return decode_find(request).map(
            [&](const Query& query) { return ok(desk_.show.find(query.text, page_of(query))); });
    });
}

Answer Api::connections(Request& request) {
    return act(request, Needs::session, [&](const Visit&) {
        return decode_query(request).map([&](const Query& query) {
            return ok(desk_.show.connections(query.text, page_of(query)));
        });
    });
}

Answer Api::connection(Request& request) {
    return act(request, Needs::session, [&](const Visit& visit) {
        return decode_query(request)
            .and_then([&](const Query& query) {
                return desk_.show.connection(request.param("id"), visit.language, page_of(query));
            })
            .map(ok);
    });
}

Answer Api::invoice(Request& request) {
    return act(request, Needs::session, [&](const Visit& visit) {
        return decode_query(request)
            .and_then([&](const Query& query) {
                return desk_.show.invoice(request.param("id"), visit.language, query.after,
                                          static_cast<int>(query.limit));
            })
            .map(ok);
    });
}

Answer Api::outbox(Request& request) {
    return act(request, Needs::session, [&](const Visit&) {
        return decode_query(request).map([&](const Query& query) {
            return ok(desk_.show.outbox(query.filter, query.after, static_cast<int>(query.limit)));
        });
    });
}

Answer Api::audit(Request& request) {
    return act(request, Needs::session, [&](const Visit&) {
        return decode_query(request).map([&](const Query& query) {
            return ok(desk_.show.audit(query.before, static_cast<int>(query.limit)));
        });
    });
}

Answer Api::verify_audit(Request& request) {
    return act(request, Needs::session,
               [&](const Visit&) -> Result<Answer> { return ok(desk_.show.verify_audit()); });
}

Answer Api::problems(Request& request) {
    return act(request, Needs::session, [&](const Visit& visit) {
        return decode_query(request).map([&](const Query& query) {
            return ok(desk_.show.problems(visit.language, page_of(query)));
        });
    });
}

Answer Api::ask(Request& request) {
    return act(request, Needs::operating, [&](const Visit& visit) -> Result<Answer> {
        const auto dry_run = decode_dry_run(request);
        if (!dry_run) return tl::unexpected(dry_run.error());
        return desk_.show.one(request.param("id"))
            .and_then([&](const domain::Invoice& invoice) {
                return desk_.acts.ask(visit.actor, invoice, {*dry_run, visit.language});
            })
            .map(ok);
    });
}

Answer Api::push(Request& request) {
    return act(request, Needs::operating, [&](const Visit& visit) -> Result<Answer> {
        const auto dry_run = decode_dry_run(request);
        if (!dry_run) return tl::unexpected(dry_run.error());
        return desk_.show.one(request.param("id"))
            .and_then([&](const domain::Invoice& invoice) {
                return desk_.acts.push(visit.actor, invoice, {*dry_run, visit.language});
            })
            .map(ok);
    });
}

Answer Api::replay(Request& request) {
    return act(request, Needs::operating, [&](const Visit& visit) -> Result<Answer> {
        const auto replay = decode_replay(request);
        if (!replay) return tl::unexpected(replay.error());
        const service::SupportActs::Mode mode{replay->dry_run, visit.language};
        if (!replay->id) return ok(desk_.acts.replay_all(visit.actor, replay->filter, mode));
        return desk_.acts.replay(visit.actor, *replay->id, mode).map(ok);
    });
}

Answer Api::dismiss(Request& request) {
    return act(request, Needs::operating, [&](const Visit& visit) -> Result<Answer> {
        const auto dismissal = decode_dismissal(request);
        if (!dismissal) return tl::unexpected(dismissal.error());
        return desk_.acts
            .dismiss(visit.actor, dismissal->wanted, {dismissal->dry_run, visit.language})
            .map(ok);
    });
}

Answer Api::bundle(Request& request) {
    return act(request, Needs::csrf, [&](const Visit& visit) -> Result<Answer> {
        const auto wanted = decode_bundle(request);
        if (!wanted) return tl::unexpected(wanted.error());
        const auto file = wanted->connection.empty()
                              ? desk_.bundle.of_invoice(visit.actor, wanted->invoice)
                              : desk_.bundle.of_connection(visit.actor, wanted->connection);
        return file.map([](const service::SupportBundle::File& it) {
            return Answer{200, "application/zip", it.bytes, {}}.with(
                "Content-Disposition", "attachment; filename=\"" + it.name + "\"");
        });
    });
}

Answer Api::subscription(Request& request) {
    return act(request, Needs::session,
               [&](const Visit&) { return desk_.subscriptions.show(request.param("id")).map(ok); });
}

Answer Api::change_subscription(Request& request) {
    return act(request, Needs::operating, [&](const Visit& visit) -> Result<Answer> {
        const auto change = decode_change(request, request.param("act"));
        if (!change) return tl::unexpected(change.error());
        return desk_.subscriptions
            .act(visit.actor, request.param("id"), change->wish, {change->dry_run, visit.language})
            .map(ok);
    });
}

std::vector<Route> routes(Api& api) {
    using Call = Answer (Api::*)(Request&);
    const auto route = [&](const char* method, std::string pattern, Call call) {
        return Route{{method},
                     "/api/support" + std::move(pattern),
                     [&api, call](Request& request) { return (api.*call)(request); },
                     Format::api,
                     kSmallBody};
    };
    return {
        route("POST", "/login", &Api::login),
        route("POST", "/logout", &Api::logout),
        route("GET", "", &Api::me),
        route("GET", "/find", &Api::find),
        route("POST", "/find", &Api::find_by_body),
        route("GET", "/connections", &Api::connections),
        route("GET", "/connections/{id}", &Api::connection),
        route("GET", "/invoices/{id}", &Api::invoice),
        route("POST", "/invoices/{id}/ask", &Api::ask),
        route("POST", "/invoices/{id}/push", &Api::push),
        route("GET", "/outbox", &Api::outbox),
        route("POST", "/outbox/replay", &Api::replay),
        route("GET", "/audit", &Api::audit),
        route("GET", "/audit/verify", &Api::verify_audit),
        route("GET", "/problems", &Api::problems),
        route("POST", "/problems/dismiss", &Api::dismiss),
        route("POST", "/bundle", &Api::bundle),
        route("GET", "/subscriptions/{id}", &Api::subscription),
        route("POST", "/subscriptions/{id}/{act}", &Api::change_subscription),
    };
}

}  // namespace tillbridge::handlers::support
