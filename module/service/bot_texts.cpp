#include "module/service/bot_texts.hpp"

#include <array>
#include <utility>

#include "module/service/bot_link.hpp"

namespace tillbridge::service {
namespace {

using Row = std::pair<std::string_view, std::string_view>;

constexpr std::size_t kShortKey = 10;

constexpr std::array<Row, 8> kReasons{
    {{"insufficient_funds", "Недостаточно средств."},
     {"card_expired", "Срок действия карты истёк."},
     {"card_limit", "Превышен лимит по карте."},
     {"card_lost", "Карта утеряна"},
     {"system_error", "Системная ошибка"},
     {"operation_rejected", "Операция отклонена. Обратитесь в банк, выпустивший карту."},
     {"operation_denied", "Отказ в проведении операции банком эмитентом."},
     {"3ds_error", "Отказ в проведении операции банком."}}};

// The last one is ours: the platforms have none, as it comes beside the payment's own text.
constexpr std::array<Row, 4> kInstallments{{{"approved", "Заявка на рассрочку одобрена"},
                                            {"canceled", "Заявка на рассрочку отменена"},
                                            {"rejected", "Заявка на рассрочку отклонена"},
                                            {"signed", "Рассрочка оформлена"}}};

template <std::size_t N>
std::string look_up(const std::array<Row, N>& rows, std::string_view key) {
    for (const auto& [known, text] : rows)
        if (known == key) return std::string(text);
    return {};
}

std::string short_key(const domain::Bot& bot) {
    return bot.callback_key.reveal().substr(0, kShortKey);
}

std::string with_key(const BotMark& mark, const char* word, std::string_view what) {
    if (mark.whole_key) return mark.bot.callback_key.reveal() + word;
    return short_key(mark.bot).append(word).append(" ").append(what);
}

std::string charge_failed(const domain::SubscriptionEvent& event) {
    std::string reason = look_up(kReasons, event.error_code);
    if (reason.empty()) reason = event.error;
    return reason.empty() ? "Не успешная оплата" : "Не успешная оплата - " + reason;
}

}  // namespace

std::string short_sum(const domain::Money& money) {
    std::string text = domain::to_decimal(money);
    if (text.find('.') == std::string::npos) return text;
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
    return text;
}

std::string success_text(const BotMark& mark, std::string_view what) {
    return with_key(mark, "_success", what);
}

std::string fail_text(const BotMark& mark, std::string_view sum) {
    return with_key(mark, "_fail", sum);
}

std::string different_amounts_text(const domain::Bot& bot, std::string_view payment) {
    return short_key(bot).append("_different_amounts ").append(payment);
}

std::string installment_text(std::string_view what) {
    return look_up(kInstallments, what);
}

std::string subscription_text(domain::BotStyle style, const domain::SubscriptionEvent& event) {
    using What = domain::SubscriptionWhat;
    switch (event.what) {
        case What::charge_failed:
        case What::charge_failed_last:
            return charge_failed(event);
        case What::upcoming_charge:
            return event.next_payment_at ? "Уведомление о предстоящем списании - " +
                                               moscow_text(event.next_payment_at)
                                         : "Уведомление о предстоящем списании";
        case What::deactivated:
            return style == domain::BotStyle::salebot ? "Деактивация подписки"
                                                      : "Подписчик деактивировал подписку";
        case What::reactivated:
            return "Подписчик реактивировал подписку";
        case What::ended:
        case What::completed:
            return "Подписка завершена";
        case What::first_payment:
        case What::renewed:
            break;
    }
    return {};
}

}  // namespace tillbridge::service
