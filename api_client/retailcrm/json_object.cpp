#include "api_client/retailcrm/json_object.hpp"

#include "module/port/json.hpp"

namespace tillbridge::retailcrm {
namespace {

std::string quoted(std::string_view text) {
    return port::to_text(nlohmann::json(std::string(text)));
}

}  // namespace

JsonObject& JsonObject::text(std::string_view name, std::string_view value) {
    return raw(name, quoted(value));
}

JsonObject& JsonObject::text_if(std::string_view name, std::string_view value) {
    return value.empty() ? *this : text(name, value);
}

JsonObject& JsonObject::amount(std::string_view name, const domain::Money& value) {
    return raw(name, domain::to_decimal(value));
}

JsonObject& JsonObject::flag(std::string_view name, bool value) {
    return raw(name, value ? "true" : "false");
}

JsonObject& JsonObject::object(std::string_view name, const JsonObject& value) {
    return raw(name, value.str());
}

JsonObject& JsonObject::raw(std::string_view name, std::string_view value) {
    if (!members_.empty()) members_ += ',';
    members_ += quoted(name);
    members_ += ':';
    members_ += value;
    return *this;
}

}  // namespace tillbridge::retailcrm
