#include "module/service/bot_owner.hpp"

namespace tillbridge::service {

using domain::Connection;

// No URL of an account has a `#`.
std::string bot_names_of(const Connection& owner) {
    const auto scheme = owner.public_url.find("://");
    return "bot:" + owner.public_url.substr(scheme == std::string::npos ? 0 : scheme + 3) + '#';
}

std::vector<Connection> bots_of(const port::Tx& tx, const Connection& owner) {
    auto found = tx.connections().by_public_url_prefix(bot_names_of(owner), kMostBotsOfOwner);
    std::erase_if(found,
                  [&](const Connection& it) { return !it.bot || it.bot->owner != owner.id; });
    return found;
}

}  // namespace tillbridge::service
