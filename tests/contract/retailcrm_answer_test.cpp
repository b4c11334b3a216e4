// How each way in which a call to the CRM can end is told to the outbox: done, refused for good,
// a person's matter, wait, or try again.
#include <Poco/Net/ServerSocket.h>

#include <boost/test/unit_test.hpp>

#include "tests/contract/retailcrm_fake.hpp"

namespace tillbridge::retailcrm_answer_test {

using namespace tillbridge::retailcrm::testing;
using port::HostResult;

namespace {

port::HostAnswer told(Account& account, Answer answer) {
    account.crm.answer("/send", std::move(answer));
    return account.host.notify(account.connection, "x", false);
}

const char* word(HostResult result) {
    switch (result) {
        case HostResult::ok:
            return "ok";
        case HostResult::refused:
            return "refused";
        case HostResult::key_rejected:
            return "key_rejected";
        case HostResult::overloaded:
            return "overloaded";
        case HostResult::silent:
            return "silent";
        case HostResult::forbidden:
            break;
    }
    return "forbidden";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(retailcrm_answer)

BOOST_AUTO_TEST_CASE(every_answer_has_its_meaning) {
    struct Row {
        int status;
        const char* body;
        const char* result;
        const char* code;
    };
    const std::vector<Row> table{
        {200, R"({"success":true})", "ok", ""},
        {201, R"({"success":true,"info":[]})", "ok", ""},
        {200, R"({"success":false,"errorMsg":"Validation error"})", "refused", "crm.refused"},
        {400, R"({"success":false,"errorMsg":"Errors in the entity format"})", "refused",
         "crm.refused"},
        {400, R"({"success":false,"errorMsg":"Parameter 'x' is missing"})", "refused",
         "crm.refused"},
        {404, R"({"success":false,"errorMsg":"Not found"})", "refused", "crm.refused"},
        {404, R"({"success":false,"errorMsg":"API method not found"})", "refused", "crm.refused"},
        {422, R"({"success":false,"errorMsg":"a text that nobody knows"})", "refused",
         "crm.refused"},
        {403, R"({"success":false,"errorMsg":"Wrong \"apiKey\" value."})", "key_rejected",
         "crm.key_rejected"},
        {200, R"({"success":false,"errorMsg":"Wrong \"apiKey\" value."})", "key_rejected",
         "crm.key_rejected"},
        {400, R"({"success":false,"errorMsg":"\"apiKey\" is missing."})", "key_rejected",
         "crm.key_rejected"},
        {403, R"({"success":false,"errorMsg":"Access denied."})", "key_rejected",
         "crm.key_rejected"},
        {401, R"({"success":false})", "key_rejected", "crm.key_rejected"},
        {403, "", "key_rejected", "crm.key_rejected"},
        {403, R"({"success":false,"errorMsg":"Account does not exist."})", "key_rejected",
         "crm.account_unknown"},
        {400, R"({"success":false,"errorMsg":"Account does not exist."})", "key_rejected",
         "crm.account_unknown"},
        {200, "<!DOCTYPE html><html></html>", "key_rejected", "crm.account_unknown"},
        {404, "\r\n <html>no such account</html>", "key_rejected", "crm.account_unknown"},
        {403, "\xef\xbb\xbf<html>", "key_rejected", "crm.account_unknown"},
        {302, "", "key_rejected", "crm.account_unknown"},
        {429, R"({"success":false,"errorMsg":"limit"})", "overloaded", "crm.overloaded"},
        {503, R"({"success":false,"errorMsg":"limit"})", "overloaded", "crm.overloaded"},
        {503, "<html>maintenance</html>", "overloaded", "crm.overloaded"},
        {500, R"({"success":false,"errorMsg":"Internal error"})", "silent", "crm.unreachable"},
        {502, "<html>bad gateway</html>", "silent", "crm.unreachable"},
        {504, "", "silent", "crm.unreachable"},
        {200, "", "silent", "crm.unreachable"},
        {200, "{\"success\":tr", "silent", "crm.unreachable"},
        {200, "[true]", "silent", "crm.unreachable"},
        {200, "{}", "silent", "crm.unreachable"},
        {200, R"({"success":"true"})", "silent", "crm.unreachable"},
        {200, R"({"success":1})", "silent", "crm.unreachable"},
        {200, R"({"success":true,"success":true})", "silent", "crm.unreachable"},
        {404, "not found", "silent", "crm.unreachable"},
        {400, R"({"success":true})", "silent", "crm.unreachable"},
        {408, R"({"success":false})", "silent", "crm.unreachable"}};
    Account account;
    for (const Row& row : table) {
        BOOST_TEST_CONTEXT(row.status << " " << row.body) {
            const auto answer = told(account, {row.status, row.body});
            BOOST_TEST(word(answer.result) == std::string(row.result));
            BOOST_TEST(answer.code == row.code);
            BOOST_TEST(!answer.timed_out);
            BOOST_TEST(answer.exchange.what == "notifications/send");
            BOOST_TEST(answer.exchange.http_status == row.status);
            BOOST_TEST(answer.exchange.outcome == (answer.code.empty() ? "ok" : answer.code));
        }
    }
    // One request each: nothing is repeated here.
    BOOST_TEST(account.crm.asked().size() == table.size());
}

