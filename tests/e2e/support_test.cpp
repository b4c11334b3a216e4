// Diagnostics from outside: who gets in and what each may do, finding a payment by every name it
// has, its story, the safe acts and their dry runs, the audit log, the bundle, and all of it at the
// command line.
#include <Poco/Zip/ZipArchive.h>
#include <Poco/Zip/ZipStream.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "tests/e2e/probe.hpp"
#include "tests/support/harness/desk.hpp"

namespace tillbridge::e2e::support_test {
namespace {

// Every call to the CRM fails, until the faults are cleared.
const Json kCrmDown{{"side", "crm"}, {"count", 0}, {"action", {{"status", 503}}}};
constexpr const char* kEmail = "Olena.Kovalenko@mail.example";
constexpr const char* kPhone = "+380 50 123-45-67";

struct Staffed : Fixture {
    explicit Staffed(const Config& config = {}) : Fixture(config) {
        add_desk_user(module(), "ann", "operator");
        add_desk_user(module(), "bob", "viewer");
    }
    Desk ann() { return Desk(module().http(), "ann"); }
    Desk bob() { return Desk(module().http(), "bob"); }
    Bill bought(const Shop& shop, const std::string& amount = "100") {
        return create(shop, amount,
                      {{"customer", {{"email", kEmail}, {"phone", kPhone}, {"firstName", "O"}}}});
    }
    CommandResult support(std::vector<std::string> words) {
        words.insert(words.begin(), "support");
        words.emplace_back("--json");
        return module().command(words);
    }
};

bool finds(const Json& answer, const std::string& id) {
    const auto& all = answer.at("invoices");
    return std::any_of(all.begin(), all.end(),
                       [&](const Json& one) { return one.at("paymentId") == id; });
}

// What a zip holds, one file after the other, by name.
std::map<std::string, std::string> unzipped(const std::string& bytes) {
    std::istringstream in(bytes);
    const Poco::Zip::ZipArchive archive(in);
    std::map<std::string, std::string> files;
    for (auto at = archive.headerBegin(); at != archive.headerEnd(); ++at) {
        in.clear();
        Poco::Zip::ZipInputStream file(in, at->second);
        files[at->first] = {std::istreambuf_iterator<char>(file), {}};
    }
    return files;
}

const std::vector<std::string> kReads{
    "",        "/find?text=x", "/connections",  "/connections/x", "/invoices/x",
    "/outbox", "/audit",       "/audit/verify", "/problems"};
const std::vector<std::string> kActs{"/invoices/x/ask", "/invoices/x/push", "/outbox/replay",
                                     "/problems/dismiss"};

}  // namespace

BOOST_AUTO_TEST_SUITE(support)

BOOST_FIXTURE_TEST_CASE(the_cookie_and_what_it_opens, Staffed) {
    const auto desk = ann();
    for (const char* part :
         {"tillbridge_support=", "; HttpOnly", "; SameSite=Strict", "; Path=/", "; Max-Age=43200"})
        BOOST_TEST(contains(desk.set_cookie(), part), desk.set_cookie());
    BOOST_TEST(!contains(desk.set_cookie(), "Secure"));  // public_url is http here
    const auto me = desk.read("");
    BOOST_TEST(me.at("user").at("name") == "ann");
    BOOST_TEST(me.at("user").at("role") == "operator");
    BOOST_TEST(me.at("csrfToken") == desk.csrf());
    BOOST_TEST(!contains(me.dump(), "scrypt"));
    BOOST_TEST(!contains(desk.cookie(), desk.csrf()));
    for (const auto& row : rows_of_store(module().store_file()))
        BOOST_TEST(!contains(row, desk.cookie().substr(desk.cookie().find('=') + 1)), row);

    BOOST_TEST(desk.post("/logout").status == 200);
    BOOST_TEST(desk.get().status == 401);
    const auto page = module().http().get("/support");
    BOOST_TEST(page.status == 200);
    BOOST_TEST(contains(page.header("content-security-policy"), "default-src 'none'"));
}

// A table over all routes: a stranger, an admin of the settings page, a viewer, an operator without
// the CSRF token.
BOOST_FIXTURE_TEST_CASE(each_gets_its_own_and_nothing_more, Staffed) {
    const auto shop = connect_shop();
    const Settings admin = settings(shop);
    const auto viewer = bob(), operates = ann();
    const auto http = module().http();
    const auto as = [&](const std::string& method, const std::string& path, const Fields& who) {
        auto headers = who;
        headers.emplace_back("Content-Type", "application/json");
        return http.request(method, "/api/support" + path, method == "POST" ? "{}" : "", headers)
            .status;
    };
    const std::string as_support =
        "tillbridge_support" + admin.cookie().substr(admin.cookie().find('='));
    const std::vector<std::pair<std::string, Fields>> strangers{
        {"nobody", {}},
        {"an admin", {{"Cookie", admin.cookie()}, {"X-CSRF-Token", admin.csrf()}}},
        {"an admin's cookie under our name",
         {{"Cookie", as_support}, {"X-CSRF-Token", admin.csrf()}}},
        {"a guess", {{"Cookie", "tillbridge_support=" + std::string(43, 'A')}}}};
    for (const auto& [who, headers] : strangers) {
        for (const auto& path : kReads) BOOST_TEST(as("GET", path, headers) == 401, who << path);
        for (const auto& path : kActs) BOOST_TEST(as("POST", path, headers) == 401, who << path);
        for (const char* path : {"/bundle", "/logout"})
            BOOST_TEST(as("POST", path, headers) == 401, who << path);
    }
    // A viewer reads all, and may take a bundle, but not act.
    for (const auto& path : kReads) {
        const int status = as("GET", path, {{"Cookie", viewer.cookie()}});
        BOOST_TEST(status == (contains(path, "/x") ? 404 : 200), path);
    }
    for (const auto& path : kActs) {
        const auto refused = viewer.post(path, {{"dryRun", true}});
        BOOST_TEST(refused.status == 403, path);
        BOOST_TEST(refused.json().at("error").at("code") == "support.forbidden");
    }
    BOOST_TEST(viewer.post("/bundle", {{"connection", "nobody"}}).status == 404);
    // Without the CSRF token, or with another's, nothing is done.
    for (const Fields& who :
         {Fields{{"Cookie", operates.cookie()}},
          Fields{{"Cookie", operates.cookie()}, {"X-CSRF-Token", viewer.csrf()}}}) {
        for (const auto& path : kActs) BOOST_TEST(as("POST", path, who) == 403, path);
        for (const char* path : {"/bundle", "/logout"}) BOOST_TEST(as("POST", path, who) == 403);
    }
    BOOST_TEST(operates.post("/invoices/x/ask").status == 404);
    // The other way round: support is no admin.
    BOOST_TEST(http.get("/api/settings", {{"Cookie", operates.cookie()}}).status == 401);
}

BOOST_FIXTURE_TEST_CASE(failures_lock_the_name_out, Staffed) {
    const auto http = module().http();
    const auto unknown = Desk::login(http, "nobody", "x");
    const auto wrong = Desk::login(http, "bob", "x");
    BOOST_TEST(unknown.status == 401);
    BOOST_TEST(unknown.body == wrong.body);
    Answer last = wrong;
    for (int i = 0; i < 8 && last.status == 401; ++i) last = Desk::login(http, "bob", "x");
    BOOST_TEST(last.status == 429);
    BOOST_TEST(!last.header("retry-after").empty());
    BOOST_TEST(last.json().at("error").at("code") == "support.locked");
    for (const Json& body : {Json{{"name", "ann"}}, Json{{"name", 5}, {"password", "x"}},
                             Json::array(), Json{{"name", "ann"}, {"password", "x"}, {"more", 1}}})
        BOOST_TEST(http.post_json("/api/support/login", body).status == 400, body.dump());
    BOOST_TEST(http.post_form("/api/support/login", {{"name", "ann"}, {"password", kDeskPassword}})
                   .status == 415);
}

BOOST_FIXTURE_TEST_CASE(a_payment_is_found_by_every_name, Staffed) {
    const auto shop = connect_shop();
    const auto bill = bought(shop);
    const auto other = create(shop, "7");
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    const auto desk = bob();
    const auto order = story(bill.id).at("invoice").at("order").get<std::string>();
    for (const auto& name : {bill.id, bill.uuid, bill.gateway_id, bill.link,
                             bill.link.substr(bill.link.rfind('/') + 1), order, std::string(kEmail),
                             std::string("olena.kovalenko@MAIL.example "), std::string(kPhone),
                             std::string("0501234567"), std::string("(050) 123 45 67")}) {
        const auto answer = desk.read("/find?text=" + percent_encoded(name));
        BOOST_TEST(finds(answer, bill.id), name << answer.dump());
        if (name != order) BOOST_TEST(!finds(answer, other.id), name);
        const auto told = support({"find", name});
        BOOST_TEST(told.code == 0);
        BOOST_TEST(finds(told.json(), bill.id), name << told.out);
    }
    const auto account = desk.read("/find?text=" + percent_encoded(sandbox().crm_url("demo")));
    BOOST_REQUIRE(account.at("connections").size() == 1U);
    const auto connection = account.at("connections")[0].at("id").get<std::string>();
    BOOST_TEST(desk.read("/find?text=").at("invoices").empty());
    BOOST_TEST(desk.read("/connections").at("connections").size() == 1U);

    // Found also once everything is sealed under a new key; never kept in clear.
    BOOST_TEST(module().command({"keys", "rotate"}).code == 0);
    BOOST_TEST(finds(desk.read("/find?text=0501234567"), bill.id));
    module().stop();
    module().start();
    BOOST_TEST(finds(ann().read("/find?text=" + percent_encoded(kEmail)), bill.id));
    const auto kept = bytes_of_store(*this) + module().log();
    for (const char* datum : {"lena.kovalenko", "lena.Kovalenko", "501234567", "50 123-45-67"})
        BOOST_TEST(!contains(kept, datum), datum);
    BOOST_TEST(!connection.empty());
}

BOOST_FIXTURE_TEST_CASE(lists_are_paged, Staffed) {
    const auto shop = connect_shop();
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) ids.push_back(bought(shop, std::to_string(i + 1)).id);
    const auto desk = bob();
    const auto first = desk.read("/find?text=0501234567&limit=2");
    BOOST_TEST(first.at("invoices").size() == 2U);
    BOOST_TEST(first.at("more") == true);
    BOOST_TEST(finds(first, ids[2]));
    const auto rest = desk.read("/find?text=0501234567&limit=2&offset=2");
    BOOST_TEST(rest.at("more") == false);
    BOOST_TEST(finds(rest, ids[0]));
    for (const char* query : {"limit=0", "limit=201", "limit=x", "offset=-1", "state=x"})
        BOOST_TEST(desk.get(std::string("/outbox?") + query).status == 400, query);
    const auto lines = desk.read("/invoices/" + ids[0]).at("journal");
    BOOST_REQUIRE(lines.size() >= 2U);
    const auto page = desk.read("/invoices/" + ids[0] + "?limit=1");
    BOOST_TEST(page.at("journal").size() == 1U);
    BOOST_TEST(page.at("more") == true);
    const auto next = desk.read("/invoices/" + ids[0] +
                                "?limit=1&after=" + page.at("journal")[0].at("id").dump());
    BOOST_TEST(next.at("journal")[0].at("id") == lines[1].at("id"));
}

