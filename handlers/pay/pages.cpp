#include "handlers/pay/pages.hpp"

#include <algorithm>
#include <charconv>

#include "handlers/errors.hpp"
#include "handlers/public_path.hpp"

namespace tillbridge::handlers::pay {

using service::Links;

namespace {

constexpr std::size_t kMaxSlug = 64;

bool looks_like_slug(const std::string& text) {
    return text.size() <= kMaxSlug && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
           });
}

struct Look {
    int status;
    std::string_view key;  // of its texts
    Page::Mark mark;
};

Look look_of(Links::Kind kind) {
    switch (kind) {
        case Links::Kind::paid:
            return {200, "page.paid", Page::Mark::good};
        case Links::Kind::waiting:
            return {200, "page.waiting", Page::Mark::wait};
        case Links::Kind::canceled:
            return {410, "page.canceled", Page::Mark::over};
        case Links::Kind::refunded:
            return {410, "page.refunded", Page::Mark::over};
        case Links::Kind::expired:
            return {410, "page.expired", Page::Mark::over};
        case Links::Kind::redirect:
        case Links::Kind::unknown:
            break;
    }
    return {404, "page.unknown", Page::Mark::lost};
}

// `n=3` of the query; anything else is the first round.
int round_of(const std::string& query) {
    int round = 0;
    if (query.size() < 3 || query.compare(0, 2, "n=") != 0) return 0;
    const char* end = query.data() + query.size();
    const auto [at, failed] = std::from_chars(query.data() + 2, end, round);
    return failed == std::errc() && at == end && round > 0 ? round : 0;
}

}  // namespace

int seconds_until_round(int round) {
    if (round > kRounds || round < 1) return 0;
    return round <= 4 ? 3 : round <= 8 ? 10 : 30;
}

Pages::Pages(Services services, std::int64_t misses_per_minute)
    : services_(services),
      misses_(services.context.clock, misses_per_minute),
      prefix_(public_path(services.context.settings.public_url)) {}

template <class LookUp>
Answer Pages::visit(Request& request, LookUp look_up) {
    const std::string& slug = request.param("slug");
    const Links::View view = looks_like_slug(slug) ? look_up(domain::Slug(slug)) : Links::View{};
    if (view.kind == Links::Kind::unknown && misses_.too_many(request.client))
        return too_many(request);
    request.about = {view.connection.value, view.invoice.value};
    // What the buyer's browser asks for; where that is none of ours, the shop's language.
    const std::string language =
        preferred_language(request, view.language.empty() ? "ru" : language_of(view.language));
    return show(view, slug, language, round_of(request.query));
}

Answer Pages::open(Request& request) {
    return visit(request, [&](const domain::Slug& slug) { return services_.links.open(slug); });
}

Answer Pages::returned(Request& request) {
    return visit(request, [&](const domain::Slug& slug) {
        return services_.links.returned(slug, request.id);
    });
}

Answer Pages::show(const Links::View& view, const std::string& slug, const std::string& language,
                   int round) const {
    if (view.kind == Links::Kind::redirect && is_web_url(view.url)) return redirect(view.url);
    const Look look = look_of(view.kind);
    const auto text = [&](std::string_view key) {
        return services_.context.texts.text(language, key);
    };
    Page page;
    page.language = language;
    page.shop = view.shop;
    page.mark = look.mark;
    page.title = text(std::string(look.key) + ".title");
    page.paragraphs = {text(std::string(look.key) + ".text")};
    page.link_url = view.url;
    page.link_text = text("page.back_to_shop");
    page.contacts_title = text("page.contact");
    page.contacts = contacts_of(services_.context.settings);
    if (view.kind == Links::Kind::waiting) {
        page.reload_after = seconds_until_round(round + 1);
        page.reload_url = prefix_ + "/pay/" + slug + "/return?n=" + std::to_string(round + 1);
        page.again_url = prefix_ + "/pay/" + slug + "/return";
        page.again_text = text("page.check_again");
    }
    return page_answer(look.status, page);
}

Answer Pages::too_many(const Request& request) const {
    const std::string language = preferred_language(request);
    Page page;
    page.language = language;
    page.title = services_.context.texts.text(language, "request.busy");
    return page_answer(429, page).with("Retry-After", std::to_string(misses_.retry_after()));
}

std::vector<Route> routes(Pages& pages) {
    return {
        {{"GET", "HEAD"},
         "/pay/{slug}",
         [&](Request& request) { return pages.open(request); },
         Format::page,
         0,
         false},
        {{"GET", "HEAD"},
         "/pay/{slug}/return",
         [&](Request& request) { return pages.returned(request); },
         Format::page,
         0,
         true},
    };
}

}  // namespace tillbridge::handlers::pay
