#include "module/port/json.hpp"

#include <charconv>
#include <limits>
#include <utility>
#include <vector>

namespace tillbridge::port {

using nlohmann::json;

namespace {

bool has_nul(const std::string& text) {
    return text.find('\0') != std::string::npos;
}

// Builds the value while it is read; the first rule that is broken stops the reading.
class Builder : public nlohmann::json_sax<json> {
  public:
    explicit Builder(std::size_t max_depth) : max_depth_(max_depth) { open_.reserve(8); }

    bool null() override { return put(json(nullptr)); }
    bool boolean(bool value) override { return put(json(value)); }
    bool number_integer(number_integer_t value) override { return put(json(value)); }
    bool number_unsigned(number_unsigned_t value) override {
        constexpr auto kMost =
            static_cast<number_unsigned_t>(std::numeric_limits<number_integer_t>::max());
        if (value > kMost) return put(json(std::to_string(value)));
        return put(json(static_cast<number_integer_t>(value)));
    }
    bool number_float(number_float_t, const string_t& digits) override { return put(json(digits)); }
    bool string(string_t& value) override {
        if (has_nul(value)) return stop("json.malformed");
        return put(json(std::move(value)));
    }
    bool binary(binary_t&) override { return stop("json.malformed"); }
    bool start_object(std::size_t) override { return open(json::object()); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(json::array()); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        if (has_nul(name)) return stop("json.malformed");
        auto& object = open_.back()->get_ref<json::object_t&>();
        const auto [at, fresh] = object.try_emplace(std::move(name));
        slot_ = &at->second;
        return fresh || stop("json.duplicate_key");
    }
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception&) override {
        position_ = position;
        return stop("json.malformed");
    }

    json& root() { return root_; }
    domain::Error error() const {
        return {code_, position_ == 0 ? "" : "at byte " + std::to_string(position_), "", {}};
    }

  private:
    json* place(json&& value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        json& parent = *open_.back();
        if (parent.is_array()) {
            auto& items = parent.get_ref<json::array_t&>();
            items.push_back(std::move(value));
            return &items.back();
        }
        *slot_ = std::move(value);
        return slot_;
    }
    bool put(json&& value) {
        place(std::move(value));
        return true;
    }
    bool open(json&& value) {
        if (open_.size() >= max_depth_) return stop("json.too_deep");
        // A parent's items don't move while one of them is open, so the pointer stays good.
        open_.push_back(place(std::move(value)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    bool stop(const char* code) {
        if (code_.empty()) code_ = code;
        return false;
    }

    std::size_t max_depth_;
    json root_;
    std::vector<json*> open_;
    json* slot_ = nullptr;
    std::string code_;
    std::size_t position_ = 0;
};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Whether the text is a JSON number by its grammar, leading zeros allowed.
bool numeric(std::string_view text) {
    std::size_t at = 0;
    const auto digits = [&] {
        const std::size_t from = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        return at > from;
    };
    if (at < text.size() && text[at] == '-') ++at;
    if (!digits()) return false;
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (!digits()) return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        if (!digits()) return false;
    }
    return at == text.size();
}

}  // namespace

domain::Result<json> parse_json(std::string_view text, JsonLimits limits) {
    if (text.size() > limits.bytes) return domain::fail("json.too_large");
    Builder builder(limits.depth);
    if (!json::sax_parse(text.begin(), text.end(), &builder))
        return tl::unexpected(builder.error());
    return std::move(builder.root());
}

std::optional<std::string> decimal_text(const json& value) {
    if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
    if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
    if (!value.is_string()) return std::nullopt;
    const auto& text = value.get_ref<const std::string&>();
    if (!numeric(text)) return std::nullopt;
    return text;
}

const json* member(const json& object, std::string_view key) {
    if (!object.is_object()) return nullptr;
    const auto& members = object.get_ref<const json::object_t&>();
    const auto at = members.find(key);
    return at == members.end() ? nullptr : &at->second;
}

std::string text_at(const json& object, std::string_view key) {
    const json* value = member(object, key);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::optional<std::int64_t> integer_at(const json& object, std::string_view key) {
    const json* value = member(object, key);
    if (value == nullptr) return std::nullopt;
    const auto text = decimal_text(*value);
    if (!text) return std::nullopt;
    std::int64_t number = 0;
    const char* end = text->data() + text->size();
    const auto [at, failed] = std::from_chars(text->data(), end, number);
    if (failed != std::errc() || at != end) return std::nullopt;
    return number;
}

std::string to_text(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace tillbridge::port
