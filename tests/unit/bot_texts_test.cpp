// The messages of the platforms to the letter: the ids are rows of the platforms' documents.
#include "module/service/bot_texts.hpp"

#include <boost/test/unit_test.hpp>

#include "module/service/bot_link.hpp"

namespace tillbridge::bot_texts_test {

using domain::BotStyle;
using What = domain::SubscriptionWhat;

namespace {

domain::Bot bot_of(BotStyle style = BotStyle::mavibot) {
    domain::Bot bot;
    bot.style = style;
    bot.callback_key = domain::Secret("ovg58keefcd5a05748175a3f205f2b084acbfc3b66");
    return bot;
}

domain::Money roubles(std::int64_t minor) {
    return {minor, *domain::Currency::parse("RUB")};
}

std::string said(What what, const std::string& error_code = {},
                 BotStyle style = BotStyle::mavibot) {
    domain::SubscriptionEvent event;
    event.what = what;
    event.error_code = error_code;
    return service::subscription_text(style, event);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bot_texts)

BOOST_AUTO_TEST_CASE(results_of_payments) {
    const auto bot = bot_of();
    const service::BotMark whole{bot, true}, part{bot, false};
    const std::string key = bot.callback_key.reveal();
    BOOST_TEST(service::success_text(whole, "44") == key + "_success");        // P-58, P-185
    BOOST_TEST(service::fail_text(whole, "44") == key + "_fail");              // P-59
    BOOST_TEST(service::success_text(part, "44") == "ovg58keefc_success 44");  // P-143
    BOOST_TEST(service::success_text(part, "618117") == "ovg58keefc_success 618117");  // P-146
    BOOST_TEST(service::fail_text(part, "44") == "ovg58keefc_fail 44");                // P-147
    BOOST_TEST(service::different_amounts_text(bot, "123456") ==
               "ovg58keefc_different_amounts 123456");  // P-148
}

BOOST_AUTO_TEST_CASE(sums_without_idle_zeros) {
    BOOST_TEST(service::short_sum(roubles(4400)) == "44");
    BOOST_TEST(service::short_sum(roubles(5250)) == "52.5");
    BOOST_TEST(service::short_sum(roubles(5299)) == "52.99");
    BOOST_TEST(service::short_sum(roubles(10000)) == "100");
    BOOST_TEST(service::short_sum({500, *domain::Currency::parse("JPY")}) == "500");
}

BOOST_AUTO_TEST_CASE(failed_charges_with_their_reasons) {
    const std::pair<const char*, const char*> reasons[] = {
        {"insufficient_funds", "Недостаточно средств."},  // P-73, P-192
        {"card_expired", "Срок действия карты истёк."},   // P-74, P-193
        {"card_limit", "Превышен лимит по карте."},       // P-75, P-194
        {"card_lost", "Карта утеряна"},                   // P-76, P-195
        {"system_error", "Системная ошибка"},             // P-77, P-196
        {"operation_rejected",
         "Операция отклонена. Обратитесь в банк, выпустивший карту."},          // P-197
        {"operation_denied", "Отказ в проведении операции банком эмитентом."},  // P-198
        {"3ds_error", "Отказ в проведении операции банком."},                   // P-199
    };
    for (const auto& [code, reason] : reasons)
        for (const auto what : {What::charge_failed, What::charge_failed_last})  // P-78, P-190
            BOOST_TEST(said(what, code) == std::string("Не успешная оплата - ") + reason);
    BOOST_TEST(said(What::charge_failed, "new_code") == "Не успешная оплата");  // P-80, P-86, P-204
    domain::SubscriptionEvent event;
    event.what = What::charge_failed;
    event.error_code = "new_code";
    event.error = "Своими словами";
    BOOST_TEST(service::subscription_text(BotStyle::salebot, event) ==
               "Не успешная оплата - Своими словами");
}

BOOST_AUTO_TEST_CASE(the_life_of_a_subscription) {
    BOOST_TEST(said(What::deactivated) == "Подписчик деактивировал подписку");             // P-188
    BOOST_TEST(said(What::deactivated, "", BotStyle::salebot) == "Деактивация подписки");  // P-70
    BOOST_TEST(said(What::reactivated) == "Подписчик реактивировал подписку");             // P-189
    BOOST_TEST(said(What::completed) == "Подписка завершена");  // P-71, P-191
    BOOST_TEST(said(What::ended) == "Подписка завершена");      // P-72
    domain::SubscriptionEvent event;
    event.what = What::upcoming_charge;
    event.next_payment_at = *service::read_moscow("22.12.2026 12:30");
    BOOST_TEST(service::subscription_text(BotStyle::mavibot, event) ==
               "Уведомление о предстоящем списании - 22.12.2026 12:30");  // P-79, P-200
    BOOST_TEST(said(What::renewed).empty());
    BOOST_TEST(said(What::first_payment).empty());
}

BOOST_AUTO_TEST_CASE(applications_for_instalments) {
    BOOST_TEST(service::installment_text("approved") ==
               "Заявка на рассрочку одобрена");  // P-81, P-201
    BOOST_TEST(service::installment_text("canceled") ==
               "Заявка на рассрочку отменена");  // P-82, P-202
    BOOST_TEST(service::installment_text("rejected") ==
               "Заявка на рассрочку отклонена");  // P-83, P-203
    BOOST_TEST(service::installment_text("signed") == "Рассрочка оформлена");
    BOOST_TEST(service::installment_text("other").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::bot_texts_test
