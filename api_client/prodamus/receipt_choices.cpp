#include "api_client/prodamus/receipt_choices.hpp"

#include <string>

namespace tillbridge::prodamus {
namespace {

port::Field::Choice vat(const char* code, const std::string& rate) {
    return {code,
            {{"ru", "НДС " + rate},
             {"uk", "ПДВ " + rate},
             {"kk", "ҚҚС " + rate},
             {"en", "VAT " + rate},
             {"es", "IVA " + rate}}};
}

}  // namespace

Choices tax_types() {
    return {{"0", words("Без НДС", "Без ПДВ", "ҚҚС-сыз", "No VAT", "Sin IVA")},
            vat("1", "0%"),
            vat("10", "5%"),
            vat("12", "7%"),
            vat("2", "10%"),
            vat("3", "18%"),
            vat("6", "20%"),
            vat("14", "22%"),
            vat("11", "5/105"),
            vat("13", "7/107"),
            vat("4", "10/110"),
            vat("5", "18/118"),
            vat("7", "20/120"),
            vat("15", "22/122")};
}

Choices payment_method_types() {
    return {{"1", words("Полная предоплата", "Повна передоплата", "Толық алдын ала төлем",
                        "Full prepayment", "Pago anticipado completo")},
            {"2", words("Частичная предоплата", "Часткова передоплата", "Ішінара алдын ала төлем",
                        "Partial prepayment", "Pago anticipado parcial")},
            {"3", words("Аванс", "Аванс", "Аванс", "Advance", "Anticipo")},
            {"4", words("Полный расчёт", "Повний розрахунок", "Толық есеп айырысу",
                        "Full payment on delivery", "Pago completo a la entrega")},
            {"5", words("Частичный расчёт и кредит", "Частковий розрахунок і кредит",
                        "Ішінара есеп айырысу және несие", "Partial payment and credit",
                        "Pago parcial y crédito")},
            {"6", words("Передача в кредит", "Передача в кредит", "Несиеге беру",
                        "Delivery on credit", "Entrega a crédito")},
            {"7", words("Оплата кредита", "Оплата кредиту", "Несиені төлеу",
                        "Payment of the credit", "Pago del crédito")}};
}

Choices payment_objects() {
    return {{"1", words("Товар", "Товар", "Тауар", "Goods", "Mercancía")},
            {"2", words("Подакцизный товар", "Підакцизний товар", "Акцизделетін тауар",
                        "Excise goods", "Mercancía con impuestos especiales")},
            {"3", words("Работа", "Робота", "Жұмыс", "Work", "Trabajo")},
            {"4", words("Услуга", "Послуга", "Қызмет", "Service", "Servicio")},
            {"5", words("Ставка в азартной игре", "Ставка в азартній грі", "Құмар ойын ставкасы",
                        "Bet", "Apuesta")},
            {"6", words("Выигрыш в азартной игре", "Виграш в азартній грі", "Құмар ойын ұтысы",
                        "Gambling win", "Premio de juego")},
            {"7", words("Лотерейный билет", "Лотерейний квиток", "Лотерея билеті", "Lottery ticket",
                        "Billete de lotería")},
            {"8", words("Выигрыш в лотерее", "Виграш у лотереї", "Лотерея ұтысы", "Lottery win",
                        "Premio de lotería")},
            {"9", words("Результат интеллектуальной деятельности",
                        "Результат інтелектуальної діяльності", "Зияткерлік қызмет нәтижесі",
                        "Intellectual property", "Propiedad intelectual")},
            {"10", words("Платёж", "Платіж", "Төлем", "Payment", "Pago")},
            {"11", words("Агентское вознаграждение", "Агентська винагорода", "Агенттік сыйақы",
                         "Agent's fee", "Comisión de agente")},
            {"12", words("Составной предмет расчёта", "Складений предмет розрахунку",
                         "Құрама есеп айырысу мәні", "Compound", "Compuesto")},
            {"13", words("Иное", "Інше", "Басқа", "Other", "Otro")}};
}

Choices product_types() {
    return {{"course", words("Курс", "Курс", "Курс", "Course", "Curso")},
            {"service", words("Услуга", "Послуга", "Қызмет", "Service", "Servicio")},
            {"goods", words("Товар", "Товар", "Тауар", "Goods", "Mercancía")}};
}

Choices income_types() {
    return {{"FROM_INDIVIDUAL", words("От физлица", "Від фізособи", "Жеке тұлғадан",
                                      "From a private person", "De una persona física")},
            {"FROM_LEGAL_ENTITY",
             words("От юрлица или ИП", "Від юрособи або ФОП", "Заңды тұлғадан немесе ЖК-дан",
                   "From a company", "De una empresa")},
            {"FROM_FOREIGN_AGENCY",
             words("От иностранной организации", "Від іноземної організації", "Шетелдік ұйымнан",
                   "From a foreign organisation", "De una organización extranjera")}};
}

}  // namespace tillbridge::prodamus
