#include "handlers/settings/sign_in.hpp"

#include "handlers/errors.hpp"
#include "handlers/pages.hpp"
#include "handlers/percent.hpp"
#include "handlers/public_path.hpp"
#include "handlers/settings/api.hpp"
#include "handlers/settings/page.hpp"
#include "handlers/web/serve.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::handlers::settings {

namespace {

constexpr int kLives = 12 * 60 * 60;  // seconds, as the session itself

std::string cookie(const std::string& value, int seconds, const std::string& public_url) {
    return std::string(kCookie) + "=" + value +
           "; HttpOnly; SameSite=Lax; Path=/; Max-Age=" + std::to_string(seconds) +
           (is_https(public_url) ? "; Secure" : "");
}

}  // namespace

std::string session_cookie(const std::string& value, const std::string& public_url) {
    return cookie(value, kLives, public_url);
}

std::string ended_cookie(const std::string& public_url) {
    return cookie("", 0, public_url);
}

Answer SignIn::enter(Request& request) {
    const auto session = services_.admins.sign_in(request.param("settingsToken"));
    if (!session)
        return error_answer(Format::page, 404, session.error(), services_.context.texts,
                            preferred_language(request));
    if (const auto account = services_.admins.signed_in(session->reveal()))
        request.about.connection = account->id.value;
    const std::string& url = services_.context.settings.public_url;
    return redirect(public_path(url) + "/settings")
        .with("Set-Cookie", session_cookie(session->reveal(), url))
        .with("Referrer-Policy", "no-referrer");
}

Answer SignIn::page(Request& request) {
    const std::string value = request.cookie(kCookie);
    std::optional<domain::Connection> connection;
    if (!value.empty()) connection = services_.admins.signed_in(value);
    if (!connection)
        return error_answer(Format::page, 401, {"request.unauthorized", "", "", {}},
                            services_.context.texts, preferred_language(request));
    request.about.connection = connection->id.value;
    Overview overview;
    overview.connection = *connection;
    overview.merchants = services_.merchants.list(connection->id);
    for (const auto& merchant : overview.merchants) {
        auto* gateway = services_.context.gateways.find(merchant.gateway);
        overview.gateways[merchant.gateway.value] =
            gateway != nullptr ? gateway->description().name : merchant.gateway.value;
    }
    const auto rows = port::look_up(services_.context.store, [&](const port::Tx& tx) {
        return tx.problems().list(connection->id);
    });
    overview.problems = service::describe(services_.context.texts, connection->locale, rows);
    overview.contacts = contacts_of(services_.context.settings);
    const Page plain = page_of(overview);
    const web::PageAssets* app = web::find_page("settings");
    if (app == nullptr) return page_answer(200, plain);
    web::Frame frame;
    frame.language = plain.language;
    frame.title = plain.title;
    frame.prefix = public_path(services_.context.settings.public_url);
    frame.noscript_html = "<main class=\"page plain\"><h1>" + escape_html(plain.title) + "</h1>" +
                          plain.body_html + "</main>";
    return web::frame(*app, frame);
}

std::vector<Route> routes(SignIn& sign_in) {
    return {
        {{"GET"},
         "/settings/{settingsToken}",
         [&](Request& request) { return sign_in.enter(request); },
         Format::page,
         0},
        {{"GET"},
         "/settings",
         [&](Request& request) { return sign_in.page(request); },
         Format::page,
         0},
    };
}

}  // namespace tillbridge::handlers::settings
