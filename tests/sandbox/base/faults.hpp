// Scripted faults: what goes wrong, where, and how often. The README's control section is the
// definition. Sides: crm and uapay (requests that arrive), crmCall and hook (calls that go out).
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "tests/sandbox/base/http.hpp"
#include "tests/sandbox/base/http_client.hpp"
#include "tests/sandbox/base/random.hpp"

namespace tillbridge::sandbox {

class Faults {
  public:
    explicit Faults(Random& random) : random_(random) {}

    Json add(const Json& fault_or_list);  // throws ControlError
    Json list() const;
    bool remove(std::int64_t id);
    void clear();

    // The action of the first fault that fits; each fitting fault counts this request.
    std::optional<Json> hit(const std::string& side, const std::string& scope,
                            const std::string& path);

  private:
    struct Fault {
        std::int64_t id = 0;
        std::string side, scope, path;
        std::int64_t nth = 1, count = 1, seen = 0, hits = 0;
        double probability = 1;
        Json action;
    };
    static Json as_json(const Fault& fault);
    Json add_one(const Json& json);

    Random& random_;
    mutable std::mutex mutex_;
    std::vector<Fault> faults_;
    std::int64_t last_id_ = 0;
};

// Runs `effect` (which makes the answer) as the action says. `error` makes the gateway's own error
// answer of {"code","message"}.
HttpResponse with_fault(const std::optional<Json>& action,
                        const std::function<HttpResponse()>& effect,
                        const std::function<HttpResponse(const Json&)>& error = {});

// Sends a call as the action says; a second answer (duplicate) goes to `second`.
OutAnswer send_with_fault(const std::optional<Json>& action, OutCall call,
                          std::vector<OutAnswer>* second = nullptr);

void pause_ms(std::int64_t milliseconds);

}  // namespace tillbridge::sandbox
