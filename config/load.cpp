#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <tuple>

#include "config/config.hpp"
#include "config/schema.hpp"
#include "config/values.hpp"
#include "config/yaml.hpp"

extern char** environ;

namespace tillbridge::config {

namespace embedded {
std::string_view tillbridge_yaml();  // generated from config/tillbridge.yaml
}

namespace {

constexpr std::size_t kMaxFile = 1 << 20;
constexpr std::string_view kPrefix = "TILLBRIDGE_";

class Loader {
  public:
    Loader(std::string file, const std::filesystem::path& base)
        : file_(std::move(file)), base_(base), keys_(schema()) {}

    Loaded run(const std::string& text, const Environment& environment) {
        result_.file = file_;
        set_defaults();
        const Tree tree = read_yaml(text, file_, result_.problems);
        if (tree.kind == Tree::Kind::scalar || tree.kind == Tree::Kind::list) {
            add({file_, tree.line, "", "must be sections of keys"});
        } else {
            walk(tree, "");
        }
        override_by(environment);
        if (result_.problems.empty()) check_together();
        sort_problems();
        if (result_.problems.empty()) result_.config = std::move(config_);
        return std::move(result_);
    }

  private:
    void add(Problem problem) { result_.problems.push_back(std::move(problem)); }

    void set_defaults() {
        std::vector<Problem> none;
        for (const Key& key : keys_) {
            const Tree value = read_yaml(key.fallback, key.path, none);
            const std::string why = key.set(config_, Given{value, base_});
            if (!why.empty() || !none.empty()) {
                throw std::logic_error("default of " + key.path + ": " + why);
            }
        }
    }

    const Key* find(const std::string& path) const {
        const auto at = std::find_if(keys_.begin(), keys_.end(),
                                     [&](const Key& key) { return key.path == path; });
        return at == keys_.end() ? nullptr : &*at;
    }

    // The names that may stand in a section, for the one who mistyped one of them.
    std::vector<std::string> names_in(const std::string& section) const {
        std::vector<std::string> names;
        const std::string prefix = section.empty() ? "" : section + ".";
        for (const Key& key : keys_) {
            if (!key.path.starts_with(prefix)) continue;
            const std::string rest = key.path.substr(prefix.size());
            const std::string name = rest.substr(0, rest.find('.'));
            if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
        }
        return names;
    }

    void walk(const Tree& section, const std::string& prefix) {
        for (std::size_t i = 0; i < section.members.size(); ++i) {
            const auto& [name, value] = section.members[i];
            const int line = section.member_lines[i];
            const std::string path = prefix.empty() ? name : prefix + "." + name;
            // A name with a dot is no short cut for a section.
            const bool plain = name.find('.') == std::string::npos;
            if (const Key* key = plain ? find(path) : nullptr) {
                set(*key, value, {file_, line, path, ""}, true);
            } else if (!plain || names_in(path).empty()) {
                add({file_, line, path, "unknown key; here may stand " + joined(names_in(prefix))});
            } else if (value.kind == Tree::Kind::map || value.kind == Tree::Kind::null) {
                result_.sections.emplace(path, line);
                walk(value, path);
            } else {
                add({file_, line, path, "must be a section with " + joined(names_in(path))});
            }
        }
    }

    static std::string joined(const std::vector<std::string>& names) {
        std::string text;
        for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
        return text;
    }

    void set(const Key& key, const Tree& value, Problem origin, bool typed) {
        origin.why = shape_of(key, value);
        if (origin.why.empty()) origin.why = key.set(config_, Given{value, base_, typed});
        if (!origin.why.empty()) {
            add(origin);
            origin.why.clear();
        }
        result_.origins.insert_or_assign(key.path, origin);
    }

    static std::string shape_of(const Key& key, const Tree& value) {
        if (value.kind == Tree::Kind::null) return "has no value";
        if (!key.list && value.kind != Tree::Kind::scalar) return "must be a single value";
        if (key.list && value.kind != Tree::Kind::list) return "must be a list: [a, b]";
        if (!is_clean_text(value.text)) return "must be UTF-8 without control characters";
        for (const Tree& item : value.items) {
            if (item.kind != Tree::Kind::scalar) return "must be a list of single values";
            if (!is_clean_text(item.text)) return "must be UTF-8 without control characters";
        }
        return {};
    }

    void override_by(const Environment& environment) {
        for (const auto& [name, text] : environment) {
            if (!name.starts_with(kPrefix)) continue;
            const auto key =
                std::find_if(keys_.begin(), keys_.end(), [&wanted = name](const Key& candidate) {
                    return environment_name(candidate.path) == wanted;
                });
            // Not a mistake: others (a crash test, a packager) use names that begin like ours.
            if (key == keys_.end()) {
                result_.unused.push_back(name);
                continue;
            }
            set(*key, key->list ? split(text) : Tree{.kind = Tree::Kind::scalar, .text = text},
                {"environment:" + name, 0, key->path, ""}, false);
        }
    }

