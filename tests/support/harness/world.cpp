#include "tests/support/harness/world.hpp"

#include <ctime>
#include <stdexcept>

namespace tillbridge::harness {
namespace {

// A connection's clientId stands in its registration at the CRM.
std::string client_id_of(const Json& account) {
    return account.at("modules").at("tillbridge").at("clientId").get<std::string>();
}

// UTC, as the module writes it, so that texts compare like times.
std::string iso_in(std::chrono::seconds from_now) {
    const auto at =
        std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + from_now);
    std::tm parts{};
    gmtime_r(&at, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    return text;
}

}  // namespace

World::World(const WorldOptions& options) {
    Sandbox::Options sandbox;
    sandbox.folder = folder_.path();
    sandbox.module_url = "http://127.0.0.1:" + std::to_string(port_.number());
    sandbox.arguments = options.sandbox_arguments;
    sandbox_ = std::make_unique<Sandbox>(sandbox);
    Config config = options.config;
    config.emplace("gateways.uapay.base_url", sandbox_->uapay_url());
    config.emplace("gateways.prodamus.base_url", sandbox_->url() + "/prodamus/{page}/");
    module_ = std::make_unique<Module>(folder_.path(), port_.number(), config, options.environment);
    if (options.start) module_->start();
}

std::string World::connect(const std::string& account) {
    const auto answer = sandbox_->crm({{"account", account}, {"action", "connect"}});
    if (!answer.contains("accountUrl") || !answer.at("accountUrl").is_string())
        throw std::runtime_error("connect: " + answer.dump());
    return answer.at("accountUrl").get<std::string>();
}

Shop World::connect_shop(const std::string& account, const Json& options, const Json& fields) {
    return add_store(connect_account(account, fields), "Shop", options);
}

Shop World::connect_account(const std::string& account, const Json& fields) {
    Json wanted = fields;
    wanted["name"] = account;
    sandbox_->put_account(wanted);
    Shop shop;
    shop.account = account;
    shop.account_url = connect(account);
    shop.client_id = client_id_of(sandbox_->account(account));
    return shop;
}

Shop World::add_store(const Shop& shop, const std::string& name, const Json& options) {
    Shop made = shop;
    const auto merchant = sandbox_->merchant({{"clientId", std::to_string(20000 + ++merchants_)}});
    made.merchant = merchant.at("clientId").get<std::string>();
    made.secret = merchant.at("secret").get<std::string>();
    made.code = settings(shop).add_uapay(name, merchant, options).at("id").get<std::string>();
    await_store(made, name);
    return made;
}

Shop World::add_prodamus_store(const Shop& shop, const std::string& name, const Json& options,
                               const std::string& page) {
    Shop made = shop;
    made.merchant = page;
    made.secret = sandbox_->get("/prodamus/pages/" + page).at("page").at("key").get<std::string>();
    const Json draft{{"gateway", "prodamus"},
                     {"name", name},
                     {"credentials", {{"page", page}, {"secretKey", made.secret}}},
                     {"options", options}};
    made.code = settings(shop).add(draft).at("id").get<std::string>();
    await_store(made, name);
    return made;
}

void World::await_store(const Shop& made, const std::string& name) {
    await("the CRM knows the store", [&] {
        const auto& known = sandbox_->account(made.account);
        const Json::json_pointer shops("/modules/tillbridge/integrations/payment/shops");
        if (!known.contains(shops)) return false;
        for (const auto& each : known.at(shops))
            if (each.at("code") == made.code) return true;
        return false;
    });
    if (!make_types_) return;
    sandbox_->post("/accounts/" + made.account + "/payment-types",
                   {{"code", "type-" + made.code}, {"name", name}, {"shop", made.code}});
    settings(made).state();  // reads the types, so that nothing about them changes later
}

Bill World::create(const Shop& shop, const std::string& amount, const Json& more) {
    Json action{{"account", shop.account},
                {"action", "create"},
                {"shop", shop.code},
                {"amount", Json::parse(amount)}};
    action.update(more);
    const auto answer = sandbox_->crm(action);
    if (answer.at("status") != 200) throw std::runtime_error("create: " + answer.dump());
    Bill bill;
    bill.shop = shop;
    const auto& result = answer.at("body").at("result");
    bill.uuid = answer.at("invoice").at("invoiceUuid").get<std::string>();
    bill.id = result.at("paymentId").get<std::string>();
    bill.link = result.at("invoiceUrl").get<std::string>();
    const auto opened = module_->http().get(bill.link.substr(module_->url().size()));
    bill.pay_url = opened.header("location");
    auto page = bill.pay_url;
    while (page.ends_with('/')) page.pop_back();
    const bool hosted =
        page.find("/invoice/") != std::string::npos || page.find("/l/") != std::string::npos;
    if (opened.status != 303 || !hosted)
        throw std::runtime_error("the link does not lead to the gateway: " + opened.body);
    bill.gateway_id = page.substr(page.rfind('/') + 1);
    return bill;
}

Json World::act(const Bill& bill, const std::string& action, const Json& more) {
    Json call{{"account", bill.shop.account}, {"action", action}, {"invoice", bill.uuid}};
    call.update(more);
    return sandbox_->crm(call);
}

Bill World::paid(const Shop& shop, const std::string& amount, const std::string& status) {
    auto bill = create(shop, amount);
    sandbox_->pay(bill.gateway_id);
    await_status(bill, status);
    return bill;
}

Json World::await_status(const Bill& bill, const std::string& status, Millis patience) {
    return sandbox_
        ->wait("invoice", {{"account", bill.shop.account}, {"uuid", bill.uuid}, {"status", status}},
               patience)
        .at("invoice");
}

Json World::await_refunded(const Bill& bill, const std::string& amount) {
    return sandbox_
        ->wait("refunded",
               {{"account", bill.shop.account}, {"uuid", bill.uuid}, {"amount", amount}})
        .at("invoice");
}

void World::await_quiet() {
    await("nothing is due in the outbox", [&] {
        const auto listed = module_->command({"outbox", "list", "--json"}).json();
        const auto soon = iso_in(std::chrono::seconds(2));
        for (const auto& row : listed.at("rows")) {
            if (row.at("state") == "dead") continue;
            if (row.at("state") == "leased" || row.at("due").get<std::string>() <= soon)
                return false;
        }
        return true;
    });
}

bool World::has_problem(const std::string& key) {
    const auto metrics = module_->metrics();
    const auto at = metrics.find("tillbridge_problems_open{key=\"" + key + "\"}");
    return at != metrics.end() && at->second > 0;
}

void World::await_problem(const std::string& key, bool there) {
    await("problem " + key + (there ? "" : " is gone"), [&] { return has_problem(key) == there; });
}

Json World::story(const std::string& id) const {
    const auto result = module_->command({"invoice", "show", id, "--json"});
    if (result.code != 0) throw std::runtime_error("invoice show: " + result.out + result.err);
    return result.json();
}

Json World::crm_invoice(const Bill& bill) const {
    return sandbox_->invoice(bill.shop.account, bill.uuid);
}

std::vector<std::string> World::statuses(const Bill& bill) const {
    std::vector<std::string> words;
    for (const auto& update : sandbox_->updates(bill.shop.account, bill.uuid)) {
        if (!update.at("applied").get<bool>() || !update.at("status").is_string()) continue;
        const auto word = update.at("status").get<std::string>();
        if (words.empty() || words.back() != word) words.push_back(word);
    }
    return words;
}

}  // namespace tillbridge::harness
