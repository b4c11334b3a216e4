// JSON notices, event by event: nlohmann's values would lose whether `100.00` came as a number,
// which is signed as `100`, or as text, which is signed as it is.
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "api_client/prodamus/body.hpp"

namespace tillbridge::prodamus {
namespace {

using nlohmann::json;

class Builder final : public nlohmann::json_sax<json> {
  public:
    bool null() override { return leaf(""); }
    bool boolean(bool value) override { return leaf(value ? "1" : ""); }
    bool number_integer(number_integer_t value) override { return leaf(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override {
        const bool fits = value <= static_cast<number_unsigned_t>(INT64_MAX);
        return leaf(fits ? std::to_string(value) : php_number(static_cast<double>(value)));
    }
    bool number_float(number_float_t value, const string_t&) override {
        return leaf(php_number(value));
    }
    bool string(string_t& value) override { return leaf(std::move(value)); }
    bool binary(binary_t&) override { return fail("body.malformed"); }
    bool start_object(std::size_t) override { return open(false); }
    bool start_array(std::size_t) override { return open(true); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& value) override {
        if (levels_.back().tree.find(value) != nullptr) return fail("body.malformed");
        levels_.back().name = std::move(value);
        return true;
    }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return fail("body.malformed");
    }

    domain::Result<Tree> result(bool whole) {
        if (!error_.empty()) return domain::fail(error_, "JSON");
        if (!whole || !done_) return domain::fail("body.malformed", "JSON");
        return std::move(root_);
    }

  private:
    struct Level {
        Tree tree;
        bool list;
        std::size_t next;
        std::string name;  // of the value that comes next
    };

    bool fail(const char* code) {
        if (error_.empty()) error_ = code;
        return false;
    }
    bool put(Tree&& value) {
        if (levels_.empty()) return fail("body.malformed");  // the outermost must be an object
        if (++count_ > kMaxFields) return fail("body.too_many_fields");
        Level& level = levels_.back();
        // key() has refused a name that is there already.
        level.tree.add(level.list ? std::to_string(level.next++) : std::move(level.name),
                       std::move(value));
        return true;
    }
    bool leaf(std::string text) { return put(Tree(std::move(text))); }
    bool open(bool list) {
        if (levels_.empty() && list) return fail("body.malformed");
        if (levels_.size() >= kMaxDepth) return fail("body.too_deep");
        levels_.push_back({{}, list, 0, {}});
        return true;
    }
    bool close() {
        Tree tree = std::move(levels_.back().tree);
        levels_.pop_back();
        if (!levels_.empty()) return put(std::move(tree));
        root_ = std::move(tree);
        done_ = true;
        return true;
    }

    std::vector<Level> levels_;
    std::size_t count_ = 0;
    Tree root_;
    bool done_ = false;
    std::string error_;
};

}  // namespace

// PHP writes 14 significant digits, and an exponent below 1e-4 and from 1e14 on (§3.2).
std::string php_number(double value) {
    if (value == 0) return std::signbit(value) ? "-0" : "0";
    if (!std::isfinite(value)) return value < 0 ? "-INF" : value > 0 ? "INF" : "NAN";
    char text[40];
    std::snprintf(text, sizeof text, "%.13e", value);
    const std::string whole(text);
    const auto e = whole.find('e');
    const int exponent = std::stoi(whole.substr(e + 1));
    std::string digits = whole.substr(0, e);
    const std::string sign = value < 0 ? "-" : "";
    std::erase_if(digits, [](char c) { return c == '.' || c == '-'; });
    digits.erase(digits.find_last_not_of('0') + 1);

    const auto place = static_cast<std::size_t>(std::abs(exponent));
    if (exponent < -4 || exponent >= 14) {
        const std::string fraction = digits.size() > 1 ? digits.substr(1) : "0";
        return sign + digits[0] + "." + fraction + "E" + (exponent < 0 ? "-" : "+") +
               std::to_string(place);
    }
    if (exponent < 0) return sign + "0." + std::string(place - 1, '0') + digits;
    if (digits.size() <= place + 1)
        return sign + digits + std::string(place + 1 - digits.size(), '0');
    return sign + digits.substr(0, place + 1) + "." + digits.substr(place + 1);
}

domain::Result<Tree> parse_json_tree(std::string_view body) {
    Builder builder;
    const bool whole = json::sax_parse(body, &builder);
    return builder.result(whole);
}

}  // namespace tillbridge::prodamus
