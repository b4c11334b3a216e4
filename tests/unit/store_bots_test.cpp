// A bot's connection in the store: it comes back whole, its keys lie sealed, and they outlive a
// rotation of the master key.
#include <boost/test/unit_test.hpp>

#include "module/store/bot_json.hpp"
#include "tests/unit/store_fixture.hpp"

namespace tillbridge::store_bots_test {

using namespace store_test;

namespace {

domain::Connection bot_connection() {
    auto it = connection("bot-1");
    it.public_url = "bot:shop";
    it.api_key = domain::Secret();
    auto& bot = it.bot.emplace();
    bot.name = "shop";
    bot.owner = connection_id();
    bot.style = domain::BotStyle::mavibot;
    bot.callback_url = "https://bot.example/hear";
    bot.callback_key = domain::Secret("planted-callback-key");
    bot.signing_secrets = {domain::Secret("whsec_planted-new"),
                           domain::Secret("whsec_planted-old")};
    bot.reactions[1] = {domain::BotAction::message, "Say thanks", ""};
    bot.reactions[4] = {domain::BotAction::call, "", "https://other.example/"};
    return it;
}

void check(const std::optional<domain::Connection>& found) {
    BOOST_REQUIRE(found.has_value());
    BOOST_REQUIRE(found->bot.has_value());
    const auto wanted = *bot_connection().bot;
    const auto& bot = *found->bot;
    BOOST_TEST(bot.name == wanted.name);
    BOOST_TEST(bot.owner.value == wanted.owner.value);
    BOOST_TEST((bot.style == wanted.style));
    BOOST_TEST(bot.callback_url == wanted.callback_url);
    BOOST_TEST(bot.callback_key.reveal() == wanted.callback_key.reveal());
    BOOST_REQUIRE(bot.signing_secrets.size() == 2U);
    for (std::size_t at = 0; at < 2; ++at)
        BOOST_TEST(bot.signing_secrets[at].reveal() == wanted.signing_secrets[at].reveal());
    BOOST_TEST((bot.reactions == wanted.reactions));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_bots)

BOOST_AUTO_TEST_CASE(a_bot_comes_back_whole_and_a_crm_has_none) {
    OnSqlite e;
    e.store.write([&](port::Tx& tx) {
        tx.connections().insert(bot_connection());
        tx.connections().insert(connection());
    });
    e.store.read([&](const port::Tx& tx) {
        check(tx.connections().find(connection_id("bot-1")));
        check(tx.connections().by_public_url("bot:shop"));
        BOOST_TEST(!tx.connections().find(connection_id())->bot.has_value());
    });
    auto changed = bot_connection();
    changed.bot->callback_key = domain::Secret("another");
    e.store.write([&](port::Tx& tx) { tx.connections().update(changed); });
    e.store.read([&](const port::Tx& tx) {
        BOOST_TEST(tx.connections().find(changed.id)->bot->callback_key.reveal() == "another");
    });
}

BOOST_AUTO_TEST_CASE(a_bot_of_before_there_were_owners_has_none) {
    auto text = store::to_json(*bot_connection().bot);
    const std::string owner = "\"owner\":\"" + connection_id().value + "\",";
    const auto at = text.find(owner);
    BOOST_REQUIRE(at != std::string::npos);
    text.erase(at, owner.size());
    const auto bot = store::bot_of(text);
    BOOST_TEST(bot.owner.value == "");
    BOOST_TEST(bot.name == "shop");
}

BOOST_AUTO_TEST_CASE(bots_are_found_by_how_their_names_begin) {
    OnSqlite e;
    const std::vector<std::string> urls{"bot:a.b#x", "bot:a.b#y", "bot:a.b/c#x",
                                        "bot:a.b#",  "bot:a.b",   "bot:a.bc#x"};
    e.store.write([&](port::Tx& tx) {
        for (const auto& url : urls) {
            auto it = bot_connection();
            it.id = domain::ConnectionId("bot-" + url);
            it.public_url = url;
            it.client_id = domain::Secret("client " + url);
            it.settings_token = domain::Secret("settings " + url);
            tx.connections().insert(it);
        }
    });
    const auto found = [&](const char* prefix, int limit) {
        std::vector<std::string> names;
        e.store.read([&](const port::Tx& tx) {
            for (const auto& it : tx.connections().by_public_url_prefix(prefix, limit))
                names.push_back(it.public_url);
        });
        return names;
    };
    BOOST_TEST(
        found("bot:a.b#", 9) == (std::vector<std::string>{"bot:a.b#", "bot:a.b#x", "bot:a.b#y"}),
        boost::test_tools::per_element());
    BOOST_TEST(found("bot:a.b#", 2).size() == 2U);
    BOOST_TEST(found("bot:z#", 9).empty());
}

BOOST_AUTO_TEST_CASE(its_keys_lie_sealed_and_outlive_a_rotation) {
    OnSqlite e;
    e.store.write([&](port::Tx& tx) { tx.connections().insert(bot_connection()); });
    const auto newer = security::generate_master_key();
    e.keys.reload(key_file(newer, e.key));
    while (e.store.reseal(10) != 0) {
    }
    BOOST_TEST(e.store.check_integrity().empty());
    e.opened.reset();
    BOOST_TEST(e.directory.bytes().find("planted") == std::string::npos);
    security::KeyRing alone{key_file(newer)};
    const auto opened = store::open_store(e.url, alone);
    opened->read([](const port::Tx& tx) { check(tx.connections().find(connection_id("bot-1"))); });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::store_bots_test
