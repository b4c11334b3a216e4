#include "api_client/uapay/payment.hpp"

#include <array>
#include <chrono>
#include <utility>

#include "api_client/uapay/times.hpp"
#include "module/port/json.hpp"

namespace tillbridge::uapay {

using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 4> kMarks{"status", "paymentStatus", "reversedAt",
                                                 "updatedAt"};

// ISO 4217 numbers that a card payment could carry; 980 is the one that we ask for (§5.1).
std::string_view alphabetic(std::string_view number) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kNumbers{
        {{"980", "UAH"},
         {"840", "USD"},
         {"978", "EUR"},
         {"826", "GBP"},
         {"985", "PLN"},
         {"643", "RUB"}}};
    for (const auto& [digits, letters] : kNumbers)
        if (digits == number) return letters;
    return number;
}

domain::Currency read_currency(const json& payment, const domain::Currency& uah) {
    const json* value = port::member(payment, "currency");
    if (value == nullptr || value->is_null()) return uah;
    std::string text;
    if (value->is_string()) text = value->get<std::string>();
    if (value->is_number_integer()) text = std::to_string(value->get<std::int64_t>());
    return domain::Currency::parse(alphabetic(text)).value_or(domain::Currency());
}

bool whole_seconds(const json& value) {
    return read_time(&value).micros % 1'000'000 == 0;
}

}  // namespace

Payment read_payment(const json& claims) {
    Payment payment;
    payment.id = port::text_at(claims, "paymentId");
    payment.words = words_of(claims);
    payment.amount = port::integer_at(claims, "amount");
    payment.paid_at = read_time(port::member(claims, "paidAt"));
    payment.reversed_at = read_time(port::member(claims, "reversedAt"));
    payment.number = port::integer_at(claims, "number").value_or(0);
    return payment;
}

domain::Money read_sum(const json& payment, const domain::Currency& uah) {
    return {port::integer_at(payment, "amount").value_or(-1), read_currency(payment, uah)};
}

std::string marks_of(const json& claims) {
    json marks = json::object();
    for (const auto name : kMarks)
        if (const json* value = port::member(claims, name)) marks[std::string(name)] = *value;
    return port::to_text(marks);
}

Change change_since(const std::string& marks, const json& now, domain::UtcTime began) {
    const auto before = port::parse_json(marks);
    if (!before || !before->is_object()) return Change::unclear;
    const json* was = port::member(*before, "reversedAt");
    const json* is = port::member(now, "reversedAt");
    const bool back_already = port::text_at(*before, "paymentStatus") == "REVERSED";
    if (port::text_at(now, "paymentStatus") == "REVERSED" && !back_already) return Change::reversed;
    if (was == nullptr || is == nullptr) return Change::unclear;
    if (*was != *is) return is->is_null() ? Change::unclear : Change::reversed;

    // `reversedAt` may not be kept for partial refunds; a payment that was touched at all has
    // another `updatedAt`.
    const json* touched_before = port::member(*before, "updatedAt");
    const json* touched_now = port::member(now, "updatedAt");
    if (touched_before == nullptr || touched_now == nullptr || touched_now->is_null() ||
        *touched_before != *touched_now)
        return Change::unclear;
    // Two refunds within one second look alike where times are whole seconds; clocks may be as far
    // apart as UAPAY allows (§3.1).
    constexpr domain::Span kSameMoment = std::chrono::seconds(22);
    if (!is->is_null() && whole_seconds(*is) && read_time(is) > began - kSameMoment)
        return Change::unclear;
    return Change::none;
}

}  // namespace tillbridge::uapay
