// A zip to attach to a ticket: versions, the configuration without secrets, problems, and all that
// diagnostics knows of one payment or one account. Whoever takes one is in the audit log.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "module/domain/result.hpp"
#include "module/service/context.hpp"
#include "module/service/support.hpp"

namespace tillbridge::service {

class SupportBundle {
  public:
    // What only the composition root knows; neither may hold a secret.
    struct Installation {
        std::function<nlohmann::json()> versions;
        std::function<nlohmann::json()> config;
    };
    SupportBundle(Context context, const Support& support, Installation installation)
        : context_(context), support_(support), installation_(std::move(installation)) {}

    struct File {
        std::string name;  // tillbridge-….zip
        std::string bytes;
    };
    // Errors: payment.unknown, payment.ambiguous; connection.unknown.
    domain::Result<File> of_invoice(const Actor&, const std::string& name) const;
    domain::Result<File> of_connection(const Actor&, const std::string& id) const;

  private:
    File pack(const std::string& name, const char* what, const nlohmann::json& story) const;

    Context context_;
    const Support& support_;
    Installation installation_;
};

}  // namespace tillbridge::service
