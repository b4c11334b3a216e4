#include "tests/sandbox/prodamus/pages.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "tests/sandbox/prodamus/links.hpp"
#include "tests/sandbox/prodamus/methods.hpp"
#include "tests/sandbox/prodamus/values.hpp"

namespace tillbridge::sandbox {
namespace {

std::string money(std::int64_t minor, const std::string& currency) {
    return amount_text(minor) + ' ' + currency;
}

void show_basket(HtmlPage& page, const ProdamusLink& link) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& item : link.items)
        rows.push_back({html_escape(item.name), money(item.price, link.currency),
                        std::to_string(item.quantity),
                        money(item.price * item.quantity, link.currency)});
    page.table({"Товар", "Цена", "Количество", "Сумма"}, rows, "products");
    if (const auto extra = get(link.request, "customer_extra"); !extra.empty())
        page.paragraph_html("Дополнительные данные: <span id=\"extra\">" + html_escape(extra) +
                            "</span>");
    std::string due = "К оплате: ";
    if (link.discount > 0) due += "<s id=\"full\">" + money(link.full, link.currency) + "</s> ";
    page.paragraph_html(due + "<strong id=\"amount\">" + money(link.amount, link.currency) +
                        "</strong>");
    if (link.demo) page.paragraph("Демо-режим: деньги не списываются.");
}

HtmlForm card_form(const ProdamusLink& link, const ProdamusOrder& order,
                   const std::string& action) {
    const auto& first = test_cards().front();
    HtmlForm form(action, "card");
    form.hidden("order", std::to_string(order.id))
        .field("Номер карты", "number", first.number)
        .field("Срок", "expiry", first.expiry, 8)
        .field("Код", "code", first.code, 5)
        .button("Оплатить " + money(link.amount, link.currency), "action", "card")
        .button("Вернуться в магазин", "action", "leave");
    return form;
}

void show_test_cards(HtmlPage& page) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& card : test_cards())
        rows.push_back({card.name, card.number, card.expiry, card.code,
                        card.password.empty() ? "нет" : "пароль " + card.password});
    rows.push_back({"Отказ банка", kRefusedCard, "12/2030", "123", "нет"});
    page.heading("Тестовые карты")
        .table({"Карта", "Номер", "Срок", "Код", "3-D Secure"}, rows, "test-cards");
}

void show_bank(HtmlPage& page, const ProdamusOrder& order, const std::string& action) {
    page.heading("Банк рассматривает заявку");
    HtmlForm form(action, "bank");
    form.hidden("order", std::to_string(order.id));
    if (order.state == "application")
        form.button("Одобрить", "action", "approve").button("Отклонить", "action", "reject");
    else
        form.button("Подписать договор", "action", "sign");
    page.add(form.button("Отменить заявку", "action", "cancel"));
}

const char* state_text(const std::string& state) {
    if (state == "success") return "Оплачено";
    if (state == "order_canceled") return "Заявка на рассрочку отменена";
    if (state == "order_denied") return "Заявка на рассрочку отклонена";
    return state == "left" ? "Вы ушли без оплаты" : "Оплата отклонена";
}

}  // namespace

HttpResponse ProdamusPages::link(const std::string& code, const HttpRequest& request) {
    if (request.method == "POST") return take(code, request.form());
    const std::lock_guard lock(prodamus_.mutex);
    ProdamusLink* link = prodamus_.link(code);
    if (link == nullptr) return HttpResponse::html(404, HtmlPage(kUnknownRequest, "").text());
    HtmlPage page("Оплата на " + link->host, "");
    page.notice(request.query.get("said"));
    show_basket(page, *link);
    const auto action = "/prodamus/l/" + link->code + '/';
    ProdamusOrder* order =
        prodamus_.order(std::strtoll(request.query.get("order", "0").c_str(), nullptr, 10));
    if (order != nullptr && order->link == link->code)
        show_order(page, *link, *order, action);
    else
        show_choice(page, *link, action);
    return HttpResponse::html(200, page.text());
}

void ProdamusPages::show_choice(HtmlPage& page, ProdamusLink& link, const std::string& action) {
    if (const auto closed = link_closed(prodamus_, link); !closed.empty()) {
        page.paragraph_html("<strong id=\"state\">" + closed + "</strong>");
        return;
    }
    if (link.phone.empty()) {
        page.heading("Ваши контакты")
            .add(HtmlForm(action, "phone")
                     .field("Телефон", "phone", "")
                     .field("E-mail", "email", link.email)
                     .button("Далее", "action", "phone")
                     .button("Вернуться в магазин", "action", "leave"));
        return;
    }
    page.heading("Способ оплаты");
    HtmlForm form(action, "methods");
    const auto methods = offered_methods(prodamus_, link);
    for (const auto& method : methods)
        form.radio(payment_type(method, link.currency) + " (" + method + ")", "method", method,
                   method == methods.front());
    if (methods.empty())
        page.paragraph("Нет доступных способов оплаты. Обратитесь в поддержку.");
    else
        form.button("Далее", "action", "choose");
    page.add(form.button("Вернуться в магазин", "action", "leave"));
}

void ProdamusPages::show_order(HtmlPage& page, ProdamusLink& link, ProdamusOrder& order,
                               const std::string& action) {
    const auto way = way_of(order.method);
    if (order_is_over(order)) {
        page.paragraph_html(std::string("<strong id=\"state\">") + state_text(order.state) +
                            "</strong>");
        if (const auto text = get(link.request, "paid_content");
            order.state == "success" && !text.empty())
            page.paragraph_html("<span id=\"paid-content\">" + html_escape(text) + "</span>");
        if (order.state != "success" && link_closed(prodamus_, link).empty())
            page.paragraph_html("<span id=\"again\">" + link_html(action, "Оплатить снова") +
                                "</span>");
    } else if (order.state == "3ds") {
        page.heading("Подтверждение в банке")
            .add(HtmlForm(action, "password")
                     .hidden("order", std::to_string(order.id))
                     .field("Пароль", "password", "", 12)
                     .button("Подтвердить", "action", "3ds")
                     .button("Отказаться", "action", "refuse"));
    } else if (way == PayWay::card) {
        page.heading("Карта").add(card_form(link, order, action));
        show_test_cards(page);
    } else if (way == PayWay::bank) {
        show_bank(page, order, action);
    } else {
        page.heading(payment_type(order.method, link.currency))
            .add(HtmlForm(action, "confirm")
                     .hidden("order", std::to_string(order.id))
                     .button("Оплатить", "action", "confirm")
                     .button("Отклонить", "action", "refuse")
                     .button("Вернуться в магазин", "action", "leave"));
    }
}

HttpResponse ProdamusPages::take(const std::string& code, const Fields& form) {
    BuyerStep step;
    step.action = form.get("action");
    step.method = form.get("method");
    step.number = form.get("number");
    step.expiry = form.get("expiry");
    step.code = form.get("code");
    step.password = form.get("password");
    step.phone = form.get("phone");
    step.email = form.get("email");
    step.order = std::strtoll(form.get("order", "0").c_str(), nullptr, 10);
    const auto result = buyer_.step(code, step);
    if (!result.go.empty()) return HttpResponse::see_other(result.go);
    Fields query;
    if (result.order != 0 && step.action != "phone")
        query.add("order", std::to_string(result.order));
    if (!result.wrong.empty()) query.add("said", result.wrong);
    const auto here = "/prodamus/l/" + code + '/';
    return HttpResponse::see_other(query.all().empty() ? here : here + '?' + query.encoded());
}

}  // namespace tillbridge::sandbox
