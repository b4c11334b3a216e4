// A UAPAY for tests: a real HTTP server whose answers each test writes itself. It signs with
// OpenSSL directly and shares nothing with the client under test.
#pragma once

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/Timestamp.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "api_client/http/client.hpp"
#include "api_client/http/resolver.hpp"
#include "api_client/uapay/gateway.hpp"
#include "module/port/clock.hpp"

namespace uapay_test {

using nlohmann::json;

inline const std::string kKey = "bW9ja2luZ2JpcmQta2V5LTE=";
inline const std::string kInvoice = "3f0b9c1e-5a77-4d0c-8b1a-6e2d4c9f7a01";
inline const std::string kPayment = "a94e2b60-1c3d-4f58-b7e9-05d1c8a36f42";

inline std::string base64url(const std::string& bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
    while (!text.empty() && text.back() == '=') text.pop_back();
    return text;
}

inline std::string unbase64url(std::string text) {
    for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
    std::size_t padding = 0;
    for (; text.size() % 4 != 0; ++padding) text += '=';
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    bytes.resize(static_cast<std::size_t>(std::max(size, 0)) - padding);
    return bytes;
}

inline std::string jwt(const std::string& claims, const std::string& key = kKey,
                       const std::string& header = R"({"alg":"HS256","typ":"JWT"})",
                       const EVP_MD* digest = EVP_sha256()) {
    const std::string text = base64url(header) + "." + base64url(claims);
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(digest, key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
    return text + "." + base64url(std::string(reinterpret_cast<char*>(mac), size));
}

class TestClock : public tillbridge::port::Clock {
  public:
    tillbridge::domain::UtcTime now() const override { return at_; }
    void advance(tillbridge::domain::Span span) { at_ = at_ + span; }

  private:
    tillbridge::domain::UtcTime at_ = tillbridge::domain::UtcTime::from_seconds(1795338000);
};

struct Reply {
    int status = 200;
    std::string body;
    bool drop = false;  // close the connection instead of answering
    std::map<std::string, std::string> headers = {};
    bool hang = false;  // say nothing until the client gives up
};

inline Reply raw(const std::string& body, int status = 200) {
    return {status, body, false, {}, false};
}
inline Reply token(const std::string& text) {
    return raw(json({{"status", 1}, {"data", {{"token", text}}}}).dump());
}
inline Reply yes(const json& claims, const std::string& key = kKey) {
    return token(jwt(claims.dump(), key));
}
inline Reply no(const std::string& code, const std::string& message = "", int status = 200) {
    json error = {{"code", code}};
    if (!message.empty()) error["message"] = message;
    return raw(json({{"status", 0}, {"error", error}}).dump(), status);
}
inline Reply lost() {
    return {0, "", true, {}, false};
}
inline Reply silence() {
    return {0, "", true, {}, true};
}

struct Seen {
    std::string method;  // `invoicer/invoices/create`
    json claims;         // as signed
    json body;
    std::string signature_of;  // what our own signing of the same claims gives
};

class Fake;

// One listening server for the whole program, since stopping one takes its accept loop's quarter of
// a second; it hands each request to the fake of the test that runs.
class Listener {
  public:
    static Listener& instance() {
        static Listener listener;
        return listener;
    }
    std::string base_url() const {
        return "http://127.0.0.1:" + std::to_string(socket_.address().port()) + "/api/";
    }
    void serve(Fake* fake) {
        const std::lock_guard lock(mutex_);
        fake_ = fake;
    }
    Reply answer(const std::string& method, const std::string& body);

  private:
    class Handler : public Poco::Net::HTTPRequestHandler {
      public:
        void handleRequest(Poco::Net::HTTPServerRequest& request,
                           Poco::Net::HTTPServerResponse& response) override {
            std::string text;
            Poco::StreamCopier::copyToString(request.stream(), text);
            const std::string method = request.getURI().substr(std::string("/api/").size());
            const Reply reply = instance().answer(method, text);
            auto& socket = static_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket();
            socket.setNoDelay(true);
            if (reply.drop) {
                char byte = 0;
                if (reply.hang) socket.receiveBytes(&byte, 1);  // returns when it is closed
                socket.shutdown();
                return;
            }
            response.setStatus(std::to_string(reply.status));
            for (const auto& [name, value] : reply.headers) response.set(name, value);
            response.setContentType("application/json");
            response.sendBuffer(reply.body.data(), reply.body.size());
        }
    };
    class Factory : public Poco::Net::HTTPRequestHandlerFactory {
      public:
        Poco::Net::HTTPRequestHandler* createRequestHandler(
            const Poco::Net::HTTPServerRequest&) override {
            return new Handler;
        }
    };

    Listener() : socket_(Poco::Net::SocketAddress("127.0.0.1", 0)) {
        auto* params = new Poco::Net::HTTPServerParams;
        params->setKeepAlive(false);
        server_ = std::make_unique<Poco::Net::HTTPServer>(new Factory, socket_, params);
        server_->start();
    }
    ~Listener() { server_->stopAll(true); }

    Poco::Net::ServerSocket socket_;
    std::unique_ptr<Poco::Net::HTTPServer> server_;
    std::mutex mutex_;
    Fake* fake_ = nullptr;
};

class Fake {
  public:
    using Answer = std::function<Reply(const json& claims)>;

    explicit Fake(const TestClock& clock) : clock_(clock) {
        on("sessions/create", [this](const json&) {
            return yes({{"id", "0000-" + std::to_string(++sessions_)}});
        });
        Listener::instance().serve(this);
    }
    ~Fake() { Listener::instance().serve(nullptr); }

    std::string base_url() const { return Listener::instance().base_url(); }
    void on(const std::string& method, Answer answer) {
        const std::lock_guard lock(mutex_);
        answers_[method] = std::move(answer);
    }
    void on(const std::string& method, const Reply& reply) {
        on(method, [reply](const json&) { return reply; });
    }
    // One after the other; the last one stays.
    void script(const std::string& method, std::vector<Reply> replies) {
        on(method, [replies = std::move(replies), at = std::size_t{0}](const json&) mutable {
            return replies[std::min(at++, replies.size() - 1)];
        });
    }
    std::vector<Seen> seen(const std::string& method = "") const {
        const std::lock_guard lock(mutex_);
        std::vector<Seen> found;
        for (const auto& one : seen_)
            if (method.empty() || one.method == method) found.push_back(one);
        return found;
    }
    std::size_t count(const std::string& method) const { return seen(method).size(); }
    void set_date_offset(int seconds) { date_offset_ = seconds; }

    Reply answer(const std::string& method, const std::string& body) {
        const std::lock_guard lock(mutex_);
        Seen seen{method, {}, json::parse(body), {}};
        const auto given = seen.body.at("token").get<std::string>();
        const auto first = given.find('.');
        const auto claims = unbase64url(given.substr(first + 1, given.rfind('.') - first - 1));
        seen.claims = json::parse(claims);
        seen.signature_of = jwt(claims);
        seen_.push_back(seen);
        const auto at = answers_.find(method);
        Reply reply = at == answers_.end() ? raw("not found", 404) : at->second(seen.claims);
        reply.headers["Date"] = Poco::DateTimeFormatter::format(
            Poco::Timestamp::fromEpochTime(clock_.now().seconds() + date_offset_),
            Poco::DateTimeFormat::HTTP_FORMAT);
        return reply;
    }

  private:
    const TestClock& clock_;
    mutable std::mutex mutex_;
    std::map<std::string, Answer> answers_;
    std::vector<Seen> seen_;
    int sessions_ = 0;
    int date_offset_ = 0;
};

inline Reply Listener::answer(const std::string& method, const std::string& body) {
    const std::lock_guard lock(mutex_);
    return fake_ == nullptr ? raw("", 503) : fake_->answer(method, body);
}

// Everything that a test of the gateway needs.
struct World {
    TestClock clock;
    Fake fake{clock};
    tillbridge::http::SystemResolver resolver;
    tillbridge::http::Client http{{}, resolver, nullptr};
    tillbridge::uapay::Gateway gateway{http, clock, options()};
    tillbridge::domain::Merchant merchant = store();
    tillbridge::port::CallLog log;

    tillbridge::uapay::Options options() const {
        tillbridge::uapay::Options options;
        options.base_url = fake.base_url();
        options.allow_private_networks = true;
        options.timeout = std::chrono::seconds(5);
        return options;
    }
    static tillbridge::domain::Merchant store() {
        tillbridge::domain::Merchant merchant;
        merchant.gateway = tillbridge::domain::GatewayCode("uapay");
        merchant.credentials["shopId"] = tillbridge::domain::Secret("1001");
        merchant.credentials["secretKey"] = tillbridge::domain::Secret(kKey);
        return merchant;
    }
    static tillbridge::domain::Currency uah() {
        return tillbridge::domain::Currency::parse("UAH").value();
    }
    // 1250.50 UAH in the given state, with its payment known.
    static tillbridge::domain::Invoice invoice(tillbridge::domain::InvoiceState state) {
        tillbridge::domain::Invoice invoice;
        invoice.amount = {125050, uah()};
        invoice.state = state;
        invoice.gateway_invoice = tillbridge::domain::GatewayId(kInvoice);
        invoice.gateway_payment = tillbridge::domain::GatewayId(kPayment);
        if (state == tillbridge::domain::InvoiceState::authorized) invoice.authorized = 125050;
        if (state == tillbridge::domain::InvoiceState::paid) invoice.captured = 125050;
        return invoice;
    }
    tillbridge::domain::Operation operation(tillbridge::domain::OperationKind kind,
                                            std::int64_t amount) const {
        tillbridge::domain::Operation op;
        op.id = tillbridge::domain::OperationId("op-1");
        op.kind = kind;
        op.state = tillbridge::domain::OperationState::started;
        op.amount = amount;
        op.requested = amount;
        op.started_at = clock.now();
        return op;
    }
};

// payments/show
inline json payment(const std::string& status, const std::string& payment_status,
                    std::int64_t amount = 125050) {
    return {{"invoiceId", kInvoice},
            {"paymentId", kPayment},
            {"number", 249777},
            {"amount", amount},
            {"status", status},
            {"paymentStatus", payment_status},
            {"cardFromMasked", "4111111111"},
            {"createdAt", "2026-11-22T08:58:40.120Z"},
            {"updatedAt", "2026-11-22T08:59:41.250Z"},
            {"paidAt", "2026-11-22T08:59:41.250Z"},
            {"reversedAt", nullptr}};
}

// invoices/show
inline json invoice(const json& payments, const std::string& status = "ACTIVE") {
    return {{"id", kInvoice},          {"externalId", "CRM-100045"},  {"amount", 125050},
            {"invoiceStatus", status}, {"extraInfo", json::object()}, {"payments", payments}};
}

}  // namespace uapay_test
