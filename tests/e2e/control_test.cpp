// Commands beside a running server and without one: slow ones, the end of the server, other
// versions of it, stores that are only read, and a master key in a place that can't be written.
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e::control_test {
namespace {

namespace fs = std::filesystem;

// What is promised; a program under ThreadSanitizer takes longer to end.
#ifdef __SANITIZE_THREAD__
constexpr std::chrono::seconds kStopsWithin{30};
#else
constexpr std::chrono::seconds kStopsWithin{10};
#endif

struct Stopped : Fixture {
    Stopped() : Fixture(WorldOptions{{}, {}, {}, false}) {}
};

// Peers may take longer than a stop may.
struct Patient : Fixture {
    Patient() : Fixture(Config{{"crm.timeout", "60s"}, {"gateways.uapay.timeout", "60s"}}) {}

    // SIGTERM; the server must have ended well before its peers' patience has.
    void check_stop() {
        const auto begin = std::chrono::steady_clock::now();
        module().process().signal(SIGTERM);
        await("the door is closed",
              [&] { return module().http().get("/marketplace/config").status == 0; });
        const auto ended = module().process().wait(kPatience);
        BOOST_REQUIRE(ended.has_value());
        BOOST_TEST(ended->code == 0);
        BOOST_TEST(ended->signal == 0);
        BOOST_TEST((std::chrono::steady_clock::now() - begin < kStopsWithin));
    }
};

// A server of another version: answers every question on the control socket with one line.
class OtherServer {
  public:
    OtherServer(const std::string& path, std::string line) : line_(std::move(line)) {
        socket_.bind(Poco::Net::SocketAddress(Poco::Net::SocketAddress::UNIX_LOCAL, path), false);
        socket_.listen(4);
        thread_ = std::thread([this] { loop(); });
    }
    ~OtherServer() {
        ::shutdown(socket_.impl()->sockfd(), SHUT_RDWR);
        thread_.join();
        socket_.close();
    }

  private:
    void loop() {
        try {
            for (;;) {
                auto client = socket_.acceptConnection();
                char question[1000];
                client.receiveBytes(question, sizeof question);
                client.sendBytes(line_.data(), static_cast<int>(line_.size()));
            }
        } catch (const std::exception&) {  // the end
            return;
        }
    }

    std::string line_;
    Poco::Net::ServerSocket socket_;
    std::thread thread_;
};

// Somebody who holds the store's lock and answers no questions.
class LockHolder {
  public:
    explicit LockHolder(const std::string& path) : file_(::open(path.c_str(), O_RDWR)) {
        BOOST_REQUIRE(::flock(file_, LOCK_EX | LOCK_NB) == 0);
    }
    ~LockHolder() { ::close(file_); }
    LockHolder(const LockHolder&) = delete;
    LockHolder& operator=(const LockHolder&) = delete;

  private:
    int file_;
};

// Root is bound by the rights of files only without this.
std::vector<std::string> bound_by_rights() {
    if (::geteuid() != 0) return {};
    return {"/usr/bin/setpriv", "--bounding-set", "-dac_override,-dac_read_search"};
}

std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& each : fs::directory_iterator(folder))
        names.push_back(each.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

const std::vector<std::vector<std::string>> kReading{
    {"doctor"}, {"invoice", "show", "x"}, {"outbox", "list"}, {"support", "find", "x"}};

}  // namespace

BOOST_AUTO_TEST_SUITE(control)

BOOST_FIXTURE_TEST_CASE(a_slow_command_holds_up_neither_others_nor_the_end, Patient) {
    connect_shop();
    const auto fault = sandbox().fault({{"side", "crm"},
                                        {"path", "credentials"},
                                        {"count", 0},
                                        {"action", {{"delayMs", 40'000}}}});
    const auto doctor = module().begin({"doctor"}, "slow-doctor");
    await("doctor asked the CRM", [&] { return sandbox().fault_hits(fault) > 0; });
    BOOST_TEST(module().command({"outbox", "list"}).code == 0);
    BOOST_TEST(doctor->running());
    check_stop();
    const auto ended = doctor->wait(kPatience);
    BOOST_REQUIRE(ended.has_value());
    BOOST_TEST(ended->code == 3);
    BOOST_TEST(contains(bytes_of_file(folder() + "/slow-doctor.err"), "the server ended"));
}

BOOST_FIXTURE_TEST_CASE(a_silent_gateway_does_not_hold_up_the_end, Patient) {
    const auto shop = connect_shop();
    const auto fault = sandbox().fault(
        {{"side", "uapay"}, {"path", "invoices/create"}, {"action", {{"delayMs", 40'000}}}});
    sandbox().crm(
        {{"account", "demo"}, {"action", "create"}, {"shop", shop.code}, {"async", true}});
    await("the gateway is asked", [&] { return sandbox().fault_hits(fault) > 0; });
    check_stop();
}

BOOST_FIXTURE_TEST_CASE(migrating_beside_a_server_compares, Stopped) {
    BOOST_TEST(module().command({"migrate"}).code == 0);
    const auto socket = folder() + "/tillbridge.sock";
    module().start();
    const auto same = module().command({"migrate", "--json"});
    BOOST_TEST(same.code == 0, same.err);
    BOOST_TEST(same.json().at("migrations").empty());
    module().stop();
    {
        const OtherServer older(socket, R"({"exit":0,"result":{"schema":1}})"
                                        "\n");
        const auto refused = module().command({"migrate"});
        BOOST_TEST(refused.code == 1, refused.err);
        BOOST_TEST(contains(refused.err, "stop the running server first"), refused.err);
    }
    fs::remove(socket);
    {
        const OtherServer oldest(
            socket, R"({"exit":1,"error":{"code":"command.unknown","message":"store.schema"}})"
                    "\n");
        const auto refused = module().command({"migrate", "--json"});
        BOOST_TEST(refused.code == 1, refused.err);
        BOOST_TEST(refused.json().at("error").at("code") == "store.in_use");
    }
    fs::remove(socket);
    {
        const OtherServer newer(socket, R"({"exit":0,"result":{"schema":100000}})"
                                        "\n");
        const auto refused = module().command({"migrate"});
        BOOST_TEST(refused.code == 1, refused.err);
        BOOST_TEST(contains(refused.err, "newer"), refused.err);
    }
    fs::remove(socket);
    const LockHolder holder(module().store_file() + ".lock");
    const auto locked = module().command({"migrate"});
    BOOST_TEST(locked.code == 3, locked.out);
    BOOST_TEST(contains(locked.err, "another process"), locked.err);
}

BOOST_FIXTURE_TEST_CASE(reading_makes_no_store, Stopped) {
    const auto before = names_in(folder());
    for (const auto& command : kReading) {
        const auto result = module().command(command);
        BOOST_TEST(result.code == 1, command.front() << result.err);
        BOOST_TEST(contains(result.err, "there is no store"), result.err);
        BOOST_TEST(contains(result.err, "store.missing"), result.err);
    }
    for (const auto& name : names_in(folder())) BOOST_TEST(!contains(name, "tillbridge.db"), name);
    BOOST_TEST(module().command({"backup", folder() + "/copy.db"}).code == 1);
}

BOOST_FIXTURE_TEST_CASE(reading_needs_no_lock_and_changes_nothing, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop);
    await_quiet();
    module().stop();
    const auto before = bytes_of_file(module().store_file());
    const LockHolder holder(module().store_file() + ".lock");
    BOOST_TEST(module().command({"doctor"}).code == 0);
    BOOST_TEST(story(bill.id).at("invoice").at("state") == "paid");
    BOOST_TEST(module().command({"outbox", "list"}).code == 0);
    BOOST_TEST(module().command({"support", "find", bill.id}).code == 0);
    BOOST_TEST(module().command({"reconcile"}).code == 3);
    BOOST_TEST((bytes_of_file(module().store_file()) == before));
}

// What a killed server committed stands in the log beside the file.
BOOST_FIXTURE_TEST_CASE(reading_after_a_crash_sees_everything, Fixture) {
    const auto shop = connect_shop();
    const auto bill = paid(shop);
    module().kill();
    BOOST_TEST(story(bill.id).at("invoice").at("state") == "paid");
    module().start();
    BOOST_TEST(story(bill.id).at("invoice").at("state") == "paid");
}

BOOST_FIXTURE_TEST_CASE(a_key_that_can_not_be_replaced_stays_as_it_is, Stopped) {
    const auto keys = folder() + "/keys", key = keys + "/master.key";
    fs::create_directory(keys);
    fs::copy_file(folder() + "/master.key", key);
    ::chmod(key.c_str(), 0600);
    module().configure("security.master_key_file", "keys/master.key");
    module().set_launcher(bound_by_rights());
    module().start();
    const auto shop = connect_shop();
    const auto before = bytes_of_file(key);
    ::chmod(keys.c_str(), 0500);
    for (const bool running : {true, false}) {
        if (!running) module().stop();
        const auto refused = module().command({"keys", "rotate"});
        BOOST_TEST(refused.code == 3, refused.out);
        for (const auto& part :
             {key, std::string("keys.not_replaceable"), std::string("Nothing was changed"),
              std::string("security.master_key_file")})
            BOOST_TEST(contains(refused.err, part), refused.err);
        BOOST_TEST((names_in(keys) == std::vector<std::string>{"master.key"}));
        BOOST_TEST((bytes_of_file(key) == before));
    }
    ::chmod(keys.c_str(), 0700);
    module().start();
    paid(shop);
    BOOST_TEST(module().command({"keys", "rotate"}).code == 0);
    BOOST_TEST((bytes_of_file(key) != before));
    BOOST_TEST((names_in(keys) == std::vector<std::string>{"master.key"}));
    paid(shop);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::control_test
