#include "handlers/form.hpp"

#include "handlers/percent.hpp"

namespace tillbridge::handlers {

using domain::fail;
using domain::Result;

Result<Form> parse_form(std::string_view encoded) {
    Form form;
    std::size_t fields = 0;
    while (!encoded.empty()) {
        const std::size_t end = std::min(encoded.find('&'), encoded.size());
        const std::string_view pair = encoded.substr(0, end);
        encoded.remove_prefix(std::min(end + 1, encoded.size()));
        if (pair.empty()) continue;
        if (++fields > kMaxFields) return fail("request.too_large");
        const std::size_t equals = pair.find('=');
        const auto name = decode_percent(pair.substr(0, equals), true);
        if (!name) return fail("request.malformed");
        if (!is_clean_utf8(*name)) return fail("request.malformed");
        const auto value = equals == std::string_view::npos
                               ? std::optional<std::string>("")
                               : decode_percent(pair.substr(equals + 1), true);
        if (!value) return fail("request.field_invalid", "", *name);
        if (!is_clean_utf8(*value)) return fail("request.field_invalid", "", *name);
        if (!form.emplace(*name, *value).second) return fail("request.field_invalid", "", *name);
    }
    return form;
}

std::optional<std::string> peek_field(std::string_view encoded, std::string_view name) {
    constexpr std::size_t kMost = 255;
    while (!encoded.empty()) {
        const std::size_t end = std::min(encoded.find('&'), encoded.size());
        const std::string_view pair = encoded.substr(0, end);
        encoded.remove_prefix(std::min(end + 1, encoded.size()));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
        auto value = decode_percent(pair.substr(equals + 1), true);
        if (!value || value->size() > kMost || !is_clean_utf8(*value)) return std::nullopt;
        return value;
    }
    return std::nullopt;
}

Result<Form> form_of(const Request& request) {
    const std::string type = request.content_type();
    if (!type.empty() && type != "application/x-www-form-urlencoded")
        return fail("request.malformed", "content type " + type);
    return parse_form(request.body);
}

Result<std::string> take_field(const Form& form, const std::string& name, std::size_t most) {
    const auto at = form.find(name);
    if (at == form.end() || at->second.empty()) return fail("request.field_missing", "", name);
    if (at->second.size() > most) return fail("request.field_too_long", "", name);
    return at->second;
}

}  // namespace tillbridge::handlers
