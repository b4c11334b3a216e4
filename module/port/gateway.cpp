#include "module/port/gateway.hpp"

#include <algorithm>

namespace tillbridge::port {
namespace {

constexpr std::size_t kOptionMost = 16'000;  // bytes

bool chosen(const Field& field, std::string_view value) {
    return std::any_of(field.choices.begin(), field.choices.end(),
                       [&](const Field::Choice& choice) { return choice.value == value; });
}

bool is_number(std::string_view value) {
    const auto dot = value.find('.');
    const auto digits = [](std::string_view part) {
        return !part.empty() && part.size() <= 12 &&
               std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    return digits(value.substr(0, dot)) &&
           (dot == std::string_view::npos || digits(value.substr(dot + 1)));
}

bool fits(const Field& field, std::string_view value) {
    if (field.type == "bool") return value == "true" || value == "false";
    if (field.type == "select") return chosen(field, value);
    if (field.type == "number") return is_number(value);
    if (field.type == "url") return value.starts_with("https://") || value.starts_with("http://");
    return true;
}

}  // namespace

domain::Credentials Gateway::tidy(domain::Credentials typed) const {
    return typed;
}

std::string Gateway::test_amount(const std::map<std::string, std::string>&) const {
    return "1.00";
}

ReportAnswer Gateway::ask(const domain::Merchant&, const domain::Invoice&) {
    return {domain::fail("gateway.unsupported"), {}};
}

domain::Result<void> Gateway::check_options(
    const std::map<std::string, std::string>& options) const {
    const auto& declared = description().options;
    for (const auto& [code, value] : options) {
        const auto field =
            std::find_if(declared.begin(), declared.end(),
                         [&wanted = code](const Field& each) { return each.code == wanted; });
        if (field == declared.end()) return domain::fail("options.not_supported", {}, code);
        if (value.empty()) continue;
        if (value.size() > kOptionMost || !fits(*field, value))
            return domain::fail("options.invalid", field->type, code);
    }
    return {};
}

SubscriptionAnswer Gateway::set_subscription(const domain::Merchant&, const SubscriptionChange&) {
    SubscriptionAnswer answer;
    answer.result = domain::OperationState::refused;
    answer.code = "gateway.unsupported";
    return answer;
}

}  // namespace tillbridge::port
