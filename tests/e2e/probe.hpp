// What the security cases look with: the whole store as text, the calls that went out, and the
// proof that a request changed and called nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/e2e/fixture.hpp"

namespace tillbridge::e2e {

// Every row of every table, a line each; blobs in hex. Reads beside a running server.
std::vector<std::string> rows_of_store(const std::string& file);

// Runs one statement on the store of a module that does not run: what else takes days.
void change_store(World& world, const std::string& sql);

// Names and values of all files of the store (and their -wal), as they lie on the disk.
std::string bytes_of_store(World& world);

// Calls to the CRM and the gateways so far, by the module's own count.
double outbound_calls(World& world);

// Notices of an account in the CRM whose message holds a text. Others come as they please: a store
// without a payment type is one too, where nobody was quick enough.
std::vector<Json> notices_with(World& world, const std::string& account, const std::string& text);

// Puts down what is stored and was called, and says afterwards what is different.
class Untouched {
  public:
    explicit Untouched(World& world);
    std::string difference() const;  // empty: none

  private:
    World& world_;
    std::vector<std::string> rows_;
    double calls_ = 0;
};

// One request that must be refused.
struct Refused {
    std::string what;
    std::function<Answer()> send;
    std::vector<int> statuses;
    std::string field;  // must be named; empty: any message does
};

// Sends all of them: each is refused with a message that names its field and an X-Request-Id, and
// leaves everything as it was.
void check_refused(World& world, const std::vector<Refused>& table);

// A JSON text with bytes that are no UTF-8 where the value is kBrokenText.
inline const std::string kBrokenText = "@broken@";
std::string json_bytes(const Json& value);

}  // namespace tillbridge::e2e
