#include "tests/sandbox/prodamus/state.hpp"

#include <algorithm>
#include <cctype>

#include "tests/sandbox/base/jwt.hpp"
#include "tests/sandbox/prodamus/methods.hpp"

namespace tillbridge::sandbox {
namespace {

Json default_switches(bool kazakhstan) {
    return {{"urls", ""},
            {"subscriptionUrls", ""},
            {"demo", false},
            {"liveOff", false},
            {"realCards", false},
            {"currency", "rub"},
            {"methods", all_methods_text()},
            {"minSum", 0},
            {"sumInCurrency", kazakhstan},
            {"rateUsd", 9000},
            {"rateEur", 9215},
            {"rateKzt", 18},
            {"commission", 35},
            {"errors200", false},
            {"replyDelayMs", 0},
            {"maxAttempts", 3},
            {"attemptHours", 24},
            {"reminderHours", 24},
            {"encoding", "urlencoded"},
            {"repeatSign", false},
            {"hooks", "on"},
            {"hookForm", "good"},
            {"hookDuplicate", 1},
            {"hookOutOfOrder", false},
            {"hookDelayMs", 0},
            {"hookAmountDelta", 0},
            {"hookTimeoutMs", 30000}};
}

bool ends_with(const std::string& text, const std::string& end) {
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool host_name(const std::string& host) {
    return host.size() > 2 && host.size() < 254 && host.find('.') != std::string::npos &&
           host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-") == std::string::npos;
}

}  // namespace

void Prodamus::reset(std::optional<std::uint64_t> seed) {
    deals.clear();
    const std::lock_guard lock(mutex);
    seed_ = seed;
    pages.clear();
    links.clear();
    link_order.clear();
    orders.clear();
    products.clear();
    profiles.clear();
    last_order_ = 300154;
    last_product_ = 593599;
    last_profile_ = 70000;
    for (const char* host : {"demo.payform.ru", "demo.payform.kz"}) {
        make_page(host, "");
        ProdamusProduct product;
        product.host = host;
        product.name = "Доступ в клуб \"Тест\" – подписка";
        product.price = 10000;
        add_product(product);
    }
}

// The key follows from the seed and takes nothing from the shared randomness, so that the ids of
// the other parts stay what they were.
ProdamusPage& Prodamus::make_page(const std::string& host, const std::string& key) {
    if (!host_name(host)) throw ControlError("host: a name such as demo.payform.ru");
    const Switches first(default_switches(ends_with(host, ".kz")));
    auto& page = pages.emplace(host, ProdamusPage(first)).first->second;
    page.host = host;
    if (!key.empty()) page.key = key;
    if (!page.key.empty()) return page;
    if (seed_) {
        page.key = hex(hmac("SHA256", "prodamus page " + std::to_string(*seed_), host));
    } else {
        page.key = world.random.text(64);
        for (char& c : page.key) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return page;
}

ProdamusPage* Prodamus::find_page(const std::string& host) {
    const auto found = pages.find(host);
    return found == pages.end() ? nullptr : &found->second;
}

ProdamusPage& Prodamus::page(const std::string& host) {
    auto* found = find_page(host);
    if (found == nullptr) throw ControlError("no such page: " + host, 404);
    return *found;
}

ProdamusLink& Prodamus::add_link(ProdamusLink link) {
    do link.code = world.random.text(6);
    while (links.count(link.code) > 0);
    link.created = world.clock.now();
    link_order.push_back(link.code);
    auto& stored = links.emplace(link.code, std::move(link)).first->second;
    log_deal("link", stored.host, {{"link", stored.code}, {"amount", stored.amount}});
    return stored;
}

ProdamusLink* Prodamus::link(const std::string& code_or_url) {
    const auto parts = split(code_or_url, '/');
    const auto mark = std::find(parts.begin(), parts.end(), "l");
    const bool url = mark != parts.end() && mark + 1 != parts.end();
    const auto found = links.find(url ? *(mark + 1) : code_or_url);
    return found == links.end() ? nullptr : &found->second;
}

ProdamusOrder& Prodamus::add_order(ProdamusOrder order) {
    order.id = ++last_order_;
    order.created = world.clock.now();
    const auto id = order.id;
    return orders.emplace(id, std::move(order)).first->second;
}

ProdamusOrder* Prodamus::order(std::int64_t id) {
    const auto found = orders.find(id);
    return found == orders.end() ? nullptr : &found->second;
}

ProdamusProduct& Prodamus::add_product(ProdamusProduct product) {
    if (product.id == 0) product.id = last_product_ + 1;
    last_product_ = std::max(last_product_, product.id);
    const auto id = product.id;
    return products.insert_or_assign(id, std::move(product)).first->second;
}

ProdamusProfile& Prodamus::add_profile(ProdamusProfile profile) {
    profile.id = ++last_profile_;
    const auto id = profile.id;
    return profiles.emplace(id, std::move(profile)).first->second;
}

void Prodamus::log_deal(const std::string& kind, const std::string& host, const Json& more) {
    Json entry = {
        {"at", iso_utc(world.clock.now())}, {"wallMs", wall_now()}, {"kind", kind}, {"host", host}};
    entry.update(more);
    deals.add(std::move(entry));
    world.bell.ring();
}

std::string Prodamus::link_url(const std::string& code) const {
    return world.base_url + "/prodamus/l/" + code + '/';
}

std::string Prodamus::page_url(const std::string& host) const {
    return world.base_url + "/prodamus/" + host + '/';
}

}  // namespace tillbridge::sandbox
