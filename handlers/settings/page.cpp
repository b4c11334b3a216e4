#include "handlers/settings/page.hpp"

#include <array>

#include "handlers/errors.hpp"
#include "handlers/percent.hpp"

namespace tillbridge::handlers::settings {

namespace {

// The labels of this page alone; sentences come from the catalogue.
struct Labels {
    std::string_view language, title, account, stores, problems, none, name, gateway, state, on,
        off, frozen;
};

constexpr std::array<Labels, 5> kLabels = {{
    {"ru", "Настройки Tillbridge", "Аккаунт CRM", "Магазины", "Что требует внимания", "Нет",
     "Название", "Шлюз", "Состояние", "работает", "выключен", "заморожен"},
    {"uk", "Налаштування Tillbridge", "Акаунт CRM", "Магазини", "Що потребує уваги", "Немає",
     "Назва", "Шлюз", "Стан", "працює", "вимкнено", "заморожено"},
    {"kk", "Tillbridge баптаулары", "CRM аккаунты", "Дүкендер", "Назар аударыңыз", "Жоқ", "Атауы",
     "Шлюз", "Күйі", "жұмыс істейді", "өшірулі", "тоқтатылған"},
    {"en", "Tillbridge settings", "CRM account", "Stores", "Needs attention", "None", "Name",
     "Gateway", "State", "on", "off", "frozen"},
    {"es", "Ajustes de Tillbridge", "Cuenta de CRM", "Tiendas", "Requiere atención", "Ninguno",
     "Nombre", "Pasarela", "Estado", "activo", "desactivado", "congelado"},
}};

const Labels& labels_of(const std::string& language) {
    for (const Labels& labels : kLabels)
        if (labels.language == language) return labels;
    return kLabels.front();
}

std::string heading(std::string_view text) {
    return "<h2>" + escape_html(text) + "</h2>";
}

std::string row(const char* tag, std::initializer_list<std::string_view> cells) {
    std::string out = "<tr>";
    for (const std::string_view cell : cells)
        out += std::string("<") + tag + ">" + escape_html(cell) + "</" + tag + ">";
    return out + "</tr>";
}

}  // namespace

Page page_of(const Overview& overview) {
    const domain::Connection& connection = overview.connection;
    const std::string language = language_of(connection.locale);
    const Labels& labels = labels_of(language);
    Page page;
    page.language = language;
    page.title = labels.title;
    page.contacts = overview.contacts;

    const std::string_view state = connection.frozen   ? labels.frozen
                                   : connection.active ? labels.on
                                                       : labels.off;
    std::string& out = page.body_html;
    out += heading(labels.account) + "<table>" +
           row("td", {connection.public_url, connection.currency, connection.timezone, state}) +
           "</table>";
    out += heading(labels.problems);
    if (overview.problems.empty()) out += "<p>" + escape_html(labels.none) + "</p>";
    for (const auto& problem : overview.problems)
        out += "<p><strong>" + escape_html(problem.what) + "</strong><br>" +
               escape_html(problem.todo) + "</p>";
    out += heading(labels.stores);
    if (overview.merchants.empty()) {
        out += "<p>" + escape_html(labels.none) + "</p>";
    } else {
        out += "<table>" + row("th", {labels.name, labels.gateway, labels.state});
        for (const domain::Merchant& merchant : overview.merchants)
            out += row("td", {merchant.name, overview.gateways.at(merchant.gateway.value),
                              merchant.active ? labels.on : labels.off});
        out += "</table>";
    }
    return page;
}

}  // namespace tillbridge::handlers::settings
