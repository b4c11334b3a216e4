#include "tests/crash/tale.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <thread>

namespace tillbridge::crash {
namespace {

// The CRM's people press a button again after a moment.
constexpr Millis kAgain{15};

std::string decimal(std::int64_t minor) {
    auto cents = std::to_string(minor % 100);
    if (cents.size() < 2) cents.insert(0, 1, '0');
    return std::to_string(minor / 100) + '.' + cents;
}

std::int64_t cents(const Json& amount) {
    return static_cast<std::int64_t>(amount.get<double>() * 100 + 0.5);
}

std::string new_uuid(std::mt19937_64& random) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string uuid = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
    for (auto& digit : uuid)
        if (digit == 'x') digit = kHex[random() % 16];
    return uuid;
}

const Shop& shop_of(const Shops& shops, Plot plot) {
    switch (plot) {
        case Plot::held:
        case Plot::held_part:
        case Plot::released:
            return shops.two;
        case Plot::automatic:
            return shops.automatic;
        default:
            return shops.one;
    }
}

// Busy, unknown or unreachable: true of this moment only.
bool may_change(int status) {
    return status == 0 || status == 409 || (status >= 502 && status <= 504);
}

std::string listed(std::vector<std::int64_t> amounts) {
    std::sort(amounts.begin(), amounts.end());
    return Json(amounts).dump();
}

}  // namespace

const char* name_of(Plot plot) {
    static constexpr const char* kNames[] = {"paid",      "parts",    "returned", "held",
                                             "held_part", "released", "dropped",  "late",
                                             "automatic", "renamed"};
    return kNames[static_cast<int>(plot)];
}

Tale::Tale(World& world, const Shops& shops, Plot plot, std::mt19937_64& random)
    : world_(world), plot_(plot), shop_(shop_of(shops, plot)) {
    amount_ = static_cast<std::int64_t>(10'000 + random() % 90'000);
    first_ = amount_ / 4;
    second_ = amount_ / 5;
    bill_.shop = shop_;
    bill_.uuid = new_uuid(random);
    name_ = "Shop " + std::to_string(random() % 1'000'000'000);
    if (plot_ == Plot::renamed) return;
    order_ = world_.sandbox().order(
        {{"account", shop_.account},
         {"items", {{{"name", "Tea"}, {"price", Json::parse(decimal(amount_))}}}},
         {"payments", {{{"shop", shop_.code}, {"amount", Json::parse(decimal(amount_))}}}}});
}

std::string Tale::about() const {
    return std::string(name_of(plot_)) + ' ' + bill_.uuid + ' ' + bill_.id + ' ' +
           bill_.gateway_id + ' ' + decimal(amount_);
}

void Tale::play() {
    if (plot_ == Plot::renamed) return rename();
    create();
    open_link();
    if (plot_ == Plot::dropped || plot_ == Plot::late) {
        press("cancel");
        if (plot_ == Plot::late) {
            pay();
            world_.sandbox().wait(
                "operations", {{"invoice", bill_.gateway_id}, {"kind", "reverse"}, {"count", "1"}});
        }
        return see("canceled");
    }
    pay();
    switch (plot_) {
        case Plot::held:
            see("waitingForCapture");
            press("approve");
            return see("succeeded");
        case Plot::held_part:
            see("waitingForCapture");
            press("approve", amount_ - second_);
            see("succeeded");
            refund(first_);
            return see_refunded();
        case Plot::released:
            see("waitingForCapture");
            press("cancel");
            return see("canceled");
        case Plot::parts:
            see("succeeded");
            refund(first_);
            refund(second_);
            return see_refunded();
        case Plot::returned:
            see("succeeded");
            press("refund");
            return see("refundSucceeded");
        default:
            return see("succeeded");
    }
}

void Tale::create() {
    const auto answer = pressed({{"account", shop_.account},
                                 {"action", "create"},
                                 {"orderId", order_.at("id")},
                                 {"invoiceUuid", bill_.uuid}});
    const auto& result = answer.at("body").at("result");
    bill_.id = result.at("paymentId").get<std::string>();
    bill_.link = result.at("invoiceUrl").get<std::string>();
}

Json Tale::press(const std::string& action, std::int64_t amount) {
    Json call{{"account", shop_.account}, {"action", action}, {"invoice", bill_.uuid}};
    if (amount > 0) call["amount"] = Json::parse(decimal(amount));
    return pressed(call);
}

Json Tale::pressed(const Json& call) const {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
        auto answer = world_.sandbox().crm(call);
        const int status = answer.at("status").get<int>();
        if (status == 200) return answer;
        if (!may_change(status) || std::chrono::steady_clock::now() >= until)
            throw std::runtime_error(call.dump() + " was answered " + std::to_string(status) + ' ' +
                                     answer.at("body").dump() + answer.at("error").dump());
        std::this_thread::sleep_for(kAgain);
    }
}

