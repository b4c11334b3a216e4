#include "handlers/json_fields.hpp"

#include <algorithm>

#include "handlers/percent.hpp"
#include "module/port/json.hpp"

namespace tillbridge::handlers {

using nlohmann::json;

const json* Fields::given(const char* name) const {
    const json* value = port::member(object_, name);
    return value == nullptr || value->is_null() ? nullptr : value;
}

void Fields::refuse(const std::string& code, const std::string& name) {
    if (!error_) error_ = domain::Error{code, "", prefix_ + name, {}};
}

domain::Result<void> Fields::result() const {
    if (error_) return tl::unexpected(*error_);
    return {};
}

std::string Fields::text(const char* name, std::size_t most) {
    if (given(name) == nullptr) {
        refuse("request.field_missing", name);
        return {};
    }
    std::string value = optional_text(name, most);
    if (value.empty()) refuse("request.field_missing", name);
    return value;
}

std::string Fields::optional_text(const char* name, std::size_t most) {
    const json* value = given(name);
    if (value == nullptr) return {};
    if (!value->is_string()) {
        refuse("request.field_invalid", name);
        return {};
    }
    const auto& text = value->get_ref<const std::string&>();
    if (utf8_length(text) > most) {
        refuse("request.field_too_long", name);
        return {};
    }
    return text;
}

std::optional<bool> Fields::optional_flag(const char* name) {
    const json* value = given(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_boolean()) {
        refuse("request.field_invalid", name);
        return std::nullopt;
    }
    return value->get<bool>();
}

std::optional<std::int64_t> Fields::optional_integer(const char* name) {
    const json* value = given(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number_integer()) {
        refuse("request.field_invalid", name);
        return std::nullopt;
    }
    return value->get<std::int64_t>();
}

void Fields::optional_decimal(const char* name) {
    const json* value = given(name);
    if (value == nullptr || (value->is_string() && value->get_ref<const std::string&>().empty()))
        return;
    if (!port::decimal_text(*value)) refuse("request.field_invalid", name);
}

const json* Fields::optional_object(const char* name) {
    const json* value = given(name);
    if (value == nullptr) return nullptr;
    if (!value->is_object()) {
        refuse("request.field_invalid", name);
        return nullptr;
    }
    return value;
}

void Fields::only(const std::vector<std::string_view>& known) {
    for (const auto& [name, value] : object_.items())
        if (std::find(known.begin(), known.end(), name) == known.end())
            refuse("request.field_invalid", name);
}

}  // namespace tillbridge::handlers
