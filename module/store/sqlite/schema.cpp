#include "module/store/sqlite/schema.hpp"

namespace tillbridge::store::sqlite {
namespace {

// Sealed values name the master key that sealed them twice: in their header, and by `sealed_under`,
// which finds what a rotation has still to do and lets no key go that is needed.
constexpr const char* kSecrets = R"sql(
CREATE TABLE master_key (
    id INTEGER NOT NULL PRIMARY KEY,
    canary BLOB NOT NULL
) STRICT;

CREATE TABLE meta (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* kAccounts = R"sql(
CREATE TABLE connection (
    connection_id TEXT NOT NULL PRIMARY KEY,
    host_code TEXT NOT NULL,
    system_url TEXT NOT NULL,
    public_url TEXT UNIQUE,
    api_key BLOB NOT NULL,
    client_id BLOB NOT NULL,
    client_id_fp TEXT UNIQUE,
    settings_token BLOB NOT NULL,
    settings_token_fp TEXT UNIQUE,
    sealed_under INTEGER NOT NULL REFERENCES master_key (id),
    active INTEGER NOT NULL,
    frozen INTEGER NOT NULL,
    locale TEXT NOT NULL,
    currency TEXT NOT NULL,
    timezone TEXT NOT NULL,
    scopes TEXT NOT NULL,
    missing_scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    registered_at INTEGER NOT NULL
) STRICT;

CREATE TABLE merchant (
    connection_id TEXT NOT NULL REFERENCES connection (connection_id),
    merchant_id TEXT NOT NULL,
    gateway TEXT NOT NULL,
    name TEXT NOT NULL,
    credentials BLOB NOT NULL,
    hook_token BLOB NOT NULL,
    hook_token_fp TEXT UNIQUE,
    sealed_under INTEGER NOT NULL REFERENCES master_key (id),
    two_stage INTEGER NOT NULL,
    auto_capture INTEGER NOT NULL,
    hold_end TEXT NOT NULL,
    link_lifetime_minutes INTEGER NOT NULL,
    extra TEXT NOT NULL,
    active INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (connection_id, merchant_id)
) STRICT;

CREATE TABLE settings_session (
    connection_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    expires INTEGER NOT NULL,
    PRIMARY KEY (connection_id, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE problem (
    connection_id TEXT NOT NULL,
    key TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    since INTEGER NOT NULL,
    last INTEGER NOT NULL,
    times INTEGER NOT NULL,
    announced INTEGER NOT NULL,
    PRIMARY KEY (connection_id, key, subject)
) STRICT, WITHOUT ROWID;
)sql";

// Partial indexes: a million settled invoices cost the reconciler nothing.
constexpr const char* kInvoices = R"sql(
CREATE TABLE invoice (
    connection_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    uuid TEXT,
    merchant_id TEXT NOT NULL,
    gateway TEXT NOT NULL,
    slug TEXT UNIQUE,
    gateway_invoice TEXT,
    gateway_payment TEXT,
    order_number TEXT,
    created_at INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL,
    two_stage INTEGER NOT NULL,
    auto_capture INTEGER NOT NULL,
    hold_end TEXT NOT NULL,
    test INTEGER NOT NULL,
    authorized INTEGER NOT NULL,
    captured INTEGER NOT NULL,
    refunded INTEGER NOT NULL,
    pay_url TEXT NOT NULL,
    description TEXT NOT NULL,
    return_url TEXT NOT NULL,
    locale TEXT NOT NULL,
    consent TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_detail TEXT NOT NULL,
    hold_warned INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    link_expires_at INTEGER NOT NULL,
    held_at INTEGER NOT NULL,
    hold_ends_at INTEGER NOT NULL,
    paid_at INTEGER NOT NULL,
    canceled_at INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    PRIMARY KEY (connection_id, invoice_id),
    UNIQUE (connection_id, uuid),
    FOREIGN KEY (connection_id, merchant_id) REFERENCES merchant (connection_id, merchant_id)
) STRICT;
CREATE INDEX invoice_gateway ON invoice (connection_id, merchant_id, gateway_invoice)
    WHERE gateway_invoice IS NOT NULL;
CREATE INDEX invoice_payment ON invoice (connection_id, gateway_payment)
    WHERE gateway_payment IS NOT NULL;
CREATE INDEX invoice_order ON invoice (connection_id, order_number)
    WHERE order_number IS NOT NULL;
CREATE INDEX invoice_pending ON invoice (touched_at) WHERE state = 'pending';
CREATE INDEX invoice_link ON invoice (link_expires_at)
    WHERE state = 'pending' AND link_expires_at > 0;
CREATE INDEX invoice_hold ON invoice (hold_ends_at)
    WHERE state = 'authorized' AND hold_ends_at > 0;
CREATE INDEX invoice_open ON invoice (connection_id, merchant_id)
    WHERE state IN ('creating', 'pending', 'authorized');

CREATE TABLE operation (
    connection_id TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    operation_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    amount INTEGER NOT NULL,
    requested INTEGER,
    external_id TEXT,
    baseline TEXT NOT NULL,
    reason TEXT NOT NULL,
    told_unknown INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    PRIMARY KEY (connection_id, invoice_id, position),
    FOREIGN KEY (connection_id, invoice_id) REFERENCES invoice (connection_id, invoice_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX operation_external ON operation (connection_id, external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX operation_open ON operation (connection_id, state)
    WHERE state IN ('planned', 'started', 'pending', 'unknown');
)sql";

constexpr const char* kEvents = R"sql(
CREATE TABLE inbox (
    connection_id TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    invoice_id TEXT,
    word TEXT NOT NULL,
    summary TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (connection_id, merchant_id, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    connection_id TEXT NOT NULL,
    id INTEGER NOT NULL PRIMARY KEY,
    invoice_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    summary TEXT NOT NULL,
    detail TEXT NOT NULL,
    request TEXT NOT NULL,
    cause INTEGER NOT NULL
) STRICT;
CREATE INDEX journal_invoice ON journal (connection_id, invoice_id, id);
)sql";

// `head`: the row may go as far as its order key is concerned. It spares the workers a look at the
// thousands of rows that wait behind one that does not get through.
constexpr const char* kOutbox = R"sql(
CREATE TABLE outbox (
    connection_id TEXT NOT NULL,
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    lane TEXT NOT NULL,
    order_key TEXT,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT NOT NULL,
    same_as TEXT,
    due INTEGER NOT NULL,
    created INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'leased', 'dead')),
    head INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    cause INTEGER NOT NULL,
    request TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (head, lane, due, id) WHERE state = 'ready';
CREATE INDEX outbox_order ON outbox (order_key, id)
    WHERE order_key IS NOT NULL AND state <> 'dead';
CREATE INDEX outbox_subject ON outbox (connection_id, subject);
CREATE INDEX outbox_leased ON outbox (id) WHERE state = 'leased';
CREATE INDEX outbox_dead ON outbox (connection_id, kind) WHERE state = 'dead';

CREATE TABLE outbox_try (
    connection_id TEXT NOT NULL,
    id INTEGER NOT NULL PRIMARY KEY,
    outbox_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    took INTEGER NOT NULL,
    http_status INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_try_row ON outbox_try (outbox_id, id);
)sql";

// Left to its guesses, the planner reads all operations of an account to find one by its external
// id. Fixed figures (rows, then rows for each column more) also keep plans from changing with the
// data.
constexpr const char* kFigures = R"sql(
ANALYZE operation;
DELETE FROM sqlite_stat1 WHERE tbl = 'operation';
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('operation', 'operation', '1000000 100000 2 1'),
    ('operation', 'operation_external', '1000000 100000 1'),
    ('operation', 'operation_open', '1000 500 100');
ANALYZE sqlite_schema;
)sql";

// Invoice ids begin with their time. Indexes that begin with them put the rows of invoices that
// move in the same minutes on the same few pages, whichever account they are of: what a commit of
// many hooks costs is the pages that it writes.
constexpr const char* kByTime = R"sql(
CREATE TABLE event (
    connection_id TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    word TEXT NOT NULL,
    summary TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (invoice_id, digest, connection_id, merchant_id)
) STRICT, WITHOUT ROWID;
INSERT INTO event SELECT connection_id, merchant_id, digest, coalesce(invoice_id, ''), word, summary,
    at FROM inbox;
DROP TABLE inbox;
ALTER TABLE event RENAME TO inbox;
DROP INDEX journal_invoice;
CREATE INDEX journal_invoice ON journal (invoice_id, id);
DROP INDEX outbox_subject;
CREATE INDEX outbox_subject ON outbox (subject);
)sql";

// The audit log is append-only: the triggers refuse every change, REPLACE included, and `meta`
// keeps how long it is, so that a row that was cut off by other means is missed too. `contact`
// holds keyed fingerprints, never an e-mail or a phone. The indexes of names that are not ours
// begin with the name, so that support finds a payment without knowing whose it is; that costs a
// hook no more than an index that begins with the account.
constexpr const char* kSupport = R"sql(
DROP INDEX invoice_gateway;
CREATE INDEX invoice_gateway ON invoice (gateway_invoice, connection_id, merchant_id)
    WHERE gateway_invoice IS NOT NULL;
DROP INDEX invoice_payment;
CREATE INDEX invoice_payment ON invoice (gateway_payment, invoice_id)
    WHERE gateway_payment IS NOT NULL;
DROP INDEX invoice_order;
CREATE INDEX invoice_order ON invoice (order_number, invoice_id)
    WHERE order_number IS NOT NULL;

CREATE TABLE support_user (
    name TEXT NOT NULL PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'operator')),
    password TEXT NOT NULL,
    totp BLOB NOT NULL,
    totp_step INTEGER NOT NULL,
    active INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    sealed_under INTEGER NOT NULL REFERENCES master_key (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE support_session (
    fingerprint TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE support_failure (
    name TEXT NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    locked_until INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    id INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    address TEXT NOT NULL,
    act TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    request TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log can not be changed'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log can not be changed'); END;
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit log can not be changed'); END;

CREATE TABLE contact (
    connection_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    PRIMARY KEY (fingerprint, invoice_id, connection_id)
) STRICT, WITHOUT ROWID;
)sql";

// Which order of the CRM an invoice is for: the order card's panel asks by it.
constexpr const char* kOrders = R"sql(
CREATE TABLE order_invoice (
    connection_id TEXT NOT NULL,
    order_id INTEGER NOT NULL,
    invoice_id TEXT NOT NULL,
    payment_id INTEGER NOT NULL,
    PRIMARY KEY (connection_id, order_id, invoice_id)
) STRICT, WITHOUT ROWID;
)sql";

// What a buyer is asked for where a store gives a discount.
constexpr const char* kPayable = R"sql(
ALTER TABLE invoice ADD COLUMN payable INTEGER NOT NULL DEFAULT 0;
)sql";

// A subscription is found by the gateway's names for it on each of its notices; lists go by the
// newest (ids begin with their time), through an index each. Its story is append-only, and a charge
// is found in it by the invoice that it became.
constexpr const char* kSubscriptions = R"sql(
CREATE TABLE subscription (
    connection_id TEXT NOT NULL,
    subscription_id TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    gateway TEXT NOT NULL,
    product TEXT NOT NULL,
    profile TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    invoice_id TEXT NOT NULL,
    order_number TEXT NOT NULL,
    name TEXT NOT NULL,
    cost INTEGER NOT NULL,
    currency TEXT NOT NULL,
    discount INTEGER NOT NULL,
    discount_charges INTEGER NOT NULL,
    state TEXT NOT NULL,
    stopped_by_buyer INTEGER NOT NULL,
    payments_made INTEGER NOT NULL,
    charge_limit INTEGER,
    next_payment_at INTEGER NOT NULL,
    error_code TEXT NOT NULL,
    error TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (connection_id, subscription_id),
    FOREIGN KEY (connection_id, merchant_id) REFERENCES merchant (connection_id, merchant_id)
) STRICT;
CREATE UNIQUE INDEX subscription_buyer ON subscription (product, profile, merchant_id, connection_id);
CREATE INDEX subscription_profile ON subscription (profile, subscription_id);
CREATE INDEX subscription_id ON subscription (subscription_id);
CREATE INDEX subscription_state ON subscription (connection_id, state, subscription_id);
CREATE INDEX subscription_product ON subscription (connection_id, product, state, subscription_id);

CREATE TABLE subscription_event (
    id INTEGER NOT NULL PRIMARY KEY,
    connection_id TEXT NOT NULL,
    subscription_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    summary TEXT NOT NULL,
    detail TEXT NOT NULL,
    invoice_id TEXT,
    charge TEXT NOT NULL,
    key TEXT,
    request TEXT NOT NULL
) STRICT;
CREATE INDEX subscription_event_story ON subscription_event (subscription_id, id);
CREATE INDEX subscription_event_invoice ON subscription_event (invoice_id)
    WHERE invoice_id IS NOT NULL;
CREATE INDEX subscription_event_key ON subscription_event (subscription_id, key)
    WHERE key IS NOT NULL;
CREATE TRIGGER subscription_event_no_update BEFORE UPDATE ON subscription_event
BEGIN SELECT RAISE(ABORT, 'the journal can not be changed'); END;
CREATE TRIGGER subscription_event_no_delete BEFORE DELETE ON subscription_event
BEGIN SELECT RAISE(ABORT, 'the journal can not be changed'); END;

CREATE TABLE subscription_contact (
    connection_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    subscription_id TEXT NOT NULL,
    PRIMARY KEY (fingerprint, subscription_id, connection_id)
) STRICT, WITHOUT ROWID;
)sql";

