// What diagnostics shows: finds payments and accounts by any name they have, and tells what is
// known of one. Reads only. The answers are the JSON of the page's API, the command line and the
// bundle.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "module/domain/result.hpp"
#include "module/service/context.hpp"
#include "module/service/support_audit.hpp"

namespace tillbridge::service {

struct Page {
    int offset = 0;
    int limit = 50;
};

class Support {
  public:
    explicit Support(Context context) : context_(context) {}

    // Payments by order number, paymentId, invoiceUuid, slug, a gateway's id, e-mail or phone;
    // accounts by a part of their address. `more`: there is another page.
    nlohmann::json find(const std::string& text, Page) const;
    nlohmann::json connections(const std::string& text, Page) const;
    // Errors of these: connection.unknown, payment.unknown. `language`: of the problems' sentences.
    domain::Result<nlohmann::json> connection(const std::string& id, const std::string& language,
                                              Page stores) const;
    // The whole story. `after`: the last journal line that is known already.
    domain::Result<nlohmann::json> invoice(const std::string& id, const std::string& language,
                                           std::int64_t after, int limit) const;
    nlohmann::json outbox(const port::OutboxFilter&, std::int64_t after, int limit) const;
    nlohmann::json audit(std::int64_t before, int limit) const;
    nlohmann::json verify_audit() const;
    // The open ones of all accounts, oldest first.
    nlohmann::json problems(const std::string& language, Page) const;

    // The one payment that has this name; payment.unknown, payment.ambiguous.
    domain::Result<domain::Invoice> one(const std::string& name) const;

  private:
    std::vector<domain::Invoice> look(const port::Tx&, const std::string& text, int offset,
                                      int limit) const;
    std::string why(const domain::Invoice&, const std::string& language) const;
    nlohmann::json waiting(const port::Tx&, const domain::Invoice&) const;
    nlohmann::json open(const port::Tx&, const std::string& language,
                        const std::vector<port::ProblemRow>&) const;

    Context context_;
};

}  // namespace tillbridge::service
