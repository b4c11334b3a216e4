#include "handlers/web/assets.hpp"

#include <algorithm>

namespace tillbridge::handlers::web {

const Asset* find_asset(std::string_view path) {
    const auto& all = assets();
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const Asset& asset) { return asset.path == path; });
    return at == all.end() ? nullptr : &*at;
}

const PageAssets* find_page(std::string_view name) {
    const auto& all = page_assets();
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&](const PageAssets& page) { return page.name == name; });
    return at == all.end() ? nullptr : &*at;
}

}  // namespace tillbridge::handlers::web
