// Rules that hold for every line, read from the sources: whatever is asked of the store is asked
// for one account (G8), and no secret is compared with `==` (G11).
#include <SQLiteCpp/SQLiteCpp.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "module/store/sqlite/schema.hpp"

namespace tillbridge::source_rules_test {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot(TILLBRIDGE_SOURCE_DIR);

std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string code_of(std::string line) {
    return line.substr(0, line.find("//"));
}

std::vector<fs::path> sources(const std::vector<const char*>& rooms) {
    std::vector<fs::path> found;
    for (const char* room : rooms)
        for (auto at = fs::recursive_directory_iterator(kRoot / room);
             at != fs::recursive_directory_iterator(); ++at) {
            if (at->path().filename() == "node_modules") at.disable_recursion_pending();
            const auto kind = at->path().extension();
            if (kind == ".cpp" || kind == ".hpp") found.push_back(at->path());
        }
    return found;
}

// --- statements ---

// Tables whose rows belong to an account.
std::set<std::string> tenant_tables() {
    SQLite::Database db(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    for (const auto& migration : store::sqlite::migrations()) db.exec(migration.sql);
    std::set<std::string> tables;
    SQLite::Statement columns(db,
                              "SELECT t.name FROM sqlite_schema t, pragma_table_info(t.name) c"
                              " WHERE t.type = 'table' AND c.name = 'connection_id'");
    while (columns.executeStep()) tables.insert(columns.getColumn(0).getString());
    return tables;
}

using Texts = std::map<std::string, std::string>;

Texts definitions(const std::string& source, const std::regex& form) {
    Texts found;
    for (std::sregex_iterator at(source.begin(), source.end(), form), end; at != end; ++at)
        found[(*at)[1]] = (*at)[2];
    return found;
}

// Puts the definitions of the file's own constants in the place of their names.
std::string expanded(std::string text, const Texts& constants) {
    static const std::regex kName("\\bk[A-Z]\\w*");
    for (int depth = 0; depth < 4; ++depth) {
        std::string next;
        std::sregex_iterator at(text.begin(), text.end(), kName), end;
        auto rest = text.cbegin();
        for (; at != end; ++at) {
            next.append(rest, (*at)[0].first);
            const auto known = constants.find(at->str());
            next += known == constants.end() ? at->str() : known->second;
            rest = (*at)[0].second;
        }
        next.append(rest, text.cend());
        text = std::move(next);
    }
    static const std::regex kSeam(R"re("\s*\+?\s*")re");
    return std::regex_replace(text, kSeam, "");
}

// Whether the statement touches rows of accounts without saying of which one.
bool forgets_the_account(const std::string& statement, const std::set<std::string>& tables) {
    static const std::regex kTable("\\b(?:FROM|INTO|UPDATE|JOIN)\\s+(\\w+)");
    static const std::regex kNamed("connection_id (?:=|>) \\$");
    bool touches = false;
    for (std::sregex_iterator at(statement.begin(), statement.end(), kTable), end; at != end; ++at)
        touches = touches || tables.count((*at)[1]) != 0;
    if (!touches) return false;
    if (statement.find("INSERT INTO") != std::string::npos)
        return statement.find("connection_id") == std::string::npos;
    return !std::regex_search(statement, kNamed);
}

// `file:name` of each such statement.
std::set<std::string> forgetful() {
    static const std::regex kConstant(R"re(const (?:std::string|Names) (k\w+)\s*=\s*([^;]*);)re");
    static const std::regex kStatement(R"re(const Sql (k\w+)\s*\{([^;]*)\};)re");
    const auto tables = tenant_tables();
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(kRoot / "module/store")) {
        if (entry.path().extension() != ".cpp") continue;
        const auto source = text_of(entry.path());
        const auto constants = definitions(source, kConstant);
        for (const auto& [name, text] : definitions(source, kStatement))
            if (forgets_the_account(expanded(text, constants), tables))
                found.insert(entry.path().filename().string() + ':' + name);
    }
    return found;
}

// Everything else names the account. A new entry needs a reason of this kind.
const std::set<std::string> kOfNoAccount{
    // found by a secret, or by what is unique over all accounts
    "connections.cpp:kByClientId", "connections.cpp:kBySettingsToken",
    "connections.cpp:kByPublicUrl", "connections.cpp:kByPublicUrlPrefix",
    "merchants.cpp:kByHookToken", "invoices.cpp:kBySlug", "sessions.cpp:kFind",
    // master keys rotate for all
    "connections.cpp:kAll", "connections.cpp:kOutdated", "connections.cpp:kCountOutdated",
    "merchants.cpp:kAll", "merchants.cpp:kOutdated", "merchants.cpp:kCountOutdated",
    "sealing.cpp:kDropKeys", "outbox.cpp:kOfKind", "outbox.cpp:kPutPayload",
    // the reconciler, the clean-up
    "invoices.cpp:kStalePending", "invoices.cpp:kLinkExpired", "invoices.cpp:kHoldEnding",
    "sessions.cpp:kPurge",
    // the outbox's workers: by the row's own id, by lane, by an order key (an invoice's id)
    "outbox.cpp:kLanes", "outbox.cpp:kDue", "outbox.cpp:kNextDue", "outbox.cpp:kLease",
    "outbox.cpp:kFinish", "outbox.cpp:kRetry", "outbox.cpp:kRelease", "outbox.cpp:kPark",
    "outbox.cpp:kPostpone", "outbox.cpp:kRevive", "outbox.cpp:kHurry", "outbox.cpp:kReleaseAll",
    "outbox.cpp:kHurryKind", "outbox.cpp:kStale", "outbox.cpp:kDropStale", "outbox.cpp:kUnhead",
    "outbox.cpp:kHead", "outbox.cpp:kFind", "outbox.cpp:kTries", "sql_store.cpp:kHeadless",
    "search.cpp:kWaiting",
    // the operator, who sees all
    "outbox.cpp:kList", "outbox.cpp:kListState", "outbox.cpp:kStats", "problems.cpp:kAll",
    "invoices.cpp:kSearch", "search.cpp:kById", "search.cpp:kByUuid", "search.cpp:kByOrder",
    "search.cpp:kByPayment", "search.cpp:kByGatewayInvoice", "search.cpp:kBySlug",
    "search.cpp:kByContact", "search.cpp:kAccounts", "search.cpp:kParked", "audit.cpp:kLast",
    "audit.cpp:kList", "audit.cpp:kAll", "subscriptions.cpp:kSearchContact",
    "subscriptions.cpp:kSearchId", "subscriptions.cpp:kSearchProduct",
    "subscriptions.cpp:kSearchProfile"};

// --- comparisons ---

bool compares_a_secret(const std::string& line) {
    static const std::regex kSecretCompared(
        R"re((?:token|csrf|hmac|signature|secret|password|cookie|mac|digest)\w*(?:\(\))?(?:\.reveal\(\))?\)*\s*[!=]=)re"
        R"re(|[!=]=\s*[\w.>()*-]*(?:token|csrf|hmac|signature|secret|password|cookie|mac|digest)\w*(?:\(\))?(?:\.reveal\(\))?\s*[;)&|])re",
        std::regex::icase);
    static const std::regex kCompared(R"re(\b(?:str(?:n|case)?cmp|memcmp|CRYPTO_memcmp)\s*\()re");
    static const std::regex kNoSecret(R"re([!=]=\s*(?:nullptr|0|std::string::npos|""|"))re");
    const auto code = code_of(line);
    if (std::regex_search(code, kCompared)) return true;
    return std::regex_search(code, kSecretCompared) && !std::regex_search(code, kNoSecret);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(source_rules)

BOOST_AUTO_TEST_CASE(every_statement_names_the_account) {
    const auto found = forgetful();
    for (const auto& each : found)
        BOOST_TEST(kOfNoAccount.count(each) == 1U, each << " asks for no account");
    for (const auto& each : kOfNoAccount)
        BOOST_TEST(found.count(each) == 1U, each << " is no exception any more");
}

BOOST_AUTO_TEST_CASE(a_statement_without_its_account_is_noticed) {
    const std::set<std::string> tables{"invoice", "journal"};
    BOOST_TEST(forgets_the_account("SELECT a FROM invoice WHERE uuid = $1", tables));
    BOOST_TEST(forgets_the_account("SELECT connection_id FROM invoice WHERE uuid = $1", tables));
    BOOST_TEST(forgets_the_account("UPDATE journal SET a = $1", tables));
    BOOST_TEST(forgets_the_account("INSERT INTO journal (id) VALUES ($1)", tables));
    BOOST_TEST(!forgets_the_account("SELECT a FROM invoice WHERE connection_id = $1", tables));
    BOOST_TEST(!forgets_the_account("INSERT INTO journal (connection_id) VALUES ($1)", tables));
    BOOST_TEST(!forgets_the_account("SELECT value FROM meta", tables));
}

BOOST_AUTO_TEST_CASE(secrets_are_compared_in_one_way) {
    // Our own fingerprint beside our own secret: nobody from outside gave either.
    const std::set<std::string> checks_of_the_store{"module/store/connections.cpp",
                                                    "module/store/merchants.cpp"};
    std::size_t right = 0;
    for (const auto& path : sources({"module", "handlers", "api_client"})) {
        const auto file = fs::relative(path, kRoot).generic_string();
        std::istringstream lines(text_of(path));
        for (std::string line; std::getline(lines, line);) {
            if (line.find("equal_constant_time(") != std::string::npos) ++right;
            if (checks_of_the_store.count(file) != 0 &&
                line.find("fingerprint(") != std::string::npos)
                continue;
            BOOST_TEST(!compares_a_secret(line), file << ": " << line);
        }
    }
    BOOST_TEST(right >= 6U);  // it looks at the right places
    // Install, hooks and CSRF, each by name.
    for (const char* file : {"module/service/connections.cpp", "api_client/uapay/jwt.cpp",
                             "module/service/admins.cpp"})
        BOOST_TEST(text_of(kRoot / file).find("equal_constant_time(") != std::string::npos, file);
}

BOOST_AUTO_TEST_CASE(a_secret_in_a_plain_comparison_is_noticed) {
    for (const char* line :
         {"if (token == expected) return;", "return expected != asked.token;",
          "if (csrf_token(cookie) == given) ok();", "own == signature)", "x.secret.reveal() == y",
          "if (std::memcmp(a, b, 32) == 0)", "if (strcmp(a, b))"})
        BOOST_TEST(compares_a_secret(line), line);
    for (const char* line :
         {"if (token == nullptr) return;", "if (code == \"hook.signature_mismatch\")",
          "// token == expected", "if (token.empty()) return;", "for (; at != end; ++at)",
          "if (stop_token != 0)"})
        BOOST_TEST(!compares_a_secret(line), line);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::source_rules_test
