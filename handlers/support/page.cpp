#include "handlers/support/page.hpp"

#include "handlers/errors.hpp"
#include "handlers/pages.hpp"
#include "handlers/percent.hpp"
#include "handlers/public_path.hpp"
#include "handlers/web/serve.hpp"

namespace tillbridge::handlers::support {

namespace {

Answer show(const service::Context& context, const Request& request) {
    const auto language = preferred_language(request, "en");
    const auto title = context.texts.text(language, "page.support.title");
    const auto without = context.texts.text(language, "page.support.no_script");
    const auto* assets = web::find_page("support");
    if (assets == nullptr) {
        Page page;
        page.language = language;
        page.title = title;
        page.paragraphs = {without};
        return page_answer(200, page);
    }
    return web::frame(*assets, {language, title, public_path(context.settings.public_url),
                                "<p>" + escape_html(without) + "</p>"});
}

}  // namespace

std::vector<Route> page_routes(const service::Context& context) {
    return {{{"GET"},
             "/support",
             [context](Request& request) { return show(context, request); },
             Format::page,
             0}};
}

}  // namespace tillbridge::handlers::support
