#include "tests/sandbox/prodamus/api.hpp"

#include "tests/sandbox/prodamus/links.hpp"

namespace tillbridge::sandbox {
namespace {

HttpResponse plain(int status, const std::string& text) {
    HttpResponse response;
    response.status = status;
    response.type = "text/plain; charset=utf-8";
    response.body = text;
    return response;
}

}  // namespace

std::optional<Tree> ProdamusApi::parameters(const HttpRequest& request) {
    Tree all = tree_of(request.query.all());
    if (request.method == "GET" || request.body.empty()) return all;
    const auto type = request.header("content-type");
    const bool form = starts_with(type, "application/x-www-form-urlencoded");
    if (!form && !starts_with(type, "multipart/form-data")) return std::nullopt;
    const auto body =
        form ? std::optional(tree_of_form(request.body)) : tree_of_multipart(request.body, type);
    if (!body) return std::nullopt;
    all.update(*body);
    return all;
}

HttpResponse ProdamusApi::unknown(const std::string& host) const {
    auto response = plain(404, kUnknownRequest);
    const auto page = prodamus_.pages.find(host);
    if (page != prodamus_.pages.end() && page->second.switches.on("errors200"))
        response.status = 200;
    return response;
}

HttpResponse ProdamusApi::link(const std::string& host, const HttpRequest& request) {
    std::int64_t delay = 0;
    {
        const std::lock_guard lock(prodamus_.mutex);
        const auto* page = prodamus_.find_page(host);
        if (page == nullptr) return unknown(host);
        delay = page->switches.number("replyDelayMs");
    }
    const auto fault = prodamus_.world.faults.hit("prodamus", host, request.path);
    pause_ms(delay);
    return with_fault(fault, [&] {
        const std::lock_guard lock(prodamus_.mutex);
        const auto all = parameters(request);
        if (!all) return refused(host, Tree::object(), kUnknownRequest, request);
        return made(host, *all, request);
    });
}

HttpResponse ProdamusApi::made(const std::string& host, const Tree& parameters,
                               const HttpRequest& request) {
    const auto what = get(parameters, "do");
    if (what != "link" && what != "pay") return refused(host, parameters, kUnknownRequest, request);
    const auto made = make_link(prodamus_, prodamus_.page(host), parameters);
    if (const auto* text = std::get_if<std::string>(&made))
        return refused(host, parameters, *text, request);
    const auto url = prodamus_.link_url(std::get<ProdamusLink*>(made)->code);
    if (what == "pay") {
        auto response = HttpResponse::html(302, "");
        response.headers.emplace_back("Location", url);
        return response;
    }
    if (get(parameters, "type") == "json") return HttpResponse::json(200, {{"payment_link", url}});
    HttpResponse response;
    response.type = "text/html; charset=WINDOWS-1251";
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
    response.body = url;
    return response;
}

HttpResponse ProdamusApi::refused(const std::string& host, const Tree& parameters,
                                  const std::string& text, const HttpRequest& request) {
    const bool signature = text == kBadSignature;
    prodamus_.world.violation("prodamus", host, signature ? "signature" : "link", text,
                              {{"method", request.method}, {"parameters", Json(parameters)}});
    const int status = prodamus_.page(host).switches.on("errors200") ? 200 : 400;
    if (get(parameters, "type") == "json") return HttpResponse::json(status, {{"error", text}});
    return plain(status, text);
}

}  // namespace tillbridge::sandbox
