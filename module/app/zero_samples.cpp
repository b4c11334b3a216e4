#include "module/app/zero_samples.hpp"

#include "module/domain/fact.hpp"
#include "module/domain/transition.hpp"
#include "module/service/effects.hpp"

namespace tillbridge::app {
namespace {

void zero_hooks(PrometheusMeter& meter, std::string_view gateway) {
    for (const char* kind : {"processing", "declined", "declined_final", "held", "paid", "voided",
                             "refunded", "expired", "unknown"})
        for (const char* outcome : {"recorded", "repeated", "quarantined", "unmatched"})
            meter.touch("hook_facts_total",
                        {{"gateway", gateway}, {"kind", kind}, {"outcome", outcome}});
    for (const char* reason : {"token_unknown", "signature_mismatch", "unreadable", "limited"})
        meter.touch("hooks_refused_total", {{"gateway", gateway}, {"reason", reason}});
    meter.touch("facts_quarantined_total", {{"gateway", gateway}});
}

void zero_peer(PrometheusMeter& meter, std::string_view peer) {
    meter.touch("outbound_requests_total", {{"peer", peer}, {"status", "200"}});
    meter.touch("outbound_request_seconds", {{"peer", peer}});
}

void zero_outbox(PrometheusMeter& meter) {
    namespace kind = service::kind;
    for (const char* each :
         {kind::kPush, kind::kRefund, kind::kConsent, kind::kImport, kind::kRegister, kind::kNotice,
          kind::kTypes, kind::kRun, kind::kAsk}) {
        for (const char* outcome : {"done", "again", "later", "parked"})
            meter.touch("outbox_tries_total", {{"kind", each}, {"outcome", outcome}});
        meter.touch("outbox_delivery_seconds", {{"kind", each}});
    }
}

void zero_states(PrometheusMeter& meter) {
    for (std::size_t row = 0; row < domain::kStates; ++row) {
        const auto from = static_cast<domain::InvoiceState>(row);
        for (const domain::Cell& cell : domain::kTransitions[row])
            if (cell.move == domain::Move::go && cell.next != from)
                meter.touch("invoice_state_changes_total",
                            {{"from", domain::to_word(from)}, {"to", domain::to_word(cell.next)}});
    }
}

}  // namespace

void zero_samples(PrometheusMeter& meter, port::Gateways& gateways,
                  const std::vector<std::string>& problems) {
    for (const char* plain :
         {"http_refused_connections_total", "reconcile_rounds_total", "reconcile_invoices_total",
          "store_commit_seconds", "store_batch_units"})
        meter.touch(plain, {});
    for (const port::Gateway* gateway : gateways.all()) {
        const auto& code = gateway->description().code.value;
        zero_hooks(meter, code);
        zero_peer(meter, code);
    }
    meter.touch("hooks_refused_total", {{"gateway", "unknown"}, {"reason", "token_unknown"}});
    zero_peer(meter, "retailcrm");
    zero_outbox(meter);
    zero_states(meter);
    for (const std::string& key : problems) meter.touch("problems_open", {{"key", key}});
}

}  // namespace tillbridge::app
