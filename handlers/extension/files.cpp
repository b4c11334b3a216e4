#include "handlers/extension/files.hpp"

#include "handlers/errors.hpp"
#include "handlers/percent.hpp"
#include "handlers/web/serve.hpp"

namespace tillbridge::handlers::extension {

namespace {

// Requests come with credentials, so a wildcard would be refused: the origin is given back. There
// are no cookies of ours that these files would look at.
Answer across_origins(const Request& request, Answer answer) {
    const std::string& origin = request.header("origin");
    answer.with("Vary", "Origin");
    if (!origin.empty())
        answer.with("Access-Control-Allow-Origin", origin)
            .with("Access-Control-Allow-Credentials", "true");
    // The page isolates itself where it likes, and still gets the script for its worker.
    answer.with("Cross-Origin-Resource-Policy", "cross-origin");
    return answer;
}

Answer preflight(const Request&) {
    Answer answer{204, "", "", {}};
    answer.with("Access-Control-Allow-Methods", "GET,HEAD,OPTIONS,POST")
        .with("Access-Control-Allow-Headers", "content-type")
        .with("Access-Control-Max-Age", "600");
    return answer;
}

class Shelf {
  public:
    Shelf(Files files, const port::Texts& texts) : files_(std::move(files)), texts_(texts) {
        const std::string place = escape_html(files_.prefix + "/extension/" + files_.id);
        html_ =
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tillbridge"
            "</title><script type=\"module\" src=\"" +
            place + "/script\"></script></head><body></body></html>\n";
    }

    Answer html(const Request& request) const {
        Answer answer{200, "text/html; charset=utf-8", html_, {}};
        answer.with("Cache-Control", web::kAskAgain)
            .with("Content-Security-Policy", "default-src 'none'; script-src 'self'");
        return give(request, answer);
    }
    Answer file(const Request& request, const web::Asset* asset) const {
        return asset == nullptr ? missing(request)
                                : give(request, web::serve(*asset, request, web::kAskAgain));
    }
    Answer ask(const Request& request) const { return give(request, preflight(request)); }
    const Files& files() const { return files_; }

  private:
    Answer give(const Request& request, Answer answer) const {
        if (request.param("id") != files_.id) return missing(request);
        return across_origins(request, std::move(answer));
    }
    // With CORS too, so that the page can tell "not there" from "not reachable".
    Answer missing(const Request& request) const {
        return across_origins(
            request, error_answer(Format::api, 404, {"request.not_found", "", "", {}}, texts_,
                                  preferred_language(request)));
    }

    Files files_;
    const port::Texts& texts_;
    std::string html_;
};

}  // namespace

std::vector<Route> routes(const Files& files, const port::Texts& texts) {
    if (files.script == nullptr) return {};
    const auto shelf = std::make_shared<const Shelf>(files, texts);
    std::vector<Route> all;
    const auto add = [&](const std::string& rest, const Handler& get) {
        const std::string pattern = "/extension/{id}" + rest;
        all.push_back({{"GET", "HEAD"}, pattern, get, Format::api, 0, false});
        all.push_back({{"OPTIONS"},
                       pattern,
                       [shelf](Request& request) { return shelf->ask(request); },
                       Format::api,
                       0,
                       false});
    };
    add("", [shelf](Request& request) { return shelf->html(request); });
    add("/script",
        [shelf](Request& request) { return shelf->file(request, shelf->files().script); });
    add("/stylesheet",
        [shelf](Request& request) { return shelf->file(request, shelf->files().style); });
    // The same files under the names that they have in the archive.
    add("/{asset}", [shelf](Request& request) {
        const std::string& name = request.param("asset");
        const bool script = name == "extension.js";
        return shelf->file(request, script                    ? shelf->files().script
                                    : name == "extension.css" ? shelf->files().style
                                                              : nullptr);
    });
    return all;
}

}  // namespace tillbridge::handlers::extension