BOOST_FIXTURE_TEST_CASE(the_page_of_a_connection_and_of_a_payment, Staffed) {
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = paid(shop, "121.50", "waitingForCapture");
    await_quiet();
    act(bill, "approve");
    await_status(bill, "succeeded");
    await_quiet();
    const auto desk = bob();
    const auto told = desk.read("/invoices/" + bill.id);
    BOOST_TEST(told.at("invoice").at("state") == "paid");
    BOOST_TEST(told.at("invoice").at("crm") == sandbox().crm_url("demo"));
    BOOST_TEST(told.at("acts") == (Json{{"ask", true}, {"push", true}}));
    std::set<std::int64_t> ids;
    std::size_t caused = 0, with_request = 0;
    for (const auto& line : told.at("journal")) {
        const auto cause = line.at("cause").get<std::int64_t>();
        if (cause != 0) {
            ++caused;
            BOOST_TEST(ids.contains(cause), line.dump());  // links to a line of the same story
        }
        ids.insert(line.at("id").get<std::int64_t>());
        if (!line.at("requestId").get<std::string>().empty()) ++with_request;
    }
    BOOST_TEST(with_request >= 3U);
    // All but what began a request, or came from no request, has a cause.
    std::set<std::string> requests;
    for (const auto& line : told.at("journal")) {
        const auto request = line.at("requestId").get<std::string>();
        if (!request.empty() && !requests.insert(request).second)
            BOOST_TEST(line.at("cause") != 0, line.dump());
    }
    BOOST_TEST(caused >= 5U);

    const auto connection = told.at("invoice").at("connection").get<std::string>();
    const auto page = desk.read("/connections/" + connection);
    BOOST_TEST(page.at("merchants").size() == 1U);
    BOOST_TEST(page.at("merchants")[0].at("id") == shop.code);
    const auto& traffic = page.at("traffic");
    BOOST_TEST(traffic.at("successRate") == 1.0);
    BOOST_TEST(traffic.at("hooks").size() == 48U);
    BOOST_TEST(!traffic.at("lastHooks").empty());
    BOOST_TEST(!traffic.at("lastPushes").empty());
    int calls = 0;
    for (const auto& count : traffic.at("gateway").at("calls")) calls += count.get<int>();
    BOOST_TEST(calls >= 2);
    for (const auto& secret : {shop.secret, sandbox().key("demo"), shop.client_id})
        BOOST_TEST(!contains(page.dump() + told.dump(), secret));
    const auto cli = support({"connection", sandbox().crm_url("demo")});
    BOOST_TEST(cli.json().at("connection").at("id") == connection);
    BOOST_TEST(support({"connection", "nobody"}).code == 1);
}

