#include "handlers/settings/decode.hpp"

#include <algorithm>

#include "handlers/json_fields.hpp"
#include "module/port/json.hpp"

namespace tillbridge::handlers::settings {

using domain::fail;
using domain::Result;
using nlohmann::json;

namespace {

constexpr std::size_t kName = 255;
constexpr std::size_t kCredential = 16 * 1024;  // a key file fits
constexpr std::size_t kOption = 16'000;         // bytes
constexpr std::int64_t kMaxLifetime = 365 * 24 * 60;

Result<domain::Credentials> read_credentials(const json& body,
                                             const std::vector<port::Field>& fields) {
    domain::Credentials out;
    Fields outer(body);
    const json* given = outer.optional_object("credentials");
    if (const auto fine = outer.result(); !fine) return tl::unexpected(fine.error());
    if (given == nullptr) return out;
    for (const auto& [name, value] : given->items()) {
        const auto field =
            std::find_if(fields.begin(), fields.end(),
                         [&wanted = name](const port::Field& f) { return f.code == wanted; });
        if (field == fields.end()) return fail("request.field_invalid", "", name);
        if (value.is_null()) continue;
        if (value.is_string()) {
            const auto& text = value.get_ref<const std::string&>();
            if (text.size() > kCredential) return fail("request.field_too_long", "", name);
            out.emplace(name, domain::Secret(text));
        } else if (field->type == "bool" && value.is_boolean()) {
            out.emplace(name, domain::Secret(value.get<bool>() ? "true" : "false"));
        } else if (field->type == "number" && value.is_number_integer()) {
            out.emplace(name, domain::Secret(std::to_string(value.get<std::int64_t>())));
        } else {
            return fail("request.field_invalid", "", name);
        }
    }
    return out;
}

// Flags, numbers and lists may come as JSON has them; texts are what we keep.
std::optional<std::string> option_text(const port::Field& field, const json& value) {
    if (value.is_null()) return "";
    if (value.is_string()) return value.get<std::string>();
    if (field.type == "bool" && value.is_boolean()) return value.get<bool>() ? "true" : "false";
    if (field.type == "number" && value.is_number_integer()) return value.dump();
    if (field.type != "list" || !value.is_array()) return std::nullopt;
    std::string joined;
    for (const auto& each : value) {
        if (!each.is_string()) return std::nullopt;
        if (!joined.empty()) joined += '|';
        joined += each.get_ref<const std::string&>();
    }
    return joined;
}

Result<service::Merchants::Options> read_options(const json& body,
                                                 const std::vector<port::Field>& own) {
    service::Merchants::Options out;
    Fields outer(body);
    const json* given = outer.optional_object("options");
    if (const auto fine = outer.result(); !fine) return tl::unexpected(fine.error());
    if (given == nullptr) return out;
    Fields options(*given);
    std::vector<std::string_view> known = {"twoStage", "autoCapture", "holdEnd",
                                           "linkLifetimeMinutes"};
    for (const auto& field : own) known.push_back(field.code);
    options.only(known);
    for (const auto& field : own) {
        const json* value = port::member(*given, field.code);
        if (value == nullptr) continue;
        const auto text = option_text(field, *value);
        if (!text)
            options.refuse("request.field_invalid", field.code);
        else if (text->size() > kOption)
            options.refuse("request.field_too_long", field.code);
        else
            out.extra[field.code] = *text;
    }
    out.two_stage = options.optional_flag("twoStage");
    out.auto_capture = options.optional_flag("autoCapture");
    const std::string end = options.optional_text("holdEnd", kName);
    if (!end.empty()) {
        out.hold_end = domain::hold_end(end);
        if (!out.hold_end) options.refuse("request.field_invalid", "holdEnd");
    }
    out.link_lifetime_minutes = options.optional_integer("linkLifetimeMinutes");
    if (out.link_lifetime_minutes &&
        (*out.link_lifetime_minutes < 0 || *out.link_lifetime_minutes > kMaxLifetime))
        options.refuse("request.field_invalid", "linkLifetimeMinutes");
    if (const auto fine = options.result(); !fine) return tl::unexpected(fine.error());
    return out;
}

// What a draft and a patch share.
template <class Out>
Result<Out> read_rest(const json& body, const port::GatewayDescription& gateway, Out out) {
    auto credentials = read_credentials(body, gateway.fields);
    if (!credentials) return tl::unexpected(credentials.error());
    out.credentials = std::move(*credentials);
    const auto options = read_options(body, gateway.options);
    if (!options) return tl::unexpected(options.error());
    out.options = *options;
    return out;
}

}  // namespace

Result<json> decode_body(const std::string& body, bool may_be_empty) {
    if (body.empty() && may_be_empty) return json::object();
    auto value = port::parse_json(body);
    if (!value) return fail("request.malformed", value.error().code);
    if (!value->is_object()) return fail("request.malformed", "not an object");
    return std::move(*value);
}

Result<domain::GatewayCode> decode_gateway(const json& body) {
    Fields fields(body);
    fields.only({"gateway", "name", "credentials", "options"});
    domain::GatewayCode code(fields.text("gateway", kName));
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    return code;
}

Result<service::Merchants::Draft> decode_draft(const json& body,
                                               const port::GatewayDescription& gateway) {
    auto code = decode_gateway(body);
    if (!code) return tl::unexpected(code.error());
    Fields own(body);
    service::Merchants::Draft draft;
    draft.gateway = std::move(*code);
    draft.name = own.text("name", kName);
    if (const auto fine = own.result(); !fine) return tl::unexpected(fine.error());
    return read_rest(body, gateway, std::move(draft));
}

Result<service::Merchants::Patch> decode_patch(const json& body,
                                               const port::GatewayDescription& gateway) {
    Fields own(body);
    own.only({"name", "credentials", "options"});
    service::Merchants::Patch patch;
    if (port::member(body, "name") != nullptr) patch.name = own.text("name", kName);
    if (const auto fine = own.result(); !fine) return tl::unexpected(fine.error());
    return read_rest(body, gateway, std::move(patch));
}

Result<domain::Secret> decode_key(const json& body) {
    Fields fields(body);
    fields.only({"apiKey"});
    domain::Secret key(fields.text("apiKey", kName));
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    return key;
}

}  // namespace tillbridge::handlers::settings
