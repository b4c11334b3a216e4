// The browser assets, compiled in: handlers/web/build makes them from the sources beside this file.
// Both lists are empty where the program was built without them (-DTILLBRIDGE_WEB=OFF).
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace tillbridge::handlers::web {

struct Asset {
    std::string_view path;  // `pages/settings-Bx3.js`, `extension/extension.js`
    std::string_view content_type;
    std::string_view etag;  // of the content, without quotes
    std::size_t size;       // bytes, unpacked
    std::string_view gzip;
};

// What the HTML of a page names; paths without their folder `pages/`.
struct PageAssets {
    std::string_view name;  // `settings`, `support`
    std::string_view script;
    std::vector<std::string_view> preloads;
    std::vector<std::string_view> styles;
};

const std::vector<Asset>& assets();
const std::vector<PageAssets>& page_assets();

const Asset* find_asset(std::string_view path);      // null: there is none
const PageAssets* find_page(std::string_view name);  // null: built without it

}  // namespace tillbridge::handlers::web
