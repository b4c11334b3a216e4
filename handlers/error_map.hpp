// Which HTTP status an error code has, in one place. Codes that are not named are bad input or
// refused by state: 400.
#pragma once

#include <string_view>

#include "module/domain/result.hpp"

namespace tillbridge::handlers {

int crm_status(std::string_view code);  // answers to the CRM

// Answers of the settings API. A gateway that refuses credentials without saying which field is
// about `secretKey`; `adjusted` carries the field then.
struct SettingsError {
    int status = 400;
    domain::Error adjusted;
};
SettingsError settings_error(const domain::Error& error);

}  // namespace tillbridge::handlers
