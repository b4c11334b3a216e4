// A CRM account that writes down what it is asked and answers what a test says, as a real HTTP
// server on loopback. Shared by the retailcrm_*_test.cpp files.
#pragma once

#include <Poco/Event.h>
#include <Poco/Net/HTTPServer.h>

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api_client/http/client.hpp"
#include "api_client/http/resolver.hpp"
#include "api_client/retailcrm/host.hpp"

namespace tillbridge::retailcrm::testing {

struct Asked {
    std::string method;
    std::string path;  // with the query
    std::map<std::string, std::string> headers;
    std::map<std::string, std::string> form;
    std::string body;
};

struct Answer {
    int status = 200;
    std::string body = R"({"success":true})";
    std::map<std::string, std::string> headers = {};
    bool drop = false;  // closes the connection instead of answering
    bool hang = false;  // answers only once the test is over
};

class FakeCrm {
  public:
    FakeCrm();
    ~FakeCrm();
    FakeCrm(const FakeCrm&) = delete;
    FakeCrm& operator=(const FakeCrm&) = delete;

    std::string url() const;
    // For paths that end so; without one it is {"success":true}.
    void answer(const std::string& path_end, Answer answer);
    std::vector<Asked> asked() const;
    Asked only() const;  // fails the test where it is not exactly one

  private:
    class Handler;
    class Factory;
    Answer take(Asked asked);

    mutable std::mutex mutex_;
    std::vector<Asked> asked_;
    std::map<std::string, Answer> answers_;
    Poco::Event over_{Poco::Event::EVENT_MANUALRESET};
    std::unique_ptr<Poco::Net::HTTPServer> server_;
};

ModuleFacts facts();
domain::Merchant merchant(const std::string& id, const std::string& name, bool active = true);
domain::Money money(const std::string& decimal, const std::string& currency);
domain::UtcTime utc(int year, int month, int day, int hour, int minute, int second);

// The account, the client under test and a connection between them.
struct Account {
    FakeCrm crm;
    http::SystemResolver resolver;
    http::Client client{{}, resolver, nullptr};
    Host host;
    domain::Connection connection;

    explicit Account(domain::Span timeout = std::chrono::seconds(10));
};

}  // namespace tillbridge::retailcrm::testing
