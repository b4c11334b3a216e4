// The house: a room may include only what the table allows it. Read from the #include lines
// of all sources.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace tillbridge::rooms_test {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = TILLBRIDGE_SOURCE_DIR;

struct Room {
    std::string folder;
    std::vector<std::string> may_include;  // beside itself; `*` is everything
};

// The longest folder that a file lies in is its room; a peer of api_client is a room of its own.
const std::vector<Room> kRooms{
    {"module/domain", {}},
    {"module/port", {"module/domain"}},
    {"module/service", {"module/domain", "module/port"}},
    {"module/outbox", {"module/domain", "module/port"}},
    {"module/store", {"module/domain", "module/port"}},
    {"module/security", {"module/domain", "module/port"}},
    {"module/app", {"*"}},
    {"api_client/http", {"module/domain", "module/port", "module/security"}},
    {"api_client", {"module/domain", "module/port", "module/security", "api_client/http"}},
    {"handlers", {"module/domain", "module/port", "module/service"}},
    {"manifest", {"module/domain"}},
    {"config", {}},
    {"tests/sandbox", {}},
    {"tests", {"*"}},
};

// What the pure core must not even know of: clocks, files, sockets, threads, JSON, libraries.
const std::regex kImpure(
    "^(Poco/|nlohmann/|SQLite|sqlite|pqxx|spdlog/|fmt/|openssl/|yaml-cpp/|sys/|unistd|boost/"
    "|fstream$|iostream$|filesystem$|thread$|mutex$|future$|random$|ctime$|time\\.h$)");

bool lies_in(const std::string& path, const std::string& folder) {
    return path.starts_with(folder + '/');
}

const Room* room_of(const std::string& path) {
    const Room* found = nullptr;
    for (const auto& room : kRooms)
        if (lies_in(path, room.folder) &&
            (found == nullptr || room.folder.size() > found->folder.size()))
            found = &room;
    return found;
}

// `api_client/uapay/client.cpp` → `api_client/uapay`.
std::string own_folder(const Room& room, const std::string& path) {
    if (room.folder != "api_client") return room.folder;
    return path.substr(0, path.find('/', room.folder.size() + 1));
}

// Why this include is forbidden; empty where it is fine.
std::string objection(const std::string& file, const std::string& included, bool quoted) {
    const Room* room = room_of(file);
    if (room == nullptr) return file + ": in no room of the house";
    if (!quoted) {
        if (room->folder == "module/domain" && std::regex_search(included, kImpure))
            return file + ": the core is pure, <" + included + "> is not";
        return {};
    }
    if (lies_in(included, own_folder(*room, file))) return {};
    const auto& may = room->may_include;
    const bool allowed = std::any_of(may.begin(), may.end(), [&](const std::string& folder) {
        return folder == "*" || lies_in(included, folder);
    });
    return allowed ? std::string{} : file + ": may not include \"" + included + '"';
}

std::vector<std::string> objections(const std::string& file, std::istream& text) {
    static const std::regex kInclude("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]");
    std::vector<std::string> found;
    std::string line;
    std::smatch match;
    while (std::getline(text, line)) {
        if (!std::regex_search(line, match, kInclude)) continue;
        auto why = objection(file, match[2], match[1] == "\"");
        if (!why.empty()) found.push_back(std::move(why));
    }
    return found;
}

std::vector<std::string> sources() {
    std::vector<std::string> found;
    for (const char* top : {"module", "api_client", "handlers", "manifest", "config", "tests"}) {
        if (!fs::exists(kRoot / top)) continue;
        for (auto at = fs::recursive_directory_iterator(kRoot / top);
             at != fs::recursive_directory_iterator(); ++at) {
            const auto name = at->path().filename().string();
            if (at->is_directory() && name == "node_modules") at.disable_recursion_pending();
            const auto kind = at->path().extension();
            if (at->is_regular_file() && (kind == ".cpp" || kind == ".hpp"))
                found.push_back(fs::relative(at->path(), kRoot).generic_string());
        }
    }
    return found;
}

bool forbidden(const std::string& file, const std::string& line) {
    std::istringstream text(line);
    return !objections(file, text).empty();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rooms)

BOOST_AUTO_TEST_CASE(no_include_runs_against_the_arrows) {
    const auto files = sources();
    BOOST_TEST(files.size() > 50U);
    for (const auto& file : files) {
        std::ifstream text(kRoot / file);
        for (const auto& why : objections(file, text)) BOOST_ERROR(why);
    }
}

BOOST_AUTO_TEST_CASE(a_forbidden_include_is_noticed) {
    BOOST_TEST(forbidden("module/domain/a.cpp", "#include \"module/port/clock.hpp\""));
    BOOST_TEST(forbidden("module/domain/a.cpp", "#include <nlohmann/json.hpp>"));
    BOOST_TEST(forbidden("module/domain/a.cpp", "#include <Poco/Net/HTTPClientSession.h>"));
    BOOST_TEST(forbidden("module/domain/a.cpp", "  #  include  <thread>"));
    BOOST_TEST(forbidden("module/port/a.hpp", "#include \"module/service/payments.hpp\""));
    BOOST_TEST(forbidden("module/service/a.cpp", "#include \"module/store/sql.hpp\""));
    BOOST_TEST(forbidden("module/service/a.cpp", "#include \"api_client/uapay/client.hpp\""));
    BOOST_TEST(forbidden("module/store/sqlite/a.cpp", "#include \"module/service/hooks.hpp\""));
    BOOST_TEST(forbidden("api_client/http/a.cpp", "#include \"api_client/uapay/client.hpp\""));
    BOOST_TEST(forbidden("api_client/uapay/a.cpp", "#include \"api_client/retailcrm/zone.hpp\""));
    BOOST_TEST(forbidden("handlers/crm/a.cpp", "#include \"module/security/digest.hpp\""));
    BOOST_TEST(forbidden("config/a.cpp", "#include \"module/domain/money.hpp\""));
    BOOST_TEST(forbidden("tests/sandbox/a.cpp", "#include \"module/domain/money.hpp\""));
    BOOST_TEST(forbidden("tests/sandbox/a.cpp", "#include \"tests/support/a.hpp\""));
    BOOST_TEST(forbidden("attic/a.cpp", "#include \"attic/b.hpp\""));
}

BOOST_AUTO_TEST_CASE(an_allowed_include_is_left_alone) {
    BOOST_TEST(!forbidden("module/domain/a.cpp", "#include \"module/domain/money.hpp\""));
    BOOST_TEST(!forbidden("module/domain/a.cpp", "#include <tl/expected.hpp>"));
    BOOST_TEST(!forbidden("module/security/a.cpp", "#include \"module/domain/secret.hpp\""));
    BOOST_TEST(!forbidden("module/store/sqlite/a.cpp", "#include \"module/store/sql.hpp\""));
    BOOST_TEST(!forbidden("api_client/uapay/a.cpp", "#include \"api_client/uapay/jwt.hpp\""));
    BOOST_TEST(!forbidden("api_client/uapay/a.cpp", "#include \"api_client/http/client.hpp\""));
    BOOST_TEST(!forbidden("handlers/crm/a.cpp", "#include \"handlers/guard.hpp\""));
    BOOST_TEST(!forbidden("module/app/a.cpp", "#include \"api_client/uapay/client.hpp\""));
    BOOST_TEST(!forbidden("tests/unit/a.cpp", "#include \"module/app/main.hpp\""));
    BOOST_TEST(!forbidden("module/service/a.cpp", "// #include \"module/store/sql.hpp\""));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::rooms_test