BOOST_AUTO_TEST_CASE(the_words_of_a_refusal) {
    Account account;
    const std::vector<std::pair<const char*, const char*>> table{
        {R"({"success":false,"errorMsg":"Errors in the entity format",)"
         R"("errors":{"status":"is not valid","shops":{"0":{"code":["blank","long"]}}}})",
         "Errors in the entity format (shops.0.code: blank; shops.0.code: long; status: is not "
         "valid)"},
        {R"({"success":false,"errorMsg":"No","errors":["first","second"]})", "No (first; second)"},
        {R"({"success":false,"errors":[7]})", "7"},
        {R"({"success":false,"errorMsg":"No","errors":[]})", "No"},
        {R"({"success":false,"errorMsg":null})", ""}};
    for (const auto& [body, words] : table) {
        const auto answer = told(account, {400, body});
        BOOST_TEST(answer.message == words);
        BOOST_TEST(answer.exchange.detail == words);
    }
}

BOOST_AUTO_TEST_CASE(the_key_and_personal_data_are_masked) {
    Account account;
    const auto answer = told(
        account, {400, R"({"success":false,"errorMsg":"key-of-the-account-0123456789 is bad for )"
                       R"(ivan@example.com, card 4111111111111111"})"});
    BOOST_TEST(answer.message.find("key-of-the-account") == std::string::npos);
    BOOST_TEST(answer.message.find("ivan@example.com") == std::string::npos);
    BOOST_TEST(answer.message.find("4111111111111111") == std::string::npos);
    BOOST_TEST(answer.message.starts_with("*** is bad for "));
    BOOST_TEST(answer.exchange.detail == answer.message);
    BOOST_TEST(
        told(account, {400, R"({"success":false,"errorMsg":")" + std::string(9000, 'x') + R"("})"})
            .message.size() < 600U);
}

BOOST_AUTO_TEST_CASE(how_long_to_wait) {
    Account account;
    const auto wait = [&](Answer answer) { return told(account, std::move(answer)).retry_after; };
    BOOST_TEST((wait({503, "", {{"Retry-After", "7"}}}) == domain::Span(std::chrono::seconds(7))));
    BOOST_TEST(
        (wait({429, "", {{"Retry-After", "120"}}}) == domain::Span(std::chrono::seconds(120))));
    BOOST_TEST(!wait({429, ""}).has_value());
    BOOST_TEST(!wait({429, "", {{"Retry-After", "soon"}}}).has_value());
}

BOOST_AUTO_TEST_CASE(a_connection_that_breaks) {
    Account account;
    Answer drop;
    drop.drop = true;
    const auto answer = told(account, drop);
    BOOST_TEST((answer.result == HostResult::silent));
    BOOST_TEST(answer.code == "crm.unreachable");
    BOOST_TEST(!answer.timed_out);
    BOOST_TEST(answer.exchange.http_status == 0);
    BOOST_TEST(account.crm.asked().size() == 1U);
}

BOOST_AUTO_TEST_CASE(nobody_listens) {
    Account account;
    {
        const Poco::Net::ServerSocket taken(Poco::Net::SocketAddress("127.0.0.1", 0));
        account.connection.system_url =
            "http://127.0.0.1:" + std::to_string(taken.address().port());
    }
    const auto answer = account.host.notify(account.connection, "x", false);
    BOOST_TEST((answer.result == HostResult::silent));
    BOOST_TEST(answer.code == "crm.unreachable");
}

BOOST_AUTO_TEST_CASE(an_answer_that_does_not_come) {
    Account account(std::chrono::milliseconds(150));
    Answer hang;
    hang.hang = true;
    const auto answer = told(account, hang);
    BOOST_TEST((answer.result == HostResult::silent));
    BOOST_TEST(answer.code == "crm.unreachable");
    BOOST_TEST(answer.timed_out);
    BOOST_TEST(answer.exchange.took.count() >= 150'000);
}

BOOST_AUTO_TEST_CASE(addresses_that_are_not_ours_to_call) {
    Account account;
    const std::vector<std::pair<const char*, const char*>> table{
        {"http://localhost:1", "crm.host_not_allowed"},
        {"http://169.254.169.254", "crm.host_not_allowed"},
        {"ftp://127.0.0.1", "crm.url_invalid"},
        {"", "crm.url_invalid"}};
    for (const auto& [url, code] : table) {
        account.connection.system_url = url;
        const auto answer = account.host.notify(account.connection, "x", false);
        BOOST_TEST((answer.result == HostResult::forbidden), url);
        BOOST_TEST(answer.code == code);
    }
    retailcrm::Host strict(account.client,
                           {{{"127.0.0.1"}, false}, std::chrono::seconds(1), facts()});
    account.connection.system_url = "https://127.0.0.1:1";
    BOOST_TEST(strict.notify(account.connection, "x", false).code == "crm.address_forbidden");
    BOOST_TEST(account.crm.asked().empty());
}

BOOST_AUTO_TEST_CASE(a_key_that_would_break_the_request) {
    Account account;
    account.connection.api_key = domain::Secret("key\r\nX-Other: 1");
    const auto answer = account.host.notify(account.connection, "x", false);
    BOOST_TEST((answer.result == HostResult::key_rejected));
    BOOST_TEST(answer.code == "crm.key_rejected");
    BOOST_TEST(account.crm.asked().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::retailcrm_answer_test
