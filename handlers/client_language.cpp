#include "handlers/client_language.hpp"

#include "handlers/errors.hpp"
#include "handlers/form.hpp"
#include "handlers/settings/api.hpp"

namespace tillbridge::handlers {

namespace {

std::optional<domain::Connection> account_of(const Services& services, const Request& request) {
    if (const auto cookie = request.cookie(settings::kCookie); !cookie.empty())
        if (auto known = services.admins.signed_in(cookie)) return known;
    for (const std::string* fields : {&request.query, &request.body})
        if (const auto client = peek_field(*fields, "clientId"))
            if (auto known = services.connections.by_client_id(*client)) return std::move(*known);
    return std::nullopt;
}

}  // namespace

std::string client_language(const Services& services, const Request& request) {
    const auto account = account_of(services, request);
    return reader_language(request, account ? account->locale : preferred_language(request));
}

}  // namespace tillbridge::handlers