BOOST_FIXTURE_TEST_CASE(asking_the_gateway_now, Staffed) {
    const auto shop = connect_shop();
    sandbox().merchant_switches(shop.merchant, {{"hooks", "off"}});
    const auto bill = create(shop);
    await_quiet();
    sandbox().pay(bill.gateway_id);
    const auto desk = ann();
    const Untouched before(*this);
    const auto dry = desk.post("/invoices/" + bill.id + "/ask");  // dry unless it is said
    BOOST_TEST(dry.status == 200, dry.body);
    BOOST_TEST(dry.json().at("dryRun") == true);
    BOOST_TEST(contains(dry.json().at("would")[0].get<std::string>(), bill.gateway_id));
    BOOST_TEST(before.difference().empty(), before.difference());

    const auto operations = sandbox().operations(bill.gateway_id).size();
    const auto done = desk.post("/invoices/" + bill.id + "/ask", {{"dryRun", false}});
    BOOST_TEST(done.json().at("before") == "pending");
    BOOST_TEST(done.json().at("after") == "paid");
    await_status(bill, "succeeded");
    BOOST_TEST(desk.post("/invoices/" + bill.id + "/ask", {{"dryRun", false}}).json().at("after") ==
               "paid");
    BOOST_TEST(sandbox().operations(bill.gateway_id).size() == operations);  // it only asks
    BOOST_TEST(desk.post("/invoices/" + bill.id + "/ask", {{"dryrun", false}}).status == 400);
}

