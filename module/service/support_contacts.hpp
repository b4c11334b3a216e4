// A buyer's e-mail and phone, made findable without being kept: a keyed digest of the form that all
// spellings of one contact share. The key is the store's own and outlives the master keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "module/domain/invoice.hpp"
#include "module/service/context.hpp"

namespace tillbridge::service {

// ` Olena@Mail.UA ` → `olena@mail.ua`; empty where it is no address.
std::string plain_email(std::string_view text);
// `+380 50 123-45-67`, `0501234567` → `0501234567`: at most the last ten digits, which all ways to
// write one number share (Spain's nine stay nine); empty where there are fewer than nine.
std::string plain_phone(std::string_view text);

// Of what somebody looks for: one for each kind of contact that the text may be.
std::vector<std::string> contact_fingerprints(const port::KeyRing&, std::string_view text);

// Within the unit of work that makes the invoice.
void remember_contacts(const Context&, port::Tx&, const domain::Invoice&, std::string_view email,
                       std::string_view phone);

}  // namespace tillbridge::service
