#include "handlers/error_map.hpp"

#include <algorithm>
#include <array>

namespace tillbridge::handlers {

namespace {

struct Row {
    std::string_view code;
    int status;
};

template <std::size_t N>
int look_up(const std::array<Row, N>& rows, std::string_view code, int otherwise) {
    const auto at =
        std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.code == code; });
    return at == rows.end() ? otherwise : at->status;
}

// clang-format off
constexpr std::array kCrm = {
    Row{"install.bad_token", 401},
    Row{"connection.frozen", 403},
    Row{"connection.inactive", 403},
    Row{"bot.inactive", 403},
    Row{"merchant.inactive", 403},
    Row{"connection.unknown", 404},
    Row{"merchant.unknown", 404},
    Row{"payment.unknown", 404},
    Row{"payment.busy", 409},
    Row{"payment.conflict", 409},
    Row{"request.too_large", 413},
    Row{"internal", 500},
    Row{"gateway.refused", 502},
    Row{"gateway.unavailable", 502},
    Row{"gateway.clock_skew", 502},
    Row{"gateway.unsigned", 502},
    Row{"gateway.mismatch", 502},
    Row{"gateway.unsupported", 400},
    Row{"gateway.silent", 504},
    Row{"gateway.change_unclear", 504},
};
// clang-format on

constexpr std::array kSettings = {
    Row{"request.unauthorized", 401},
    Row{"request.csrf", 403},
    Row{"payment_type.forbidden", 403},
    Row{"connection.frozen", 403},
    Row{"connection.inactive", 403},
    Row{"bot.inactive", 403},
    Row{"merchant.inactive", 403},
    Row{"connection.unknown", 404},
    Row{"merchant.unknown", 404},
    Row{"settings.token_unknown", 404},
    Row{"payment.unknown", 404},
    Row{"payment.busy", 409},
    Row{"payment.conflict", 409},
    Row{"merchant.conflict", 409},
    Row{"payment_type.exists", 409},
    Row{"bot.name_taken", 409},
    Row{"bot.too_many", 409},
    Row{"request.too_large", 413},
    Row{"request.content_type", 415},
    Row{"credentials.refused", 422},
    Row{"credentials.missing", 422},
    Row{"credentials.malformed", 422},
    Row{"credentials.unknown_field", 422},
    Row{"gateway.refused", 422},
    Row{"crm.key_rejected", 422},
    Row{"crm.account_unknown", 422},
    Row{"crm.account_mismatch", 422},
    Row{"crm.scopes_missing", 422},
    Row{"internal", 500},
    Row{"crm.refused", 502},
    Row{"crm.unreachable", 502},
    Row{"crm.overloaded", 502},
    Row{"gateway.unavailable", 502},
    Row{"gateway.clock_skew", 502},
    Row{"gateway.unsigned", 502},
    Row{"gateway.mismatch", 502},
    Row{"crm.silent", 504},
    Row{"gateway.silent", 504},
    Row{"gateway.change_unclear", 504},
};

}  // namespace

int crm_status(std::string_view code) {
    return look_up(kCrm, code, 400);
}

SettingsError settings_error(const domain::Error& error) {
    SettingsError out{look_up(kSettings, error.code, 400), error};
    if (error.code.starts_with("credentials.")) out.status = 422;
    if (out.status == 422 && out.adjusted.field.empty())
        out.adjusted.field = error.code.starts_with("crm.") ? "apiKey" : "secretKey";
    // A field may be named with its place: `credentials.secretKey` is `secretKey` to the reader.
    if (out.adjusted.field.starts_with("credentials."))
        out.adjusted.field.erase(0, std::string_view("credentials.").size());
    if (error.code == "gateway.unknown" && out.adjusted.field.empty())
        out.adjusted.field = "gateway";
    return out;
}

}  // namespace tillbridge::handlers
