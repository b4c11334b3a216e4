// What operators install: the package, its unit and configuration, the container's lists, the words
// of README. Each is tried, or compared with what it has to agree with.
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e::deploy_test {
namespace {

namespace fs = std::filesystem;

const std::string kSource = TILLBRIDGE_SOURCE_DIR;

struct Site : Fixture {
    Site() : Fixture(WorldOptions{{}, {}, {}, false}) {}

    CommandResult shell(const std::string& script, const Fields& environment = {}) {
        Process::Start start;
        start.arguments = {"/bin/bash", "-euc", script};
        start.environment = environment;
        start.folder = folder();
        start.out = folder() + "/shell-" + std::to_string(++scripts_) + ".out";
        start.err = folder() + "/shell-" + std::to_string(scripts_) + ".err";
        Process process(start);
        const auto exit = process.wait(std::chrono::seconds(120));
        CommandResult result;
        result.code = exit ? exit->code : -1;
        result.out = bytes_of_file(start.out);
        result.err = bytes_of_file(start.err);
        return result;
    }

    // The package, made of the program that is tested, taken apart below tree/.
    std::string tree() {
        const auto made =
            shell(kSource + "/deploy/package --program " TILLBRIDGE_BIN_DIR "/tillbridge packages");
        BOOST_REQUIRE_MESSAGE(made.code == 0, made.err);
        const auto deb = made.out.substr(0, made.out.find('\n'));
        const auto taken = shell("dpkg-deb -R " + deb + " tree");
        BOOST_REQUIRE_MESSAGE(taken.code == 0, taken.err);
        return folder() + "/tree";
    }

  private:
    int scripts_ = 0;
};

std::string field(const std::string& control, const std::string& name) {
    const auto at = control.find("\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto from = at + name.size() + 3;
    return control.substr(from, control.find('\n', from) - from);
}

std::set<std::string> words(std::string text) {
    for (auto& each : text)
        if (each == ',' || each == '\\') each = ' ';
    std::istringstream in(text);
    std::set<std::string> found;
    for (std::string word; in >> word;) found.insert(word);
    return found;
}

std::vector<std::string> lines_with(const std::string& text, const std::string& start) {
    std::istringstream in(text);
    std::vector<std::string> found;
    for (std::string line; std::getline(in, line);)
        if (line.rfind(start, 0) == 0) found.push_back(line.substr(start.size()));
    return found;
}

unsigned mode(const std::string& path) {
    struct stat about {};
    BOOST_REQUIRE_MESSAGE(::stat(path.c_str(), &about) == 0, path);
    return about.st_mode & 07777U;
}

// The first block of commands under a heading.
std::string block_under(const std::string& text, const std::string& heading) {
    const auto open = text.find("```\n", text.find("\n" + heading + "\n")) + 4;
    return text.substr(open, text.find("```", open) - open);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(deploy)

BOOST_FIXTURE_TEST_CASE(the_package_holds_what_its_unit_names, Site) {
    const auto root = tree();
    const auto unit = bytes_of_file(root + "/lib/systemd/system/tillbridge.service");
    BOOST_TEST(unit == bytes_of_file(kSource + "/deploy/tillbridge.service"));
    const auto yaml = root + "/etc/tillbridge/tillbridge.yaml";
    int commands = 0;
    for (const char* key : {"ExecStart=", "ExecStartPre="})
        for (const auto& line : lines_with(unit, key)) {
            ++commands;
            BOOST_TEST(mode(root + line.substr(0, line.find(' '))) == 0755U, line);
            BOOST_TEST(contains(line, "--config /etc/tillbridge/tillbridge.yaml"), line);
        }
    BOOST_TEST(commands == 2);
    BOOST_TEST(fs::exists(yaml));
    const auto document = lines_with(unit, "Documentation=file:");
    BOOST_REQUIRE(document.size() == 1U);
    BOOST_TEST(fs::exists(root + document[0]), document[0]);
    // The user and the folders that the scripts make are those that the unit uses.
    const auto postinst = bytes_of_file(root + "/DEBIAN/postinst");
    BOOST_TEST(lines_with(unit, "User=").at(0) == "tillbridge");
    BOOST_TEST(contains(postinst, "adduser --system --group"));
    BOOST_TEST(lines_with(unit, "StateDirectory=").at(0) == "tillbridge");
    BOOST_TEST(contains(postinst, "state=/var/lib/tillbridge\n"));
    for (const char* script : {"postinst", "prerm", "postrm"})
        BOOST_TEST(mode(root + "/DEBIAN/" + script) == 0755U, script);
    // What the service writes lies in its state or runtime folder; the rest of /etc is read only.
    const auto text = bytes_of_file(yaml);
    BOOST_TEST(contains(text, "master_key_file: /var/lib/tillbridge/master.key"));
    BOOST_TEST(contains(text, "url: sqlite:/var/lib/tillbridge/"));
    BOOST_TEST(contains(text, "control_socket: /run/tillbridge/"));
    BOOST_TEST(contains(postinst, "keys generate"));
    BOOST_TEST(bytes_of_file(root + "/DEBIAN/conffiles") == "/etc/tillbridge/tillbridge.yaml\n");
}

// Its configuration, with its paths below the folder that it was taken apart in, starts the
// program.
BOOST_FIXTURE_TEST_CASE(the_package_runs_as_it_is, Site) {
    const auto root = tree();
    const auto prepared =
        shell("sed 's:/\\(etc\\|var\\|run\\)/:" + root +
              "/\\1/:g' tree/etc/tillbridge/tillbridge.yaml > packaged.yaml\n"
              "mkdir -p tree/var/lib/tillbridge tree/run/tillbridge\n"
              "umask 077\n"
              "tree/usr/bin/tillbridge keys generate > tree/var/lib/tillbridge/master.key\n"
              "echo secret > tree/etc/tillbridge/marketplace.secret\n"
              "tree/usr/bin/tillbridge check-config --config packaged.yaml\n"
              "tree/usr/bin/tillbridge migrate --config packaged.yaml\n"
              "tree/usr/bin/tillbridge keys rotate --config packaged.yaml\n"
              "tree/usr/bin/tillbridge doctor --config packaged.yaml\n");
    BOOST_TEST(prepared.code == 0, prepared.out << prepared.err);
    BOOST_TEST(fs::exists(root + "/var/lib/tillbridge/tillbridge.db"));
}

BOOST_FIXTURE_TEST_CASE(the_container_has_the_packages_libraries, Site) {
    const auto control = bytes_of_file(tree() + "/DEBIAN/control");
    BOOST_TEST(field(control, "Version") + "\n" ==
               module().bare_command({"version"}).out.substr(std::string("tillbridge ").size()));
    const auto needed = words(field(control, "Depends"));
    BOOST_TEST(needed.count("libssl3") == 1U);
    BOOST_TEST(needed.count("tzdata") == 1U);
    const auto container = bytes_of_file(kSource + "/deploy/Containerfile");
    const auto runtime = words(container.substr(container.rfind("\nFROM ")));
    // In every image of Debian, or for the package's scripts alone.
    const std::set<std::string> there{"adduser", "libc6", "libgcc-s1", "libstdc++6"};
    // A sanitizer's build drops no library that its code does not use.
    const bool sanitized = needed.count("libasan8") + needed.count("libtsan2") > 0;
    for (const auto& package : needed)
        if (there.count(package) == 0 && !sanitized)
            BOOST_TEST(runtime.count(package) == 1U, package);
    const auto ignored = bytes_of_file(kSource + "/.dockerignore");
    for (const char* line : {"/build\n", "/.git\n", "**/*.key\n", "**/*.secret\n"})
        BOOST_TEST(contains(ignored, line), line);
}

// Rotating replaces the key's file: it must lie in the volume, not be mounted by itself.
BOOST_FIXTURE_TEST_CASE(the_containers_key_can_be_replaced, Site) {
    const auto compose = bytes_of_file(kSource + "/deploy/compose.yaml");
    BOOST_TEST(
        contains(compose, "TILLBRIDGE_SECURITY_MASTER_KEY_FILE: /var/lib/tillbridge/master.key"));
    BOOST_TEST(contains(compose, "- store:/var/lib/tillbridge\n"));
    BOOST_TEST(!contains(compose, "master.key:"));
}

// -DTILLBRIDGE_WEB=OFF: payments go as ever, and the pages say where to go on.
BOOST_FIXTURE_TEST_CASE(a_program_without_pages_takes_payments, Site) {
    module().set_program("tillbridge-without-pages");
    module().start();
    const auto shop = connect_shop("demo", kTwoStage, {{"language", "en"}});
    const auto bill = paid(shop, "121.50", "waitingForCapture");
    BOOST_TEST(act(bill, "approve").at("status") == 200);
    await_status(bill, "succeeded");

    const auto admin = settings(shop);
    const auto page = admin.http().get("/settings", {{"Cookie", admin.cookie()}});
    BOOST_TEST(page.status == 200);
    for (const char* text : {"Tillbridge settings", "Stores", "UAPAY"})
        BOOST_TEST(contains(page.body, text), text);
    BOOST_TEST(!contains(page.body, "<script"));
    const auto desk = module().http().get("/support", {{"Accept-Language", "en"}});
    BOOST_TEST(desk.status == 200);
    BOOST_TEST(contains(desk.body, "tillbridge support"));
    BOOST_TEST(!contains(desk.body, "<script"));

    const auto found = module().command({"support", "find", bill.id, "--json"});
    BOOST_TEST(found.json().at("invoices").size() == 1U);
    const auto zip = module().command({"manifest", "extension", "--zip", folder() + "/panel.zip"});
    BOOST_TEST(zip.code == 3);
    BOOST_TEST(contains(zip.err, "without the browser assets"), zip.err);
    BOOST_TEST(!fs::exists(folder() + "/panel.zip"));
}

BOOST_FIXTURE_TEST_CASE(alerts_name_commands_that_exist, Site) {
    const auto text = bytes_of_file(kSource + "/deploy/alerts.yaml");
    const std::regex command("`tillbridge ([a-z -]+)`");
    int found = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), command), end; at != end; ++at) {
        ++found;
        std::vector<std::string> line;
        std::istringstream in((*at)[1].str());
        for (std::string word; in >> word;) line.push_back(word);
        // Without a configuration: a command that is not whole ends with a sentence about itself.
        line.insert(line.end(), {"--config", folder() + "/none.yaml"});
        const auto result = module().bare_command(line);
        BOOST_TEST(result.code == 2, (*at)[0]);
        BOOST_TEST(contains(result.err, "none.yaml: can't be read"), (*at)[0] << result.err);
    }
    BOOST_TEST(found >= 4);
}

BOOST_FIXTURE_TEST_CASE(install_packages_says_how_it_is_used, Site) {
    const auto result = shell(kSource + "/deploy/install-packages");
    BOOST_TEST(result.code == 2);
    BOOST_TEST(contains(result.err, "usage: deploy/install-packages"), result.err);
    BOOST_TEST(contains(result.err, "deploy/packages.txt"), result.err);
    BOOST_TEST(shell("cd " + kSource + " && tests/run help").code == 0);
}

// The commands under "Run it" in README, in their order, in an empty folder; what builds is left
// out, and stands in the list that is installed.
BOOST_FIXTURE_TEST_CASE(the_readme_brings_a_server_up, Site) {
    std::istringstream block(block_under(bytes_of_file(kSource + "/README.md"), "## Run it"));
    std::string script = "mkdir -p site/build\ncd site\nln -s " TILLBRIDGE_BIN_DIR " build/bin\n";
    std::string building;
    for (std::string line; std::getline(block, line);) {
        const bool builds = line.rfind("deploy/", 0) == 0 || line.rfind("cmake ", 0) == 0;
        if (contains(line, " serve ")) line = "exec " + line;
        if (line.rfind("cat > ", 0) == 0) line = "echo a-secret | " + line;
        (builds ? building : script) += line + '\n';
    }
    BOOST_TEST(contains(building, "deploy/install-packages deploy/packages.txt\n"), building);
    BOOST_TEST(contains(building, "cmake --preset release && cmake --build build\n"), building);

    Process::Start start;
    start.arguments = {"/bin/bash", "-euc", script};
    start.environment = {{"TILLBRIDGE_SERVER_LISTEN", "127.0.0.1:0"},
                         {"TILLBRIDGE_SERVER_OPS_LISTEN", "127.0.0.1:0"}};
    start.folder = folder();
    start.out = start.err = folder() + "/readme.log";
    Process server(start);
    await("the server of README listens", [&] {
        BOOST_REQUIRE_MESSAGE(server.running(), bytes_of_file(start.err));
        return contains(bytes_of_file(start.err), "\"listening\"");
    });
    for (const char* name : {"master.key", "marketplace.secret", "tillbridge.db"})
        BOOST_TEST(mode(folder() + "/site/" + name) == 0600U, name);
    server.signal(SIGTERM);
    const auto ended = server.wait(kPatience);
    BOOST_REQUIRE(ended.has_value());
    BOOST_TEST(ended->code == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::e2e::deploy_test
