// A store in a directory of its own, and rows to put into it. The contract suite runs on every
// engine of `Engines`.
#pragma once

#include <unistd.h>

#include <atomic>
#include <boost/mpl/list.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "module/security/key_ring.hpp"
#include "module/security/os_random.hpp"
#include "module/store/open.hpp"

namespace store_test {

using namespace tillbridge;
using domain::UtcTime;

class Directory {
  public:
    Directory()
        : path_(std::filesystem::temp_directory_path() /
                ("store-test-" + std::to_string(::getpid()) + "-" + security::OsRandom().id())) {
        std::filesystem::create_directories(path_);
    }
    ~Directory() { std::filesystem::remove_all(path_); }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    std::string file(const std::string& name) const { return (path_ / name).string(); }

    // Everything that lies in it, one file after the other.
    std::string bytes() const {
        std::string all;
        for (const auto& entry : std::filesystem::directory_iterator(path_)) {
            std::ifstream in(entry.path(), std::ios::binary);
            all.append(std::istreambuf_iterator<char>(in), {});
        }
        return all;
    }

  private:
    std::filesystem::path path_;
};

inline domain::Secret key_file(const std::string& current, const std::string& old = {}) {
    return domain::Secret(current + "\n" + old);
}

struct OnSqlite {
    Directory directory;
    std::string key = security::generate_master_key();
    security::KeyRing keys{key_file(key)};
    store::Options options;
    std::string url = "sqlite:" + directory.file("store.db");
    std::unique_ptr<port::Store> opened = store::open_store(url, keys, options);
    port::Store& store = *opened;
};

using Engines = boost::mpl::list<OnSqlite>;

inline domain::ConnectionId connection_id(const std::string& name = "c1") {
    return domain::ConnectionId(name);
}

inline domain::Connection connection(const std::string& name = "c1") {
    domain::Connection it;
    it.id = connection_id(name);
    it.system_url = "https://technical-" + name + ".example.com";
    it.public_url = "https://" + name + ".example.com";
    it.api_key = domain::Secret("planted-api-key-" + name);
    it.client_id = domain::Secret("planted-client-id-" + name);
    it.settings_token = domain::Secret("planted-settings-token-" + name);
    it.active = false;
    it.frozen = true;
    it.locale = "uk";
    it.currency = "UAH";
    it.timezone = "Europe/Kyiv";
    it.scopes = {"a", "b \"quoted\""};
    it.missing_scopes = {"c"};
    it.created_at = {11};
    it.updated_at = {12};
    it.registered_at = {13};
    return it;
}

inline domain::Merchant merchant(const std::string& name = "m1", const std::string& owner = "c1") {
    domain::Merchant it;
    it.connection = connection_id(owner);
    it.id = domain::MerchantId(name);
    it.gateway = domain::GatewayCode("uapay");
    it.name = "Shop " + name;
    it.credentials = {{"key", domain::Secret("planted-credential-" + name)},
                      {"empty", domain::Secret()}};
    it.options.two_stage = true;
    it.options.auto_capture = true;
    it.options.hold_end = domain::HoldEnd::capture_it;
    it.options.link_lifetime_minutes = 90;
    it.options.extra = {{"theme", "dark"}};
    it.hook_token = domain::Secret("planted-hook-token-" + name + "-" + owner);
    it.active = false;
    it.created_at = {21};
    it.updated_at = {22};
    return it;
}

inline domain::Operation operation(const std::string& name) {
    domain::Operation it;
    it.id = domain::OperationId(name);
    it.kind = domain::OperationKind::refund;
    it.origin = domain::Origin::compensation;
    it.state = domain::OperationState::not_done;
    it.amount = 700;
    it.requested = 650;
    it.external_id = "ext-" + name;
    it.baseline = "before";
    it.reason = "the bank's words";
    it.told_unknown = true;
    it.tries = 3;
    it.created_at = {31};
    it.started_at = {32};
    it.ended_at = {33};
    return it;
}

// Every field differs from its default, so that a column that is forgotten shows.
inline domain::Invoice invoice(const std::string& name = "i1", const std::string& shop = "m1",
                               const std::string& owner = "c1") {
    domain::Invoice it;
    it.connection = connection_id(owner);
    it.id = domain::InvoiceId(name);
    it.uuid = domain::InvoiceUuid("uuid-" + name);
    it.merchant = domain::MerchantId(shop);
    it.gateway = domain::GatewayCode("uapay");
    it.slug = domain::Slug("slug-" + name + "-" + owner);
    it.amount = {1999, domain::Currency::parse("UAH").value()};
    it.state = domain::InvoiceState::authorized;
    it.two_stage = true;
    it.auto_capture = true;
    it.hold_end = domain::HoldEnd::capture_it;
    it.test = true;
    it.authorized = 1999;
    it.captured = 1500;
    it.refunded = 500;
    it.gateway_invoice = domain::GatewayId("gi-" + name);
    it.gateway_payment = domain::GatewayId("gp-" + name);
    it.pay_url = "https://gateway.example/pay";
    it.order_number = "order-" + name;
    it.description = "Ünïcode \"and\" quotes";
    it.return_url = "https://shop.example/thanks";
    it.locale = "uk";
    it.consent = domain::Consent::agreed;
    it.reason = "canceled.manager";
    it.reason_detail = "words";
    it.hold_warned = true;
    it.created_at = {41};
    it.updated_at = {42};
    it.link_expires_at = {43};
    it.held_at = {44};
    it.hold_ends_at = {45};
    it.paid_at = {46};
    it.canceled_at = {47};
    it.observed_at = {48};
    it.operations = {operation(name + "-op1"), operation(name + "-op2")};
    return it;
}

// A pending invoice without dates, to set the ones that a test is about.
inline domain::Invoice pending_invoice(const std::string& name, UtcTime touched = {1}) {
    auto it = invoice(name);
    it.state = domain::InvoiceState::pending;
    it.updated_at = touched;
    it.link_expires_at = {};
    it.hold_ends_at = {};
    it.operations.clear();
    return it;
}

inline port::OutboxRow outbox_row(const std::string& order_key, UtcTime due = {1},
                                  const std::string& lane = "crm:c1") {
    port::OutboxRow it;
    it.connection = connection_id();
    it.lane = lane;
    it.order_key = order_key;
    it.kind = "crm.push";
    it.subject = "i1";
    it.payload = R"({"status":"succeeded"})";
    it.due = due;
    it.created = {due.micros};
    it.cause = 5;
    it.request = domain::RequestId("r1");
    return it;
}

inline void plant(port::Store& store) {
    store.write([](port::Tx& tx) {
        tx.connections().insert(connection());
        tx.merchants().insert(merchant());
    });
}

inline std::int64_t add(port::Store& store, const port::OutboxRow& row) {
    return port::commit(store, [&](port::Tx& tx) { return tx.outbox().add(row); });
}

}  // namespace store_test
