#include "tests/e2e/field_table.hpp"

namespace tillbridge::e2e {
namespace {

// Of other types than the one that belongs there.
std::vector<Json> wrong_types(Type type) {
    switch (type) {
        case Type::text:
            return {7, true, Json::array({"x"}), {{"x", 1}}};
        case Type::decimal:
        case Type::amount:
            return {"abc", true, Json::array({1}), {{"x", 1}}};
        case Type::flag:
            return {"true", 1, Json::array(), Json::object()};
        case Type::integer:
            return {"x", true, Json::array(), 1.5};
        case Type::object:
            return {"x", 7, true, Json::array({1})};
        case Type::list:
            return {"x", 7, true, {{"x", 1}}};
        case Type::variable:
            return {Json::array({"x"}), {{"x", 1}}};
    }
    return {};
}

std::string last_part(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

Json without(Json body, const std::string& path) {
    const auto cut = path.rfind('/');
    body.at(Json::json_pointer(path.substr(0, cut))).erase(path.substr(cut + 1));
    return body;
}

}  // namespace

std::vector<Case> cases_of(const Json& good, const std::vector<Field>& fields) {
    std::vector<Case> cases;
    for (const auto& field : fields) {
        const auto name = field.named.empty() ? last_part(field.path) : field.named;
        const Json::json_pointer at(field.path);
        const auto with = [&](const std::string& what, const Json& value) {
            Json body = good;
            body[at] = value;
            cases.push_back({field.path + ' ' + what, std::move(body), name});
        };
        const auto lacking = [&](const std::string& what, const Json& value) {
            with(what, value);
            cases.back().lacking = true;
        };
        if (field.required) {
            cases.push_back({field.path + " missing", without(good, field.path), name, true});
            lacking("null", nullptr);
        }
        for (const auto& value : wrong_types(field.type)) with("is " + value.dump(), value);
        for (const auto& value : field.bad) with("is " + value.dump(), value);
        if (field.most > 0) with("too long", std::string(field.most + 1, 'a'));
        const bool is_text = field.type == Type::text || field.type == Type::variable;
        if (is_text && field.required) lacking("empty", "");
    }
    return cases;
}

std::vector<Case> broken_texts(const Json& good, const std::vector<Field>& fields,
                               const std::string& named) {
    std::vector<Case> cases;
    for (const auto& field : fields) {
        if (field.type != Type::text && field.type != Type::variable) continue;
        Json body = good;
        body[Json::json_pointer(field.path)] = kBrokenText;
        cases.push_back({field.path + " is no UTF-8", std::move(body), named});
    }
    return cases;
}

std::vector<Refused> refused_fields(
    const std::string& route, const Json& good, const std::vector<Field>& fields,
    const std::function<std::function<Answer()>(const std::string& body)>& send) {
    std::vector<Refused> table;
    for (const auto& each : cases_of(good, fields))
        table.push_back({route + ' ' + each.what, send(each.body.dump()), {400}, each.field});
    for (const auto& each : broken_texts(good, fields, ""))
        table.push_back({route + ' ' + each.what, send(json_bytes(each.body)), {400}, ""});
    return table;
}

std::vector<std::string> bad_texts(const std::string& name, std::size_t most) {
    const auto is = name + '=';
    return {is + std::string(most + 1, 'a'), is + "%FF", is + "a%2", is + "a&" + is + "b"};
}

std::vector<std::string> bad_numbers(const std::string& name,
                                     std::vector<std::string> out_of_range) {
    std::vector<std::string> all{name};
    for (const auto& fixed : {"", "abc", "-1", "1.5", "1e2", "0x10", "+1", "%201", "1%00", "%FF",
                              "99999999999999999999"})
        all.push_back(name + '=' + fixed);
    for (const auto& value : out_of_range) all.push_back(name + '=' + value);
    all.push_back(name + "=1&" + name + "=2");
    return all;
}

const std::vector<std::string> kNoObjects{"",  "[]",    "5",    "null",
                                          "{", "\"x\"", "{} x", R"({"a":1,"a":2})"};

const std::vector<Json> kBadAmounts{-1,
                                    0,
                                    "0.00",
                                    "-0",
                                    "1,5",
                                    "1 000",
                                    "1e3",
                                    "",
                                    "0x10",
                                    "12.",
                                    ".5",
                                    0.001,
                                    "12.345",
                                    "NaN",
                                    "1.2.3",
                                    "+5",
                                    1e300,
                                    -0.01,
                                    std::string(40, '9'),
                                    "99999999999999999999"};

const std::vector<Json> kBadLinks{"javascript:alert(1)",
                                  "shop.example",
                                  "//shop.example",
                                  "ftp://x.example",
                                  "https://x.example/\r\nSet-Cookie: a=b",
                                  "http://"};

}  // namespace tillbridge::e2e
