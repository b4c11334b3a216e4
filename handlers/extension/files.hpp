// The extension's files, for the CRM page's worker that comes from another origin: the HTML that
// names the script, the script, the style sheet (protocol sheet of embed UI, §2.2). Nothing here is
// anybody's: whoever asks gets them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "handlers/router.hpp"
#include "handlers/web/assets.hpp"
#include "module/port/texts.hpp"

namespace tillbridge::handlers::extension {

inline constexpr const char* kScript = "extension/extension.js";
inline constexpr const char* kStyle = "extension/extension.css";

struct Files {
    std::string id;                      // the extension's UUID
    std::string prefix;                  // the path of public_url, mostly empty
    const web::Asset* script = nullptr;  // null: the program was built without it
    const web::Asset* style = nullptr;
};

// Borrows the texts. No routes where there is no script.
std::vector<Route> routes(const Files& files, const port::Texts& texts);

}  // namespace tillbridge::handlers::extension
