// Subscriptions for people: lists, one whole story, and the changes that an operator may want. Each
// change tells first what it would do (`dry_run`), may be repeated without harm, and leaves a line
// in the audit log. The answers are the JSON of the page's API and of the command line.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "module/domain/result.hpp"
#include "module/service/subscriptions.hpp"
#include "module/service/support_acts.hpp"
#include "module/service/support_audit.hpp"

namespace tillbridge::service {

namespace view {
nlohmann::json subscription(const domain::Subscription&);
nlohmann::json line(const port::SubscriptionLine&);
}  // namespace view

// What somebody asked for, as it was written.
struct SubscriptionWish {
    std::string act;       // stop, resume, discount, next-date
    std::string discount;  // decimal text
    std::int64_t charges = 0;
    std::string date;  // RFC 3339, or `yyyy-mm-dd hh:mm` in UTC
    bool by_buyer = false;
    std::string key;
};
// Errors: subscription.request_invalid with the field act or date.
domain::Result<Subscriptions::Wanted> read_wish(const SubscriptionWish&);

class SubscriptionDesk {
  public:
    explicit SubscriptionDesk(Context context) : context_(context), subscriptions_(context) {}

    // Newest first; `after`: the last id that is known already. Error: connection.unknown.
    domain::Result<nlohmann::json> list(const std::string& connection,
                                        const port::SubscriptionFilter&, const std::string& after,
                                        int limit) const;
    nlohmann::json find(const std::string& text, int limit) const;
    // By our id, or another name that only one has. Errors: subscription.unknown,
    // subscription.ambiguous.
    domain::Result<nlohmann::json> show(const std::string& name) const;
    domain::Result<nlohmann::json> act(const Actor&, const std::string& name,
                                       const SubscriptionWish&, const SupportActs::Mode&);

  private:
    domain::Result<domain::Subscription> one(const std::string& name) const;
    nlohmann::json acts_of(const domain::Subscription&) const;

    Context context_;
    Subscriptions subscriptions_;
};

}  // namespace tillbridge::service
