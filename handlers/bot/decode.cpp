#include "handlers/bot/decode.hpp"

#include "handlers/form.hpp"
#include "module/port/json.hpp"

namespace tillbridge::handlers::bot {

using domain::fail;
using domain::Result;
using nlohmann::json;
using service::BotVariables;

namespace {

constexpr std::size_t kJsonLimit = 64 * 1024;
constexpr std::size_t kMostVariables = 200;
constexpr std::size_t kToken = 128;

// A text, a number, a flag or nothing.
std::optional<std::string> leaf_of(const json& value) {
    if (value.is_null()) return std::string();
    if (value.is_boolean()) return std::string(value.get<bool>() ? "1" : "0");
    if (value.is_string()) return value.get<std::string>();
    return port::decimal_text(value);
}

// A flag would be a sum of 1.
bool is_sum(std::string_view name) {
    constexpr std::string_view kPrefix = "prodamus_";
    if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
    return name == "payment_sum" || name == "amount" || name == "discount_value" ||
           name == "discount" || name == "tax_sum";
}

Result<void> add(BotVariables& all, const std::string& name, const json& value) {
    auto text = leaf_of(value);
    if (!text || (value.is_boolean() && is_sum(name)))
        return fail("request.field_invalid", {}, service::shown_name(name));
    all.emplace(name, std::move(*text));
    return {};
}

// `extra_params` of the platforms' functions: parameters of the gateway without their prefix.
Result<void> add_extra(BotVariables& all, const json& extra) {
    if (extra.is_null() || (extra.is_string() && service::is_skipped(extra.get<std::string>())))
        return {};
    if (!extra.is_object()) return fail("request.field_invalid", {}, "extra_params");
    for (const auto& [name, value] : extra.items())
        if (const auto fine = add(all, "prodamus_" + name, value); !fine) return fine;
    return {};
}

Result<BotVariables> of_json(const std::string& body) {
    port::JsonLimits limits;
    limits.bytes = kJsonLimit;
    limits.depth = 3;
    const auto parsed = port::parse_json(body, limits);
    if (!parsed) {
        const bool large = parsed.error().code == "json.too_large";
        return fail(large ? "request.too_large" : "request.malformed", parsed.error().message);
    }
    if (!parsed->is_object()) return fail("request.malformed", "not an object");
    BotVariables all;
    for (const auto& [name, value] : parsed->items()) {
        const auto fine = name == "extra_params" ? add_extra(all, value) : add(all, name, value);
        if (!fine) return tl::unexpected(fine.error());
    }
    return all;
}

Result<BotVariables> of_form(const Request& request) {
    const auto form = form_of(request);
    if (!form) return tl::unexpected(form.error());
    BotVariables all;
    for (const auto& [name, value] : *form) {
        if (name != "extra_params") {
            all.emplace(name, value);
            continue;
        }
        if (service::is_skipped(value)) continue;
        const auto extra = port::parse_json(value);
        if (!extra) return fail("request.field_invalid", {}, "extra_params");
        if (const auto fine = add_extra(all, *extra); !fine) return tl::unexpected(fine.error());
    }
    return all;
}

}  // namespace

Result<BotVariables> variables_of(const Request& request) {
    if (request.body.empty()) return BotVariables();
    const auto type = request.content_type();
    auto all = type == "application/json" ? of_json(request.body)
               : type == "application/x-www-form-urlencoded"
                   ? of_form(request)
                   : Result<BotVariables>(fail("request.content_type", type));
    if (all && all->size() > kMostVariables) return fail("request.too_large");
    return all;
}

std::string bearer_of(const Request& request) {
    constexpr std::string_view kScheme = "bearer ";
    const std::string& header = request.header("authorization");
    if (header.size() <= kScheme.size() || header.size() > kScheme.size() + kToken) return {};
    for (std::size_t at = 0; at < kScheme.size(); ++at) {
        const char c = header[at];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != kScheme[at]) return {};
    }
    return header.substr(kScheme.size());
}

}  // namespace tillbridge::handlers::bot
