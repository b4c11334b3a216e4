// `subscription …`: through the same desk as the page's, so that what is done stands in the audit
// log as `cli:<login>`.
#include "module/app/commands.hpp"
#include "module/port/json.hpp"

namespace tillbridge::app {
namespace {

using nlohmann::json;

std::string text(const json& args, const char* name) {
    return port::text_at(args, name);
}

bool flag(const json& args, const char* name) {
    const auto* value = port::member(args, name);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

json answer_of(Program& program, const domain::Result<json>& result) {
    if (result) return done(*result);
    const auto& error = result.error();
    auto params = error.params;
    params.emplace("reason", error.message);
    params.emplace("field", error.field);
    return refused(error.code, program.texts().text("en", error.code, params));
}

// An id, or an address that only one account has.
std::string connection_id(Program& program, const std::string& name) {
    const auto found = program.desk().show.connections(name, {0, 2}).at("connections");
    return found.size() == 1 ? found.front().at("id").get<std::string>() : name;
}

}  // namespace

json subscription_list_command(Program& program, const json& args) {
    port::SubscriptionFilter filter;
    filter.product = text(args, "product");
    filter.state = domain::subscription_state(text(args, "state"));
    return answer_of(
        program, program.desk().subscriptions.list(
                     connection_id(program, text(args, "connection")), filter, text(args, "after"),
                     static_cast<int>(port::integer_at(args, "limit").value_or(50))));
}

json subscription_show_command(Program& program, const json& args) {
    return answer_of(program, program.desk().subscriptions.show(text(args, "id")));
}

json subscription_act_command(Program& program, const json& args) {
    const auto login = text(args, "login");
    const service::Actor actor{"cli:" + (login.empty() ? std::string("?") : login), {}, {}, {}};
    service::SubscriptionWish wish;
    wish.act = text(args, "act");
    wish.discount = text(args, "discount");
    wish.charges = port::integer_at(args, "charges").value_or(0);
    wish.date = text(args, "date");
    wish.by_buyer = flag(args, "byBuyer");
    return answer_of(program, program.desk().subscriptions.act(actor, text(args, "id"), wish,
                                                               {flag(args, "dryRun"), "en"}));
}

}  // namespace tillbridge::app
