// Personal data that waits in the outbox for a bot: sealed with the key ring, as hex.
#pragma once

#include <optional>
#include <string>

#include "module/domain/ids.hpp"
#include "module/port/key_ring.hpp"
#include "module/port/store.hpp"

namespace tillbridge::service {

std::string seal_for_bot(const port::KeyRing&, const domain::ConnectionId&, const std::string&);
// Nothing where no key opens it any more.
std::optional<std::string> open_for_bot(const port::KeyRing&, const domain::ConnectionId&,
                                        const std::string& sealed);
// Seals anew what an older key sealed, before that key goes. Returns how many rows that were.
std::int64_t reseal_for_bots(port::Store&, const port::KeyRing&);

}  // namespace tillbridge::service
