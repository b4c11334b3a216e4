#include "config/yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>

namespace tillbridge::config {
namespace {

int line_of(const YAML::Mark& mark) {
    return mark.line + 1;
}

// Thrown inside the parse only; read_yaml turns it into a problem.
struct Refusal {
    int line;
    std::string key;
    std::string why;
};

class TreeBuilder : public YAML::EventHandler {
  public:
    explicit TreeBuilder(std::string source, std::vector<Problem>& problems)
        : source_(std::move(source)), problems_(problems) {}

    Tree take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        leaf(mark, "", anchor, Tree{.kind = Tree::Kind::null, .line = line_of(mark)});
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        throw Refusal{line_of(mark), path(), "aliases (`*name`) are not taken"};
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        // A plain null word arrives as a scalar.
        const bool quoted = tag == "!";
        const bool null = !quoted && (value.empty() || value == "~" || value == "null");
        if (expects_key()) {
            check(mark, tag, anchor);
            take_key(mark, value);
            return;
        }
        leaf(mark, tag, anchor,
             Tree{.kind = null ? Tree::Kind::null : Tree::Kind::scalar,
                  .line = line_of(mark),
                  .text = null ? "" : value,
                  .quoted = quoted});
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Tree::Kind::list);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(mark, tag, anchor, Tree::Kind::map);
    }
    void OnMapEnd() override { close(); }

  private:
    struct Level {
        Tree tree;
        std::optional<std::string> key;  // read, its value not yet
        int key_line = 0;
    };

    bool expects_key() const {
        return !levels_.empty() && levels_.back().tree.kind == Tree::Kind::map &&
               !levels_.back().key;
    }

    std::string path() const {
        std::string joined;
        for (const Level& level : levels_) {
            if (!level.key) continue;
            if (!joined.empty()) joined += '.';
            joined += *level.key;
        }
        return joined;
    }

    void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
        if (anchor != 0) throw Refusal{line_of(mark), path(), "anchors (`&name`) are not taken"};
        if (!tag.empty() && tag != "?" && tag != "!")
            throw Refusal{line_of(mark), path(), "tags (`!name`) are not taken"};
    }

    void take_key(const YAML::Mark& mark, const std::string& name) {
        Level& level = levels_.back();
        level.key = name;
        level.key_line = line_of(mark);
        for (std::size_t i = 0; i < level.tree.members.size(); ++i) {
            if (level.tree.members[i].first != name) continue;
            problems_.push_back(
                {source_, level.key_line, path(),
                 "stands twice; first in line " + std::to_string(level.tree.member_lines[i])});
            return;
        }
    }

    void leaf(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Tree tree) {
        check(mark, tag, anchor);
        if (expects_key()) throw Refusal{line_of(mark), path(), "a key must be a word"};
        place(std::move(tree));
    }

    void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
              Tree::Kind kind) {
        check(mark, tag, anchor);
        if (expects_key()) throw Refusal{line_of(mark), path(), "a key must be a word"};
        levels_.push_back({Tree{.kind = kind, .line = line_of(mark)}, std::nullopt, 0});
    }

    void close() {
        Tree tree = std::move(levels_.back().tree);
        levels_.pop_back();
        place(std::move(tree));
    }

    void place(Tree tree) {
        if (levels_.empty()) {
            root_ = std::move(tree);
            return;
        }
        Level& level = levels_.back();
        if (level.tree.kind == Tree::Kind::list) {
            level.tree.items.push_back(std::move(tree));
            return;
        }
        level.tree.members.emplace_back(std::move(*level.key), std::move(tree));
        level.tree.member_lines.push_back(level.key_line);
        level.key.reset();
    }

    std::string source_;
    std::vector<Problem>& problems_;
    std::vector<Level> levels_;
    Tree root_;
};

}  // namespace

Tree read_yaml(const std::string& text, const std::string& source, std::vector<Problem>& problems) {
    TreeBuilder builder(source, problems);
    try {
        std::istringstream input(text);
        YAML::Parser parser(input);
        parser.HandleNextDocument(builder);
        Tree tree = builder.take();
        TreeBuilder rest(source, problems);
        if (parser.HandleNextDocument(rest))
            problems.push_back({source, rest.take().line, "", "a second document"});
        return tree;
    } catch (const Refusal& refusal) {
        problems.push_back({source, refusal.line, refusal.key, refusal.why});
    } catch (const YAML::Exception& error) {
        const int line = error.mark.is_null() ? 0 : line_of(error.mark);
        problems.push_back({source, line, "", "not YAML: " + error.msg});
    }
    return builder.take();
}

}  // namespace tillbridge::config
