// The bots that belong to an account: those that its admin made. They are found by their public
// URL, which begins with the account's own.
#pragma once

#include <string>
#include <vector>

#include "module/domain/connection.hpp"
#include "module/port/store.hpp"

namespace tillbridge::service {

inline constexpr int kMostBotsOfOwner = 50;

// What the public URLs of an account's bots begin with; a bot's name follows.
std::string bot_names_of(const domain::Connection& owner);

// By name.
std::vector<domain::Connection> bots_of(const port::Tx&, const domain::Connection& owner);

}  // namespace tillbridge::service
