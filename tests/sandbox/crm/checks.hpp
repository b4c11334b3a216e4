// What the CRM accepts: each check gives field → text of what is wrong, empty where all is well.
#pragma once

#include "tests/sandbox/crm/state.hpp"

namespace tillbridge::sandbox {

Json check_update(const Json& update, const Account& account, const CrmInvoice& invoice,
                  Millis now);
Json check_registration(const Json& module, const std::string& code);
// What is wrong with the module's answer to a call; empty: nothing.
std::string check_answer(const std::string& action, int status, const Json& body);
bool web_url(const std::string& text, bool https_only);

}  // namespace tillbridge::sandbox
