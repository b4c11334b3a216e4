#include "api_client/prodamus/methods.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <string>

namespace tillbridge::prodamus {
namespace {

void add(Choices& choices, const std::string& code, Words label) {
    for (auto& [language, text] : label) text += " (" + code + ")";
    choices.push_back({code, std::move(label)});
}

void add_cards(Choices& to) {
    const auto card = [&](const char* code, const char* ru, const char* uk, const char* kk,
                          const char* en,
                          const char* es) { add(to, code, words(ru, uk, kk, en, es)); };
    card("AC", "Карты России", "Картки Росії", "Ресей карталары", "Cards of Russia",
         "Tarjetas de Rusia");
    card("ACkz", "Карты Казахстана", "Картки Казахстану", "Қазақстан карталары",
         "Cards of Kazakhstan", "Tarjetas de Kazajistán");
    card("ACf", "Карты СНГ без России", "Картки СНД без Росії", "ТМД карталары, Ресейден басқа",
         "Cards of the CIS without Russia", "Tarjetas de la CEI sin Rusia");
    card("ACBYNGTL", "Карты Беларуси", "Картки Білорусі", "Беларусь карталары", "Cards of Belarus",
         "Tarjetas de Bielorrusia");
    card("monetaworld", "Карты мира без России", "Картки світу без Росії",
         "Әлем карталары, Ресейден басқа", "Cards of the world without Russia",
         "Tarjetas del mundo sin Rusia");
    for (const auto* currency : {"USD", "EUR"})
        for (const auto* bank : {"GTL", "KB"})
            add(to, fmt::format("AC{}{}", currency, bank),
                {{"ru", fmt::format("Карты мира, {}", currency)},
                 {"uk", fmt::format("Картки світу, {}", currency)},
                 {"kk", fmt::format("Әлем карталары, {}", currency)},
                 {"en", fmt::format("Cards of the world, {}", currency)},
                 {"es", fmt::format("Tarjetas del mundo, {}", currency)}});
}

void add_fast(Choices& to) {
    const auto brand = [&](const char* code, const char* russian, const char* other) {
        add(to, code, words(russian, russian, russian, other, other));
    };
    brand("SBP", "СБП", "SBP");
    brand("sbol", "СберБанк Онлайн", "SberBank Online");
    brand("tpay", "T-Pay", "T-Pay");
    brand("yandexpay", "Яндекс Пэй", "Yandex Pay");
    brand("wbpay", "WB Pay", "WB Pay");
    add(to, "invoice",
        words("Счёт для юрлица", "Рахунок для юрособи", "Заңды тұлғаға шот",
              "Invoice for a company", "Factura para empresas"));
    add(to, "credit", words("Кредит", "Кредит", "Несие", "Credit", "Crédito"));
}

Words instalment(const std::string& russian, const std::string& other, const std::string& months) {
    return {{"ru", fmt::format("{}: рассрочка, {} мес.", russian, months)},
            {"uk", fmt::format("{}: розстрочка, {} міс.", russian, months)},
            {"kk", fmt::format("{}: бөліп төлеу, {} ай", russian, months)},
            {"en", fmt::format("{}: instalments, {} months", other, months)},
            {"es", fmt::format("{}: a plazos, {} meses", other, months)}};
}

void add_instalments(Choices& to) {
    const auto series = [&](const char* head, const char* russian, const char* other,
                            std::initializer_list<int> months) {
        for (const int n : months)
            add(to, head + std::to_string(n), instalment(russian, other, std::to_string(n)));
    };
    struct Own {
        const char* code;
        const char* months;
    };
    for (const auto& [code, months] : {Own{"installment_4_14", "1.5"}, Own{"installment_5_21", "3"},
                                       Own{"installment_6_28", "6"}, Own{"installment_10_28", "10"},
                                       Own{"installment_12_28", "12"}})
        add(to, std::string(code) + ":v3.0", instalment("Prodamus", "Prodamus", months));
    series("TINKOFF_API_SUBSIDIZED_HIGH_INSTALLMENT_0_0_", "Т-Банк", "T-Bank",
           {3, 4, 6, 10, 12, 18, 24, 36});
    add(to, "dolyame:installment", words("Долями", "Долями", "Долями", "Dolyame", "Dolyame"));
    series("vsegdada_installment_0_0_", "ВсегдаДа", "VsegdaDa", {3, 6, 10, 12, 18, 24, 36});
    series("sbrf_installment_0_0_", "Сбер", "Sber", {6, 10, 12, 18, 24, 36});
    add(to, "sbrf_bnpl",
        words("Сбер: оплата частями", "Сбер: оплата частинами", "Сбер: бөліп төлеу",
              "Sber: pay in parts", "Sber: pago en partes"));
    series("otp_installment_0_0_", "ОТП", "OTP", {3, 6, 10, 12, 18, 24, 36});
    series("fresh_installment_0_0_", "Fresh Credit", "Fresh Credit", {6, 10, 12, 18, 24, 36});
    for (const auto* country : {"rb", "kz", "kg"})
        series(fmt::format("proonline_installment_{}_0_0_", country).c_str(), "Pro-online",
               "Pro-online", {6, 12, 18, 24});
    series("yandex_installment_0_0_", "Яндекс Сплит", "Yandex Split", {2, 4, 6, 12});
    series("mts_installment_0_0_", "МТС", "MTS", {6, 10, 12, 24, 36});
}

// Not in today's list; pages that had them may have them still.
void add_older(Choices& to) {
    const auto older = [&](const std::string& code) {
        add(to, code,
            words("Прежний код", "Колишній код", "Бұрынғы код", "Older code", "Código anterior"));
    };
    for (const auto* code :
         {"ACUSDXP", "ACkztjp", "ACusd", "ACeur", "ACEURNMBX", "PC", "QW", "GP", "installment",
          "installment_5_21", "installment_6_28", "installment_10_28", "installment_12_28"})
        older(code);
    for (const int n : {3, 4, 6, 10, 12, 24, 36}) older("installment_0_0_" + std::to_string(n));
}

}  // namespace

Choices payment_methods() {
    Choices choices;
    add_cards(choices);
    add_fast(choices);
    add_instalments(choices);
    add_older(choices);
    return choices;
}

}  // namespace tillbridge::prodamus
