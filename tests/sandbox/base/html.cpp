#include "tests/sandbox/base/html.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr char kStyle[] =
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:1.5rem auto;padding:0 1rem;"
    "color:#222}h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:1.8rem}table{border-collapse:"
    "collapse}td,th{border:1px solid #ccc;padding:.25rem .6rem;text-align:left;vertical-align:top}"
    "form{margin:.4rem 0}form.inline{display:inline-block;margin-right:.6rem}label{display:block;"
    "margin:.25rem 0}form.inline label{display:inline}button{padding:.3rem "
    ".8rem}.notice{background:"
    "#fff6d6;border:1px solid #e5cf7a;padding:.5rem .8rem}nav{color:#666}code{background:#f3f3f3}";

std::string quoted(const std::string& text) {
    std::string out(1, '"');
    out += html_escape(text);
    out += '"';
    return out;
}

}  // namespace

std::string link_html(const std::string& url, const std::string& text) {
    return "<a href=" + quoted(url) + ">" + html_escape(text) + "</a>";
}

HtmlForm::HtmlForm(const std::string& action, const std::string& id, bool inline_form)
    : open_("<form method=\"post\" action=" + quoted(action) + " id=" + quoted(id) +
            (inline_form ? " class=\"inline\">" : ">")) {}

HtmlForm& HtmlForm::hidden(const std::string& name, const std::string& value) {
    inner_ += "<input type=\"hidden\" name=" + quoted(name) + " value=" + quoted(value) + ">";
    return *this;
}

HtmlForm& HtmlForm::field(const std::string& label, const std::string& name,
                          const std::string& value, int size) {
    inner_ += "<label>" + html_escape(label) + " <input name=" + quoted(name) +
              " value=" + quoted(value) + " size=\"" + std::to_string(size) + "\"></label> ";
    return *this;
}

HtmlForm& HtmlForm::check(const std::string& label, const std::string& name, bool on) {
    inner_ += "<label><input type=\"checkbox\" name=" + quoted(name) + " value=\"1\"" +
              (on ? " checked" : "") + "> " + html_escape(label) + "</label> ";
    return *this;
}

HtmlForm& HtmlForm::select(const std::string& label, const std::string& name,
                           const std::vector<std::pair<std::string, std::string>>& options,
                           const std::string& chosen) {
    inner_ += "<label>" + html_escape(label) + " <select name=" + quoted(name) + ">";
    for (const auto& [value, text] : options)
        inner_ += "<option value=" + quoted(value) + (value == chosen ? " selected" : "") + ">" +
                  html_escape(text) + "</option>";
    inner_ += "</select></label> ";
    return *this;
}

HtmlForm& HtmlForm::radio(const std::string& label, const std::string& name,
                          const std::string& value, bool on) {
    inner_ += "<label><input type=\"radio\" name=" + quoted(name) + " value=" + quoted(value) +
              (on ? " checked" : "") + "> " + html_escape(label) + "</label>";
    return *this;
}

HtmlForm& HtmlForm::button(const std::string& text, const std::string& name,
                           const std::string& value) {
    inner_ += "<button";
    if (!name.empty()) inner_ += " name=" + quoted(name) + " value=" + quoted(value);
    inner_.append(1, '>').append(html_escape(text)).append("</button> ");
    return *this;
}

std::string HtmlForm::html() const {
    return open_ + inner_ + "</form>";
}

HtmlPage::HtmlPage(const std::string& title, const std::string& trail_html) {
    body_ = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
            html_escape(title) + "</title><style>" + kStyle + "</style></head><body>";
    if (!trail_html.empty()) body_ += "<nav>" + trail_html + "</nav>";
    body_ += "<h1>" + html_escape(title) + "</h1>";
}

HtmlPage& HtmlPage::heading(const std::string& text) {
    body_ += "<h2>" + html_escape(text) + "</h2>";
    return *this;
}

HtmlPage& HtmlPage::paragraph(const std::string& text) {
    return paragraph_html(html_escape(text));
}

HtmlPage& HtmlPage::paragraph_html(const std::string& html) {
    body_ += "<p>" + html + "</p>";
    return *this;
}

HtmlPage& HtmlPage::notice(const std::string& text) {
    if (!text.empty())
        body_ += "<p class=\"notice\" role=\"status\" id=\"notice\">" + html_escape(text) + "</p>";
    return *this;
}

HtmlPage& HtmlPage::table(const std::vector<std::string>& heads,
                          const std::vector<std::vector<std::string>>& rows_html,
                          const std::string& id) {
    body_ += id.empty() ? "<table><tr>" : "<table id=" + quoted(id) + "><tr>";
    for (const auto& head : heads) body_ += "<th>" + html_escape(head) + "</th>";
    body_ += "</tr>";
    for (const auto& row : rows_html) {
        body_ += "<tr>";
        for (const auto& cell : row) body_ += "<td>" + cell + "</td>";
        body_ += "</tr>";
    }
    body_ += "</table>";
    return *this;
}

HtmlPage& HtmlPage::add(const HtmlForm& form) {
    body_ += form.html();
    return *this;
}

std::string HtmlPage::text() const {
    return body_ + "</body></html>";
}

}  // namespace tillbridge::sandbox
