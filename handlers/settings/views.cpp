#include "handlers/settings/views.hpp"

#include <fmt/format.h>

#include <ctime>

namespace tillbridge::handlers::settings {

using nlohmann::json;

namespace {

std::string in_language(const std::map<std::string, std::string>& texts,
                        const std::string& language) {
    for (const std::string& tried : {language, std::string("ru"), std::string("en")})
        if (const auto at = texts.find(tried); at != texts.end()) return at->second;
    return texts.empty() ? std::string() : texts.begin()->second;
}

json view_of(const port::Capabilities& can) {
    return {{"twoStage", can.two_stage},
            {"partialCapture", can.partial_capture},
            {"refund", can.refund},
            {"partialRefund", can.partial_refund},
            {"statusQuery", can.status_query}};
}

json option_value(const port::Field& field, const std::string& text) {
    if (field.type == "bool") return text == "true";
    if (field.type != "list") return text;
    json values = json::array();
    for (std::size_t from = 0; from < text.size();) {
        const auto end = std::min(text.find('|', from), text.size());
        if (end > from) values.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return values;
}

json view_of(const domain::MerchantOptions& options, const std::vector<port::Field>& own) {
    json out = {{"twoStage", options.two_stage},
                {"autoCapture", options.auto_capture},
                {"holdEnd", std::string(domain::to_word(options.hold_end))},
                {"linkLifetimeMinutes", options.link_lifetime_minutes}};
    for (const auto& field : own) {
        const auto at = options.extra.find(field.code);
        out[field.code] =
            option_value(field, at == options.extra.end() ? field.fallback : at->second);
    }
    return out;
}

json view_of(const std::vector<port::Field>& fields, const std::string& language) {
    json out = json::array();
    for (const port::Field& field : fields) {
        out.push_back({{"code", field.code},
                       {"label", in_language(field.label, language)},
                       {"type", field.type},
                       {"required", field.required},
                       {"help", in_language(field.help, language)}});
        if (!field.fallback.empty()) out.back()["default"] = option_value(field, field.fallback);
        if (field.choices.empty()) continue;
        json& choices = out.back()["choices"] = json::array();
        for (const auto& choice : field.choices)
            choices.push_back(
                {{"value", choice.value}, {"label", in_language(choice.label, language)}});
    }
    return out;
}

json view_of(const domain::Secret* value) {
    const bool set = value != nullptr && !value->empty();
    return {{"set", set}, {"hint", set ? value->hint() : ""}};
}

}  // namespace

std::string iso_time(domain::UtcTime at) {
    if (!at) return {};
    const std::time_t seconds = static_cast<std::time_t>(at.seconds());
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

json view(const domain::Connection& connection) {
    return {{"crmUrl", connection.system_url},
            {"publicUrl", connection.public_url},
            {"active", connection.active},
            {"frozen", connection.frozen},
            {"locale", connection.locale},
            {"currency", connection.currency},
            {"timezone", connection.timezone},
            {"scopes", connection.scopes},
            {"missingScopes", connection.missing_scopes}};
}

json view(const port::GatewayDescription& gateway, const std::string& language) {
    return {{"code", gateway.code.value},
            {"name", gateway.name},
            {"currencies", gateway.currencies},
            {"capabilities", view_of(gateway.capabilities)},
            {"fields", view_of(gateway.fields, language)},
            {"options", view_of(gateway.options, language)}};
}

json view(const domain::Merchant& merchant, const port::GatewayDescription* gateway,
          const std::string& hook_url) {
    json credentials = json::object();
    if (gateway != nullptr)
        for (const port::Field& field : gateway->fields) {
            const auto at = merchant.credentials.find(field.code);
            credentials[field.code] =
                view_of(at == merchant.credentials.end() ? nullptr : &at->second);
        }
    return {{"id", merchant.id.value},
            {"gateway", merchant.gateway.value},
            {"name", merchant.name},
            {"active", merchant.active},
            {"options", view_of(merchant.options, gateway == nullptr ? std::vector<port::Field>{}
                                                                     : gateway->options)},
            {"hookUrl", hook_url},
            {"credentials", std::move(credentials)}};
}

json view(const service::Merchants::TypeLink& type) {
    json out = {{"code", type.code}, {"name", type.name}, {"merchantId", nullptr}};
    if (!type.merchant.empty()) out["merchantId"] = type.merchant.value;
    return out;
}

json view(const service::ProblemView& problem) {
    return {{"key", problem.row.key},
            {"what", problem.what},
            {"todo", problem.todo},
            {"since", iso_time(problem.row.since)},
            {"last", iso_time(problem.row.last)},
            {"times", problem.row.times},
            {"subject", problem.row.subject}};
}

}  // namespace tillbridge::handlers::settings
