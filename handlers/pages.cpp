#include "handlers/pages.hpp"

#include <Poco/Base64Encoder.h>
#include <Poco/SHA2Engine.h>

#include <algorithm>
#include <sstream>

#include "handlers/percent.hpp"

namespace tillbridge::handlers {

namespace {

constexpr std::string_view kStyle =
    "body{margin:0;font:17px/1.5 system-ui,sans-serif;background:#f4f5f7;color:#1c2430}"
    "main{max-width:34rem;margin:8vh auto 0;padding:1.5rem;background:#fff;"
    "border-radius:.75rem;overflow-wrap:anywhere}"
    "main.wide{max-width:60rem}h1{font-size:1.4rem;line-height:1.25;margin:.2rem 0 1rem}"
    "h2{font-size:1.1rem;margin:1.5rem 0 .5rem}"
    ".shop,footer{color:#566273}footer{font-size:.9rem;margin-top:1.5rem}"
    ".mark{display:grid;place-items:center;width:3.5rem;height:3.5rem;margin:0 0 1rem;"
    "border-radius:50%;background:#e3e8ef;color:#3c4756;font-size:1.8rem;line-height:1}"
    ".mark.good{background:#d6f5de;color:#0b6b2c}.mark.over{background:#fbdddd;color:#9b1c1c}"
    ".mark.wait{background:#fff0d1;color:#7a4d00}"
    "a{color:#0b57d0}a.back{display:inline-block;margin:.25rem .5rem .25rem 0;padding:.7rem "
    "1.1rem;border:1px solid #0b57d0;"
    "border-radius:.5rem;text-decoration:none}table{border-collapse:collapse;width:100%}"
    "td,th{text-align:left;padding:.35rem .5rem;border-bottom:1px solid #d9dee5;"
    "vertical-align:top}";

std::string style_hash() {
    Poco::SHA2Engine engine(Poco::SHA2Engine::SHA_256);
    engine.update(kStyle.data(), kStyle.size());
    const auto& digest = engine.digest();
    std::ostringstream text;
    Poco::Base64Encoder encoder(text);
    encoder.write(reinterpret_cast<const char*>(digest.data()),
                  static_cast<std::streamsize>(digest.size()));
    encoder.close();
    return text.str();
}

const std::string& content_policy() {
    static const std::string kPolicy = "default-src 'none'; style-src 'sha256-" + style_hash() +
                                       "'; img-src data:; base-uri 'none'; form-action 'none'; "
                                       "frame-ancestors 'none'";
    return kPolicy;
}

std::string mark_of(Page::Mark mark) {
    switch (mark) {
        case Page::Mark::none:
            break;
        case Page::Mark::good:
            return "<p class=\"mark good\" aria-hidden=\"true\">\u2713</p>";
        case Page::Mark::wait:
            return "<p class=\"mark wait\" aria-hidden=\"true\">\u2026</p>";
        case Page::Mark::over:
            return "<p class=\"mark over\" aria-hidden=\"true\">\u2715</p>";
        case Page::Mark::lost:
            return "<p class=\"mark\" aria-hidden=\"true\">?</p>";
    }
    return {};
}

std::string footer(const Page& page) {
    if (page.contacts.empty()) return {};
    std::string out = "<footer>" + escape_html(page.contacts_title);
    const char* separator = page.contacts_title.empty() ? "" : " ";
    for (const auto& [text, href] : page.contacts) {
        out += separator;
        out += href.empty() ? escape_html(text)
                            : "<a href=\"" + escape_html(href) + "\">" + escape_html(text) + "</a>";
        separator = " · ";
    }
    return out + "</footer>";
}

}  // namespace

bool is_web_url(std::string_view url) {
    const auto begins = [&](std::string_view scheme) {
        if (url.size() <= scheme.size()) return false;
        for (std::size_t i = 0; i < scheme.size(); ++i) {
            const char c = url[i] >= 'A' && url[i] <= 'Z' ? static_cast<char>(url[i] + 32) : url[i];
            if (c != scheme[i]) return false;
        }
        const char next = url[scheme.size()];
        return next != '/' && next != '?' && next != '#' && next != ':' && next != '@';
    };
    const bool clean = std::all_of(url.begin(), url.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20U && byte != 0x7FU && c != '\\' && c != '"' && c != '<' && c != '>';
    });
    return clean && (begins("https://") || begins("http://"));
}

std::string render(const Page& page) {
    std::string out = "<!doctype html>\n<html lang=\"" + escape_html(page.language) +
                      "\"><head><meta charset=\"utf-8\">"
                      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
                      "<meta name=\"robots\" content=\"noindex\">"
                      // Or browsers ask for /favicon.ico.
                      "<link rel=\"icon\" href=\"data:,\">";
    out += "<title>" + escape_html(page.title) + "</title><style>";
    out += kStyle;
    out += "</style></head><body><main";
    out += page.body_html.empty() ? ">" : " class=\"wide\">";
    if (!page.shop.empty()) out += "<p class=\"shop\">" + escape_html(page.shop) + "</p>";
    out += mark_of(page.mark);
    out += "<h1>" + escape_html(page.title) + "</h1>";
    for (const std::string& text : page.paragraphs)
        if (!text.empty()) out += "<p>" + escape_html(text) + "</p>";
    out += page.body_html;
    const auto button = [&](const std::string& url, const std::string& text) {
        out += "<a class=\"back\" rel=\"noreferrer\" href=\"" + escape_html(url) + "\">" +
               escape_html(text) + "</a>";
    };
    const bool back = is_web_url(page.link_url);
    const bool again = !page.again_url.empty();
    if (back || again) out += "<p>";
    if (again) button(page.again_url, page.again_text);
    if (back) button(page.link_url, page.link_text);
    if (back || again) out += "</p>";
    return out + footer(page) + "</main></body></html>\n";
}

Answer page_answer(int status, const Page& page) {
    Answer answer{status, "text/html; charset=utf-8", render(page), {}};
    answer.with("Content-Security-Policy", content_policy())
        .with("Referrer-Policy", "no-referrer")
        .with("X-Frame-Options", "DENY")
        .with("Content-Language", page.language);
    // The same in a <meta> counts as a barrier (WCAG 2.2.1) wherever pages are checked by machine.
    if (page.reload_after > 0)
        answer.with("Refresh", std::to_string(page.reload_after) + "; url=" + page.reload_url);
    return answer;
}

std::vector<std::pair<std::string, std::string>> contacts_of(const service::Settings& settings) {
    std::vector<std::pair<std::string, std::string>> contacts;
    if (!settings.contact_name.empty()) contacts.emplace_back(settings.contact_name, "");
    if (!settings.contact_email.empty())
        contacts.emplace_back(settings.contact_email, "mailto:" + settings.contact_email);
    if (!settings.contact_phone.empty())
        contacts.emplace_back(settings.contact_phone, "tel:" + settings.contact_phone);
    if (!settings.contact_telegram.empty()) {
        std::string name = settings.contact_telegram;
        if (is_web_url(name)) {
            contacts.emplace_back(name, name);
        } else {
            if (name.front() == '@') name.erase(0, 1);
            contacts.emplace_back("@" + name, "https://t.me/" + name);
        }
    }
    return contacts;
}

}  // namespace tillbridge::handlers
