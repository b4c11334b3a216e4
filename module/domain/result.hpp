// Expected refusals are values. An Error carries a stable code for machines (`merchant.inactive`),
// the field it is about, and words for a log; what a person reads is looked up by the code in the
// reader's language at the door. Broken invariants and I/O failures throw instead.
#pragma once

#include <map>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace tillbridge::domain {

struct Error {
    std::string code;     // stable, `area.what`
    std::string message;  // the peer's own words or a hint for the log; may be empty
    std::string field;    // the input field it is about; may be empty
    std::map<std::string, std::string> params = {};  // what the sentence for people mentions

    bool operator==(const Error&) const = default;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(std::string code, std::string message = {},
                                  std::string field = {}) {
    return tl::unexpected<Error>(Error{std::move(code), std::move(message), std::move(field), {}});
}

}  // namespace tillbridge::domain
