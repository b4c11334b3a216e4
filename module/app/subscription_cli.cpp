#include "module/app/subscription_cli.hpp"

namespace tillbridge::app {
namespace {

using nlohmann::json;

void print_list(std::ostream& out, const json& result) {
    print_table(out, {"subscription", "state", "product", "profile", "name", "due", "next charge"},
                result.at("subscriptions"),
                {"id", "state", "product", "profile", "name", "due", "nextPaymentAt"});
    if (result.at("more").get<bool>()) out << "there are more: --after ID\n";
}

void print_subscription(std::ostream& out, const json& result) {
    print_plain(out, result.at("subscription"));
    out << '\n';
    print_table(out, {"at", "what", "summary", "payment", "detail"}, result.at("journal"),
                {"at", "kind", "summary", "invoice", "detail"});
}

void print_subscription_act(std::ostream& out, const json& result) {
    for (const auto& sentence : result.at("would")) out << sentence.get<std::string>() << '\n';
    if (result.at("dryRun").get<bool>())
        out << "nothing was done (dry run)\n";
    else
        out << "done; it is " << result.at("after").get<std::string>() << '\n';
}

}  // namespace

void SubscriptionCli::add_to(CLI::App& app) {
    auto* all = under_(&app, "subscription", "Subscriptions: look at them, change one", nullptr);
    all->require_subcommand(1);
    auto* list = under_(all, "list", "An account's subscriptions, the newest first", [this] {
        return remote_("subscription.list",
                       {{"connection", connection_},
                        {"product", product_},
                        {"state", state_},
                        {"after", after_},
                        {"limit", limit_}},
                       print_list);
    });
    list->add_option("--connection", connection_, "The account: its id or CRM address")->required();
    list->add_option("--product", product_, "Only of this product (the gateway's id)");
    list->add_option("--state", state_, "active, stopped, finished or failed")
        ->check(CLI::IsMember({"active", "stopped", "finished", "failed"}));
    list->add_option("--after", after_, "Older than this one");
    list->add_option("--limit", limit_, "At most so many")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();

    under_(all, "show", "One subscription and its whole story",
           [this] {
               return remote_("subscription.show", {{"id", id_}}, print_subscription);
           })
        ->add_option("id", id_, "Its id, or the buyer's profile, phone or e-mail")
        ->required();

    add_act(all, "stop", "Stop the charges; what was paid for runs to its end")
        ->add_flag("--by-buyer", by_buyer_, "In the buyer's name: nobody can resume it then");
    add_act(all, "resume", "Charge again");
    auto* discount = add_act(all, "discount", "Take less at the next charges");
    discount->add_option("amount", discount_, "In the subscription's currency, such as 99.50")
        ->required();
    discount->add_option("--charges", charges_, "For so many charges; 0: for good")
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
    add_act(all, "next-date", "Move the next charge forward")
        ->add_option("date", date_, "`yyyy-mm-dd hh:mm` in UTC, or 2026-12-31T09:00Z")
        ->required();
}

CLI::App* SubscriptionCli::add_act(CLI::App* parent, const std::string& act,
                                   const std::string& help) {
    auto* made = under_(parent, act, help, [this, act] { return call_act(act); });
    made->add_option("id", id_, "Its id, or the buyer's profile, phone or e-mail")->required();
    made->add_flag("--dry-run", dry_run_, "Only say what would be done");
    return made;
}

int SubscriptionCli::call_act(const std::string& act) {
    return remote_("subscription.act",
                   {{"id", id_},
                    {"act", act},
                    {"discount", discount_},
                    {"charges", charges_},
                    {"date", date_},
                    {"byBuyer", by_buyer_},
                    {"dryRun", dry_run_},
                    {"login", os_login()}},
                   print_subscription_act);
}

}  // namespace tillbridge::app