BOOST_FIXTURE_TEST_CASE(pushing_to_the_crm_again, Staffed) {
    const auto shop = connect_shop();
    const auto bill = paid(shop);
    await_quiet();
    const auto told = [&] { return sandbox().updates("demo", bill.uuid).size(); };
    const auto desk = ann();
    const auto count = told();
    const Untouched before(*this);
    const auto dry = desk.post("/invoices/" + bill.id + "/push");
    BOOST_TEST(contains(dry.json().at("would")[0].get<std::string>(), "succeeded"), dry.body);
    BOOST_TEST(before.difference().empty(), before.difference());

    BOOST_TEST(desk.post("/invoices/" + bill.id + "/push", {{"dryRun", false}}).status == 200);
    await("the CRM is told again", [&] { return told() == count + 1; });
    await_quiet();
    BOOST_TEST(crm_invoice(bill).at("status") == "succeeded");
    // While one waits, another adds nothing.
    sandbox().fault(kCrmDown);
    const auto one = desk.post("/invoices/" + bill.id + "/push", {{"dryRun", false}}).json();
    const auto two = desk.post("/invoices/" + bill.id + "/push", {{"dryRun", false}}).json();
    const auto waits = desk.read("/invoices/" + bill.id).at("waiting");
    BOOST_TEST(waits.size() <= 2U, waits.dump());
    sandbox().clear_faults();
    BOOST_TEST(one.contains("effect"));
    BOOST_TEST(two.contains("effect"));
}

