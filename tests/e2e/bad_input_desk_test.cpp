// Bad input to diagnostics, field by field: a clear 4xx that names the field, nothing stored,
// nothing called.
#include "tests/e2e/field_table.hpp"
#include "tests/support/harness/desk.hpp"

namespace tillbridge::e2e::bad_input_desk_test {
namespace {

struct Counter : Fixture {
    Counter() : shop(connect_shop("demo", Json::object(), {{"language", "en"}})) {
        add_desk_user(module(), "ann", "operator");
        desk.emplace(module().http(), "ann");
    }

    std::function<Answer()> send(const std::string& path, const std::string& text,
                                 const std::string& type = "application/json") {
        return [this, path, text, type] {
            return module().http().request("POST", "/api/support" + path, text,
                                           {{"Cookie", desk->cookie()},
                                            {"X-CSRF-Token", desk->csrf()},
                                            {"Accept-Language", "en"},
                                            {"Content-Type", type}});
        };
    }
    // All that a body and its fields must not be.
    void check(const std::string& path, const Json& good, std::vector<Field> fields) {
        fields.push_back({"/unknown", Type::text, false, 1});
        auto table = refused_fields(path, good, fields,
                                    [&](const std::string& text) { return send(path, text); });
        for (const auto& text : kNoObjects)
            table.push_back({path + " body " + text, send(path, text), {400}, ""});
        const auto deep = R"({"deep":)" + std::string(8, '[') + std::string(8, ']') + '}';
        table.push_back({path + " deep", send(path, deep), {400}, ""});
        table.push_back({path + " long", send(path, std::string(64 * 1024 + 1, ' ')), {413}, ""});
        for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "text/xml"})
            table.push_back({path + " as " + type, send(path, good.dump(), type), {415}, ""});
        check_refused(*this, table);
    }

    Shop shop;
    std::optional<Desk> desk;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_input_desk)

BOOST_FIXTURE_TEST_CASE(every_field_of_signing_in, Counter) {
    await_quiet();
    check("/login", {{"name", "ann"}, {"password", kDeskPassword}, {"code", ""}},
          {{"/name", Type::text, true, 64},
           {"/password", Type::text, true, 1024},
           {"/code", Type::text, false, 64}});
    // Nothing of it counts as an attempt.
    BOOST_TEST(Desk::login(module().http(), "ann", kDeskPassword).status == 200);
}

BOOST_FIXTURE_TEST_CASE(every_field_of_the_search, Counter) {
    await_quiet();
    check("/find", {{"text", "0501234567"}, {"offset", 0}, {"limit", 20}},
          {{"/text", Type::text, false, 500},
           {"/offset", Type::integer, false, 0, {-1, 100001, 1e20}},
           {"/limit", Type::integer, false, 0, {0, -1, 201, 1e20}}});
    BOOST_TEST(desk->post("/find", {{"text", "x"}, {"offset", 0}, {"limit", 200}}).status == 200);
}

BOOST_FIXTURE_TEST_CASE(every_parameter_of_what_is_read, Counter) {
    const auto bill = create(shop);
    await_quiet();
    const auto connection =
        desk->read("/invoices/" + bill.id).at("invoice").at("connection").get<std::string>();
    const std::map<std::string, std::vector<std::string>> out_of_range{
        {"offset", {"100001"}}, {"limit", {"0", "201"}}, {"after", {}}, {"before", {}}};
    for (const auto& path :
         {std::string("/find"), std::string("/connections"), "/connections/" + connection,
          "/invoices/" + bill.id, std::string("/outbox"), std::string("/audit"),
          std::string("/problems")}) {
        BOOST_TEST(desk->get(path).status == 200, path);
        std::vector<Refused> table;
        const auto add = [&](const std::string& name, const std::vector<std::string>& queries) {
            for (const auto& query : queries) {
                const auto target = path + '?' + query;
                table.push_back(
                    {target, [this, target] { return desk->get(target); }, {400}, name});
            }
        };
        for (const char* name : {"text", "state", "connection", "kind", "reason"})
            add(name, bad_texts(name, 500));
        add("state", {"state=x", "state=READY", "state=dead%20"});
        for (const auto& [name, values] : out_of_range) add(name, bad_numbers(name, values));
        add("", {"%FF=1", "%2"});
        check_refused(*this, table);
    }
}

BOOST_FIXTURE_TEST_CASE(every_field_of_the_acts_on_a_payment, Counter) {
    const auto bill = paid(shop);
    await_quiet();
    for (const char* act : {"/ask", "/push"})
        check("/invoices/" + bill.id + act, {{"dryRun", false}}, {{"/dryRun", Type::flag}});
    check_refused(*this, {{"nobody's", send("/invoices/i-none/ask", "{}"), {404}, ""},
                          {"a broken id", send("/invoices/%FF/push", "{}"), {400}, ""},
                          {"half a percent", send("/invoices/%2/push", "{}"), {400}, ""}});
}

