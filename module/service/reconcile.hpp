// The reconciler: looks for invoices that should have moved and puts a question, an expiry or a
// hold's end into motion. A lost hook costs minutes, not money.
#pragma once

#include <optional>

#include "module/domain/fact.hpp"
#include "module/service/context.hpp"

namespace tillbridge::service {

class Reconciler {
  public:
    explicit Reconciler(Context context) : context_(context) {}

    // One round; bounded, so that it can be called every `reconcile.interval`. Returns how many
    // invoices were put into motion.
    int round();

  private:
    int ask(const port::Invoices::Key&, const char* why, domain::UtcTime now);
    int hold(const port::Invoices::Key&, domain::UtcTime now);
    std::optional<domain::What> due(const domain::Invoice&, domain::UtcTime now) const;

    Context context_;
};

}  // namespace tillbridge::service