BOOST_AUTO_TEST_CASE(replaying_what_was_parked) {
    struct Impatient : Staffed {
        Impatient() : Staffed({{"outbox.give_up_after", "1ms"}, {"outbox.schedule", "[50ms]"}}) {}
    } world;
    const auto shop = world.connect_shop();
    const auto bill = world.create(shop);
    world.await_quiet();
    world.sandbox().fault(kCrmDown);
    world.sandbox().pay(bill.gateway_id);
    world.await_problem("outbox.dead");
    const auto desk = world.ann();
    const auto parked = desk.read("/outbox?state=dead");
    BOOST_REQUIRE(!parked.at("rows").empty());
    BOOST_TEST(parked.at("parked")[0].at("count").get<int>() >= 1);
    const auto row = parked.at("rows")[0];
    BOOST_TEST(!desk.read("/invoices/" + bill.id).at("waiting")[0].at("attempts").empty());
    const Untouched before(world);
    const auto dry = desk.post("/outbox/replay", {{"id", row.at("id")}});
    BOOST_TEST(contains(dry.body, row.at("kind").get<std::string>()));
    const auto all = desk.post("/outbox/replay", {{"kind", "crm.push"}});
    BOOST_TEST(all.json().at("fit").get<int>() >= 1, all.body);
    BOOST_TEST(desk.post("/outbox/replay", {{"kind", "none.such"}}).json().at("fit") == 0);
    BOOST_TEST(before.difference().empty(), before.difference());

    world.sandbox().clear_faults();
    const auto done = desk.post("/outbox/replay", {{"id", row.at("id")}, {"dryRun", false}});
    BOOST_TEST(done.json().at("replayed") == 1, done.body);
    world.await_status(bill, "succeeded");
    world.await_problem("outbox.dead", false);
    const auto again = desk.post("/outbox/replay", {{"id", row.at("id")}, {"dryRun", false}});
    BOOST_TEST(again.status == 409, again.body);
    BOOST_TEST(desk.post("/outbox/replay", {{"dryRun", false}}).json().at("replayed") == 0);
}

BOOST_FIXTURE_TEST_CASE(every_act_and_sign_in_is_written_down_for_good, Staffed) {
    const auto shop = connect_shop();
    const auto bill = paid(shop);
    await_quiet();
    Desk::login(module().http(), "ann", "wrong");
    const auto desk = ann();
    desk.post("/invoices/" + bill.id + "/ask", {{"dryRun", false}});
    const auto push = desk.post("/invoices/" + bill.id + "/push", {{"dryRun", false}});
    desk.post("/bundle", {{"invoice", bill.id}});
    BOOST_TEST(support({"ask", bill.id}).code == 0);
    const auto rows = desk.read("/audit").at("rows");
    const auto row_of = [&](const std::string& act, const std::string& actor) -> const Json* {
        for (const auto& row : rows)
            if (row.at("act") == act && row.at("actor").get<std::string>().starts_with(actor))
                return &row;
        return nullptr;
    };
    for (const auto& [act, actor] :
         std::vector<std::pair<std::string, std::string>>{{"user.add", "cli:"},
                                                          {"login.refused", "ann"},
                                                          {"login", "ann"},
                                                          {"ask", "ann"},
                                                          {"push", "ann"},
                                                          {"bundle", "ann"},
                                                          {"ask", "cli:"}})
        BOOST_TEST(row_of(act, actor) != nullptr, act << ' ' << actor << rows.dump());
    const auto* pushed = row_of("push", "ann");
    BOOST_REQUIRE(pushed != nullptr);
    BOOST_TEST(pushed->at("subject") == bill.id);
    BOOST_TEST(pushed->at("address") == "127.0.0.1");
    BOOST_TEST(pushed->at("requestId") == push.header("x-request-id"));
    BOOST_TEST(desk.read("/audit/verify").at("ok") == true);
    BOOST_TEST(support({"audit", "--verify"}).code == 0);
    BOOST_TEST(desk.read("/audit?limit=1").at("more") == true);

    module().stop();
    {
        SQLite::Database db(module().store_file(), SQLite::OPEN_READWRITE);
        BOOST_CHECK_THROW(db.exec("UPDATE audit SET actor = 'eve'"), SQLite::Exception);
        BOOST_CHECK_THROW(db.exec("DELETE FROM audit"), SQLite::Exception);
        db.exec("DROP TRIGGER audit_no_update");
        db.exec("UPDATE audit SET actor = 'eve' WHERE act = 'push'");
    }
    const auto check = support({"audit", "--verify"});
    BOOST_TEST(check.code == 1);
    BOOST_TEST(check.json().at("wrong") == pushed->at("id"), check.out);
    const auto doctor = module().command({"doctor", "--json"});
    BOOST_TEST(doctor.code == 1);
    BOOST_TEST(contains(doctor.out, "audit: row"), doctor.out);
}

