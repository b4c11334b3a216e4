// The address of a merchant's payment page as people type it, and the addresses that may stand in
// for it (PROTOCOL.md §1): one name directly below payform.ru or payform.kz and nothing else.
#pragma once

#include <string>
#include <string_view>

#include "module/domain/result.hpp"

namespace tillbridge::prodamus {

// `demo`, `Demo.payform.ru`, ` https://demo.payform.ru/ ` → `demo.payform.ru`. Errors, both with
// the field `page`: credentials.missing, credentials.malformed.
domain::Result<std::string> page_host(std::string_view typed);

// Where the calls of a page go: `https://{page}/` with the host in the place of `{page}`.
class BaseUrl {
  public:
    // Throws std::invalid_argument where there is no `{page}` or what comes of it is no URL.
    explicit BaseUrl(std::string text);

    std::string of(std::string_view host) const;
    bool secure() const { return text_.starts_with("https://"); }
    // Whether that is a link that a buyer may be sent to: at payform.ru, payform.kz or a name below
    // one of them, or at the host where the page's calls go.
    bool takes_link(std::string_view link, std::string_view host) const;

  private:
    std::string text_;
};

}  // namespace tillbridge::prodamus
