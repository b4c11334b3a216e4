// The options that the settings page draws, with their words.
#include "api_client/prodamus/options.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "api_client/prodamus/methods.hpp"
#include "api_client/prodamus/receipt_choices.hpp"
#include "api_client/prodamus/words.hpp"

namespace tillbridge::prodamus {
namespace {

port::Field make(const char* code, const char* type, Words label, Words help = {}) {
    port::Field field;
    field.code = code;
    field.type = type;
    field.required = false;
    field.label = std::move(label);
    field.help = std::move(help);
    field.fallback = option({}, code);
    return field;
}

port::Field make(const char* code, const char* type, Words label, Words help, Choices choices) {
    auto field = make(code, type, std::move(label), std::move(help));
    field.choices = std::move(choices);
    return field;
}

const Words& as_the_page() {
    static const Words kText = words("Не выбрано: как в настройках страницы Prodamus.",
                                     "Не вибрано: як у налаштуваннях сторінки Prodamus.",
                                     "Таңдалмаса: Prodamus бетінің баптауларындағыдай.",
                                     "Not chosen: as the settings of the Prodamus page say.",
                                     "Sin elegir: según los ajustes de la página de Prodamus.");
    return kText;
}

void add_paying(std::vector<port::Field>& to) {
    to.push_back(make("paymentMethods", "list",
                      words("Способы оплаты", "Способи оплати", "Төлем тәсілдері",
                            "Payment methods", "Métodos de pago"),
                      words("Показать только их. Если на странице нет ни одного из выбранных, "
                            "покупатель увидит все.",
                            "Показати лише їх. Якщо на сторінці немає жодного з вибраних, покупець "
                            "побачить усі.",
                            "Тек осыларды көрсету. Бетте таңдалғандардың бірі де болмаса, сатып "
                            "алушы бәрін көреді.",
                            "Offer only these. Where the page has none of them, the buyer sees "
                            "all.",
                            "Ofrecer solo estos. Si la página no tiene ninguno, el comprador los "
                            "ve todos."),
                      payment_methods()));
    to.push_back(
        make("installments", "bool",
             words("Рассрочка", "Розстрочка", "Бөліп төлеу", "Instalments", "Pago a plazos"),
             words("Предлагать рассрочку на странице оплаты.",
                   "Пропонувати розстрочку на сторінці оплати.",
                   "Төлем бетінде бөліп төлеуді ұсыну.", "Offer instalments on the payment page.",
                   "Ofrecer el pago a plazos en la página de pago.")));
    to.push_back(
        make("paymentsLimit", "number",
             words("Оплат по одной ссылке", "Оплат за одним посиланням",
                   "Бір сілтеме бойынша төлемдер", "Payments per link", "Pagos por enlace"),
             words("Больше одной — значит, по одной ссылке могут заплатить повторно.",
                   "Більше однієї означає, що за одним посиланням можуть заплатити повторно.",
                   "Біреуден көп болса, бір сілтемемен қайта төлеуі мүмкін.",
                   "With more than one, a link can be paid again.",
                   "Con más de uno, un enlace puede pagarse de nuevo.")));
    to.push_back(make("discount", "number",
                      words("Скидка", "Знижка", "Жеңілдік", "Discount", "Descuento"),
                      words("Сумма в валюте счёта, например 50.25. Вычитается из суммы каждой "
                            "ссылки.",
                            "Сума у валюті рахунку, наприклад 50.25. Віднімається від суми кожного "
                            "посилання.",
                            "Шот валютасындағы сома, мысалы 50.25. Әр сілтеменің сомасынан "
                            "шегеріледі.",
                            "An amount in the invoice's currency, for example 50.25. Taken off "
                            "the amount of every link.",
                            "Importe en la moneda de la factura, por ejemplo 50.25. Se resta del "
                            "importe de cada enlace.")));
    to.push_back(make(
        "subscription", "text",
        words("Подписка", "Підписка", "Жазылым", "Subscription", "Suscripción"),
        words("ID продукта-подписки из кабинета Prodamus: ссылки этого магазина оформляют её. "
              "Сумма в CRM должна быть равна цене подписки.",
              "ID продукту-підписки з кабінету Prodamus: посилання цього магазину оформлюють її. "
              "Сума в CRM має дорівнювати ціні підписки.",
              "Prodamus кабинетіндегі жазылым өнімінің ID-і: бұл дүкеннің сілтемелері соған "
              "жазады. CRM-дегі сома жазылым бағасына тең болуы керек.",
              "The id of a subscription product in the Prodamus cabinet: this store's links sell "
              "it. The amount in the CRM has to be its price.",
              "El id de un producto de suscripción del panel de Prodamus: los enlaces de esta "
              "tienda lo venden. El importe en el CRM debe ser su precio.")));
    to.push_back(make("acquiring", "select",
                      words("Эквайринг", "Еквайринг", "Эквайринг", "Acquiring", "Adquirencia"),
                      as_the_page(),
                      {{"sbrf", words("Сбербанк", "Сбербанк", "Сбербанк", "Sberbank", "Sberbank")},
                       {"moneta", words("Moneta", "Moneta", "Moneta", "Moneta", "Moneta")},
                       {"qiwi", words("Qiwi", "Qiwi", "Qiwi", "Qiwi", "Qiwi")},
                       {"xpay", words("XPay", "XPay", "XPay", "XPay", "XPay")},
                       {"xpaykz", words("XPay, Казахстан", "XPay, Казахстан", "XPay, Қазақстан",
                                        "XPay, Kazakhstan", "XPay, Kazajistán")}}));
}

// Only bots leave a currency out (PROTOCOL.md of the bot API §2); a CRM names that of its order.
port::Field currency() {
    return make(
        "currency", "select",
        words("Валюта ссылок бота", "Валюта посилань бота", "Бот сілтемелерінің валютасы",
              "Currency of a bot's links", "Moneda de los enlaces del bot"),
        words("Для ссылок, в которых бот не назвал валюту. Не выбрано: рубли.",
              "Для посилань, у яких бот не назвав валюту. Не вибрано: рублі.",
              "Бот валютасын атамаған сілтемелер үшін. Таңдалмаса: рубль.",
              "For links whose currency the bot does not name. Not chosen: roubles.",
              "Para los enlaces cuya moneda no indica el bot. Sin elegir: rublos."),
        {{"rub", words("Рубль (RUB)", "Рубль (RUB)", "Рубль (RUB)", "Rouble (RUB)", "Rublo (RUB)")},
         {"usd", words("Доллар США (USD)", "Долар США (USD)", "АҚШ доллары (USD)",
                       "US dollar (USD)", "Dólar estadounidense (USD)")},
         {"eur", words("Евро (EUR)", "Євро (EUR)", "Еуро (EUR)", "Euro (EUR)", "Euro (EUR)")},
         {"kzt",
          words("Тенге (KZT)", "Теньге (KZT)", "Теңге (KZT)", "Tenge (KZT)", "Tenge (KZT)")}});
}

void add_returns_and_texts(std::vector<port::Field>& to) {
    const Words ours = words("Пусто: страница модуля, с неё — в магазин.",
                             "Порожньо: сторінка модуля, з неї — до магазину.",
                             "Бос болса: модуль беті, одан дүкенге.",
                             "Empty: the module's page, and from there to the shop.",
                             "Vacío: la página del módulo y de ahí a la tienda.");
    to.push_back(make(
        "urlSuccess", "url",
        words("Куда вести после оплаты", "Куди вести після оплати", "Төлегеннен кейін қайда өтеді",
              "Where to go after payment", "Adónde ir tras el pago"),
        ours));
    to.push_back(
        make("urlReturn", "url",
             words("Куда вести без оплаты", "Куди вести без оплати", "Төлемей шықса қайда өтеді",
                   "Where to go without payment", "Adónde ir sin pagar"),
             ours));
    to.push_back(make(
        "defaultName", "text",
        words("Название товара по умолчанию", "Назва товару за замовчуванням",
              "Тауардың әдепкі атауы", "Default product name", "Nombre de producto por defecto"),
        words("Если в заказе нет товаров или их сумма не равна сумме ссылки.",
              "Якщо в замовленні немає товарів або їхня сума не дорівнює сумі "
              "посилання.",
              "Тапсырыста тауар болмаса немесе олардың сомасы сілтеме сомасына тең "
              "болмаса.",
              "Where the order has no items or their sum is not that of the link.",
              "Si el pedido no tiene artículos o su suma no es la del enlace.")));
    to.push_back(
        make("customerExtra", "text",
             words("Описание для покупателя", "Опис для покупця", "Сатып алушыға сипаттама",
                   "Description for the buyer", "Descripción para el comprador"),
             words("Показывается на странице оплаты. Пусто: описание счёта.",
                   "Показується на сторінці оплати. Порожньо: опис рахунку.",
                   "Төлем бетінде көрсетіледі. Бос болса: шоттың сипаттамасы.",
                   "Shown on the payment page. Empty: the invoice's description.",
                   "Se muestra en la página de pago. Vacío: la descripción de la "
                   "factura.")));
    to.push_back(make("paidContent", "textarea",
                      words("Текст после оплаты", "Текст після оплати", "Төлемнен кейінгі мәтін",
                            "Text after payment", "Texto tras el pago"),
                      words("Нужен и для чека, если у магазина нет своей онлайн-кассы.",
                            "Потрібен і для чека, якщо магазин не має власної онлайн-каси.",
                            "Дүкеннің өз онлайн-кассасы болмаса, чекке де қажет.",
                            "Also needed for the receipt where the shop has no cash register.",
                            "También hace falta para el recibo si la tienda no tiene caja "
                            "registradora.")));
}

void add_receipt(std::vector<port::Field>& to) {
    to.push_back(
        make("taxType", "select",
             words("Ставка НДС", "Ставка ПДВ", "ҚҚС мөлшерлемесі", "VAT rate", "Tipo de IVA"),
             as_the_page(), tax_types()));
    to.push_back(
        make("paymentMethodType", "select",
             words("Признак способа расчёта", "Ознака способу розрахунку",
                   "Есеп айырысу тәсілінің белгісі", "Kind of settlement", "Forma de liquidación"),
             as_the_page(), payment_method_types()));
    to.push_back(make("paymentObject", "select",
                      words("Признак предмета расчёта", "Ознака предмета розрахунку",
                            "Есеп айырысу мәнінің белгісі", "What is sold", "Qué se vende"),
                      as_the_page(), payment_objects()));
    to.push_back(
        make("productType", "select",
             words("Тип товара", "Тип товару", "Тауар түрі", "Product type", "Tipo de producto"),
             as_the_page(), product_types()));
    to.push_back(make(
        "npdIncomeType", "select",
        words("Доход самозанятого", "Дохід самозайнятого", "Өзін-өзі жұмыспен қамтығанның табысы",
              "Income of a self-employed", "Ingreso de un autónomo"),
        as_the_page(), income_types()));
    to.push_back(make("npdIncomeInn", "text",
                      words("ИНН плательщика", "ІПН платника", "Төлеушінің СТН-і",
                            "Payer's tax number", "NIF del pagador")));
    to.push_back(make("npdIncomeCompany", "text",
                      words("Название плательщика", "Назва платника", "Төлеушінің атауы",
                            "Payer's name", "Nombre del pagador")));
}

// Number, end, code and password of each card (PROTOCOL.md §5).
std::string test_cards(const std::string& mir, const std::string& password) {
    return fmt::format(
        "Visa 4111 1111 1111 1111, 12/2024, 123, {1} 12345678; Visa 4006 8009 0096 2514, 05/26, "
        "941, {1} 111111; MasterCard 5555 5555 5555 5599, 12/2024, 123; MasterCard 5469 9801 0004 "
        "8525, 05/26, 041, {1} 111111; {0} 2200 0000 0000 0053, 12/2024, 123, {1} 12345678; {0} "
        "2202 2050 0001 2424, 05/35, 669",
        mir, password);
}

port::Field demo() {
    const Words help{
        {"ru",
         "Ссылки без настоящих денег, оплаты отмечаются в заказах. Тестовые карты (номер, "
         "срок, код): " +
             test_cards("Мир", "пароль") + ". После проверки выключите."},
        {"uk",
         "Посилання без справжніх грошей, оплати позначаються в замовленнях. Тестові картки "
         "(номер, строк, код): " +
             test_cards("Мир", "пароль") + ". Після перевірки вимкніть."},
        {"kk",
         "Нақты ақшасыз сілтемелер, төлемдер тапсырыстарда белгіленеді. Сынақ карталары "
         "(нөмірі, мерзімі, коды): " +
             test_cards("Мир", "құпиясөз") + ". Тексергеннен кейін өшіріңіз."},
        {"en",
         "Links without real money; payments are marked in the orders. Test cards (number, "
         "expiry, code): " +
             test_cards("Mir", "password") + ". Switch it off after the check."},
        {"es",
         "Enlaces sin dinero real; los pagos se marcan en los pedidos. Tarjetas de prueba "
         "(número, caducidad, código): " +
             test_cards("Mir", "contraseña") + ". Desactívelo tras la prueba."}};
    return make("demo", "bool",
                words("Демо-режим", "Демо-режим", "Демо режим", "Demo mode", "Modo demo"), help);
}

}  // namespace

std::vector<port::Field> option_fields() {
    std::vector<port::Field> fields;
    add_paying(fields);
    fields.push_back(currency());
    add_returns_and_texts(fields);
    add_receipt(fields);
    fields.push_back(demo());
    return fields;
}

}  // namespace tillbridge::prodamus