    static Tree split(const std::string& text) {
        Tree list{.kind = Tree::Kind::list};
        std::istringstream parts(text);
        for (std::string part; std::getline(parts, part, ',');) {
            const std::size_t from = part.find_first_not_of(' ');
            const std::size_t to = part.find_last_not_of(' ');
            part = from == std::string::npos ? "" : part.substr(from, to - from + 1);
            list.items.push_back(Tree{.kind = Tree::Kind::scalar, .text = part});
        }
        return list;
    }

    // Rules between keys; only asked where each key by itself is right.
    void check_together() {
        if (!config_.security.allow_private_networks) {
            const std::string why = "must be https, unless security.allow_private_networks is true";
            if (!config_.server.public_url.starts_with("https://")) {
                add(result_.problem("server.public_url", why));
            }
            for (const auto& [code, gateway] : config_.gateways) {
                if (gateway.base_url.starts_with("https://")) continue;
                add(result_.problem("gateways." + code + ".base_url", why));
            }
        }
        check_settling();
        if (config_.server.listen == config_.server.ops_listen &&
            !config_.server.listen.ends_with(":0")) {
            add(result_.problem("server.ops_listen", "must differ from server.listen"));
        }
    }

    // Too short, and what is still under way could be sent a second time. A sandbox has no money.
    void check_settling() {
        if (config_.security.allow_private_networks) return;
        for (const auto& [code, gateway] : config_.gateways) {
            const Span least = 3 * gateway.timeout + std::chrono::seconds(30);
            if (config_.reconcile.settle_after >= least) continue;
            add(result_.problem("reconcile.settle_after",
                                "must be at least " + write_span(least) +
                                    ", three times gateways." + code +
                                    ".timeout and 30s, unless "
                                    "security.allow_private_networks is true"));
        }
    }

    void sort_problems() {
        std::stable_sort(result_.problems.begin(), result_.problems.end(),
                         [](const Problem& a, const Problem& b) {
                             const bool a_file = !a.source.starts_with("environment:");
                             const bool b_file = !b.source.starts_with("environment:");
                             return std::tuple(!a_file, a.line) < std::tuple(!b_file, b.line);
                         });
    }

    std::string file_;
    const std::filesystem::path& base_;
    std::vector<Key> keys_;
    Config config_;
    Loaded result_;
};

Loaded unreadable(const std::filesystem::path& file, const std::string& why) {
    Loaded loaded;
    loaded.file = file.string();
    loaded.problems.push_back({file.string(), 0, "", why});
    return loaded;
}

}  // namespace

std::string Problem::text() const {
    std::string text = source;
    if (line > 0) text.append(":").append(std::to_string(line));
    if (!key.empty()) text.append(": ").append(key);
    return text.append(": ").append(why);
}

Problem Loaded::problem(const std::string& key, const std::string& why) const {
    if (const auto origin = origins.find(key); origin != origins.end()) {
        Problem found = origin->second;
        found.why = why;
        return found;
    }
    for (std::string path = key; !path.empty();) {
        if (const auto section = sections.find(path); section != sections.end())
            return {file, section->second, key, why};
        const std::size_t dot = path.rfind('.');
        path.resize(dot == std::string::npos ? 0 : dot);
    }
    return {file, 1, key, why};
}

Environment process_environment() {
    Environment found;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view line(*entry);
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos || !line.starts_with(kPrefix)) continue;
        found.emplace(line.substr(0, equals), line.substr(equals + 1));
    }
    return found;
}

Loaded load(const std::filesystem::path& file, const Environment& environment) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) return unreadable(file, "is a folder");
    std::ifstream input(file, std::ios::binary);
    if (!input) return unreadable(file, std::string("can't be read: ") + std::strerror(errno));
    std::string text(kMaxFile + 1, '\0');
    input.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (input.bad()) return unreadable(file, "can't be read");
    text.resize(static_cast<std::size_t>(input.gcount()));
    if (text.size() > kMaxFile) return unreadable(file, "has more than 1 MiB");
    return load_text(text, file, environment);
}

Loaded load_text(const std::string& text, const std::filesystem::path& file,
                 const Environment& environment) {
    const std::filesystem::path base = file.parent_path();
    return Loader(file.string(), base).run(text, environment);
}

std::string default_file() {
    return std::string(embedded::tillbridge_yaml());
}

}  // namespace tillbridge::config
