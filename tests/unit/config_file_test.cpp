// Configuration and secrets as files on disk.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "config/config.hpp"
#include "config/secret_file.hpp"

namespace tillbridge::config_file_test {

namespace fs = std::filesystem;

namespace {

struct Folder {
    Folder() {
        std::string name = (fs::temp_directory_path() / "config-test-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }

    fs::path write(const std::string& name, const std::string& text, fs::perms mode) const {
        const fs::path file = path / name;
        std::ofstream(file, std::ios::binary) << text;
        fs::permissions(file, mode);
        return file;
    }

    fs::path path;
};

constexpr fs::perms kPrivate = fs::perms::owner_read | fs::perms::owner_write;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(config_file, Folder)

BOOST_AUTO_TEST_CASE(a_file_is_loaded_and_its_folder_is_the_base) {
    const fs::path file = write("t.yaml", "store: {url: sqlite:data/x.db}\n", kPrivate);
    const config::Loaded loaded = config::load(file, {});
    BOOST_REQUIRE(loaded.config.has_value());
    BOOST_TEST(loaded.config->store.url == "sqlite:" + (path / "data/x.db").string());
    BOOST_TEST(loaded.config->security.master_key_file == path / "master.key");
}

BOOST_AUTO_TEST_CASE(what_is_no_file_is_a_problem) {
    const auto said = [](const fs::path& file) {
        const config::Loaded loaded = config::load(file, {});
        BOOST_TEST(!loaded.config.has_value());
        BOOST_REQUIRE(loaded.problems.size() == 1U);
        return loaded.problems.front().text();
    };
    BOOST_TEST(said(path / "absent.yaml") ==
               (path / "absent.yaml").string() + ": can't be read: No such file or directory");
    BOOST_TEST(said(path) == path.string() + ": is a folder");
    const fs::path huge = write("huge.yaml", std::string((1 << 20) + 1, '#'), kPrivate);
    BOOST_TEST(said(huge) == huge.string() + ": has more than 1 MiB");
}

BOOST_AUTO_TEST_CASE(the_process_environment_holds_our_names_only) {
    ::setenv("TILLBRIDGE_LOG_LEVEL", "debug=1", 1);
    ::setenv("OTHER_LOG_LEVEL", "debug", 1);
    const config::Environment found = config::process_environment();
    ::unsetenv("TILLBRIDGE_LOG_LEVEL");
    BOOST_TEST(found.at("TILLBRIDGE_LOG_LEVEL") == "debug=1");
    BOOST_TEST(found.count("OTHER_LOG_LEVEL") == 0U);
}

BOOST_AUTO_TEST_CASE(a_secret_is_trimmed) {
    const config::SecretFile secret =
        config::read_secret_file(write("s", " \t c2VjcmV0 x=\r\n\n", kPrivate));
    BOOST_TEST(secret.ok());
    BOOST_TEST(secret.text == "c2VjcmV0 x=");
    BOOST_TEST(secret.warning == "");
}

BOOST_AUTO_TEST_CASE(a_secret_that_others_may_read_is_warned_about) {
    const fs::path file = write("s", "abc", kPrivate | fs::perms::others_read);
    const config::SecretFile secret = config::read_secret_file(file);
    BOOST_TEST(secret.ok());
    BOOST_TEST(secret.text == "abc");
    BOOST_TEST(secret.warning != "");
}

BOOST_AUTO_TEST_CASE(a_secret_that_is_not_there_is_an_error) {
    for (const fs::path& file :
         {path / "absent", path, write("empty", "", kPrivate), write("blank", " \n\t\n", kPrivate),
          write("long", std::string(65 * 1024, 'x'), kPrivate)}) {
        BOOST_TEST_CONTEXT(file) {
            const config::SecretFile secret = config::read_secret_file(file);
            BOOST_TEST(!secret.ok());
            BOOST_TEST(secret.text == "");
        }
    }
    BOOST_TEST(config::read_secret_file(path / "absent").error ==
               "can't be read: No such file or directory");
    BOOST_TEST(config::read_secret_file(path / "blank").error == "is empty");
}

BOOST_AUTO_TEST_CASE(a_secret_is_replaced_in_whole_and_keeps_its_rights) {
    const auto file = write("s", "old", kPrivate | fs::perms::group_read | fs::perms::others_read);
    write("s.new", "what a dead process left behind", kPrivate);
    BOOST_TEST(config::replace_secret_file(file, "new\nold\n") == "");
    BOOST_TEST(config::read_secret_file(file).text == "new\nold");
    BOOST_TEST((fs::status(file).permissions() == (kPrivate | fs::perms::group_read)));
    BOOST_TEST(!fs::exists(path / "s.new"));
}

BOOST_AUTO_TEST_CASE(a_link_to_a_secret_stays_one) {
    const auto file = write("s", "old", kPrivate);
    fs::create_symlink(file, path / "link");
    BOOST_TEST(config::replace_secret_file(path / "link", "new") == "");
    BOOST_TEST(fs::is_symlink(path / "link"));
    BOOST_TEST(config::read_secret_file(file).text == "new");
}

// Where a file is mounted by itself it can be written beside, and not be renamed over.
BOOST_AUTO_TEST_CASE(a_secret_that_can_not_be_replaced_leaves_nothing_beside_it) {
    fs::create_directories(path / "s" / "full");
    BOOST_TEST(config::replace_secret_file(path / "s", "new").starts_with("can't be replaced: "));
    BOOST_TEST(!fs::exists(path / "s.new"));
    BOOST_TEST(config::replace_secret_file(path / "none", "new").starts_with("can't be read: "));
    BOOST_TEST(!fs::exists(path / "none"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::config_file_test
