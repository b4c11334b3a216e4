// Personal data that waits in the outbox for a bot: sealed with the key ring, as hex. It does not
// outlive a rotation of the master key that is followed by a restart; the event itself does.
#pragma once

#include <optional>
#include <string>

#include "module/domain/ids.hpp"
#include "module/port/key_ring.hpp"

namespace tillbridge::service {

std::string seal_for_bot(const port::KeyRing&, const domain::ConnectionId&, const std::string&);
// Nothing where no key opens it any more.
std::optional<std::string> open_for_bot(const port::KeyRing&, const domain::ConnectionId&,
                                        const std::string& sealed);

}  // namespace tillbridge::service
