#include "module/service/bot_seal.hpp"

#include <exception>
#include <nlohmann/json.hpp>

#include "module/port/json.hpp"
#include "module/service/effects.hpp"

namespace tillbridge::service {
namespace {

constexpr char kDigits[] = "0123456789abcdef";

std::string place_of(const domain::ConnectionId& connection) {
    return "outbox/" + connection.value + "/notice";
}

std::string from_hex(const std::string& text) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2)
        bytes += static_cast<char>(std::stoi(text.substr(at, 2), nullptr, 16));
    return bytes;
}

}  // namespace

std::string seal_for_bot(const port::KeyRing& keys, const domain::ConnectionId& connection,
                         const std::string& text) {
    std::string hex;
    for (const char c : keys.seal(domain::Secret(text), place_of(connection))) {
        const auto byte = static_cast<unsigned char>(c);
        hex += kDigits[byte >> 4U];
        hex += kDigits[byte & 15U];
    }
    return hex;
}

std::optional<std::string> open_for_bot(const port::KeyRing& keys,
                                        const domain::ConnectionId& connection,
                                        const std::string& sealed) {
    try {
        return keys.open(from_hex(sealed), place_of(connection)).reveal();
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

std::int64_t reseal_for_bots(port::Store& store, const port::KeyRing& keys) {
    constexpr int kStep = 500;
    struct Step {
        std::size_t rows = 0;
        std::int64_t last = 0, resealed = 0;
    };
    std::int64_t resealed = 0;
    for (std::int64_t after = 0;;) {
        const auto step = port::commit(store, [&](port::Tx& tx) {
            const auto rows = tx.outbox().of_kind(kind::kBot, after, kStep);
            Step it{rows.size(), rows.empty() ? after : rows.back().id, 0};
            for (const auto& row : rows) {
                auto payload = nlohmann::json::parse(row.payload);
                const auto sealed = port::text_at(payload, "notice");
                if (sealed.empty() || !keys.outdated(from_hex(sealed))) continue;
                const auto notice = open_for_bot(keys, row.connection, sealed);
                if (!notice) continue;
                payload["notice"] = seal_for_bot(keys, row.connection, *notice);
                tx.outbox().put_payload(row.id, port::to_text(payload));
                ++it.resealed;
            }
            return it;
        });
        after = step.last;
        resealed += step.resealed;
        if (step.rows < kStep) return resealed;
    }
}

}  // namespace tillbridge::service
