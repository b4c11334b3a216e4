#include "tests/sandbox/bot/site.hpp"

#include "tests/sandbox/base/jwt.hpp"

namespace tillbridge::sandbox {
namespace {

// The numbers of the secrets (from 0) that one of the header's signatures belongs to.
Json signed_by(const std::vector<std::string>& secrets, const HttpRequest& request) {
    const auto text = request.header("webhook-id") + "." + request.header("webhook-timestamp") +
                      "." + request.body;
    Json found = Json::array();
    const auto given = split(request.header("webhook-signature"), ' ');
    for (std::size_t at = 0; at < secrets.size(); ++at) {
        const auto key = base64_decode(secrets[at].substr(std::string("whsec_").size()));
        const auto right = "v1," + base64(hmac("SHA256", key, text));
        for (const auto& one : given)
            if (same_bytes(one, right)) found.push_back(at);
    }
    return found;
}

}  // namespace

HttpResponse BotSite::handle(const std::vector<std::string>& path, const HttpRequest& request) {
    if (path.size() != 1 || request.method != "POST")
        return HttpResponse::json(404, {{"error", "no such bot"}});
    const auto body = parse_json(request.body);
    const std::lock_guard lock(mutex_);
    Bot& bot = bots_[path[0]];
    const auto signatures = signed_by(bot.secrets, request);
    bot.calls.push_back({{"id", request.header("webhook-id")},
                         {"timestamp", request.header("webhook-timestamp")},
                         {"body", body.value_or(Json())},
                         {"signedBy", signatures},
                         {"answer", bot.status}});
    world_.bell.ring();
    if (bot.status != 200) {
        auto answer = HttpResponse::json(bot.status, {{"error", "as told"}});
        if (bot.retry_after > 0)
            answer.headers.emplace_back("Retry-After", std::to_string(bot.retry_after));
        return answer;
    }
    if (!bot.secrets.empty() && signatures.empty())
        return HttpResponse::json(401, {{"error", "signature"}});
    if (!body || !body->is_object()) return HttpResponse::json(400, {{"error", "no JSON object"}});
    if (has(*body, "message")) bot.messages.push_back(body->at("message"));
    if (has(*body, "variables")) bot.variables.update(body->at("variables"));
    return HttpResponse::json(200, {{"ok", true}});
}

Json BotSite::control(const std::vector<std::string>& path, const HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    if (request.method == "POST") {
        const auto wanted = parse_json(request.body);
        if (!wanted || !wanted->is_object()) throw ControlError("the body is no JSON object");
        Bot& bot = bots_[required_text(*wanted, "name")];
        bot.status = static_cast<int>(int_of(*wanted, "status", 200));
        bot.retry_after = static_cast<int>(int_of(*wanted, "retryAfter"));
        if (has(*wanted, "secrets"))
            bot.secrets = wanted->at("secrets").get<std::vector<std::string>>();
        return {{"ok", true}};
    }
    if (path.size() != 1) throw ControlError("not found", 404);
    const Bot& bot = bots_[path[0]];
    return {{"calls", bot.calls}, {"messages", bot.messages}, {"variables", bot.variables}};
}

void BotSite::reset() {
    const std::lock_guard lock(mutex_);
    bots_.clear();
}

}  // namespace tillbridge::sandbox
