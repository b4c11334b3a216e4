// What the settings page is shown: which stores, which rights, which problems.
#include <boost/test/unit_test.hpp>

#include "handlers/settings/access.hpp"
#include "handlers/settings/listing.hpp"
#include "handlers/settings/problem_groups.hpp"

namespace tillbridge::handlers::settings::handlers_settings_test {
namespace {

using nlohmann::json;

domain::Merchant store(const std::string& id, const std::string& name, bool active = true) {
    domain::Merchant it;
    it.id = domain::MerchantId(id);
    it.name = name;
    it.active = active;
    it.gateway = domain::GatewayCode("uapay");
    it.credentials.emplace("shopId", domain::Secret("ab" + id));
    it.credentials.emplace("secretKey", domain::Secret("key-" + id));
    return it;
}

const std::vector<port::Field>& fields() {
    static const std::vector<port::Field> kFields = [] {
        port::Field shop, key;
        shop.code = "shopId";
        key.code = "secretKey";
        key.type = "secret";
        return std::vector{shop, key};
    }();
    return kFields;
}

const std::vector<port::Field>* fields_of(const domain::Merchant&) {
    return &fields();
}

std::vector<std::string> shown(const std::vector<domain::Merchant>& all, const std::string& query) {
    Request request;
    request.query = query;
    const auto wanted = wanted_of(request);
    BOOST_REQUIRE(wanted.has_value());
    std::vector<std::string> ids;
    for (const auto* each : part_of(all, *wanted, fields_of).shown) ids.push_back(each->id.value);
    return ids;
}

std::string refused(const std::string& query) {
    Request request;
    request.query = query;
    const auto wanted = wanted_of(request);
    return wanted ? std::string() : wanted.error().field;
}

service::ProblemView problem(const std::string& key, const std::string& subject,
                             const std::string& what, std::int64_t at) {
    service::ProblemView it;
    it.row.key = key;
    it.row.subject = subject;
    it.row.since = it.row.last = domain::UtcTime{at * 1'000'000};
    it.what = what;
    it.todo = "do";
    return it;
}

using Ids = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(handlers_settings)

BOOST_AUTO_TEST_CASE(a_window_of_the_stores_that_fit) {
    std::vector<domain::Merchant> all;
    for (int i = 0; i < 7; ++i) all.push_back(store(std::to_string(i), "Shop", i % 2 == 0));
    BOOST_TEST(shown(all, "") == (Ids{"0", "1", "2", "3", "4", "5", "6"}));
    BOOST_TEST(shown(all, "offset=2&limit=3") == (Ids{"2", "3", "4"}));
    BOOST_TEST(shown(all, "offset=9") == Ids{});
    BOOST_TEST(shown(all, "limit=0") == Ids{});
    BOOST_TEST(shown(all, "state=inactive") == (Ids{"1", "3", "5"}));
    BOOST_TEST(shown(all, "state=active&offset=1&limit=2") == (Ids{"2", "4"}));
    Wanted wanted;
    wanted.active = true;
    wanted.limit = 1;
    BOOST_TEST(part_of(all, wanted, fields_of).matching == 4U);
}

BOOST_AUTO_TEST_CASE(search_ignores_case_in_any_alphabet_and_knows_plain_credentials_only) {
    const std::vector<domain::Merchant> all = {store("m1", "Чайна ЛАВКА"), store("m2", "Tea Shop"),
                                               store("M3", "Қант дүкені")};
    BOOST_TEST(shown(all, "q=%D0%BB%D0%B0%D0%B2%D0%BA%D0%B0") == Ids{"m1"});  // лавка
    BOOST_TEST(shown(all, "q=TEA") == Ids{"m2"});
    BOOST_TEST(shown(all, "q=%D2%9A%D0%90%D0%9D%D0%A2") == Ids{"M3"});  // ҚАНТ
    BOOST_TEST(shown(all, "q=m3") == Ids{"M3"});
    BOOST_TEST(shown(all, "q=m") == Ids{});  // an id fits whole
    BOOST_TEST(shown(all, "q=uapay") == (Ids{"m1", "m2", "M3"}));
    BOOST_TEST(shown(all, "q=abm1") == Ids{"m1"});
    BOOST_TEST(shown(all, "q=key-m1") == Ids{});
}

BOOST_AUTO_TEST_CASE(a_query_that_makes_no_sense_names_its_field) {
    BOOST_TEST(refused("offset=-1") == "offset");
    BOOST_TEST(refused("limit=ten") == "limit");
    BOOST_TEST(refused("limit=1x") == "limit");
    BOOST_TEST(refused("state=asleep") == "state");
    BOOST_TEST(refused("q=" + std::string(256, 'x')) == "q");
    BOOST_TEST(refused("state=&q=") == "");
}

BOOST_AUTO_TEST_CASE(rights_are_listed_with_their_use) {
    domain::Connection connection;
    connection.scopes = {"payments_read", "order_read", "of_no_use"};
    const Scopes scopes{{"payments_read", "payments_write"}, {"reference_write"}, {"order_read"}};
    BOOST_TEST(
        access_of(connection, scopes) ==
        json::array({{{"scope", "payments_read"}, {"use", "payments"}, {"granted", true}},
                     {{"scope", "payments_write"}, {"use", "payments"}, {"granted", false}},
                     {{"scope", "reference_write"}, {"use", "paymentTypes"}, {"granted", false}},
                     {{"scope", "order_read"}, {"use", "panel"}, {"granted", true}}}));
}

BOOST_AUTO_TEST_CASE(keys_of_old_accounts_have_methods) {
    domain::Connection connection;
    connection.scopes = {"/api/payment/check", "/api/reference/payment-types/{code}/edit"};
    connection.missing_scopes = {"/api/payment/updateInvoice"};
    const auto access = access_of(connection, {{"payments_read"}, {"reference_write"}, {}});
    BOOST_REQUIRE(access.size() == 3U);
    BOOST_TEST(access[0].at("scope") == "/api/payment/updateInvoice");
    BOOST_TEST(access[0].at("granted") == false);
    BOOST_TEST(access[1].at("use") == "payments");
    BOOST_TEST(access[2].at("use") == "paymentTypes");
    BOOST_TEST(access[2].at("granted") == true);
}

BOOST_AUTO_TEST_CASE(problems_that_say_the_same_are_one_with_its_stores) {
    std::vector<service::ProblemView> rows = {problem("crm.unreachable", "", "away", 5)};
    Names names;
    for (int i = 0; i < 12; ++i) {
        rows.push_back(problem("payment_type.missing", "m" + std::to_string(i), "no type", 10 + i));
        names["m" + std::to_string(i)] = "Shop";
    }
    rows.push_back(problem("gateway.clock_skew", "m1", "off by 3 s", 1));
    rows.push_back(problem("gateway.clock_skew", "m2", "off by 4 s", 1));
    const auto groups = grouped(rows, names);
    BOOST_REQUIRE(groups.size() == 4U);
    BOOST_TEST(groups[0].at("count") == 1);
    BOOST_TEST(groups[0].at("merchants").empty());
    BOOST_TEST(groups[1].at("count") == 12);
    BOOST_TEST(groups[1].at("merchants").size() == 10U);
    BOOST_TEST(groups[1].at("merchants")[0] == (json{{"id", "m0"}, {"name", "Shop"}}));
    BOOST_TEST(groups[1].at("since") == "1970-01-01T00:00:10Z");
    BOOST_TEST(groups[1].at("last") == "1970-01-01T00:00:21Z");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::handlers::settings::handlers_settings_test
