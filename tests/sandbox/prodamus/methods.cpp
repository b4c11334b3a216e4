#include "tests/sandbox/prodamus/methods.hpp"

#include <algorithm>

namespace tillbridge::sandbox {
namespace {

bool holds(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

void add_terms(std::vector<std::string>& list, const std::string& prefix,
               const std::vector<int>& terms) {
    for (const int term : terms) list.push_back(prefix + std::to_string(term));
}

std::vector<std::string> made_list() {
    std::vector<std::string> list{
        "AC", "ACkz", "ACf", "ACUSDGTL", "ACEURGTL", "ACBYNGTL", "ACUSDKB", "ACEURKB",
        "monetaworld", "SBP", "sbol", "tpay", "yandexpay", "wbpay", "invoice", "credit",
        "installment_4_14:v3.0", "installment_5_21:v3.0", "installment_6_28:v3.0",
        "installment_10_28:v3.0", "installment_12_28:v3.0", "dolyame:installment", "sbrf_bnpl",
        // Codes that older texts name; a page may still have them.
        "ACUSDXP", "ACkztjp", "ACusd", "ACeur", "ACEURNMBX", "PC", "QW", "GP", "installment",
        "installment_5_21", "installment_6_28", "installment_10_28", "installment_12_28"};
    const std::vector<int> terms{3, 4, 6, 10, 12, 18, 24, 36};
    add_terms(list, "TINKOFF_API_SUBSIDIZED_HIGH_INSTALLMENT_0_0_", terms);
    add_terms(list, "installment_0_0_", {3, 4, 6, 10, 12, 24, 36});
    add_terms(list, "vsegdada_installment_0_0_", terms);
    add_terms(list, "sbrf_installment_0_0_", {6, 10, 12, 18, 24, 36});
    add_terms(list, "otp_installment_0_0_", {3, 6, 10, 12, 18, 24, 36});
    add_terms(list, "mts_installment_0_0_", {6, 10, 12, 24, 36});
    add_terms(list, "fresh_installment_0_0_", {6, 10, 12, 18, 24, 36});
    for (const char* country : {"rb", "kz", "kg"})
        add_terms(list, std::string("proonline_installment_") + country + "_0_0_", {6, 12, 18, 24});
    add_terms(list, "yandex_installment_0_0_", {2, 4, 6, 12});
    return list;
}

}  // namespace

const std::vector<std::string>& all_methods() {
    static const std::vector<std::string> kMethods = made_list();
    return kMethods;
}

std::string all_methods_text() {
    std::string text;
    for (const auto& method : all_methods()) text += (text.empty() ? "" : "|") + method;
    return text;
}

bool is_instalment(const std::string& method) {
    return holds(method, "installment") || holds(method, "INSTALLMENT") || holds(method, "bnpl");
}

PayWay way_of(const std::string& method) {
    if (is_instalment(method) || method == "credit") return PayWay::bank;
    if (method.compare(0, 2, "AC") == 0 || method == "monetaworld") return PayWay::card;
    return PayWay::confirm;
}

bool takes_currency(const std::string& method, const std::string& currency) {
    const bool dollars = holds(method, "USD") || method == "ACusd";
    const bool euros = holds(method, "EUR") || method == "ACeur";
    if (currency == "usd") return dollars || method == "monetaworld";
    if (currency == "eur") return euros || method == "monetaworld";
    if (currency == "kzt")
        return method == "ACkz" || method == "ACkztjp" || method == "ACf" ||
               method == "monetaworld" || holds(method, "_kz_");
    return !dollars && !euros;
}

std::string payment_type(const std::string& method, const std::string& currency) {
    if (method.empty()) return "Автоплатеж";
    if (currency == "usd") return "Visa/Mastercard, USD";
    if (currency == "eur") return "Visa/Mastercard, EUR";
    if (method == "AC") return "Оплата картой, выпущенной в РФ";
    if (method == "ACkz" || method == "ACkztjp") return "Оплата картой, выпущенной в Казахстане";
    if (method == "SBP") return "Система быстрых платежей";
    if (method == "invoice") return "Оплата по счёту";
    if (method == "credit") return "Кредит";
    if (is_instalment(method)) return "Рассрочка";
    return way_of(method) == PayWay::card ? "Visa/Mastercard" : method;
}

const std::vector<TestCard>& test_cards() {
    static const std::vector<TestCard> kCards{
        {"4111111111111111", "12/2024", "123", "12345678", "Visa"},
        {"5555555555555599", "12/2024", "123", "", "MasterCard"},
        {"2200000000000053", "12/2024", "123", "12345678", "Mir"},
        {"2202205000012424", "05/35", "669", "", "Mir"},
        {"5469980100048525", "05/26", "041", "111111", "MasterCard"},
        {"4006800900962514", "05/26", "941", "111111", "Visa"}};
    return kCards;
}

const TestCard* test_card(const std::string& number) {
    const auto& cards = test_cards();
    const auto found = std::find_if(cards.begin(), cards.end(),
                                    [&](const TestCard& card) { return card.number == number; });
    return found == cards.end() ? nullptr : &*found;
}

bool card_number_fits(const std::string& number) {
    if (number.size() < 13 || number.size() > 19 ||
        number.find_first_not_of("0123456789") != std::string::npos)
        return false;
    int sum = 0;
    bool twice = false;
    for (auto digit = number.rbegin(); digit != number.rend(); ++digit, twice = !twice) {
        const int value = (*digit - '0') * (twice ? 2 : 1);
        sum += value > 9 ? value - 9 : value;
    }
    return sum % 10 == 0;
}

std::string masked_card(const std::string& number) {
    if (number.size() < 13) return {};
    return number.substr(0, 6) + std::string(number.size() - 10, '*') +
           number.substr(number.size() - 4);
}

}  // namespace tillbridge::sandbox
