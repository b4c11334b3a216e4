#include "api_client/prodamus/notice.hpp"

#include <nlohmann/json.hpp>

#include "module/port/json.hpp"

namespace tillbridge::prodamus {

std::string flat_json(const Tree& notice) {
    nlohmann::json flat = nlohmann::json::object();
    for (const auto& [name, value] : to_fields(notice)) flat[name] = value;
    return port::to_text(flat);
}

std::string installment_of(const Tree& notice) {
    const std::string& status = notice.at("payment_status");
    if (status == "order_approved" || status == "approved") return "approved";
    if (status == "order_canceled") return "canceled";
    if (status == "order_denied") return "rejected";
    // A text for people is all that a success tells of its method (§4.3).
    const std::string& method = notice.at("payment_type");
    const bool by_installments = method.find("ассрочк") != std::string::npos;
    return status == "success" && by_installments ? "signed" : "";
}

}  // namespace tillbridge::prodamus
