#include "api_client/uapay/description.hpp"

#include <chrono>

namespace tillbridge::uapay {
namespace {

port::Field shop_id() {
    port::Field field;
    field.code = "shopId";
    field.type = "text";
    field.identity = true;
    field.label = {{"ru", "ID магазина"},
                   {"uk", "ID магазину"},
                   {"kk", "Дүкен ID-і"},
                   {"en", "Shop ID"},
                   {"es", "ID de la tienda"}};
    field.help = {
        {"ru", "Только цифры. Указан в кабинете мерчанта UAPAY, раздел «Мои магазины» (clientId)."},
        {"uk", "Лише цифри. Вказаний у кабінеті мерчанта UAPAY, розділ «Мої магазини» (clientId)."},
        {"kk",
         "Тек цифрлар. UAPAY мерчант кабинетінде, «Менің дүкендерім» бөлімінде көрсетілген "
         "(clientId)."},
        {"en", "Digits only. Shown in the UAPAY merchant cabinet under «My shops» (clientId)."},
        {"es",
         "Solo dígitos. Aparece en el panel del comercio de UAPAY, sección «Mis tiendas» "
         "(clientId)."}};
    return field;
}

port::Field secret_key() {
    port::Field field;
    field.code = "secretKey";
    field.type = "secret";
    field.label = {{"ru", "Секретный ключ"},
                   {"uk", "Секретний ключ"},
                   {"kk", "Құпия кілт"},
                   {"en", "Secret key"},
                   {"es", "Clave secreta"}};
    field.help = {
        {"ru",
         "Указан рядом с ID магазина: кабинет мерчанта UAPAY, раздел «Мои магазины». Скопируйте "
         "его целиком, вместе со знаками «=» в конце."},
        {"uk",
         "Вказаний поруч з ID магазину: кабінет мерчанта UAPAY, розділ «Мої магазини». Скопіюйте "
         "його повністю, разом зі знаками «=» наприкінці."},
        {"kk",
         "Дүкен ID-інің жанында көрсетілген: UAPAY мерчант кабинеті, «Менің дүкендерім» бөлімі. "
         "Соңындағы «=» белгілерімен бірге толық көшіріңіз."},
        {"en",
         "Shown next to the shop ID: UAPAY merchant cabinet, «My shops». Copy all of it, with the "
         "«=» at its end if there is one."},
        {"es",
         "Aparece junto al ID de la tienda: panel del comercio de UAPAY, «Mis tiendas». Cópiela "
         "entera, con los signos «=» del final si los hay."}};
    return field;
}

}  // namespace

port::GatewayDescription describe() {
    port::GatewayDescription description;
    description.code = domain::GatewayCode("uapay");
    description.name = "UAPAY";
    description.currencies = {"UAH"};
    description.capabilities = {.two_stage = true,
                                .partial_capture = true,
                                .refund = true,
                                .partial_refund = true,
                                .status_query = true,
                                .recover_create = true};
    description.trust = port::HookTrust::signed_hooks;
    description.fields = {shop_id(), secret_key()};
    description.hold_lasts = std::chrono::days(7);  // PROTOCOL.md §7, not confirmed by UAPAY
    return description;
}

}  // namespace tillbridge::uapay
