#include "module/app/print.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace tillbridge::app {
namespace {

using nlohmann::json;

std::string text_of(const json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_null()) return "–";
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::size_t width(const std::string& text) {  // characters, not bytes
    std::size_t count = 0;
    for (const char c : text)
        if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++count;
    return count;
}

}  // namespace

void print_table(std::ostream& out, const std::vector<std::string>& head, const json& rows,
                 const std::vector<std::string>& keys) {
    std::vector<std::vector<std::string>> lines{head};
    for (const auto& row : rows) {
        std::vector<std::string> line;
        for (const auto& key : keys) line.push_back(text_of(row.value(key, json())));
        lines.push_back(std::move(line));
    }
    std::vector<std::size_t> widths(head.size(), 0);
    for (const auto& line : lines)
        for (std::size_t at = 0; at < line.size(); ++at)
            widths[at] = std::max(widths[at], width(line[at]));
    for (const auto& line : lines) {
        for (std::size_t at = 0; at < line.size(); ++at) {
            out << line[at];
            if (at + 1 < line.size()) out << std::string(widths[at] - width(line[at]) + 2, ' ');
        }
        out << '\n';
    }
}

void print_plain(std::ostream& out, const json& result) {
    for (const auto& [name, value] : result.items()) out << name << ": " << text_of(value) << '\n';
}

void print_doctor(std::ostream& out, const json& result) {
    json rows = result.at("checks");
    for (auto& row : rows) {
        row["mark"] = row.at("ok").get<bool>() ? "ok" : "WRONG";
        if (!row.at("todo").get<std::string>().empty())
            row["detail"] = text_of(row["detail"]) + " → " + text_of(row["todo"]);
    }
    print_table(out, {"", "check", "what was found"}, rows, {"mark", "check", "detail"});
}

void print_story(std::ostream& out, const json& result) {
    const auto& invoice = result.at("invoice");
    out << fmt::format("payment {} (order {}), {} {}: {}\n", text_of(invoice.at("paymentId")),
                       text_of(invoice.at("order")), text_of(invoice.at("amount")),
                       text_of(invoice.at("currency")), text_of(invoice.at("state")));
    out << fmt::format("captured {}, refunded {}, link /pay/{}, gateway {} {}\n",
                       text_of(invoice.at("captured")), text_of(invoice.at("refunded")),
                       text_of(invoice.at("slug")), text_of(invoice.at("gateway")),
                       text_of(invoice.at("gatewayInvoice")));
    for (const auto& problem : result.at("problems"))
        out << "PROBLEM " << text_of(problem.at("key")) << ": " << text_of(problem.at("detail"))
            << '\n';
    out << '\n';
    print_table(out, {"at", "line", "cause", "what", "summary", "detail"}, result.at("journal"),
                {"at", "id", "cause", "kind", "summary", "detail"});
    if (result.at("waiting").empty()) return;
    out << "\nwaiting:\n";
    print_table(out, {"number", "kind", "due", "parked", "error"}, result.at("waiting"),
                {"id", "kind", "due", "parked", "error"});
}

void print_outbox(std::ostream& out, const json& result) {
    out << fmt::format("{} ready, {} under way, {} parked, oldest {}\n",
                       text_of(result.at("ready")), text_of(result.at("leased")),
                       text_of(result.at("dead")), text_of(result.at("oldest")));
    print_table(out, {"number", "kind", "subject", "state", "tries", "due", "error"},
                result.at("rows"), {"id", "kind", "subject", "state", "tries", "due", "error"});
}

void print_migrations(std::ostream& out, const json& result) {
    const char* what = result.at("dryRun").get<bool>() ? "would apply " : "applied ";
    for (const auto& step : result.at("migrations"))
        out << what << step.at("number") << ' ' << text_of(step.at("name")) << '\n';
    if (result.at("migrations").empty()) out << "the store is up to date\n";
}

void print_found(std::ostream& out, const json& result) {
    print_table(out, {"paymentId", "order", "state", "amount", "currency", "created"},
                result.at("invoices"),
                {"paymentId", "order", "state", "amount", "currency", "created"});
    if (result.at("connections").empty()) return;
    out << '\n';
    print_table(out, {"connection", "address", "active", "frozen"}, result.at("connections"),
                {"id", "publicUrl", "active", "frozen"});
}

}  // namespace tillbridge::app
