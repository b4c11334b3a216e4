// Tests are named in tables and comments as what proves a promise: whoever is named exists, and
// every code that stands for a promise is explained in tests/README.md.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace tillbridge::test_names_test {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot(TILLBRIDGE_SOURCE_DIR);

std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> files(const fs::path& folder, const std::set<std::string>& kinds) {
    std::vector<fs::path> found;
    for (auto at = fs::recursive_directory_iterator(folder);
         at != fs::recursive_directory_iterator(); ++at) {
        const auto name = at->path().filename().string();
        if (name == "node_modules" || name == ".git" || name.rfind("build", 0) == 0) {
            if (at->is_directory()) at.disable_recursion_pending();
            continue;
        }
        if (at->is_regular_file() && kinds.count(at->path().extension().string()) != 0)
            found.push_back(at->path());
    }
    return found;
}

std::set<std::string> matches(const std::string& text, const std::regex& form) {
    std::set<std::string> all;
    for (std::sregex_iterator at(text.begin(), text.end(), form), end; at != end; ++at)
        all.insert((*at)[1]);
    return all;
}

// `suite` and `suite/case` of all suites.
std::set<std::string> existing() {
    static const std::regex kLine(
        R"re(BOOST_(?:AUTO|FIXTURE)_TEST_(SUITE|CASE)\(\s*(\w+))re"
        R"re(|BOOST_(?:AUTO_TEST_CASE_TEMPLATE|DATA_TEST_CASE)\(\s*(\w+))re");
    std::set<std::string> names;
    for (const auto& file : files(kRoot / "tests", {".cpp"})) {
        const auto text = text_of(file);
        std::string suite;
        for (std::sregex_iterator at(text.begin(), text.end(), kLine), end; at != end; ++at) {
            const bool begins = (*at)[1] == "SUITE";
            const std::string name = (*at)[2].matched ? (*at)[2] : (*at)[3];
            if (begins) suite = name;
            names.insert(begins ? suite : suite + '/' + name);
        }
    }
    return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(test_names)

BOOST_AUTO_TEST_CASE(who_is_named_as_a_proof_exists) {
    const auto known = existing();
    BOOST_TEST(known.size() > 500U);
    static const std::regex kInTable(R"re(`([a-z_0-9]+/[a-z_0-9]+)`)re");
    static const std::regex kInComment(R"re(//.*?\b([a-z]+_?[a-z]*/[a-z]+_[a-z_0-9]+)\b)re");
    std::istringstream lines(text_of(kRoot / "tests/README.md"));
    std::string promises;
    for (std::string line; std::getline(lines, line);)
        if (line.rfind("| G", 0) == 0 || line.rfind("| U-", 0) == 0) promises += line + '\n';
    const auto named = matches(promises, kInTable);
    BOOST_TEST(named.size() > 50U);
    for (const auto& each : named) BOOST_TEST(known.count(each) == 1U, each);
    for (const auto& each :
         matches(text_of(kRoot / "tests/e2e/vendor_defects_test.cpp"), kInComment))
        BOOST_TEST(known.count(each) == 1U, each);
}

BOOST_AUTO_TEST_CASE(every_end_to_end_file_has_its_topic) {
    const auto table = text_of(kRoot / "tests/e2e/README.md");
    for (const auto& entry : fs::directory_iterator(kRoot / "tests/e2e")) {
        const auto name = entry.path().filename().string();
        if (!name.ends_with("_test.cpp")) continue;
        BOOST_TEST(table.find('`' + name + '`') != std::string::npos, name);
    }
    static const std::regex kFile(R"re(`(\w+_test\.cpp)`)re");
    for (const auto& name : matches(table, kFile))
        BOOST_TEST(fs::exists(kRoot / "tests/e2e" / name), name);
}

BOOST_AUTO_TEST_CASE(every_code_of_a_promise_is_explained) {
    static const std::regex kCode(R"re((?:^|[\s(,])(G[0-9]{1,2}|U-[0-9]{2})(?=[\s),.:;]|$))re");
    static const std::regex kExplained(R"re(\n\| (G[0-9]+|U-[0-9]{2}) )re");
    const auto explained = matches(text_of(kRoot / "tests/README.md"), kExplained);
    BOOST_TEST(explained.size() == 16U + 21U);
    for (const char* room : {"module", "api_client", "handlers", "manifest", "config", "tests"})
        for (const auto& file : files(kRoot / room, {".cpp", ".hpp", ".md", ".yaml"}))
            for (const auto& code : matches(text_of(file), kCode))
                BOOST_TEST(explained.count(code) == 1U,
                           fs::relative(file, kRoot) << ": " << code << " is explained nowhere");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::test_names_test