void Tale::open_link() {
    const auto path = bill_.link.substr(world_.module().url().size());
    Answer opened;
    await("the link opens", [&] {
        opened = Http(world_.module().url()).get(path);
        return opened.status != 0;
    });
    bill_.pay_url = opened.header("location");
    const auto mark = bill_.pay_url.rfind("/invoice/");
    if (opened.status != 303 || mark == std::string::npos)
        throw std::runtime_error("an acknowledged link does not lead to the gateway: " +
                                 std::to_string(opened.status) + ' ' + opened.body);
    bill_.gateway_id = bill_.pay_url.substr(mark + 9);
}

void Tale::pay() {
    world_.sandbox().pay(bill_.gateway_id);
}

void Tale::see(const std::string& status) {
    world_.await_status(bill_, status);
}

void Tale::see_refunded() {
    const auto& list = expected().reversed;
    std::int64_t sum = 0;
    for (const auto each : list) sum += each;
    world_.await_refunded(bill_, decimal(sum));
}

void Tale::refund(std::int64_t amount) {
    press("refund", amount);
}

void Tale::rename() {
    await("the store has its new name", [&] {
        try {
            const Settings page(shop_.account_url);
            return page.patch("/merchants/" + shop_.code, {{"name", name_}}).status == 200;
        } catch (const std::runtime_error&) {  // the module is dead at this moment
            return false;
        }
    });
}

Tale::Money Tale::expected() const {
    switch (plot_) {
        case Plot::paid:
            return {"succeeded", 0, 0, 0, amount_, {}};
        case Plot::parts:
            return {"succeeded", 0, 0, 0, amount_, {first_, second_}};
        case Plot::returned:
            return {"refundSucceeded", 0, 0, 0, amount_, {amount_}};
        case Plot::held:
        case Plot::automatic:
            return {"succeeded", amount_, amount_, 0, 0, {}};
        case Plot::held_part:
            return {"succeeded", amount_, amount_ - second_, 0, 0, {first_}};
        case Plot::released:
            return {"canceled", amount_, 0, amount_, 0, {}};
        case Plot::dropped:
            return {"canceled", 0, 0, 0, 0, {}};
        case Plot::late:
            return {"canceled", 0, 0, 0, amount_, {amount_}, false};
        case Plot::renamed:
            break;
    }
    return {};
}

std::vector<std::string> Tale::audit() const {
    std::vector<std::string> wrong;
    if (plot_ == Plot::renamed) {
        const auto account = world_.sandbox().account(shop_.account);
        for (const auto& shop :
             account.at(Json::json_pointer("/modules/tillbridge/integrations/payment/shops")))
            if (shop.at("code") == shop_.code && shop.at("name") != name_)
                wrong.push_back("the CRM knows the store as " + shop.at("name").dump());
        return wrong;
    }
    audit_gateway(wrong);
    audit_crm(wrong);
    audit_answers(wrong);
    for (auto& each : wrong) each = about() + ": " + each;
    return wrong;
}

