#include "tests/support/harness/module.hpp"

#include <signal.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace tillbridge::harness {
namespace {

constexpr const char* kPrograms = TILLBRIDGE_BIN_DIR "/";

void write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::trunc | std::ios::binary);
    file << text;
    file.close();
    if (!file) throw std::runtime_error("can't write " + path);
    namespace fs = std::filesystem;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

std::vector<Json> json_lines(const std::string& text) {
    std::vector<Json> lines;
    for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
        auto line = Json::parse(text.substr(at, end - at), nullptr, false);
        if (line.is_object()) lines.push_back(std::move(line));
    }
    return lines;
}

// Sections of a dotted map: `a.b.c: v` → nested YAML.
void write_yaml(std::ostream& out, const Config& config) {
    std::vector<std::string> open;
    for (const auto& [key, value] : config) {
        std::vector<std::string> parts;
        std::istringstream words(key);
        for (std::string part; std::getline(words, part, '.');) parts.push_back(part);
        std::size_t same = 0;
        while (same + 1 < parts.size() && same < open.size() && open[same] == parts[same]) ++same;
        open.assign(parts.begin(), parts.end() - 1);
        for (std::size_t depth = same; depth < parts.size(); ++depth)
            out << std::string(2 * depth, ' ') << parts[depth] << ':'
                << (depth + 1 == parts.size() ? ' ' + value : "") << '\n';
    }
}

}  // namespace

Json CommandResult::json() const {
    auto parsed = Json::parse(out, nullptr, false);
    if (parsed.is_discarded())
        throw std::runtime_error("no JSON, exit " + std::to_string(code) + ": " + out + err);
    return parsed;
}

Module::Module(std::string folder, int port, Config config, Fields environment)
    : folder_(std::move(folder)),
      url_("http://127.0.0.1:" + std::to_string(port)),
      config_(std::move(config)),
      environment_(std::move(environment)) {
    set_program("tillbridge");
    const std::string address = "127.0.0.1:" + std::to_string(port);
    const Config defaults{
        {"server.listen", address},
        {"server.ops_listen", "127.0.0.1:0"},
        {"server.control_socket", "tillbridge.sock"},
        {"server.public_url", url_},
        {"server.threads", "32"},
        {"store.url", "sqlite:tillbridge.db"},
        {"security.master_key_file", "master.key"},
        {"security.allow_private_networks", "true"},
        {"marketplace.secret_file", "marketplace.secret"},
        {"crm.allowed_hosts", "[\"127.0.0.1\", \"localhost\"]"},
        {"outbox.schedule", "[50ms, 100ms, 200ms, 400ms]"},
    };
    config_.insert(defaults.begin(), defaults.end());
    write_file(folder_ + "/marketplace.secret", std::string(kMarketplaceSecret) + '\n');
    const auto key = bare_command({"keys", "generate"});
    if (key.code != 0) throw std::runtime_error("keys generate: " + key.err);
    write_file(folder_ + "/master.key", key.out);
    write_config();
}

void Module::write_config() const {
    std::ostringstream text;
    write_yaml(text, config_);
    write_file(config_file(), text.str());
}

void Module::configure(const std::string& key, const std::string& value) {
    config_[key] = value;
    write_config();
}

void Module::set_environment(const std::string& name, const std::string& value) {
    std::erase_if(environment_, [&](const auto& each) { return each.first == name; });
    environment_.emplace_back(name, value);
}

void Module::launch() {
    process_.reset();
    log_start_ = log().size();
    Process::Start start;
    start.arguments = started_by({program_, "serve", "--config", config_file()});
    start.environment = environment_;
    start.folder = folder_;
    start.out = start.err = log_file();
    process_ = std::make_unique<Process>(start);
}

bool Module::listening() {
    for (const auto& line : json_lines(log().substr(log_start_))) {
        if (line.value("msg", "") != "listening") continue;
        if (line.contains("ops")) ops_url_ = "http://" + line.at("ops").get<std::string>();
        return true;
    }
    return false;
}

void Module::await_listening() {
    await("the module listens", [&] {
        if (listening()) return true;
        if (!process_->running()) throw std::runtime_error("the module ended:\n" + log());
        return false;
    });
}

void Module::set_program(const std::string& name) {
    program_ = kPrograms + name;
}

void Module::start() {
    launch();
    await_listening();
}

Exit Module::kill() {
    return process_->kill();
}

std::optional<Exit> Module::stop(Millis patience) {
    process_->signal(SIGTERM);
    return process_->wait(patience);
}

std::vector<Json> Module::log_lines() const {
    return json_lines(log());
}

CommandResult Module::command(const std::vector<std::string>& arguments) const {
    auto all = arguments;
    all.insert(all.end(), {"--config", config_file()});
    return bare_command(all);
}

CommandResult Module::bare_command(const std::vector<std::string>& arguments) const {
    static std::atomic<int> counter{0};
    const auto name = folder_ + "/command-" + std::to_string(++counter);
    Process::Start start;
    start.arguments = {program_};
    start.arguments.insert(start.arguments.end(), arguments.begin(), arguments.end());
    start.arguments = started_by(std::move(start.arguments));
    start.environment = environment_;
    start.folder = folder_;
    start.out = name + ".out";
    start.err = name + ".err";
    Process process(start);
    const auto exit = process.wait(std::chrono::seconds(120));
    CommandResult result;
    result.code = exit ? exit->code : -1;
    result.out = bytes_of_file(start.out);
    result.err = bytes_of_file(start.err);
    return result;
}

std::unique_ptr<Process> Module::begin(const std::vector<std::string>& arguments,
                                       const std::string& name) const {
    Process::Start start;
    start.arguments = {program_};
    start.arguments.insert(start.arguments.end(), arguments.begin(), arguments.end());
    start.arguments.insert(start.arguments.end(), {"--config", config_file()});
    start.arguments = started_by(std::move(start.arguments));
    start.environment = environment_;
    start.folder = folder_;
    start.out = folder_ + "/" + name + ".out";
    start.err = folder_ + "/" + name + ".err";
    return std::make_unique<Process>(start);
}

std::vector<std::string> Module::started_by(std::vector<std::string> words) const {
    words.insert(words.begin(), launcher_.begin(), launcher_.end());
    return words;
}

std::map<std::string, double> Module::metrics() const {
    std::map<std::string, double> values;
    std::istringstream text(ops().get("/metrics").body);
    for (std::string line; std::getline(text, line);) {
        const auto space = line.rfind(' ');
        if (line.empty() || line.front() == '#' || space == std::string::npos) continue;
        values[line.substr(0, space)] = std::stod(line.substr(space + 1));
    }
    return values;
}

}  // namespace tillbridge::harness
