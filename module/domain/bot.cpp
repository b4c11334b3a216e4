#include "module/domain/bot.hpp"

#include <utility>

namespace tillbridge::domain {
namespace {

template <class T>
using Word = std::pair<T, std::string_view>;

constexpr std::array<Word<BotStyle>, 3> kStyles{
    {{BotStyle::salebot, "salebot"}, {BotStyle::mavibot, "mavibot"}, {BotStyle::savvi, "savvi"}}};
constexpr std::array<Word<BotAction>, 4> kActions{{{BotAction::call, "call"},
                                                   {BotAction::message, "message"},
                                                   {BotAction::variables, "variables"},
                                                   {BotAction::nothing, "nothing"}}};
constexpr std::array<Word<BotEvent>, kBotEvents> kEvents{
    {{BotEvent::success, "payment.success"},
     {BotEvent::signed_, "installment.signed"},
     {BotEvent::approved, "installment.approved"},
     {BotEvent::canceled, "installment.canceled"},
     {BotEvent::rejected, "installment.rejected"}}};

template <class T, std::size_t N>
std::string_view word_of(const std::array<Word<T>, N>& words, T value) {
    for (const auto& [known, word] : words)
        if (known == value) return word;
    return {};
}

template <class T, std::size_t N>
std::optional<T> value_of(const std::array<Word<T>, N>& words, std::string_view text) {
    for (const auto& [known, word] : words)
        if (word == text) return known;
    return std::nullopt;
}

}  // namespace

std::string_view to_word(BotStyle style) {
    return word_of(kStyles, style);
}
std::string_view to_word(BotAction action) {
    return word_of(kActions, action);
}
std::string_view to_word(BotEvent event) {
    return word_of(kEvents, event);
}

std::optional<BotStyle> bot_style(std::string_view word) {
    return value_of(kStyles, word);
}
std::optional<BotAction> bot_action(std::string_view word) {
    return value_of(kActions, word);
}
std::optional<BotEvent> bot_event(std::string_view word) {
    return value_of(kEvents, word);
}

}  // namespace tillbridge::domain