void Tale::audit_gateway(std::vector<std::string>& wrong) const {
    const auto must = expected();
    std::map<std::string, std::vector<std::int64_t>> done;
    for (const auto& operation : world_.sandbox().operations(bill_.gateway_id))
        done[operation.at("kind").get<std::string>()].push_back(
            operation.at("amount").get<std::int64_t>());
    const auto check = [&](const char* kind, const std::vector<std::int64_t>& amounts) {
        if (listed(done[kind]) != listed(amounts))
            wrong.push_back(std::string("at the gateway ") + kind + " took effect for " +
                            listed(done[kind]) + ", not " + listed(amounts));
    };
    const auto once = [](std::int64_t amount) {
        return amount > 0 ? std::vector{amount} : std::vector<std::int64_t>{};
    };
    check("hold", once(must.held));
    check("pay", once(must.paid));
    check("complete", once(must.completed));
    check("cancel", once(must.voided));
    check("reverse", must.reversed);
    // An abandoned create may have left an invoice behind; its link is nobody's.
    for (const char* attempt : {"", "-2", "-3", "-4"})
        for (const auto& invoice : world_.sandbox().gateway_invoices(bill_.id + attempt))
            if (invoice.at("id") != bill_.gateway_id && !invoice.at("payments").empty())
                wrong.push_back("a second invoice was paid: " + invoice.dump());
}

void Tale::audit_crm(std::vector<std::string>& wrong) const {
    const auto must = expected();
    const auto known = world_.crm_invoice(bill_);
    if (known.at("status") != must.status)
        wrong.push_back("the CRM shows " + known.at("status").dump() + ", not " + must.status);
    if (known.at("externalId") != bill_.id || known.at("link") != bill_.link)
        wrong.push_back("the CRM has another paymentId or link: " + known.dump());
    const auto taken = must.paid + must.completed;
    if (must.status != "canceled" && cents(known.at("paidAmount")) != taken)
        wrong.push_back("the CRM knows of " + known.at("paidAmount").dump() + " paid");
    std::vector<std::int64_t> refunds;
    std::set<std::string> ids;
    for (const auto& refund : known.at("refunds")) {
        if (refund.at("status") == "succeeded") refunds.push_back(cents(refund.at("amount")));
        ids.insert(refund.at("id").get<std::string>());
    }
    if (must.told_refunds && listed(refunds) != listed(must.reversed))
        wrong.push_back("the CRM knows refunds " + known.at("refunds").dump());
    if (ids.size() != known.at("refunds").size()) wrong.push_back("two refunds have one id");
}

// What was acknowledged still stands: the same body gets the same payment and link.
void Tale::audit_answers(std::vector<std::string>& wrong) const {
    const Http module(world_.module().url());
    const auto link = module.get(bill_.link.substr(world_.module().url().size()));
    const int page = expected().status == "succeeded" ? 200 : 410;
    if (link.status != page)
        wrong.push_back("the link is answered " + std::to_string(link.status) + link.error);
    const Json order{{"invoiceUuid", bill_.uuid}, {"shopId", shop_.code},
                     {"invoiceType", "link"},     {"amount", Json::parse(decimal(amount_))},
                     {"currency", "UAH"},         {"orderNumber", order_.at("number")}};
    const auto again = module.post_form("/payment/create",
                                        {{"clientId", shop_.client_id}, {"create", order.dump()}});
    const auto body = Json::parse(again.body, nullptr, false);
    const auto result = body.is_object() ? body.value("result", Json::object()) : Json::object();
    if (again.status != 200 || result.value("paymentId", "") != bill_.id ||
        result.value("invoiceUrl", "") != bill_.link)
        wrong.push_back("create again is answered " + std::to_string(again.status) + ' ' +
                        again.body);
}

}  // namespace tillbridge::crash