BOOST_FIXTURE_TEST_CASE(the_bundle_tells_all_and_no_secret, Staffed) {
    const auto shop = connect_shop();
    const auto bill = bought(shop);
    sandbox().pay(bill.gateway_id);
    await_status(bill, "succeeded");
    await_quiet();
    const auto desk = bob();
    const auto answer = desk.post("/bundle", {{"invoice", bill.uuid}});
    BOOST_REQUIRE(answer.status == 200);
    BOOST_TEST(answer.header("content-type") == "application/zip");
    BOOST_TEST(contains(answer.header("content-disposition"), bill.id + ".zip"));
    const auto connection =
        desk.read("/invoices/" + bill.id).at("invoice").at("connection").get<std::string>();
    const auto account = desk.post("/bundle", {{"connection", connection}});
    const auto out = folder() + "/bundle.zip";
    const auto made = module().command({"support", "bundle", "--invoice", bill.id, "--out", out});
    BOOST_TEST(made.code == 0, made.err);
    BOOST_TEST(module().command({"support", "bundle", "--invoice", bill.id, "--out", out}).code ==
               3);  // never over a file
    struct stat info {};
    BOOST_REQUIRE(::stat(out.c_str(), &info) == 0);
    BOOST_TEST((info.st_mode & 0777U) == 0600U);

    for (const auto& bytes : {answer.body, account.body, bytes_of_file(out)}) {
        const auto files = unzipped(bytes);
        BOOST_TEST(files.size() == 4U);
        const auto& config = files.at("configuration.json");
        BOOST_TEST(contains(config, "public_url"));
        BOOST_TEST(contains(files.at("versions.json"), "tillbridge"));
        std::string all;
        for (const auto& [name, text] : files) {
            all += text;
            BOOST_TEST(Json::accept(text), name);
        }
        BOOST_TEST(contains(all, bill.id));
        BOOST_TEST(contains(all, "crm.push"));
        const auto master = bytes_of_file(folder() + "/master.key");
        const std::vector<std::pair<std::string, std::string>> secrets{
            {"the gateway's secret", shop.secret},
            {"the CRM key", sandbox().key("demo")},
            {"the client id", shop.client_id},
            {"the settings token", shop.account_url.substr(shop.account_url.rfind('/') + 1)},
            {"the marketplace secret", kMarketplaceSecret},
            {"the master key", master.substr(0, master.find('\n'))},
            {"a password", kDeskPassword},
            {"a password's hash", "scrypt$"},
            {"a cookie", desk.cookie().substr(desk.cookie().find('=') + 1)},
            {"the e-mail", "lena.kovalenko"},
            {"the phone", "501234567"}};
        for (const auto& [what, secret] : secrets) {
            BOOST_TEST(secret.size() > 5U, what);
            BOOST_TEST(!contains(all, secret), what);
        }
        const auto hook = settings(shop).merchant(shop.code).at("hookUrl").get<std::string>();
        BOOST_TEST(!contains(all, hook.substr(hook.rfind('/') + 1)), "the hook token");
    }
}

