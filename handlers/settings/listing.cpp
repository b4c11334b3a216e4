#include "handlers/settings/listing.hpp"

#include <Poco/UTF8String.h>

#include <algorithm>
#include <charconv>

#include "handlers/form.hpp"

namespace tillbridge::handlers::settings {

using domain::fail;
using domain::Result;

namespace {

constexpr std::size_t kText = 255;

Result<void> read_number(const Form& query, const char* name, std::size_t& out) {
    const auto at = query.find(name);
    if (at == query.end()) return {};
    const char* end = at->second.data() + at->second.size();
    const auto [stop, failed] = std::from_chars(at->second.data(), end, out);
    if (failed != std::errc() || stop != end) return fail("request.field_invalid", "", name);
    return {};
}

bool fits(const domain::Merchant& merchant, const std::string& lower,
          const std::vector<port::Field>* fields) {
    if (lower.empty()) return true;
    if (Poco::UTF8::toLower(merchant.name).find(lower) != std::string::npos) return true;
    if (Poco::UTF8::toLower(merchant.id.value) == lower) return true;
    if (merchant.gateway.value == lower) return true;
    if (fields == nullptr) return false;
    return std::any_of(fields->begin(), fields->end(), [&](const port::Field& field) {
        if (field.type == "secret") return false;
        const auto at = merchant.credentials.find(field.code);
        return at != merchant.credentials.end() &&
               Poco::UTF8::toLower(at->second.reveal()) == lower;
    });
}

}  // namespace

Result<Wanted> wanted_of(const Request& request) {
    const auto query = parse_form(request.query);
    if (!query) return tl::unexpected(query.error());
    Wanted wanted;
    for (const auto& fine :
         {read_number(*query, "offset", wanted.offset), read_number(*query, "limit", wanted.limit)})
        if (!fine) return tl::unexpected(fine.error());
    if (const auto at = query->find("q"); at != query->end()) {
        if (at->second.size() > kText) return fail("request.field_too_long", "", "q");
        wanted.text = at->second;
    }
    if (const auto at = query->find("state"); at != query->end() && !at->second.empty()) {
        if (at->second != "active" && at->second != "inactive")
            return fail("request.field_invalid", "", "state");
        wanted.active = at->second == "active";
    }
    return wanted;
}

Part part_of(const std::vector<domain::Merchant>& all, const Wanted& wanted,
             const FieldsOf& fields_of) {
    const std::string lower = Poco::UTF8::toLower(wanted.text);
    Part part;
    for (const auto& merchant : all) {
        if (wanted.active && merchant.active != *wanted.active) continue;
        if (!fits(merchant, lower, fields_of(merchant))) continue;
        const std::size_t place = part.matching++;
        if (place >= wanted.offset && part.shown.size() < wanted.limit)
            part.shown.push_back(&merchant);
    }
    return part;
}

}  // namespace tillbridge::handlers::settings
