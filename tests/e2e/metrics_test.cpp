// Every metric with its type and its labels, as tests/e2e/metrics.golden lists them: dashboards and
// alerts stand on these names. TILLBRIDGE_REFRESH=1 writes the list anew.
#include <Poco/Net/StreamSocket.h>

#include <fstream>
#include <set>
#include <sstream>

#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::metrics_test {
namespace {

constexpr const char* kGolden = TILLBRIDGE_SOURCE_DIR "/tests/e2e/metrics.golden";

struct Family {
    std::string type;
    std::string help;
    std::set<std::string> labels;
    std::size_t samples = 0;
};

std::set<std::string> labels_in(const std::string& sample) {
    std::set<std::string> names;
    const auto open = sample.find('{');
    if (open == std::string::npos) return names;
    std::size_t at = open + 1;
    for (std::size_t equals; (equals = sample.find("=\"", at)) != std::string::npos;) {
        names.insert(sample.substr(at, equals - at));
        at = equals + 2;
        while (sample.at(at) != '"') at += sample[at] == '\\' ? 2 : 1;
        at += sample.at(at + 1) == ',' ? 2 : 1;
    }
    return names;
}

std::map<std::string, Family> families_in(const std::string& text) {
    std::map<std::string, Family> families;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string mark, what, name;
        words >> mark >> what >> name;
        if (mark == "#") {
            std::string rest;
            std::getline(words, rest);
            (what == "TYPE" ? families[name].type : families[name].help) = rest.substr(1);
            continue;
        }
        if (line.empty()) continue;
        auto of = line.substr(0, line.find_first_of("{ "));
        for (const char* tail : {"_bucket", "_sum", "_count"}) {
            const std::string ending(tail);
            if (families.contains(of) || of.size() <= ending.size()) break;
            const auto cut = of.size() - ending.size();
            if (of.compare(cut, ending.size(), ending) == 0 && families.contains(of.substr(0, cut)))
                of.resize(cut);
        }
        auto& family = families[of];
        ++family.samples;
        for (const auto& label : labels_in(line.substr(0, line.rfind(' '))))
            if (label != "le") family.labels.insert(label);
    }
    return families;
}

std::string listed(const std::map<std::string, Family>& families) {
    std::string text;
    for (const auto& [name, family] : families) {
        if (family.samples == 0) continue;
        text += name + ' ' + family.type;
        for (const auto& label : family.labels) text += ' ' + label;
        text += '\n';
    }
    return text;
}

struct Narrow : Fixture {
    Narrow()
        : Fixture(Config{{"server.max_queued", "1"},
                         {"reconcile.interval", "50ms"},
                         {"reconcile.pending_after", "50ms"}}) {}
};

}  // namespace

BOOST_AUTO_TEST_SUITE(metrics)

BOOST_FIXTURE_TEST_CASE(every_family_is_on_the_list, Narrow) {
    expect_violations = true;
    // A story in which every counter counts.
    const auto shop = connect_shop("demo", kTwoStage);
    const auto bill = paid(shop, "100", "waitingForCapture");
    act(bill, "approve");
    await_status(bill, "succeeded");
    act(bill, "refund", {{"amount", 10}});
    await_refunded(bill, "10");
    const auto odd = create(shop, "20");
    sandbox().merchant_switches(shop.merchant, {{"hookAmountDelta", 1}});
    sandbox().send_hook(
        {{"invoice", bill.gateway_id}, {"claims", {{"amount", 777}}}});  // quarantined
    sandbox().send_hook({{"invoice", bill.gateway_id}, {"form", "wrongKey"}});
    await_problem("hook.signature_mismatch");
    module().http().get("/nothing");
    await("the reconciler asks about what does not move",
          [&] { return module().metrics()["tillbridge_reconcile_invoices_total"] > 0; });
    await("a connection is turned away", [&] {
        std::vector<Poco::Net::StreamSocket> idle;
        for (int i = 0; i < 60; ++i)
            idle.emplace_back(Poco::Net::SocketAddress(module().url().substr(7)));
        return module().metrics()["tillbridge_http_refused_connections_total"] > 0;
    });

    const auto families = families_in(module().ops().get("/metrics").body);
    for (const auto& [name, family] : families) {
        BOOST_TEST(name.rfind("tillbridge_", 0) == 0U, name);
        BOOST_TEST(!family.help.empty(), name);
        BOOST_TEST(!family.type.empty(), name);
        // Base units and the usual endings.
        if (family.type == "counter") BOOST_TEST(name.ends_with("_total"), name);
    }
    const auto unknown = families.find("tillbridge_metrics_unknown_total");
    BOOST_TEST((unknown == families.end() || unknown->second.samples == 0U),
               module().ops().get("/metrics").body);
    const auto now = listed(families);
    if (std::getenv("TILLBRIDGE_REFRESH") != nullptr) std::ofstream(kGolden) << now;
    const auto golden = bytes_of_file(kGolden);
    BOOST_TEST(now == golden, "the metrics are now\n" << now << "and the list says\n" << golden);
}

BOOST_FIXTURE_TEST_CASE(every_family_is_there_before_anything_happens, Fixture) {
    module().ops().get("/metrics");  // is counted itself, for the families of requests
    const auto text = module().ops().get("/metrics").body;
    BOOST_TEST(listed(families_in(text)) == bytes_of_file(kGolden), text);
    const auto metrics = module().metrics();
    for (const char* name :
         {"tillbridge_hook_facts_total{gateway=\"uapay\",kind=\"paid\",outcome=\"recorded\"}",
          "tillbridge_hooks_refused_total{gateway=\"uapay\",reason=\"signature_mismatch\"}",
          "tillbridge_invoice_state_changes_total{from=\"authorized\",to=\"paid\"}",
          "tillbridge_outbox_tries_total{kind=\"crm.push\",outcome=\"parked\"}",
          "tillbridge_problems_open{key=\"crm.key_rejected\"}",
          "tillbridge_http_refused_connections_total"}) {
        BOOST_REQUIRE_MESSAGE(metrics.contains(name), name << " is not among\n" << text);
        BOOST_TEST(metrics.at(name) == 0, name);
    }
}

BOOST_FIXTURE_TEST_CASE(labels_stay_few, Fixture) {
    const auto shop = connect_shop();
    create(shop);
    const auto count = [&] {  // of what strangers can reach
        std::size_t series = 0;
        for (const auto& [name, value] : module().metrics())
            if (name.rfind("tillbridge_http_", 0) == 0 || name.rfind("tillbridge_hook", 0) == 0)
                ++series;
        return series;
    };
    const auto http = module().http();
    http.get("/pay/guess0");
    http.get("/nowhere0");
    http.request("BREW", "/pay/guess0");
    http.request("POST", "/hooks/other0/x", "{}");
    call(*this, "/payment/status", "nobody", "status", {{"paymentId", "x"}});
    count();  // the operators' own route has its series from now on
    const auto before = count();
    for (int i = 1; i < 20; ++i) {
        const auto number = std::to_string(i);
        http.get("/pay/guess" + number);
        http.get("/nowhere" + number);
        http.request("BREW" + std::string(static_cast<std::size_t>(i) % 8, 'X'), "/pay/x");
        http.request("POST", "/hooks/other" + number + "/x", "{}");
        call(*this, "/payment/status", "nobody" + number, "status", {{"paymentId", "x"}});
    }
    // What strangers send makes no series of its own.
    BOOST_TEST(count() <= before + 3);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::metrics_test
