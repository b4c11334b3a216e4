// The shell of our own small pages: no script, no image, one inline style that the content policy
// names by its hash, readable from 320 px on. Every text is escaped here.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "handlers/http.hpp"
#include "module/service/context.hpp"

namespace tillbridge::handlers {

struct Page {
    std::string language = "ru";
    std::string title;
    std::string shop;                     // above the title; may be empty
    std::vector<std::string> paragraphs;  // plain text
    std::string body_html;                // already escaped, after the paragraphs
    enum class Mark { none, good, wait, over, lost } mark = Mark::none;
    std::string link_url, link_text;    // the way back; http(s) only, else left out
    std::string again_url, again_text;  // a path of ours; none where empty
    std::string contacts_title;
    std::vector<std::pair<std::string, std::string>> contacts;  // label or address → href or empty
    int reload_after = 0;                                       // seconds; 0: never
    std::string reload_url;                                     // a path of ours
};

std::string render(const Page& page);
// With the headers that a page must have. The style's hash is computed once.
Answer page_answer(int status, const Page& page);

// The operator's contacts, empty ones left out.
std::vector<std::pair<std::string, std::string>> contacts_of(const service::Settings& settings);

bool is_web_url(std::string_view url);  // absolute http(s), no spaces or control characters

}  // namespace tillbridge::handlers
