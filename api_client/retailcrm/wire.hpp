// What goes out to the CRM: the JSON texts of the form fields (PROTOCOL.md §1).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "api_client/retailcrm/module_facts.hpp"
#include "api_client/retailcrm/zone.hpp"
#include "module/domain/connection.hpp"
#include "module/domain/merchant.hpp"
#include "module/port/host.hpp"

namespace tillbridge::retailcrm {

// The CRM's limit of most texts, in characters.
inline constexpr std::size_t kMaxText = 255;

// At most `limit` characters of valid UTF-8; ends in `…` where something was cut.
std::string cut(std::string_view text, std::size_t limit = kMaxText);

std::string registration_json(const ModuleFacts&, const domain::Connection&,
                              const port::Registration&);
std::string update_json(const port::StatusUpdate&, const Zone&);
std::string check_json(const domain::Invoice&);
std::string payment_type_code(const ModuleFacts&, const domain::MerchantId&);
std::string payment_type_json(const ModuleFacts&, const domain::Merchant&);
// `text` is plain; each of its lines becomes a paragraph.
std::string notice_json(std::string_view text, bool alarm);

}  // namespace tillbridge::retailcrm
