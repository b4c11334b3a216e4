#include "api_client/prodamus/page.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "api_client/http/url.hpp"

namespace tillbridge::prodamus {
namespace {

constexpr std::string_view kPage = "{page}";
constexpr std::array<std::string_view, 2> kZones{".payform.ru", ".payform.kz"};
constexpr std::size_t kMaxLabel = 63;
constexpr std::size_t kMaxLink = 2048;

std::string trimmed_lower(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    std::string out(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// A DNS label; no name in another script, whose spelling can't be told from ours.
bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= kMaxLabel && text.front() != '-' && text.back() != '-' &&
           !text.starts_with("xn--") && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
           });
}

bool of_prodamus(std::string_view host) {
    return std::any_of(kZones.begin(), kZones.end(), [&](std::string_view zone) {
        return host == zone.substr(1) || host.ends_with(zone);
    });
}

}  // namespace

domain::Result<std::string> page_host(std::string_view typed) {
    const std::string whole = trimmed_lower(typed);
    if (whole.empty()) return domain::fail("credentials.missing", {}, "page");
    std::string_view text = whole;
    for (const std::string_view scheme : {"https://", "http://"})
        if (text.starts_with(scheme)) {
            text.remove_prefix(scheme.size());
            break;
        }
    while (text.ends_with('/')) text.remove_suffix(1);

    if (is_label(text)) return std::string(text) + std::string(kZones.front());
    for (const auto zone : kZones)
        if (text.ends_with(zone) && is_label(text.substr(0, text.size() - zone.size())))
            return std::string(text);
    return domain::fail("credentials.malformed", "NAME.payform.ru or NAME.payform.kz", "page");
}

BaseUrl::BaseUrl(std::string text) : text_(std::move(text)) {
    if (text_.find(kPage) == std::string::npos)
        throw std::invalid_argument("prodamus: the base address has no {page}");
    if (!http::parse_url(of("demo.payform.ru")))
        throw std::invalid_argument("prodamus: the base address is no URL");
}

std::string BaseUrl::of(std::string_view host) const {
    std::string out = text_;
    return out.replace(out.find(kPage), kPage.size(), host);
}

bool BaseUrl::takes_link(std::string_view link, std::string_view host) const {
    // What an address never holds as it is, and a page's markup does.
    if (link.size() > kMaxLink || link.find_first_of("<>\"'`{}|\\^") != std::string_view::npos)
        return false;
    const auto url = http::parse_url(link.substr(0, link.find('#')));
    if (!url) return false;
    const auto base = http::parse_url(of(host));
    if (base && url->origin() == base->origin()) return true;
    return url->secure() && url->port == 443 && of_prodamus(url->host);
}

}  // namespace tillbridge::prodamus
