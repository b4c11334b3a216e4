#include "api_client/prodamus/description.hpp"

#include "api_client/prodamus/options.hpp"
#include "api_client/prodamus/words.hpp"

namespace tillbridge::prodamus {
namespace {

port::Field page() {
    port::Field field;
    field.code = "page";
    field.identity = true;
    field.label =
        words("Адрес платёжной страницы", "Адреса платіжної сторінки", "Төлем бетінің мекенжайы",
              "Address of the payment page", "Dirección de la página de pago");
    field.help = words(
        "Например, demo.payform.ru или demo.payform.kz; достаточно и одного имени: demo. Виден в "
        "кабинете Prodamus рядом с названием страницы.",
        "Наприклад, demo.payform.ru або demo.payform.kz; достатньо й самого імені: demo. Видно в "
        "кабінеті Prodamus поруч із назвою сторінки.",
        "Мысалы, demo.payform.ru немесе demo.payform.kz; тек атауы да жетеді: demo. Prodamus "
        "кабинетінде беттің атауының жанында көрсетілген.",
        "For example demo.payform.ru or demo.payform.kz; the name alone is enough: demo. Shown in "
        "the Prodamus cabinet next to the page's title.",
        "Por ejemplo, demo.payform.ru o demo.payform.kz; basta con el nombre: demo. Aparece en el "
        "panel de Prodamus junto al título de la página.");
    return field;
}

port::Field secret_key() {
    port::Field field;
    field.code = "secretKey";
    field.type = "secret";
    field.label =
        words("Секретный ключ", "Секретний ключ", "Құпия кілт", "Secret key", "Clave secreta");
    field.help = words(
        "Кабинет Prodamus, настройки страницы, блок «Секретный ключ». После подключения вставьте "
        "адрес уведомлений этого магазина в два места настроек страницы: в блок уведомлений и на "
        "вкладку подписок. Оба раза нажмите «Сохранить».",
        "Кабінет Prodamus, налаштування сторінки, блок «Секретный ключ». Після підключення "
        "вставте адресу сповіщень цього магазину у два місця налаштувань сторінки: у блок "
        "сповіщень і на вкладку підписок. Обидва рази натисніть «Сохранить».",
        "Prodamus кабинеті, бет баптаулары, «Секретный ключ» блогы. Қосылғаннан кейін осы "
        "дүкеннің хабарлама мекенжайын бет баптауларының екі жеріне қойыңыз: хабарламалар блогына "
        "және жазылымдар қойындысына. Екеуінде де «Сохранить» түймесін басыңыз.",
        "Prodamus cabinet, page settings, block «Секретный ключ». Once the store is connected, "
        "paste its notification address into two places of the page settings: the block of "
        "notifications and the tab of subscriptions. Press «Сохранить» (save) in both.",
        "Panel de Prodamus, ajustes de la página, bloque «Секретный ключ». Tras conectar la "
        "tienda, pegue su dirección de notificaciones en dos lugares de los ajustes de la página: "
        "el bloque de notificaciones y la pestaña de suscripciones. Pulse «Сохранить» (guardar) "
        "en ambos.");
    return field;
}

}  // namespace

port::GatewayDescription describe() {
    port::GatewayDescription description;
    description.code = domain::GatewayCode("prodamus");
    description.name = "Prodamus";
    description.currencies = {"RUB", "USD", "EUR", "KZT"};
    // Beside links and notices only subscriptions (§6): no hold, no refund, no status query (§7.1).
    description.capabilities.subscriptions = true;
    description.capabilities.parameters = true;
    description.trust = port::HookTrust::signed_hooks;
    description.fields = {page(), secret_key()};
    description.options = option_fields();
    return description;
}

}  // namespace tillbridge::prodamus
