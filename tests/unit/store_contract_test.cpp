// What port::Store promises of its rows, on every engine.
#include <boost/test/unit_test.hpp>

#include "tests/unit/store_fixture.hpp"

namespace tillbridge::store_contract_test {

using namespace store_test;

namespace {

std::map<std::string, std::string> revealed(const domain::Credentials& credentials) {
    std::map<std::string, std::string> plain;
    for (const auto& [field, value] : credentials) plain[field] = value.reveal();
    return plain;
}

bool same(const domain::Connection& a, const domain::Connection& b) {
    return a.id == b.id && a.host_code == b.host_code && a.system_url == b.system_url &&
           a.public_url == b.public_url && a.api_key.reveal() == b.api_key.reveal() &&
           a.client_id.reveal() == b.client_id.reveal() &&
           a.settings_token.reveal() == b.settings_token.reveal() && a.active == b.active &&
           a.frozen == b.frozen && a.locale == b.locale && a.currency == b.currency &&
           a.timezone == b.timezone && a.scopes == b.scopes &&
           a.missing_scopes == b.missing_scopes && a.created_at == b.created_at &&
           a.updated_at == b.updated_at && a.registered_at == b.registered_at;
}

bool same(const domain::Merchant& a, const domain::Merchant& b) {
    return a.connection == b.connection && a.id == b.id && a.gateway == b.gateway &&
           a.name == b.name && revealed(a.credentials) == revealed(b.credentials) &&
           a.options.two_stage == b.options.two_stage &&
           a.options.auto_capture == b.options.auto_capture &&
           a.options.hold_end == b.options.hold_end &&
           a.options.link_lifetime_minutes == b.options.link_lifetime_minutes &&
           a.options.extra == b.options.extra && a.hook_token.reveal() == b.hook_token.reveal() &&
           a.active == b.active && a.created_at == b.created_at && a.updated_at == b.updated_at;
}

std::vector<std::string> ids(const std::vector<port::Invoices::Key>& keys) {
    std::vector<std::string> all;
    for (const auto& key : keys) all.push_back(key.invoice.value);
    return all;
}

std::vector<std::string> words(std::initializer_list<const char*> list) {
    return {list.begin(), list.end()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_contract)

BOOST_AUTO_TEST_CASE_TEMPLATE(a_connection_comes_back_whole, Engine, Engines) {
    Engine e;
    const auto first = connection();
    e.store.write([&](port::Tx& tx) { tx.connections().insert(first); });
    e.store.read([&](const port::Tx& tx) {
        BOOST_TEST(same(tx.connections().find(first.id).value(), first));
        BOOST_TEST(same(tx.connections().by_client_id("planted-client-id-c1").value(), first));
        BOOST_TEST(
            same(tx.connections().by_settings_token("planted-settings-token-c1").value(), first));
        BOOST_TEST(same(tx.connections().by_public_url(first.public_url).value(), first));
        BOOST_TEST(!tx.connections().by_client_id("planted-settings-token-c1"));
        BOOST_TEST(!tx.connections().by_client_id(""));
        BOOST_TEST(!tx.connections().find(connection_id("other")));
    });

    auto changed = connection("c2");
    changed.id = first.id;
    changed.active = true;
    changed.frozen = false;
    changed.scopes = {};
    e.store.write([&](port::Tx& tx) { tx.connections().update(changed); });
    e.store.read([&](const port::Tx& tx) {
        BOOST_TEST(same(tx.connections().find(first.id).value(), changed));
        BOOST_TEST(!tx.connections().by_client_id("planted-client-id-c1"));
        BOOST_TEST(tx.connections().by_client_id("planted-client-id-c2").has_value());
    });
    BOOST_CHECK_THROW(
        e.store.write([&](port::Tx& tx) { tx.connections().update(connection("nobody")); }),
        std::exception);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(connections_are_listed_page_by_page, Engine, Engines) {
    Engine e;
    for (const auto* name : {"b", "a", "c"}) {
        e.store.write([&](port::Tx& tx) { tx.connections().insert(connection(name)); });
    }
    e.store.read([&](const port::Tx& tx) {
        const auto page = tx.connections().list({}, 2);
        BOOST_REQUIRE(page.size() == 2);
        BOOST_TEST(page[0].id.value == "a");
        BOOST_TEST(page[1].id.value == "b");
        const auto rest = tx.connections().list(page[1].id, 2);
        BOOST_REQUIRE(rest.size() == 1);
        BOOST_TEST(rest[0].id.value == "c");
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_account_is_there_once, Engine, Engines) {
    Engine e;
    e.store.write([&](port::Tx& tx) { tx.connections().insert(connection("c1")); });
    auto twin = connection("c2");
    twin.public_url = connection("c1").public_url;
    BOOST_CHECK_THROW(e.store.write([&](port::Tx& tx) { tx.connections().insert(twin); }),
                      std::exception);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_merchant_comes_back_whole, Engine, Engines) {
    Engine e;
    plant(e.store);
    const auto first = merchant();
    auto changed = merchant();
    changed.hook_token = domain::Secret("another");
    changed.credentials = {{"new", domain::Secret("planted-new")}};
    changed.options = {};
    e.store.read([&](const port::Tx& tx) {
        BOOST_TEST(same(tx.merchants().find(first.connection, first.id).value(), first));
        BOOST_TEST(same(tx.merchants().by_hook_token("planted-hook-token-m1-c1").value(), first));
        BOOST_TEST(!tx.merchants().find(connection_id("c2"), first.id));
        BOOST_TEST(!tx.merchants().by_hook_token("no such token"));
    });
    e.store.write([&](port::Tx& tx) { tx.merchants().update(changed); });
    e.store.read([&](const port::Tx& tx) {
        BOOST_TEST(same(tx.merchants().by_hook_token("another").value(), changed));
        BOOST_TEST(!tx.merchants().by_hook_token("planted-hook-token-m1-c1"));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(merchants_are_listed_oldest_first, Engine, Engines) {
    Engine e;
    plant(e.store);
    e.store.write([&](port::Tx& tx) {
        auto oldest = merchant("z");
        oldest.created_at = {1};
        tx.merchants().insert(oldest);
        auto newest = merchant("a");
        newest.created_at = {99};
        tx.merchants().insert(newest);
        tx.connections().insert(connection("c2"));
        tx.merchants().insert(merchant("m1", "c2"));
    });
    e.store.read([&](const port::Tx& tx) {
        std::vector<std::string> found;
        for (const auto& it : tx.merchants().list(connection_id())) found.push_back(it.id.value);
        BOOST_TEST(found == words({"z", "m1", "a"}));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_invoice_comes_back_whole, Engine, Engines) {
    Engine e;
    plant(e.store);
    const auto first = invoice();
    e.store.write([&](port::Tx& tx) { tx.invoices().insert(first); });
    e.store.read([&](const port::Tx& tx) {
        const auto& all = tx.invoices();
        const auto& c = first.connection;
        BOOST_TEST((all.find(c, first.id) == first));
        BOOST_TEST((all.by_uuid(c, first.uuid) == first));
        BOOST_TEST((all.by_slug(first.slug) == first));
        BOOST_TEST((all.by_gateway_invoice(c, first.merchant, first.gateway_invoice) == first));
        BOOST_TEST(!all.by_gateway_invoice(c, domain::MerchantId("m2"), first.gateway_invoice));
        BOOST_TEST(!all.find(connection_id("c2"), first.id));
        BOOST_TEST(!all.by_uuid(connection_id("c2"), first.uuid));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_saved_invoice_comes_back_whole, Engine, Engines) {
    Engine e;
    plant(e.store);
    e.store.write([&](port::Tx& tx) {
        tx.merchants().insert(merchant("m2"));
        auto plain = pending_invoice("i1");
        plain.uuid = {};
        plain.slug = {};
        plain.gateway_invoice = {};
        tx.invoices().insert(plain);
    });
    auto changed = invoice("i1", "m2");
    e.store.write([&](port::Tx& tx) { tx.invoices().save(changed); });
    BOOST_TEST(changed.version == 1);
    e.store.read([&](const port::Tx& tx) {
        BOOST_TEST((tx.invoices().find(changed.connection, changed.id) == changed));
    });
    changed.operations.pop_back();
    changed.operations[0].state = domain::OperationState::succeeded;
    changed.operations[0].requested.reset();
    e.store.write([&](port::Tx& tx) { tx.invoices().save(changed); });
    e.store.read([&](const port::Tx& tx) {
        BOOST_TEST((tx.invoices().find(changed.connection, changed.id) == changed));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_stale_invoice_is_not_saved, Engine, Engines) {
    Engine e;
    plant(e.store);
    auto first = invoice();
    e.store.write([&](port::Tx& tx) { tx.invoices().insert(first); });
    auto second = first;
    second.captured = 1;
    e.store.write([&](port::Tx& tx) { tx.invoices().save(second); });
    first.captured = 2;
    BOOST_CHECK_THROW(e.store.write([&](port::Tx& tx) { tx.invoices().save(first); }),
                      store::VersionConflict);
    e.store.read([&](const port::Tx& tx) {
        BOOST_TEST(tx.invoices().find(first.connection, first.id)->captured == 1);
    });
    auto unknown = invoice("never inserted");
    BOOST_CHECK_THROW(e.store.write([&](port::Tx& tx) { tx.invoices().save(unknown); }),
                      store::VersionConflict);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_invoice_needs_its_merchant_and_a_uuid_of_its_own, Engine,
                              Engines) {
    Engine e;
    plant(e.store);
    BOOST_CHECK_THROW(
        e.store.write([&](port::Tx& tx) { tx.invoices().insert(invoice("i", "no")); }),
        std::exception);
    e.store.write([&](port::Tx& tx) { tx.invoices().insert(invoice("i1")); });
    auto twin = invoice("i2");
    twin.uuid = invoice("i1").uuid;
    BOOST_CHECK_THROW(e.store.write([&](port::Tx& tx) { tx.invoices().insert(twin); }),
                      std::exception);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_invoice_is_found_by_the_name_of_its_create, Engine, Engines) {
    Engine e;
    plant(e.store);
    auto it = invoice();
    it.operations[1].kind = domain::OperationKind::create;
    e.store.write([&](port::Tx& tx) { tx.invoices().insert(it); });
    e.store.read([&](const port::Tx& tx) {
        const auto& all = tx.invoices();
        BOOST_TEST((all.by_external_id(it.connection, it.merchant, "ext-i1-op2") == it));
        BOOST_TEST(!all.by_external_id(it.connection, it.merchant, "ext-i1-op1"));  // a refund
        BOOST_TEST(!all.by_external_id(it.connection, domain::MerchantId("m2"), "ext-i1-op2"));
        BOOST_TEST(!all.by_external_id(connection_id("c2"), it.merchant, "ext-i1-op2"));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(support_finds_an_invoice_by_any_of_its_names, Engine, Engines) {
    Engine e;
    plant(e.store);
    e.store.write([&](port::Tx& tx) {
        tx.connections().insert(connection("c2"));
        tx.merchants().insert(merchant("m9", "c2"));
        tx.invoices().insert(invoice("i1"));
        tx.invoices().insert(invoice("i2", "m9", "c2"));
    });
    e.store.read([&](const port::Tx& tx) {
        for (const auto* text : {"i2", "uuid-i2", "slug-i2-c2", "order-i2", "gi-i2", "gp-i2"}) {
            const auto found = tx.invoices().search(text, 10);
            BOOST_REQUIRE_MESSAGE(found.size() == 1, text);
            BOOST_TEST((found[0] == invoice("i2", "m9", "c2")));
        }
        BOOST_TEST(tx.invoices().search("", 10).empty());
        BOOST_TEST(tx.invoices().search("i", 10).empty());
        BOOST_TEST(tx.invoices().search("%", 10).empty());
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_reconciler_comes_to_every_pending_invoice, Engine, Engines) {
    Engine e;
    plant(e.store);
    e.store.write([&](port::Tx& tx) {
        tx.invoices().insert(pending_invoice("newer", {20}));
        tx.invoices().insert(pending_invoice("older", {10}));
        tx.invoices().insert(pending_invoice("fresh", {100}));
        auto paid = pending_invoice("paid", {5});
        paid.state = domain::InvoiceState::paid;
        tx.invoices().insert(paid);
    });
    const auto stale = [&](UtcTime before, int limit) {
        return port::look_up(e.store, [&](const port::Tx& tx) {
            return ids(tx.invoices().stale_pending(before, limit));
        });
    };
    BOOST_TEST(stale({50}, 10) == words({"older", "newer"}));
    BOOST_TEST(stale({50}, 1) == words({"older"}));
    e.store.write([&](port::Tx& tx) {
        tx.invoices().looked_at({connection_id(), domain::InvoiceId("older")}, {40});
    });
    BOOST_TEST(stale({50}, 10) == words({"newer", "older"}));
    e.store.write([&](port::Tx& tx) {
        auto it = tx.invoices().find(connection_id(), domain::InvoiceId("newer")).value();
        it.updated_at = {200};
        tx.invoices().save(it);
        it = tx.invoices().find(connection_id(), domain::InvoiceId("older")).value();
        it.updated_at = {11};  // what was looked at later stays so
        tx.invoices().save(it);
    });
    BOOST_TEST(stale({50}, 10) == words({"older"}));
    BOOST_TEST(stale({40}, 10).empty());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(links_and_holds_end, Engine, Engines) {
    Engine e;
    plant(e.store);
    std::int64_t touched = 1;
    const auto put = [&](const char* name, domain::InvoiceState state, UtcTime link, UtcTime hold) {
        auto it = pending_invoice(name);
        it.state = state;
        it.link_expires_at = link;
        it.hold_ends_at = hold;
        it.hold_warned = it.id.value != "fresh";
        it.updated_at = {touched++};
        e.store.write([&](port::Tx& tx) { tx.invoices().insert(it); });
    };
    put("late", domain::InvoiceState::pending, {30}, {});
    put("early", domain::InvoiceState::pending, {20}, {});
    put("never", domain::InvoiceState::pending, {}, {});
    put("held late", domain::InvoiceState::authorized, {10}, {60});
    put("held", domain::InvoiceState::authorized, {10}, {50});
    put("fresh", domain::InvoiceState::authorized, {10}, {55});
    put("held forever", domain::InvoiceState::authorized, {10}, {});
    put("over", domain::InvoiceState::canceled, {10}, {10});
    e.store.read([&](const port::Tx& tx) {
        const auto& all = tx.invoices();
        BOOST_TEST(ids(all.link_expired({30}, 10)) == words({"late", "early"}));
        BOOST_TEST(ids(all.link_expired({29}, 10)) == words({"early"}));
        // Nobody is warned twice; what ends soon counts all the same.
        BOOST_TEST(ids(all.hold_ending({100}, {50}, 10)) == words({"held", "fresh"}));
        BOOST_TEST(ids(all.hold_ending({}, {100}, 10)) == words({"held late", "held", "fresh"}));
        BOOST_TEST(ids(all.hold_ending({}, {49}, 10)).empty());
    });
}

// Five hundred that nobody can do anything about must not keep the others from being looked at.
BOOST_AUTO_TEST_CASE_TEMPLATE(what_was_looked_at_goes_behind_the_others, Engine, Engines) {
    Engine e;
    plant(e.store);
    for (const char* name : {"stuck", "next"}) {
        auto link = pending_invoice(std::string(name) + " link");
        link.link_expires_at = {name == std::string("stuck") ? 10 : 20};
        auto hold = pending_invoice(std::string(name) + " hold");
        hold.state = domain::InvoiceState::authorized;
        hold.hold_ends_at = link.link_expires_at;
        e.store.write([&](port::Tx& tx) {
            tx.invoices().insert(link);
            tx.invoices().insert(hold);
        });
    }
    e.store.write([&](port::Tx& tx) {
        for (const char* id : {"stuck link", "stuck hold"})
            tx.invoices().looked_at({connection_id(), domain::InvoiceId(id)}, {30});
    });
    e.store.read([&](const port::Tx& tx) {
        BOOST_TEST(ids(tx.invoices().link_expired({30}, 1)) == words({"next link"}));
        BOOST_TEST(ids(tx.invoices().hold_ending({}, {30}, 1)) == words({"next hold"}));
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_merchant_with_invoices_that_can_move_is_known, Engine, Engines) {
    Engine e;
    plant(e.store);
    const auto count = [&] {
        return port::look_up(e.store, [](const port::Tx& tx) {
            return tx.invoices().count_open(connection_id(), domain::MerchantId("m1"));
        });
    };
    BOOST_TEST(count() == 0);
    e.store.write([&](port::Tx& tx) {
        tx.merchants().insert(merchant("m2"));
        auto it = pending_invoice("over");
        it.state = domain::InvoiceState::refunded;
        it.operations = {operation("done")};
        tx.invoices().insert(it);
        it = invoice("elsewhere", "m2");
        tx.invoices().insert(it);
        it = pending_invoice("a test");
        it.test = true;
        tx.invoices().insert(it);
    });
    BOOST_TEST(count() == 0);
    e.store.write([&](port::Tx& tx) {
        auto it = pending_invoice("open");
        it.test = false;
        tx.invoices().insert(it);
        it = pending_invoice("its refund not known yet");
        it.state = domain::InvoiceState::refunded;
        it.operations = {operation("lost"), operation("lost too")};
        it.operations[0].state = domain::OperationState::unknown;
        it.operations[1].state = domain::OperationState::pending;
        tx.invoices().insert(it);
        it = pending_invoice("pending, with an operation");
        it.test = false;
        it.operations = {operation("under way")};
        it.operations[0].state = domain::OperationState::started;
        tx.invoices().insert(it);
    });
    BOOST_TEST(count() == 3);
}

BOOST_AUTO_TEST_CASE_TEMPLATE(an_event_is_added_once, Engine, Engines) {
    Engine e;
    port::InboxEvent event{connection_id(),
                           domain::MerchantId("m1"),
                           domain::InvoiceId("i1"),
                           "digest",
                           "PAID",
                           "summary",
                           {7}};
    const auto add_it = [&] {
        return port::commit(e.store, [&](port::Tx& tx) { return tx.inbox().add(event); });
    };
    BOOST_TEST(add_it());
    BOOST_TEST(!add_it());
    event.merchant = domain::MerchantId("m2");
    BOOST_TEST(add_it());
    event.connection = connection_id("c2");
    BOOST_TEST(add_it());
    event = {connection_id(), domain::MerchantId("m1"), {}, "nobody's", "PAID", "", {8}};
    BOOST_TEST(add_it());
    BOOST_TEST(!add_it());
    e.store.read([&](const port::Tx& tx) {
        const auto events = tx.inbox().list(connection_id(), domain::InvoiceId("i1"));
        BOOST_REQUIRE(events.size() == 2);
        BOOST_TEST(events[0].digest == "digest");
        BOOST_TEST(events[0].word == "PAID");
        BOOST_TEST(events[0].summary == "summary");
        BOOST_TEST(events[0].at.micros == 7);
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(the_journal_keeps_its_order, Engine, Engines) {
    Engine e;
    port::JournalLine line;
    line.connection = connection_id();
    line.invoice = domain::InvoiceId("i1");
    line.at = {9};
    line.kind = "hook";
    line.summary = "first";
    line.detail = R"({"a":1})";
    line.request = domain::RequestId("r");
    e.store.write([&](port::Tx& tx) {
        line.cause = tx.journal().add(line);
        line.summary = "second";
        tx.journal().add(line);
        line.invoice = domain::InvoiceId("i2");
        tx.journal().add(line);
    });
    e.store.read([&](const port::Tx& tx) {
        const auto lines = tx.journal().list(connection_id(), domain::InvoiceId("i1"));
        BOOST_REQUIRE(lines.size() == 2);
        BOOST_TEST(lines[0].summary == "first");
        BOOST_TEST(lines[0].kind == "hook");
        BOOST_TEST(lines[0].detail == R"({"a":1})");
        BOOST_TEST(lines[0].request.value == "r");
        BOOST_TEST(lines[0].at.micros == 9);
        BOOST_TEST(lines[0].cause == 0);
        BOOST_TEST(lines[0].id > 0);
        BOOST_TEST(lines[1].cause == lines[0].id);
        BOOST_TEST(lines[1].id > lines[0].id);
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_problem_is_new_once, Engine, Engines) {
    Engine e;
    port::ProblemRow problem{connection_id(), "crm.key_rejected", "", "words", {5}, {5}, 1, false};
    const auto raise = [&] {
        return port::commit(e.store, [&](port::Tx& tx) { return tx.problems().raise(problem); });
    };
    BOOST_TEST(raise());
    problem.since = problem.last = {6};
    problem.detail = "newer words";
    problem.announced = true;
    BOOST_TEST(!raise());
    problem.announced = false;
    BOOST_TEST(!raise());
    problem.subject = "m1";
    BOOST_TEST(raise());
    problem.connection = connection_id("c2");
    BOOST_TEST(raise());
    e.store.read([&](const port::Tx& tx) {
        const auto rows = tx.problems().list(connection_id());
        BOOST_REQUIRE(rows.size() == 2);
        BOOST_TEST(rows[0].since.micros == 5);
        BOOST_TEST(rows[0].last.micros == 6);
        BOOST_TEST(rows[0].times == 3);
        BOOST_TEST(rows[0].announced);
        BOOST_TEST(rows[0].detail == "newer words");
        BOOST_TEST(tx.problems().all(10).size() == 3U);
        BOOST_TEST(tx.problems().all(2).size() == 2U);
        BOOST_TEST(tx.problems().find(connection_id(), "crm.key_rejected", "m1").has_value());
        BOOST_TEST(!tx.problems().find(connection_id(), "crm.key_rejected", "m2").has_value());
        BOOST_TEST(!tx.problems().find(connection_id("c2"), "crm.key_rejected", "").has_value());
        BOOST_TEST(!tx.problems().find(connection_id(), "crm.refused", "m1").has_value());
    });
    const auto clear = [&] {
        return port::commit(e.store, [&](port::Tx& tx) {
            return tx.problems().clear(connection_id(), "crm.key_rejected", "");
        });
    };
    BOOST_TEST(clear());
    BOOST_TEST(!clear());
    problem = {connection_id(), "crm.key_rejected", "", "again", {9}, {9}, 1, false};
    BOOST_TEST(raise());
}

BOOST_AUTO_TEST_CASE_TEMPLATE(admins_come_and_go, Engine, Engines) {
    Engine e;
    e.store.write([&](port::Tx& tx) {
        tx.sessions().insert({"one", connection_id(), {10}});
        tx.sessions().insert({"two", connection_id(), {20}});
        tx.sessions().insert({"three", connection_id("c2"), {30}});
    });
    e.store.read([&](const port::Tx& tx) {
        const auto found = tx.sessions().find("one");
        BOOST_REQUIRE(found.has_value());
        BOOST_TEST(found->connection.value == "c1");
        BOOST_TEST(found->expires.micros == 10);
        BOOST_TEST(found->fingerprint == "one");
    });
    e.store.write([](port::Tx& tx) { tx.sessions().purge({15}); });
    e.store.read([&](const port::Tx& tx) {
        BOOST_TEST(!tx.sessions().find("one"));
        BOOST_TEST(tx.sessions().find("two").has_value());
    });
    e.store.write([](port::Tx& tx) { tx.sessions().end_all(connection_id()); });
    e.store.read([&](const port::Tx& tx) {
        BOOST_TEST(!tx.sessions().find("two"));
        BOOST_TEST(tx.sessions().find("three").has_value());
    });
}

BOOST_AUTO_TEST_CASE_TEMPLATE(a_store_in_use_is_healthy_and_sound, Engine, Engines) {
    Engine e;
    plant(e.store);
    add(e.store, outbox_row("k"));
    const auto health = e.store.health();
    BOOST_TEST(health.ok);
    BOOST_TEST(health.detail == "");
    BOOST_TEST(health.schema >= 1);
    BOOST_TEST(e.store.check_integrity().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::store_contract_test
