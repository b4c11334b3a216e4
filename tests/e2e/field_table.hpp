// What every field of a body must not be: the tables from which the cases of bad input are made.
#pragma once

#include <string>
#include <vector>

#include "tests/e2e/probe.hpp"

namespace tillbridge::e2e {

// `variable`: of a bot; texts, numbers and flags are the same to it.
enum class Type { text, decimal, amount, flag, integer, object, list, variable };

struct Field {
    std::string path;  // JSON pointer in the good body
    Type type = Type::text;
    bool required = false;
    std::size_t most = 0;        // characters; 0: not a text
    std::vector<Json> bad = {};  // out of range, wrong form
    std::string named = {};      // how the answer calls it; empty: the path's last part
};

struct Case {
    std::string what;
    Json body;
    std::string field;
    bool lacking = false;  // the field is not filled in
};

// The table of one body: every field of it with everything that it must not be.
std::vector<Case> cases_of(const Json& good, const std::vector<Field>& fields);

// Broken bytes anywhere in a JSON text make the whole of it unreadable.
std::vector<Case> broken_texts(const Json& good, const std::vector<Field>& fields,
                               const std::string& named);

// Both for a route that takes JSON: 400, which names the field where it could be read. `send`: the
// call with a body.
std::vector<Refused> refused_fields(
    const std::string& route, const Json& good, const std::vector<Field>& fields,
    const std::function<std::function<Answer()>(const std::string& body)>& send);

// Texts that are no JSON object, or not one alone.
extern const std::vector<std::string> kNoObjects;

extern const std::vector<Json> kBadAmounts;
extern const std::vector<Json> kBadLinks;

// The parameter of a query with everything that it must not be: `name=…`.
std::vector<std::string> bad_texts(const std::string& name, std::size_t most);
std::vector<std::string> bad_numbers(const std::string& name,
                                     std::vector<std::string> out_of_range);

}  // namespace tillbridge::e2e
