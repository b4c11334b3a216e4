// The table of what platforms' documents name of Prodamus (prodamus-features.md) is whole and
// points at tests that exist: whoever renames a test, or forgets a row, hears of it here.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace tillbridge::prodamus_features_test {

namespace {

namespace fs = std::filesystem;

const fs::path kTests = fs::path(TILLBRIDGE_SOURCE_DIR) / "tests";
constexpr int kRows = 224;
constexpr std::size_t kSentence = 20;  // characters at least

std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

const std::string& table() {
    static const std::string kText = text_of(kTests / "contract/prodamus-features.md");
    return kText;
}

std::string trim(const std::string& text) {
    const auto first = text.find_first_not_of(' ');
    if (first == std::string::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

struct Row {
    std::string id;
    std::string feature;
    std::vector<std::string> tests;  // `folder/file: case`
    std::string sentence;            // what stands beside them
};

// A row whose cells are not three fails where it stands.
std::vector<Row> rows() {
    static const std::regex kMarked("`([^`]*)`");
    std::vector<Row> found;
    std::istringstream lines(table());
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("| P", 0) != 0) continue;
        std::vector<std::string> cells;
        std::istringstream parts(line.substr(1));
        for (std::string cell; std::getline(parts, cell, '|');) cells.push_back(trim(cell));
        BOOST_REQUIRE_MESSAGE(cells.size() == 3U && line.back() == '|', line);
        Row row{cells[0], cells[1], {}, {}};
        for (std::sregex_iterator at(cells[2].begin(), cells[2].end(), kMarked), end; at != end;
             ++at)
            row.tests.push_back((*at)[1]);
        row.sentence = std::regex_replace(cells[2], kMarked, "");
        found.push_back(std::move(row));
    }
    return found;
}

// The cases of a file, or the titles of a browser test.
std::set<std::string> cases_of(const fs::path& file) {
    static const std::regex kCase(
        R"re(BOOST_(?:AUTO|FIXTURE|DATA)_TEST_CASE(?:_F|_TEMPLATE)?\(\s*(\w+))re");
    static const std::regex kTitle(R"re(\btest\(\s*['"]([^'"]+)['"])re");
    const auto text = text_of(file);
    std::set<std::string> names;
    for (std::sregex_iterator
             at(text.begin(), text.end(), file.extension() == ".cpp" ? kCase : kTitle),
         end;
         at != end; ++at)
        names.insert((*at)[1]);
    return names;
}

bool is_not_covered(const Row& row) {
    return row.sentence.find("not covered:") != std::string::npos;
}

std::size_t letters(const std::string& text) {
    std::size_t count = 0;
    for (const char c : text)
        if (c != ' ' && c != ',' && c != ';' && c != '.') ++count;
    return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(prodamus_features)

BOOST_AUTO_TEST_CASE(each_feature_has_one_row) {
    std::map<std::string, int> times;
    for (const auto& row : rows()) {
        ++times[row.id];
        BOOST_TEST(!row.feature.empty(), row.id);
    }
    for (int number = 1; number <= kRows; ++number) {
        const std::string id = "P-" + std::string(number < 10 ? "0" : "") + std::to_string(number);
        BOOST_TEST(times[id] == 1, id);
    }
    BOOST_TEST(times.size() == static_cast<std::size_t>(kRows));
}

BOOST_AUTO_TEST_CASE(each_row_has_a_test_or_says_why_not) {
    for (const auto& row : rows()) {
        BOOST_TEST((!row.tests.empty() || letters(row.sentence) >= kSentence), row.id);
        const auto gap = row.sentence.find("not covered:");
        if (gap == std::string::npos) continue;
        BOOST_TEST(letters(row.sentence.substr(gap)) >= kSentence, row.id);
    }
}

BOOST_AUTO_TEST_CASE(each_test_that_is_named_is_there) {
    static const std::regex kName(R"re(([a-z0-9_]+/[a-z0-9_]+(?:_test\.cpp|\.test\.mjs)): (.+))re");
    std::map<std::string, std::set<std::string>> known;
    for (const auto& row : rows())
        for (const auto& name : row.tests) {
            std::smatch parts;
            BOOST_TEST_CONTEXT(row.id << ": " << name) {
                BOOST_REQUIRE(std::regex_match(name, parts, kName));
                const std::string file = parts[1];
                if (known.count(file) == 0) {
                    BOOST_TEST(fs::exists(kTests / file));
                    known[file] = cases_of(kTests / file);
                }
                BOOST_TEST(known[file].count(parts[2]) == 1U);
            }
        }
    BOOST_TEST(known.size() > 5U);
}

// Whoever closes a gap, or opens one, says so at the top.
BOOST_AUTO_TEST_CASE(the_gaps_are_as_many_as_it_says) {
    static const std::regex kNumber(R"re(\nNot covered: (\d+) of 224\b)re");
    std::smatch said;
    BOOST_REQUIRE(std::regex_search(table(), said, kNumber));
    int gaps = 0;
    for (const auto& row : rows()) gaps += is_not_covered(row) ? 1 : 0;
    BOOST_TEST(gaps == std::stoi(said[1]));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::prodamus_features_test
