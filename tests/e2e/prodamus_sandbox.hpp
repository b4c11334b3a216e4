// The sandbox alone, with one Prodamus page whose notifications go to the sandbox' own receiver:
// what the tests of the emulated Prodamus share.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/support/harness/sandbox.hpp"

namespace tillbridge::harness {

struct ProdamusPage {
    ProdamusPage() : sandbox({"", folder.path(), "http://127.0.0.1:1", {"--seed", "4"}}) {
        receiver = sandbox.url() + "/_control/prodamus/receiver/" + host;
        key = sandbox.get("/prodamus/pages/" + host).at("page").at("key").get<std::string>();
        set({{"urls", receiver}, {"subscriptionUrls", receiver}});
    }

    void set(const Json& switches) const {
        sandbox.post("/switches", {{"prodamus", host}, {"set", switches}});
    }
    // A form in PHP's way: signed where there is a key.
    std::string form(Json data, const std::string& with_key) const {
        if (!with_key.empty())
            data["signature"] =
                sandbox.post("/prodamus/sign", {{"data", data}, {"key", with_key}}).at("signature");
        return sandbox.post("/prodamus/sign", {{"data", data}, {"key", "-"}})
            .at("form")
            .get<std::string>();
    }
    Answer ask(const Json& data, const std::string& with_key = {},
               const std::string& place = {}) const {
        return sandbox.http().request("POST", "/prodamus/" + host + "/" + place,
                                      form(data, with_key),
                                      {{"Content-Type", "application/x-www-form-urlencoded"}});
    }
    std::string link(const Json& more = Json::object()) const {
        Json data = {
            {"do", "link"},
            {"order_id", "A-1"},
            {"sys", "test"},
            {"customer_phone", "+79990000000"},
            {"products", {{{"name", "Книга 1/2"}, {"price", "100.50"}, {"quantity", "2"}}}}};
        data.update(more);
        const auto answer = ask(data, key);
        BOOST_REQUIRE_MESSAGE(answer.status == 200, answer.body);
        return answer.body;
    }
    Json payer(const std::string& url, const Json& more = Json::object()) const {
        Json body = {{"link", url}};
        body.update(more);
        return sandbox.post("/prodamus/payer", body);
    }
    Json delivered(std::size_t count, const Fields& filter = {}) const {
        Fields fields{{"count", std::to_string(count)}};
        fields.insert(fields.end(), filter.begin(), filter.end());
        return sandbox.wait("prodamusDelivery", fields).at("deliveries");
    }
    // Of the newest subscription.
    Json profile() const {
        return sandbox.get("/prodamus/subscriptions").at("subscriptions").back();
    }
    Json act(const Json& more) const {
        Json body = {{"profile", profile().at("profile")}};
        body.update(more);
        const auto answer = sandbox.post("/prodamus/subscriptions", body);
        BOOST_TEST(answer.at("ok").get<bool>(), answer.dump());
        return answer.at("subscription");
    }
    std::string subscribe(const Json& more = Json::object()) const {
        Json data = {{"do", "link"},
                     {"subscription", "593600"},
                     {"customer_phone", "+79990000001"},
                     {"sys", ""}};
        data.update(more);
        const auto answer = ask(data, key);
        BOOST_REQUIRE_MESSAGE(answer.status == 200, answer.body);
        BOOST_REQUIRE(payer(answer.body).at("ok").get<bool>());
        return answer.body;
    }

    const std::string host = "demo.payform.ru";
    TempFolder folder;
    Sandbox sandbox;
    std::string receiver, key;
};

inline std::vector<std::string> states(const Json& deliveries) {
    std::vector<std::string> found;
    for (const auto& one : deliveries)
        found.push_back(one.at("event").get<std::string>() + ' ' +
                        one.at("state").get<std::string>());
    return found;
}

inline bool holds(const Answer& page, const std::string& text) {
    return page.body.find(text) != std::string::npos;
}

inline std::string path_of(const std::string& url) {
    return url.substr(url.find("/prodamus/"));
}

}  // namespace tillbridge::harness
