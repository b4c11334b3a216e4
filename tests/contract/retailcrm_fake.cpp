#include "tests/contract/retailcrm_fake.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <boost/test/unit_test.hpp>
#include <chrono>

namespace tillbridge::retailcrm::testing {

class FakeCrm::Handler : public Poco::Net::HTTPRequestHandler {
  public:
    explicit Handler(FakeCrm& crm) : crm_(crm) {}

    void handleRequest(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) override {
        Asked asked{request.getMethod(), request.getURI(), {}, {}, {}};
        for (const auto& [name, value] : request) asked.headers[name] = value;
        if (request.getContentLength64() > 0) {
            Poco::StreamCopier::copyToString(request.stream(), asked.body);
        }
        Poco::URI form;
        form.setRawQuery(asked.body);
        for (const auto& [name, value] : form.getQueryParameters()) asked.form[name] = value;
        const Answer answer = crm_.take(std::move(asked));
        if (answer.hang) crm_.over_.wait();
        if (answer.drop) {
            static_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket().shutdown();
            return;
        }
        response.setStatus(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(answer.status));
        for (const auto& [name, value] : answer.headers) response.set(name, value);
        response.sendBuffer(answer.body.data(), answer.body.size());
    }

  private:
    FakeCrm& crm_;
};

class FakeCrm::Factory : public Poco::Net::HTTPRequestHandlerFactory {
  public:
    explicit Factory(FakeCrm& crm) : crm_(crm) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(
        const Poco::Net::HTTPServerRequest&) override {
        return new Handler(crm_);
    }

  private:
    FakeCrm& crm_;
};

FakeCrm::FakeCrm() {
    server_ = std::make_unique<Poco::Net::HTTPServer>(
        new Factory(*this), Poco::Net::ServerSocket(Poco::Net::SocketAddress("127.0.0.1", 0)),
        new Poco::Net::HTTPServerParams);
    server_->start();
}

FakeCrm::~FakeCrm() {
    over_.set();
    server_->stopAll(true);
}

std::string FakeCrm::url() const {
    return "http://127.0.0.1:" + std::to_string(server_->port());
}

void FakeCrm::answer(const std::string& path_end, Answer answer) {
    const std::lock_guard lock(mutex_);
    answers_[path_end] = std::move(answer);
}

std::vector<Asked> FakeCrm::asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
}

Asked FakeCrm::only() const {
    const auto all = asked();
    BOOST_REQUIRE_EQUAL(all.size(), 1U);
    return all.front();
}

Answer FakeCrm::take(Asked asked) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(std::move(asked));
    for (const auto& [path_end, answer] : answers_) {
        if (asked_.back().path.ends_with(path_end)) return answer;
    }
    return {};
}

ModuleFacts facts() {
    ModuleFacts facts;
    facts.code = "tillbridge";
    facts.integration_code = "tillbridge-integration";
    facts.name = "Tillbridge";
    facts.logo_url = "https://pay.example.com/manifest/logo.svg";
    facts.countries = {"ua", "kz"};
    facts.currencies = {"UAH", "KZT"};
    facts.actions = {{"activity", "/crm/activity"}, {"settings", "/crm/settings"}};
    facts.payment_actions = {{"create", "/payment/create"},
                             {"approve", "/payment/approve"},
                             {"cancel", "/payment/cancel"},
                             {"refund", "/payment/refund"},
                             {"status", "/payment/status"}};
    facts.required_scopes = {"integration_read", "integration_write", "payments_read",
                             "payments_write",   "reference_read",    "store_read"};
    facts.required_methods = {"/api/integration-modules/{code}",
                              "/api/integration-modules/{code}/edit",
                              "/api/payment/(updateInvoice|check)"};
    return facts;
}

domain::Merchant merchant(const std::string& id, const std::string& name, bool active) {
    domain::Merchant made;
    made.id = domain::MerchantId(id);
    made.name = name;
    made.active = active;
    return made;
}

domain::Money money(const std::string& decimal, const std::string& currency) {
    return domain::parse_money(decimal, domain::Currency::parse(currency).value()).value();
}

domain::UtcTime utc(int year, int month, int day, int hour, int minute, int second) {
    const std::chrono::sys_days date{std::chrono::year(year) /
                                     std::chrono::month(static_cast<unsigned>(month)) /
                                     std::chrono::day(static_cast<unsigned>(day))};
    const auto moment = date + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                        std::chrono::seconds(second);
    return domain::UtcTime::from_seconds(moment.time_since_epoch().count());
}

Account::Account(domain::Span timeout)
    : host(client, HostOptions{{{"127.0.0.1"}, true}, timeout, facts()}) {
    connection.id = domain::ConnectionId("c1");
    connection.system_url = crm.url();
    connection.api_key = domain::Secret("key-of-the-account-0123456789");
    connection.client_id = domain::Secret("client-id-of-the-connection");
    connection.timezone = "Europe/Kyiv";
}

}  // namespace tillbridge::retailcrm::testing
