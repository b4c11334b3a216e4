// What diagnostics keeps and looks up: who may look, what they did, and where a payment or an
// account is found by any name it has. Support only: these cross all connections.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "module/domain/connection.hpp"
#include "module/domain/invoice.hpp"
#include "module/port/records.hpp"

namespace tillbridge::port {

// A viewer looks; an operator acts too.
enum class SupportRole { viewer, operates };

struct SupportUser {
    std::string name;
    SupportRole role = SupportRole::viewer;
    std::string password;        // its hash, with the parameters
    domain::Secret totp;         // the shared secret; empty: no second factor
    std::int64_t totp_step = 0;  // the last time step whose code was taken: none is taken twice
    bool active = true;
    domain::UtcTime created_at;
    domain::UtcTime updated_at;
};

struct SupportSession {
    std::string fingerprint;  // of the cookie
    std::string user;
    domain::UtcTime expires;
};

// Failed sign-ins in a row of one name or one address.
struct SignInFailures {
    std::int64_t count = 0;
    domain::UtcTime locked_until;
    domain::UtcTime last;
};

class SupportUsers {
  public:
    virtual ~SupportUsers() = default;
    virtual void insert(const SupportUser&) = 0;
    virtual void update(const SupportUser&) = 0;  // throws where there is none
    virtual std::optional<SupportUser> find(std::string_view name) const = 0;
    virtual std::vector<SupportUser> list() const = 0;  // by name

    virtual void add_session(const SupportSession&) = 0;
    virtual std::optional<SupportSession> session(std::string_view fingerprint) const = 0;
    virtual void end_session(std::string_view fingerprint) = 0;
    virtual void end_sessions(std::string_view user) = 0;

    virtual SignInFailures failures(std::string_view of) const = 0;  // zeros where there are none
    virtual void put_failures(std::string_view of, const SignInFailures&) = 0;
    virtual void forget_failures(std::string_view of) = 0;

    // Sessions that are over, and failures older than `before`.
    virtual void purge(domain::UtcTime now, domain::UtcTime before) = 0;
};

// One act or one sign-in. Rows can't be changed: each carries a keyed digest of itself and of the
// row before it.
struct AuditRow {
    std::int64_t id = 0;  // 1, 2, 3 … without a gap
    domain::UtcTime at;
    std::string actor;    // a user's name, `cli:<login>`, `?` for nobody we know
    std::string role;     // viewer, operator, or empty
    std::string address;  // empty for the command line
    std::string act;      // login, login.refused, ask, push, replay, bundle, user.add, …
    domain::ConnectionId connection;
    std::string subject;  // a payment, an effect, a user
    std::string detail;   // JSON, no secret
    domain::RequestId request;
    std::string hash;  // 64 hex digits
};

struct AuditCheck {
    std::int64_t rows = 0;
    std::string last_hash;
    std::int64_t wrong = 0;  // the first row that is not as it was written; 0: none
    std::string why;
};

class Audit {
  public:
    virtual ~Audit() = default;
    virtual AuditRow add(const AuditRow&) = 0;  // numbers and chains it
    // Newest first; `before` 0: from the end.
    virtual std::vector<AuditRow> list(std::int64_t before, int limit) const = 0;
    virtual AuditCheck verify() const = 0;
};

struct AccountLine {
    domain::ConnectionId id;
    std::string public_url;
    std::string system_url;
    bool active = true;
    bool frozen = false;
    std::string currency;
    domain::UtcTime created_at;
};

struct OutboxFilter {
    std::optional<EffectState> state;
    std::string connection;  // empty: any; the same below
    std::string kind;
    std::string reason;  // the last error's code
};

struct OutboxGroup {  // parked effects of one kind and one reason
    std::string kind;
    std::string reason;
    std::int64_t count = 0;
    domain::UtcTime oldest;
};

class Search {
  public:
    virtual ~Search() = default;

    // The keyed fingerprint of a buyer's e-mail or phone, never the clear text.
    virtual void remember_contact(const domain::ConnectionId&, const domain::InvoiceId&,
                                  std::string_view fingerprint) = 0;
    // By paymentId, invoiceUuid, slug, order number, a gateway's id or an external id; and by the
    // fingerprints of contacts. Newest first.
    virtual std::vector<domain::Invoice> invoices(std::string_view text,
                                                  const std::vector<std::string>& fingerprints,
                                                  int offset, int limit) const = 0;
    // A part of an address, or an id; by address. `text` empty: all.
    virtual std::vector<AccountLine> accounts(std::string_view text, int offset,
                                              int limit) const = 0;

    virtual std::vector<OutboxRow> outbox(const OutboxFilter&, std::int64_t after,
                                          int limit) const = 0;  // by number
    virtual std::vector<OutboxGroup> parked() const = 0;         // the biggest group first
    // What waits in these lanes, and what of the connection's is parked.
    virtual OutboxStats outbox_of(const domain::ConnectionId&,
                                  const std::vector<std::string>& lanes) const = 0;

    // `look` at the journals of a connection's newest invoices, at most `most` of them: what went
    // over its wires lately. An index by connection would cost every hook a page.
    virtual void recent_journal(const domain::ConnectionId&, int most,
                                const std::function<void(const JournalLine&)>& look) const = 0;
};

}  // namespace tillbridge::port
