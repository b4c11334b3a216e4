#include "module/service/type_watch.hpp"

#include "module/service/effects.hpp"

namespace tillbridge::service {

int TypeWatch::round() {
    const auto now = context_.clock.now();
    const bool begins = after_.value.empty();
    if (begins && now < next_turn_) return 0;
    if (begins) next_turn_ = now + kEvery;
    const auto page = port::look_up(
        context_.store, [&](const port::Tx& tx) { return tx.connections().list(after_, kBatch); });
    int wanted = 0;
    const auto has_types = [](const domain::Connection& it) { return it.active && !it.bot; };
    for (const auto& connection : page) wanted += has_types(connection) ? 1 : 0;
    if (wanted > 0)
        context_.store.write([&](port::Tx& tx) {
            for (const auto& connection : page)
                if (has_types(connection)) want_types(tx, now, connection.id, now);
        });
    after_ =
        page.size() < static_cast<std::size_t>(kBatch) ? domain::ConnectionId{} : page.back().id;
    return wanted;
}

}  // namespace tillbridge::service
