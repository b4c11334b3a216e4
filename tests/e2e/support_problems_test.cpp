// Open problems in diagnostics: the list of all accounts, the same at the command line, and those
// that a person ends because nothing else can.
#include "tests/e2e/probe.hpp"
#include "tests/support/harness/desk.hpp"

namespace tillbridge::e2e::support_problems_test {
namespace {

// Stores at a gateway that can't be asked, and people of diagnostics.
struct Rubles : Fixture {
    Rubles() {
        add_desk_user(module(), "ann", "operator");
        add_desk_user(module(), "bob", "viewer");
    }
    Desk ann() { return Desk(module().http(), "ann"); }
    Desk bob() { return Desk(module().http(), "bob"); }

    Shop shop(const Json& options = Json::object()) {
        return add_prodamus_store(connect_account("demo", {{"currency", "RUB"}}), "Prodamus",
                                  options);
    }
    void pay(const Bill& bill) {
        const auto done = sandbox().post("/prodamus/payer",
                                         {{"link", bill.gateway_id}, {"phone", "+79990000000"}});
        BOOST_TEST(done.at("ok") == true, done.dump());
    }
    // Paid, and its notice sent as it is said: another sum, say.
    void tell(const Bill& bill, Json how) {
        sandbox().post("/switches", {{"prodamus", "demo.payform.ru"}, {"set", {{"hooks", "off"}}}});
        pay(bill);
        const auto orders = sandbox().get("/prodamus/orders?link=" + bill.gateway_id).at("orders");
        how["orderId"] = orders.back().at("orderId");
        BOOST_TEST(sandbox().post("/prodamus/deliveries/send", how).at("status") == 200);
    }
    CommandResult support(std::vector<std::string> words) {
        words.insert(words.begin(), "support");
        words.emplace_back("--json");
        return module().command(words);
    }
};

const Json kAnotherSum{{"fields", {{"sum", "1.00"}}}};

// The lines of a payment's story that are of one kind.
std::vector<Json> lines_of(const Json& told, const std::string& kind) {
    std::vector<Json> lines;
    for (const auto& line : told.at("journal"))
        if (line.at("kind") == kind) lines.push_back(line);
    return lines;
}

std::string code_of(const Answer& answer) {
    return answer.json().at("error").at("code").get<std::string>();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(support_problems)

BOOST_FIXTURE_TEST_CASE(lists_at_the_command_line_are_those_of_the_page, Rubles) {
    const auto store = shop();
    connect_account("second", {{"currency", "RUB"}});
    for (const char* amount : {"10", "20", "30"}) tell(create(store, amount), kAnotherSum);
    await_quiet();
    const auto desk = bob();
    const auto accounts = desk.read("/connections");
    const auto problems = desk.read("/problems");
    BOOST_TEST(accounts.at("connections").size() == 2U);
    BOOST_REQUIRE(problems.at("problems").size() == 3U);
    BOOST_TEST(problems.at("more") == false);
    const auto page = desk.read("/problems?limit=2");
    BOOST_TEST(page.at("problems").size() == 2U);
    BOOST_TEST(page.at("more") == true);
    const auto rest = desk.read("/problems?limit=2&offset=2");
    BOOST_REQUIRE(rest.at("problems").size() == 1U);
    BOOST_TEST(rest.at("problems")[0] == problems.at("problems")[2]);
    BOOST_TEST(rest.at("more") == false);
    BOOST_TEST(desk.read("/problems?offset=100000").at("problems").empty());
    const auto second = desk.read("/connections?text=second");
    BOOST_TEST(second.at("connections").size() == 1U);
    const auto other = desk.read("/connections?limit=1&offset=1");

    for (const bool running : {true, false}) {
        if (!running) module().stop();
        BOOST_TEST(support({"connections"}).json() == accounts);
        BOOST_TEST(support({"connections", "second"}).json() == second);
        BOOST_TEST(support({"connections", "--limit", "1", "--offset", "1"}).json() == other);
        BOOST_TEST(support({"problems"}).json() == problems);
        BOOST_TEST(support({"problems", "--limit", "2"}).json() == page);
        BOOST_TEST(support({"problems", "--limit", "2", "--offset", "2"}).json() == rest);
        const auto told = module().command({"support", "connections"});
        BOOST_TEST(contains(told.out, sandbox().crm_url("second")), told.out);
        const auto table = module().command({"support", "problems", "--limit", "2"});
        BOOST_TEST(contains(table.out, "invoice.amount_mismatch"), table.out);
        BOOST_TEST(contains(table.out, page.at("problems")[1].at("subject").get<std::string>()));
        BOOST_TEST(contains(table.out, "there are more"), table.out);
    }
    for (const char* list : {"connections", "problems"})
        BOOST_TEST(module().command({"support", list, "--limit", "0"}).code == 2, list);
}

BOOST_FIXTURE_TEST_CASE(what_nothing_ends_a_person_ends, Rubles) {
    const auto store = shop({{"paymentsLimit", "3"}});
    const auto bill = create(store);
    pay(bill);
    await_status(bill, "succeeded");
    pay(bill);
    await_problem("invoice.paid_twice");
    await_quiet();
    const auto desk = ann();
    const auto open = desk.read("/invoices/" + bill.id).at("problems");
    BOOST_REQUIRE(open.size() == 1U);
    BOOST_TEST(open[0].at("dismissible") == true);
    const auto connection = open[0].at("connection").get<std::string>();
    Json act{{"connection", connection},
             {"key", "invoice.paid_twice"},
             {"subject", bill.id},
             {"last", open[0].at("last")}};
    const auto dismissed = [&](const Json& more = Json::object()) {
        auto body = act;
        body.update(more);
        return desk.post("/problems/dismiss", body);
    };
    {
        const Untouched before(*this);
        const auto dry = dismissed();  // dry unless it is said
        BOOST_TEST(dry.status == 200, dry.body);
        BOOST_TEST(dry.json().at("dryRun") == true);
        BOOST_TEST(contains(dry.json().at("would")[0].get<std::string>(), bill.id), dry.body);
        BOOST_TEST(support({"dismiss", connection, "invoice.paid_twice", "--dry-run"})
                       .json()
                       .at("dryRun") == true);
        BOOST_TEST(before.difference().empty(), before.difference());
    }
    // What came since it was seen is nobody's to wave through.
    const auto stale = dismissed({{"last", "2001-01-01T00:00:00.000000Z"}, {"dryRun", false}});
    BOOST_TEST(stale.status == 409);
    BOOST_TEST(code_of(stale) == "problem.changed");
    const auto unknown = dismissed({{"subject", "nobody"}, {"dryRun", false}});
    BOOST_TEST(unknown.status == 404);
    BOOST_TEST(code_of(unknown) == "problem.unknown");
    const auto viewer = bob();
    act["dryRun"] = false;
    BOOST_TEST(viewer.post("/problems/dismiss", act).status == 403);
    BOOST_TEST(has_problem("invoice.paid_twice"));

    const auto done = dismissed({{"note", "given back, 4242 4242 4242 4242"}});
    BOOST_TEST(done.status == 200, done.body);
    BOOST_TEST(done.json().at("dryRun") == false);
    BOOST_TEST(!has_problem("invoice.paid_twice"));
    const auto told = desk.read("/invoices/" + bill.id);
    BOOST_TEST(told.at("problems").empty());
    BOOST_TEST(told.at("invoice").at("state") == "paid");
    const auto written = lines_of(told, "support.dismiss");
    BOOST_REQUIRE(written.size() == 1U);
    BOOST_TEST(written[0].at("summary") == "invoice.paid_twice");
    BOOST_TEST(written[0].at("detail").at("actor") == "ann");
    BOOST_TEST(written[0].at("requestId") == done.header("x-request-id"));
    const auto row = desk.read("/audit").at("rows")[0];
    BOOST_TEST(row.at("act") == "dismiss");
    BOOST_TEST(row.at("actor") == "ann");
    BOOST_TEST(row.at("subject") == bill.id);
    BOOST_TEST(row.at("detail").at("problem") == "invoice.paid_twice");
    BOOST_TEST(contains(row.at("detail").at("note").get<std::string>(), "given back"));
    BOOST_TEST(!contains(row.dump(), "4242 4242 4242 4242"), row.dump());
    BOOST_TEST(row.at("requestId") == done.header("x-request-id"));
    // Twice is as once.
    {
        const Untouched before(*this);
        BOOST_TEST(dismissed().status == 404);
        BOOST_TEST(before.difference().empty(), before.difference());
    }
    // The buyer pays once more: that is another matter.
    const auto notices = notices_with(*this, "demo", "paid twice").size();
    pay(bill);
    await_problem("invoice.paid_twice");
    await("the CRM's people are told again",
          [&] { return notices_with(*this, "demo", "paid twice").size() == notices + 1; });
    BOOST_TEST(dismissed().status == 409);  // not the one that was seen
    BOOST_TEST(support({"dismiss", connection, "invoice.paid_twice"}).code == 0);
    BOOST_TEST(!has_problem("invoice.paid_twice"));
}

BOOST_FIXTURE_TEST_CASE(of_several_one_is_named, Rubles) {
    const auto store = shop();
    const auto one = create(store, "10"), two = create(store, "20");
    for (const auto& bill : {one, two}) tell(bill, kAnotherSum);
    await_quiet();
    const auto connection =
        ann().read("/problems").at("problems")[0].at("connection").get<std::string>();
    const auto both = support({"dismiss", connection, "invoice.amount_mismatch"});
    BOOST_TEST(both.code == 1);
    BOOST_TEST(contains(both.out, "problem.ambiguous"), both.out);
    const auto done = support({"dismiss", sandbox().crm_url("demo"), "invoice.amount_mismatch",
                               "--about", one.id, "--note", "looked up"});
    BOOST_TEST(done.code == 0, done.err);
    BOOST_TEST(!lines_of(story(one.id), "support.dismiss").empty());
    module().stop();
    BOOST_TEST(support({"problems"}).json().at("problems")[0].at("subject") == two.id);
    BOOST_TEST(support({"dismiss", connection, "invoice.amount_mismatch"}).code == 0);
    BOOST_TEST(support({"dismiss", connection, "invoice.amount_mismatch"}).code == 1);
    BOOST_TEST(support({"problems"}).json().at("problems").empty());
    BOOST_TEST(support({"audit"}).json().at("rows")[0].at("act") == "dismiss");
}

BOOST_FIXTURE_TEST_CASE(what_ends_by_itself_is_left_to_do_so, Rubles) {
    expect_violations = true;  // notices that nobody signed
    const auto bill = create(shop());
    sandbox().post("/switches", {{"prodamus", "demo.payform.ru"}, {"set", {{"hooks", "off"}}}});
    pay(bill);
    const auto orders = sandbox().get("/prodamus/orders?link=" + bill.gateway_id).at("orders");
    sandbox().post("/prodamus/deliveries/send",
                   {{"orderId", orders.back().at("orderId")}, {"form", "unsigned"}});
    await_problem("hook.signature_mismatch");
    await_quiet();
    const auto desk = ann();
    const auto open = desk.read("/problems").at("problems");
    BOOST_REQUIRE(open.size() == 1U);
    BOOST_TEST(open[0].at("dismissible") == false);
    const Untouched before(*this);
    for (const bool dry : {true, false}) {
        const auto refused =
            desk.post("/problems/dismiss", {{"connection", open[0].at("connection")},
                                            {"key", "hook.signature_mismatch"},
                                            {"subject", open[0].at("subject")},
                                            {"dryRun", dry}});
        BOOST_TEST(refused.status == 409, refused.body);
        BOOST_TEST(code_of(refused) == "problem.not_dismissible");
        BOOST_TEST(contains(refused.body, "ends by itself"), refused.body);
    }
    for (const Json& body : {Json{{"key", "invoice.paid_twice"}}, Json{{"connection", "x"}},
                             Json{{"connection", "x"}, {"key", 5}},
                             Json{{"connection", "x"}, {"key", "x"}, {"more", 1}}})
        BOOST_TEST(desk.post("/problems/dismiss", body).status == 400, body.dump());
    BOOST_TEST(before.difference().empty(), before.difference());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::support_problems_test
