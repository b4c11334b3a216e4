// A tiny builder of plain pages: headings, tables, forms. All text goes in escaped, except where
// the name says html.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/sandbox/base/http.hpp"

namespace tillbridge::sandbox {

std::string link_html(const std::string& url, const std::string& text);

// A form; each field is one labelled input. id marks the form for browser tests.
class HtmlForm {
  public:
    HtmlForm(const std::string& action, const std::string& id, bool inline_form = false);
    HtmlForm& hidden(const std::string& name, const std::string& value);
    HtmlForm& field(const std::string& label, const std::string& name, const std::string& value,
                    int size = 24);
    HtmlForm& check(const std::string& label, const std::string& name, bool on);
    HtmlForm& select(const std::string& label, const std::string& name,
                     const std::vector<std::pair<std::string, std::string>>& options,
                     const std::string& chosen = "");
    HtmlForm& radio(const std::string& label, const std::string& name, const std::string& value,
                    bool on);
    HtmlForm& button(const std::string& text, const std::string& name = "",
                     const std::string& value = "");
    std::string html() const;

  private:
    std::string open_, inner_;
};

class HtmlPage {
  public:
    // trail: HTML of links to the pages above.
    HtmlPage(const std::string& title, const std::string& trail_html);
    HtmlPage& heading(const std::string& text);
    HtmlPage& paragraph(const std::string& text);
    HtmlPage& paragraph_html(const std::string& html);
    HtmlPage& notice(const std::string& text);  // nothing where it is empty
    HtmlPage& table(const std::vector<std::string>& heads,
                    const std::vector<std::vector<std::string>>& rows_html,
                    const std::string& id = "");
    HtmlPage& add(const HtmlForm& form);
    std::string text() const;

  private:
    std::string body_;
};

}  // namespace tillbridge::sandbox
