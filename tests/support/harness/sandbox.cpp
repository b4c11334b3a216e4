#include "tests/support/harness/sandbox.hpp"

#include <openssl/hmac.h>

#include <chrono>
#include <stdexcept>

namespace tillbridge::harness {
namespace {

std::string query_of(const Fields& fields) {
    Fields given;
    for (const auto& field : fields)
        if (!field.second.empty()) given.push_back(field);
    return given.empty() ? "" : '?' + form_encoded(given);
}

Json checked(const std::string& what, const Answer& answer) {
    if (answer.status == 200) return answer.json();
    throw std::runtime_error("sandbox " + what + ": " + std::to_string(answer.status) + ' ' +
                             answer.error + ' ' + answer.body);
}

std::vector<Json> list_of(const Json& answer, const char* name) {
    return answer.at(name).get<std::vector<Json>>();
}

std::string base64url(const unsigned char* bytes, std::size_t size) {
    static constexpr char kDigits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string out;
    unsigned int held = 0;
    int bits = 0;
    for (std::size_t i = 0; i < size; ++i) {
        held = (held << 8U) | bytes[i];
        for (bits += 8; bits >= 6; bits -= 6) out += kDigits[(held >> (bits - 6)) & 63U];
    }
    if (bits > 0) out += kDigits[(held << (6 - bits)) & 63U];
    return out;
}

std::string base64url(const std::string& text) {
    return base64url(reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

// uapay.md §3.1: the claims, and beside them the token that signs them.
Json enveloped(Json claims, const std::string& secret) {
    claims["iat"] = std::chrono::duration_cast<std::chrono::seconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
    const auto text = base64url(R"({"alg":"HS256","typ":"JWT"})") + '.' + base64url(claims.dump());
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
    claims["token"] = text + '.' + base64url(mac, size);
    return claims;
}

// The claims of a reply; they come back to the one who holds the secret, unchecked.
Json claims_of(const Json& reply) {
    if (reply.value("status", 0) != 1) throw std::runtime_error("UAPAY: " + reply.dump());
    const auto token = reply.at("data").at("token").get<std::string>();
    const auto begin = token.find('.') + 1;
    std::string text;
    unsigned int held = 0;
    int bits = 0;
    static const std::string kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (const char digit : token.substr(begin, token.find('.', begin) - begin)) {
        held = (held << 6U) | static_cast<unsigned int>(kDigits.find(digit));
        if ((bits += 6) >= 8) text += static_cast<char>((held >> (bits -= 8)) & 255U);
    }
    return Json::parse(text);
}

}  // namespace

Sandbox::Sandbox(const Options& options) {
    Process::Start start;
    start.arguments = {
        options.program.empty() ? TILLBRIDGE_BIN_DIR "/tillbridge-sandbox" : options.program,
        "--listen", "127.0.0.1:0", "--module", options.module_url};
    start.arguments.insert(start.arguments.end(), options.arguments.begin(),
                           options.arguments.end());
    start.err = options.folder + "/sandbox.log";
    start.out = start.err;
    process_ = std::make_unique<Process>(start);
    await("the sandbox listens", [&] {
        const auto log = bytes_of_file(start.err);
        if (!process_->running()) throw std::runtime_error("the sandbox ended: " + log);
        for (std::size_t at = 0, end; (end = log.find('\n', at)) != std::string::npos;
             at = end + 1) {
            const auto line = Json::parse(log.substr(at, end - at), nullptr, false);
            if (!line.is_object() || line.value("msg", "") != "listening") continue;
            url_ = "http://" + line.at("address").get<std::string>();
            return true;
        }
        return false;
    });
}

Json Sandbox::get(const std::string& path) const {
    return checked("GET " + path, http().get("/_control" + path));
}

Json Sandbox::post(const std::string& path, const Json& body) const {
    return checked("POST " + path + ' ' + body.dump(), http().post_json("/_control" + path, body));
}

void Sandbox::switches(const Json& set) const {
    post("/switches", {{"set", set}});
}

void Sandbox::account_switches(const std::string& account, const Json& set) const {
    post("/switches", {{"account", account}, {"set", set}});
}

void Sandbox::merchant_switches(const std::string& client_id, const Json& set) const {
    post("/switches", {{"merchant", client_id}, {"set", set}});
}

Json Sandbox::fault(const Json& fault) const {
    return post("/faults", fault).at("faults").back();
}

void Sandbox::clear_faults() const {
    post("/faults/clear");
}

int Sandbox::fault_hits(const Json& fault) const {
    const auto faults = get("/faults").at("faults");
    for (const auto& each : faults)
        if (each.at("id") == fault.at("id")) return each.value("hits", 0);
    return 0;
}

void Sandbox::advance_clock(double seconds) const {
    post("/clock", {{"advanceSeconds", seconds}});
}

Json Sandbox::violations() const {
    return get("/violations").at("violations");
}

Json Sandbox::wait(const std::string& condition, const Fields& fields, Millis patience) const {
    Fields all{{"for", condition}, {"timeoutMs", std::to_string(patience.count())}};
    all.insert(all.end(), fields.begin(), fields.end());
    const Http client(url_, patience + std::chrono::seconds(20));
    return checked("wait" + query_of(all), client.get("/_control/wait" + query_of(all)));
}

Json Sandbox::put_account(const Json& fields) const {
    return post("/accounts", fields).at("account");
}

Json Sandbox::account(const std::string& name) const {
    return get("/accounts/" + name).at("account");
}

std::string Sandbox::key(const std::string& name) const {
    return account(name).at("keys").back().at("apiKey").get<std::string>();
}

Json Sandbox::crm(const Json& action) const {
    return post("/crm", action);
}

Json Sandbox::order(const Json& order) const {
    return post("/orders", order).at("order");
}

Json Sandbox::order(const std::string& account, const Json& id) const {
    return get("/orders/" + account + '/' + id.dump()).at("order");
}

Json Sandbox::invoice(const std::string& account, const std::string& uuid) const {
    const auto list =
        list_of(get("/invoices" + query_of({{"account", account}, {"uuid", uuid}})), "invoices");
    if (list.size() != 1) throw std::runtime_error("no CRM invoice " + uuid);
    return list.front();
}

std::vector<Json> Sandbox::updates(const std::string& account, const std::string& uuid) const {
    return list_of(get("/updates" + query_of({{"account", account}, {"invoiceUuid", uuid}})),
                   "updates");
}

std::vector<Json> Sandbox::notices(const std::string& account) const {
    return list_of(get("/notices" + query_of({{"account", account}})), "notices");
}

std::vector<Json> Sandbox::registrations(const std::string& account) const {
    return list_of(get("/registrations" + query_of({{"account", account}})), "registrations");
}

std::vector<Json> Sandbox::requests(const std::string& account) const {
    return list_of(get("/requests" + query_of({{"account", account}})), "requests");
}

std::vector<Json> Sandbox::calls(const std::string& account, const std::string& action) const {
    return list_of(get("/calls" + query_of({{"account", account}, {"action", action}})), "calls");
}

Json Sandbox::merchant(const Json& fields) const {
    return post("/merchants", fields).at("merchant");
}

Json Sandbox::pay(const std::string& invoice, const std::string& action, const Json& more) const {
    Json body{{"invoice", invoice}, {"action", action}};
    body.update(more);
    const auto answer = post("/payer", body);
    if (!answer.at("ok").get<bool>()) throw std::runtime_error("payer: " + answer.dump());
    return answer.at("invoice");
}

std::vector<Json> Sandbox::gateway_invoices(const std::string& external_id) const {
    return list_of(get("/uapay/invoices" + query_of({{"externalId", external_id}})), "invoices");
}

std::vector<Json> Sandbox::payments(const std::string& invoice) const {
    return list_of(get("/uapay/payments" + query_of({{"invoice", invoice}})), "payments");
}

std::vector<Json> Sandbox::operations(const std::string& invoice, const std::string& kind) const {
    return list_of(get("/operations" + query_of({{"invoice", invoice}, {"kind", kind}})),
                   "operations");
}

std::vector<Json> Sandbox::hooks() const {
    return list_of(get("/hooks"), "hooks");
}

Json Sandbox::send_hook(const Json& hook) const {
    return post("/hooks/send", hook);
}

void Sandbox::cabinet(const std::string& client_id, const std::string& payment,
                      const std::string& action, int amount) const {
    const auto secret =
        get("/merchants/" + client_id).at("merchant").at("secret").get<std::string>();
    const auto call = [&](const std::string& method, const Json& claims) {
        return claims_of(
            http().post_json("/uapay/api/" + method, enveloped(claims, secret)).json());
    };
    const auto session = call("sessions/create", {{"params", {{"clientId", client_id}}}}).at("id");
    const auto shown = call("invoicer/payments/show",
                            {{"params", {{"sessionId", session}, {"paymentId", payment}}}});
    Json claims{
        {"params",
         {{"sessionId", session}, {"invoiceId", shown.at("invoiceId")}, {"paymentId", payment}}}};
    if (amount > 0 && action == "complete") claims["params"]["amount"] = amount;
    if (amount > 0 && action == "reverse") claims["data"]["amount"] = amount;
    call("invoicer/payments/" + action, claims);
}

}  // namespace tillbridge::harness