// What a chat-bot's connection has beside those of CRMs: one sealed text, and nothing for CRMs.
constexpr const char* kBots = R"sql(
ALTER TABLE connection ADD COLUMN bot BLOB;
)sql";

constexpr const char* kProducts = R"sql(
ALTER TABLE invoice ADD COLUMN product TEXT NOT NULL DEFAULT '';
)sql";

// The story of a payment is written once, whoever writes.
constexpr const char* kJournalIsKept = R"sql(
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal can not be changed'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal can not be changed'); END;
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
WHEN EXISTS (SELECT 1 FROM journal WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the journal can not be changed'); END;
)sql";

}  // namespace

const std::vector<Migration>& migrations() {
    static const std::vector<Migration> all = {
        {1, "first tables",
         std::string(kSecrets) + kAccounts + kInvoices + kEvents + kOutbox + kFigures},
        {2, "rows of one time on the same pages", kByTime},
        {3, "orders of invoices", kOrders},
        {4, "diagnostics", kSupport},
        {5, "discounts", kPayable},
        {6, "subscriptions", kSubscriptions},
        {7, "bots", kBots},
        {8, "what a link subscribes to", kProducts},
        {9, "a journal that is kept", kJournalIsKept},
    };
    return all;
}

}  // namespace tillbridge::store::sqlite
