#include "tests/sandbox/crm/embed_proxy.hpp"

namespace tillbridge::sandbox {
namespace {

constexpr int kTimeLimit = 10'000;
constexpr std::size_t kMostBytes = 1024 * 1024;

HttpResponse with_cors(HttpResponse response, const HttpRequest& request) {
    const auto origin = request.header("origin");
    if (origin.empty()) return response;
    response.headers.emplace_back("Access-Control-Allow-Origin", origin);
    response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
    response.headers.emplace_back("Access-Control-Allow-Headers", "content-type");
    response.headers.emplace_back("Vary", "Origin");
    return response;
}

// What a widget sees where the module can't be reached.
HttpResponse failed(const std::string& why) {
    return HttpResponse::json(500, {{"error", why}, {"ok", false}});
}

}  // namespace

HttpResponse EmbedProxy::handle(const std::vector<std::string>& path, const HttpRequest& request) {
    if (request.method == "OPTIONS") {
        HttpResponse response;
        response.status = 204;
        return with_cors(response, request);
    }
    if (path.size() < 2 || request.method != "POST")
        return with_cors(HttpResponse::json(404, {{"error", "not found"}}), request);
    std::string action;
    for (std::size_t i = 1; i < path.size(); ++i) action += "/" + path[i];
    return with_cors(forward(path[0], action, request), request);
}

HttpResponse EmbedProxy::forward(const std::string& client_id, const std::string& action,
                                 const HttpRequest& request) {
    if (request.body.size() > kMostBytes) return failed("too large");
    ModuleCall call;
    call.action = "embed";
    call.timeout_ms = kTimeLimit;
    {
        const std::lock_guard lock(crm_.mutex);
        for (const auto& [name, account] : crm_.accounts)
            for (const auto& [code, module] : account.modules)
                if (text_of(module, "clientId") == client_id) {
                    call.account = name;
                    call.url = without_slash(text_of(module, "baseUrl")) + action;
                }
    }
    if (call.url.empty()) return failed("no module is registered for this panel");
    const auto payload = request.form().find("payload");
    call.fields.add("clientId", client_id);
    if (payload) call.fields.add("payload", *payload);
    const auto answer = call_module(crm_, call);
    if (answer.first.status == 0) return failed(answer.first.error);
    HttpResponse response;
    response.status = answer.first.status;
    response.type = "text/plain; charset=utf-8";
    response.body = answer.first.body;
    return response;
}

}  // namespace tillbridge::sandbox