BOOST_FIXTURE_TEST_CASE(users_at_the_command_line, Staffed) {
    const auto user = [&](std::vector<std::string> words) {
        words.insert(words.begin(), "support-user");
        return module().command(words);
    };
    const auto listed = module().command({"support-user", "list", "--json"}).json();
    BOOST_TEST(listed.at("users").size() == 2U);
    BOOST_TEST(!contains(listed.dump(), "scrypt"));
    BOOST_TEST(contains(user({"list"}).out, "ann"));
    // No password came; it never stands on the command line.
    BOOST_TEST(user({"add", "eve", "--role", "viewer"}).code == 2);
    BOOST_TEST(user({"add", "eve", "--password", "x"}).code == 2);
    BOOST_TEST(user({"add", "eve", "--role", "root"}).code == 2);
    BOOST_TEST(user({"add", "ann", "--password-file", folder() + "/password-ann"}).code == 1);
    BOOST_TEST(user({"passwd", "nobody", "--password-file", folder() + "/password-ann"}).code == 1);

    const auto desk = ann();
    const auto totp = user({"totp", "ann"});
    BOOST_TEST(contains(totp.out, "otpauth://totp/Tillbridge:ann?secret="), totp.out);
    BOOST_TEST(desk.get().status == 401);  // the session ended
    BOOST_TEST(Desk::login(module().http(), "ann", kDeskPassword).status == 401);
    BOOST_TEST(user({"totp", "ann", "--off"}).code == 0);
    BOOST_TEST(Desk::login(module().http(), "ann", kDeskPassword).status == 200);

    BOOST_TEST(user({"disable", "ann"}).code == 0);
    BOOST_TEST(Desk::login(module().http(), "ann", kDeskPassword).status == 401);
    module().stop();  // also while no server runs
    BOOST_TEST(user({"enable", "ann"}).code == 0);
    const auto file = folder() + "/fresh";
    std::ofstream(file) << "quite another one\r\n";
    BOOST_TEST(user({"passwd", "ann", "--password-file", file}).code == 0);
    module().start();
    BOOST_TEST(Desk::login(module().http(), "ann", "quite another one").status == 200);
    for (const auto& row : rows_of_store(module().store_file()))
        BOOST_TEST(!contains(row, "quite another"), row);
}

BOOST_FIXTURE_TEST_CASE(everything_at_the_command_line, Staffed) {
    const auto shop = connect_shop();
    const auto bill = paid(shop);
    await_quiet();
    for (const bool running : {true, false}) {
        if (!running) module().stop();
        BOOST_TEST(support({"invoice", bill.uuid}).json().at("invoice").at("paymentId") == bill.id);
        BOOST_TEST(support({"outbox", "--state", "dead"}).json().at("dead") == 0);
        const auto dry = support({"push", bill.id, "--dry-run"});
        BOOST_TEST(dry.json().at("dryRun") == true, dry.out);
        BOOST_TEST(support({"replay", "--all"}).json().at("replayed") == 0);
        BOOST_TEST(support({"replay", "999"}).code == 1);
        BOOST_TEST(support({"ask", "nobody"}).code == 1);
        BOOST_TEST(support({"audit"}).json().at("rows").size() >= 2U);
        BOOST_TEST(module().command({"support", "audit"}).code == 0);
        BOOST_TEST(module().command({"support", "connection", sandbox().crm_url("demo")}).code ==
                   0);
        BOOST_TEST(module().command({"support", "outbox"}).code == 0);
        BOOST_TEST(module().command({"support", "invoice", bill.id}).code == 0);
    }
    BOOST_TEST(module().command({"support", "ask", bill.id}).code == 0);
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"replay"},
          {"bundle"},
          {"find"},
          {"ask"},
          {"nonsense"},
          {"outbox", "--state", "x"},
          {"bundle", "--invoice", "x", "--connection", "y"}}) {
        auto line = words;
        line.insert(line.begin(), "support");
        BOOST_TEST(module().command(line).code == 2, words.front());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::support_test