BOOST_FIXTURE_TEST_CASE(every_field_of_a_replay_and_of_a_bundle, Counter) {
    const auto bill = create(shop);
    await_quiet();
    check("/outbox/replay",
          {{"id", 1}, {"connection", ""}, {"kind", ""}, {"reason", ""}, {"dryRun", false}},
          {{"/id", Type::integer, false, 0, {0, -1, 1e20}},
           {"/connection", Type::text, false, 500},
           {"/kind", Type::text, false, 500},
           {"/reason", Type::text, false, 500},
           {"/dryRun", Type::flag}});
    check("/bundle", {{"invoice", bill.id}}, {{"/invoice", Type::text, true, 500}});
    check("/bundle", {{"connection", "x"}}, {{"/connection", Type::text, false, 500}});
    check_refused(
        *this,
        {{"of nothing", send("/bundle", "{}"), {400}, "invoice"},
         {"of both", send("/bundle", R"({"invoice":"x","connection":"y"})"), {400}, "connection"},
         {"of nobody", send("/bundle", R"({"invoice":"i-none"})"), {404}, ""}});
}

BOOST_FIXTURE_TEST_CASE(every_field_of_a_dismissal, Counter) {
    const auto bill = create(shop);
    await_quiet();
    const auto connection =
        desk->read("/invoices/" + bill.id).at("invoice").at("connection").get<std::string>();
    const Json good{{"connection", connection}, {"key", "invoice.paid_twice"},
                    {"subject", bill.id},       {"last", ""},
                    {"note", "given back"},     {"dryRun", false}};
    check("/problems/dismiss", good,
          {{"/connection", Type::text, true, 500},
           {"/key", Type::text, true, 500},
           {"/subject", Type::text, false, 500},
           {"/last", Type::text, false, 64},
           {"/note", Type::text, false, 500},
           {"/dryRun", Type::flag},
           {"/unknown", Type::text, false, 1}});
    check_refused(*this, {{"nothing is open", send("/problems/dismiss", good.dump()), {404}, ""}});
}

BOOST_FIXTURE_TEST_CASE(every_field_of_a_subscriptions_change, Counter) {
    const auto club = add_prodamus_store(connect_account("club", {{"currency", "RUB"}}), "Club",
                                         {{"subscription", "593600"}});
    const auto hook = settings(club).merchant(club.code).at("hookUrl");
    sandbox().post("/switches",
                   {{"prodamus", "demo.payform.ru"}, {"set", {{"subscriptionUrls", hook}}}});
    const auto bill = create(club, "100");
    sandbox().post("/prodamus/payer", {{"link", bill.gateway_id}, {"phone", "+79990000001"}});
    await_status(bill, "succeeded");
    sandbox().wait("prodamusDeliveries", {});
    await_quiet();
    const auto profile =
        sandbox().get("/prodamus/subscriptions").at("subscriptions").back().at("profile").dump();
    const auto path = "/subscriptions/" + profile;
    BOOST_TEST(desk->get(path).status == 200);
    const std::vector<Field> common{
        {"/byBuyer", Type::flag}, {"/key", Type::text, false, 64}, {"/dryRun", Type::flag}};
    const auto with = [&](std::vector<Field> own) {
        own.insert(own.end(), common.begin(), common.end());
        return own;
    };
    const Json good{{"discount", "10"}, {"charges", 1},    {"date", "2099-01-01 10:00"},
                    {"byBuyer", false}, {"dryRun", false}, {"key", ""}};
    check(path + "/discount", good,
          with({{"/discount", Type::text, true, 64, {"x", "0", "-1", "1,5", "1.005", "100.01"}},
                {"/charges", Type::integer, false, 0, {-1, 1000000, 1e20}},
                {"/date", Type::text, false, 64}}));
    check(path + "/next-date", good,
          with({{"/date",
                 Type::text,
                 true,
                 64,
                 {"x", "2020-01-01 10:00", "2099-13-01 10:00", "2099-02-30 10:00",
                  "2099-01-01 24:00", "01.01.2099"}},
                {"/discount", Type::text, false, 64},
                {"/charges", Type::integer}}));
    for (const char* act : {"/stop", "/resume"})
        check(path + act, good,
              with({{"/discount", Type::text, false, 64},
                    {"/charges", Type::integer},
                    {"/date", Type::text, false, 64}}));
    check_refused(*this, {{"an unknown act", send(path + "/explode", "{}"), {400}, "act"},
                          {"nobody's", send("/subscriptions/none/stop", "{}"), {404}, ""},
                          {"a broken id", send("/subscriptions/%FF/stop", "{}"), {400}, ""}});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::bad_input_desk_test
