// The form of a store's options, and how they are read.
#include <algorithm>
#include <charconv>

#include "api_client/http/url.hpp"
#include "api_client/prodamus/options.hpp"
#include "api_client/prodamus/texts.hpp"

namespace tillbridge::prodamus {
namespace {

constexpr std::size_t kMaxUrl = 1024;
constexpr std::size_t kMaxName = 128;  // of a product on a receipt
constexpr std::size_t kMaxExtra = 1000;
constexpr std::size_t kMaxContent = 4000;  // §8
constexpr std::size_t kMaxMethod = 64;

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A code of the protocol; which ones there are changes, so an unknown one is not refused (§2.4).
bool is_method(std::string_view code) {
    return !code.empty() && code.size() <= kMaxMethod &&
           std::all_of(code.begin(), code.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      c == '_' || c == ':' || c == '.' || c == '-';
           });
}

template <class Take>
void each_code(std::string_view list, const Take& take) {
    while (!list.empty()) {
        const auto end = std::min(list.find('|'), list.size());
        take(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

bool is_method_list(std::string_view list) {
    bool fine = !list.ends_with('|');
    each_code(list, [&](std::string_view code) { fine = fine && is_method(code); });
    return fine;
}

bool is_count(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return all_digits(text) && error == std::errc() && value >= 1 && value <= 100'000;
}

bool is_discount(std::string_view text) {
    const auto dot = std::min(text.find('.'), text.size());
    const auto whole = text.substr(0, dot);
    if (!all_digits(whole) || whole.size() > 9) return false;
    if (dot == text.size()) return true;
    const auto fraction = text.substr(dot + 1);
    return all_digits(fraction) && fraction.size() <= 2;
}

bool is_text(std::string_view text, std::size_t most) {
    return is_utf8(text) && count_characters(text) <= most;
}

bool is_tax_number(std::string_view text) {
    return all_digits(text) && (text.size() == 10 || text.size() == 12);
}

bool is_address(std::string_view text) {
    return text.size() <= kMaxUrl && http::parse_url(text.substr(0, text.find('#'))).has_value();
}

// The reason that the value can't be taken; empty where it can.
std::string fault_of(std::string_view code, std::string_view value) {
    const auto unless = [](bool fine, const char* reason) { return fine ? "" : reason; };
    if (code == "paymentMethods") return unless(is_method_list(value), "method_codes");
    if (code == "paymentsLimit") return unless(is_count(value), "whole_number_from_1");
    if (code == "discount") return unless(is_discount(value), "two_decimals");
    if (code == "urlReturn" || code == "urlSuccess") return unless(is_address(value), "address");
    if (code == "defaultName") return unless(is_text(value, kMaxName), "too_long");
    if (code == "npdIncomeCompany") return unless(is_text(value, kMaxName), "too_long");
    if (code == "customerExtra") return unless(is_text(value, kMaxExtra), "too_long");
    if (code == "paidContent") return unless(is_text(value, kMaxContent), "too_long");
    if (code == "subscription") return unless(is_id(value), "product_id");
    if (code == "npdIncomeInn") return unless(is_tax_number(value), "10_or_12_digits");
    return {};
}

tl::unexpected<domain::Error> invalid(const std::string& field, std::string reason) {
    return tl::unexpected(domain::Error{"options.invalid", reason, field, {{"reason", reason}}});
}

}  // namespace

domain::Result<void> check_option_values(const StoreOptions& options) {
    for (const auto& [code, value] : options) {
        if (value.empty()) continue;
        if (auto fault = fault_of(code, value); !fault.empty()) return invalid(code, fault);
    }
    // A self-employed merchant names who pays him where that is no private person (§2.2).
    const auto income = option(options, "npdIncomeType");
    const bool company = income == "FROM_LEGAL_ENTITY";
    if (company && option(options, "npdIncomeInn").empty())
        return invalid("npdIncomeInn", "needed_by_income_type");
    if ((company || income == "FROM_FOREIGN_AGENCY") && option(options, "npdIncomeCompany").empty())
        return invalid("npdIncomeCompany", "needed_by_income_type");
    return {};
}

std::string option(const StoreOptions& options, std::string_view code) {
    const auto at = options.find(std::string(code));
    if (at != options.end() && !at->second.empty()) return at->second;
    if (code == "paymentsLimit") return "1";
    if (code == "installments") return "true";
    return {};
}

bool is_on(const StoreOptions& options, std::string_view code) {
    return option(options, code) == "true";
}

std::string filter_of(std::string_view list) {
    std::string out;
    each_code(list, [&](std::string_view code) {
        if (code.empty() || code == "vsegdada_installment_0_0_4") return;
        if (!out.empty()) out += '|';
        out += code;
    });
    return out;
}

}  // namespace tillbridge::prodamus
