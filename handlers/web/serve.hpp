// Hands out the browser assets: packed for whoever takes gzip, unpacked for others, 304 for whoever
// has them. And the HTML around a page application, with a policy under which nothing but our own
// files runs, loads or is asked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "handlers/http.hpp"
#include "handlers/router.hpp"
#include "handlers/web/assets.hpp"
#include "module/port/texts.hpp"

namespace tillbridge::handlers::web {

// For names that change with their content, and for those that stay.
inline constexpr const char* kForever = "public, max-age=31536000, immutable";
inline constexpr const char* kAskAgain = "no-cache";

Answer serve(const Asset& asset, const Request& request, const char* cache_control);

struct Frame {
    std::string language = "ru";
    std::string title;
    std::string prefix;         // the path of public_url before our routes
    std::string noscript_html;  // already escaped: what is shown where scripts are off
};
// The page runs in `<div id="app" data-prefix>`; its files are named by the manifest.
Answer frame(const PageAssets& page, const Frame& frame);

// `GET /web/{file}`: the files of the pages. None where the program was built without them.
// Borrows `texts`.
std::vector<Route> routes(const port::Texts& texts);

}  // namespace tillbridge::handlers::web
