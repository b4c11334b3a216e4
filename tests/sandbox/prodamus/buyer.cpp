#include "tests/sandbox/prodamus/buyer.hpp"

#include <algorithm>

#include "tests/sandbox/prodamus/links.hpp"
#include "tests/sandbox/prodamus/methods.hpp"
#include "tests/sandbox/prodamus/notices.hpp"
#include "tests/sandbox/prodamus/values.hpp"

namespace tillbridge::sandbox {
namespace {

std::string only_digits(const std::string& text) {
    std::string found;
    for (const char c : text)
        if (c >= '0' && c <= '9') found += c;
    return found;
}

// "12/24" and "12/2024" are one expiry.
std::string short_expiry(const std::string& text) {
    const auto found = only_digits(text);
    return found.size() == 6 ? found.substr(0, 2) + found.substr(4) : found;
}

// A listed card is taken with its listed expiry whatever today is; demo mode takes no other.
std::string card_refusal(const ProdamusLink& link, const BuyerStep& step, const std::string& number,
                         bool real_cards) {
    const auto* listed = test_card(number);
    if (link.demo && listed == nullptr) return "В демо-режиме принимаются только тестовые карты";
    if (!card_number_fits(number)) return "Неверный номер карты";
    if (number == kRefusedCard) return "Банк отклонил операцию";
    if (listed == nullptr) return {};
    if (real_cards && !link.demo) return "Тестовые карты принимаются только в демо-режиме";
    const bool expiry =
        step.expiry.empty() || short_expiry(step.expiry) == short_expiry(listed->expiry);
    const bool code = step.code.empty() || step.code == listed->code;
    return expiry && code ? "" : "Неверный срок действия или код карты";
}

}  // namespace

bool order_is_over(const ProdamusOrder& order) {
    return order.state == "success" || order.state == "order_canceled" ||
           order.state == "order_denied" || order.state == "refused" || order.state == "left";
}

ProdamusOrder* ProdamusBuyer::newest(const std::string& code) {
    ProdamusOrder* found = nullptr;
    for (auto& [id, order] : prodamus_.orders)
        if (order.link == code && !order.method.empty()) found = &order;
    return found;
}

BuyerResult ProdamusBuyer::step(const std::string& code, const BuyerStep& step) {
    const std::lock_guard lock(prodamus_.mutex);
    BuyerResult result;
    ProdamusLink* link = prodamus_.link(code);
    if (link == nullptr) throw ControlError("no such link: " + code, 404);
    ProdamusOrder* order = step.order != 0 ? prodamus_.order(step.order) : newest(link->code);
    if (order != nullptr && order->link != link->code) order = nullptr;
    result.wrong = take(*link, step, order);
    if (order == nullptr) {
        if (step.action == "leave") result.go = get(link->request, "urlReturn");
        return result;
    }
    result.order = order->id;
    if (order->state == "success") {
        result.go = get(link->request, "urlSuccess");
    } else if (order_is_over(*order)) {
        result.go = get(link->request, "urlReturn");
        if (order->state == "refused") result.wrong.clear();
    }
    return result;
}

std::string ProdamusBuyer::take(ProdamusLink& link, const BuyerStep& step, ProdamusOrder*& order) {
    const auto& action = step.action;
    if (action == "phone") return give_phone(link, step);
    if (action == "choose") return choose(link, step, order);
    if (action == "pay") return pay_all(link, step, order);
    if (action == "leave") {
        if (order != nullptr && !order_is_over(*order)) enter(*order, "left");
        return {};
    }
    if (order == nullptr) return "Сначала выберите способ оплаты";
    const auto way = way_of(order->method);
    if (action == "approve" || action == "sign" || action == "cancel" || action == "reject")
        return way == PayWay::bank ? bank_decides(link, *order, action)
                                   : "Этот способ оплаты без заявки";
    if (order_is_over(*order)) return "Этот заказ уже завершён";
    if (action == "card" || action == "3ds")
        return way == PayWay::card ? pay_by_card(link, *order, step)
                                   : "Этот способ оплаты без карты";
    if (action == "confirm")
        return way == PayWay::confirm ? succeed(link, *order) : "Этот способ не подтверждают";
    if (action == "refuse") {
        enter(*order, "refused");
        return {};
    }
    return "unknown action: " + action;
}

std::string ProdamusBuyer::give_phone(ProdamusLink& link, const BuyerStep& step) const {
    const auto phone = parse_phone(step.phone);
    if (!phone) return "Укажите телефон";
    link.phone = *phone;
    if (!step.email.empty()) link.email = step.email;
    return {};
}

std::string ProdamusBuyer::choose(ProdamusLink& link, const BuyerStep& step,
                                  ProdamusOrder*& order) {
    if (auto closed = link_closed(prodamus_, link); !closed.empty()) return closed;
    if (link.phone.empty()) return "Укажите телефон";
    const auto offered = offered_methods(prodamus_, link);
    if (std::find(offered.begin(), offered.end(), step.method) == offered.end())
        return "Этот способ оплаты недоступен";
    ProdamusOrder made;
    made.link = link.code;
    made.host = link.host;
    made.method = step.method;
    made.amount = link.amount;
    made.phone = link.phone;
    made.email = link.email;
    if (way_of(step.method) == PayWay::bank) made.state = "application";
    order = &prodamus_.add_order(made);
    return {};
}

// All steps of a buyer who pays; what was not given is made up.
std::string ProdamusBuyer::pay_all(ProdamusLink& link, const BuyerStep& given,
                                   ProdamusOrder*& order) {
    auto step = given;
    if (link.phone.empty()) link.phone = parse_phone(step.phone).value_or("+79990000000");
    if (link.email.empty()) link.email = step.email;
    const auto offered = offered_methods(prodamus_, link);
    if (step.method.empty() && !offered.empty()) step.method = offered.front();
    order = nullptr;
    if (auto wrong = choose(link, step, order); !wrong.empty()) return wrong;
    const auto way = way_of(step.method);
    if (way == PayWay::confirm) return succeed(link, *order);
    if (way == PayWay::bank) {
        auto wrong = bank_decides(link, *order, "approve");
        return wrong.empty() && order->state == "approved" ? bank_decides(link, *order, "sign")
                                                           : wrong;
    }
    if (step.number.empty()) step.number = test_cards().front().number;
    step.action = "card";
    auto wrong = pay_by_card(link, *order, step);
    if (wrong.empty() && order->state == "3ds") {
        if (step.password.empty()) step.password = test_card(only_digits(step.number))->password;
        step.action = "3ds";
        wrong = pay_by_card(link, *order, step);
    }
    return wrong;
}

std::string ProdamusBuyer::pay_by_card(ProdamusLink& link, ProdamusOrder& order,
                                       const BuyerStep& step) {
    if (step.action == "3ds") {
        if (order.state != "3ds") return "Пароль сейчас не нужен";
        const auto* card = test_card(order.card);
        const bool right = card != nullptr && step.password == card->password;
        order.card = masked_card(order.card);
        if (right) return succeed(link, order);
        enter(order, "refused");
        return "Неверный пароль";
    }
    if (order.state != "new") return "Карта уже введена";
    const auto number = only_digits(step.number);
    const bool real_cards = prodamus_.page(link.host).switches.on("realCards");
    if (auto wrong = card_refusal(link, step, number, real_cards); !wrong.empty()) {
        // A slip of the pen can be mended on the same page, a bank's refusal can't.
        if (number != kRefusedCard) return wrong;
        order.card = masked_card(number);
        enter(order, "refused");
        return wrong;
    }
    const auto* card = test_card(number);
    if (link.demo && !card->password.empty()) {
        order.card = number;  // in clear only until its password came
        enter(order, "3ds");
        return {};
    }
    order.card = masked_card(number);
    return succeed(link, order);
}

std::string ProdamusBuyer::bank_decides(ProdamusLink& link, ProdamusOrder& order,
                                        const std::string& action) {
    const bool applied = order.state == "application";
    if (!applied && order.state != "approved") return "Заявка уже рассмотрена";
    if (action == "cancel") {
        enter(order, "order_canceled");
    } else if (action == "reject" ||
               (link.demo && get(link.request, "demoFlow") == "reject" && action == "approve")) {
        if (!applied) return "Заявка уже одобрена";
        enter(order, "order_denied");
    } else if (action == "approve") {
        if (!applied) return "Заявка уже одобрена";
        enter(order, "approved");
        notify_payment(prodamus_, deliveries_, order, "order_approved");
        return {};
    } else {
        if (applied) return "Заявка ещё не одобрена";
        return succeed(link, order);
    }
    notify_payment(prodamus_, deliveries_, order, order.state);
    return {};
}

std::string ProdamusBuyer::succeed(ProdamusLink& link, ProdamusOrder& order) {
    if (auto closed = link_closed(prodamus_, link); !closed.empty()) return closed;
    order.paid = prodamus_.world.clock.now();
    ++link.paid;
    if (link.product != 0) order.profile = club_.join(link, order);
    enter(order, "success");
    prodamus_.log_deal("pay", order.host,
                       {{"link", order.link},
                        {"orderId", order.id},
                        {"orderNum", get(link.request, "order_id")},
                        {"method", order.method},
                        {"amount", order.amount}});
    notify_payment(prodamus_, deliveries_, order, "success");
    return {};
}

void ProdamusBuyer::enter(ProdamusOrder& order, const std::string& state) {
    order.state = state;
    prodamus_.world.bell.ring();
}

}  // namespace tillbridge::sandbox
