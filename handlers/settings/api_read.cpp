// The settings API: what is shown.
#include <algorithm>

#include "handlers/settings/api_act.hpp"
#include "handlers/settings/problem_groups.hpp"
#include "handlers/settings/views.hpp"

namespace tillbridge::handlers::settings {

using domain::Connection;
using domain::fail;
using domain::Merchant;
using domain::Result;
using nlohmann::json;

FieldsOf Api::fields_of() const {
    return [this](const Merchant& merchant) {
        const auto* gateway = services_.context.gateways.find(merchant.gateway);
        return gateway == nullptr ? nullptr : &gateway->description().fields;
    };
}

json Api::merchant_view(const Merchant& merchant) const {
    const auto* gateway = services_.context.gateways.find(merchant.gateway);
    return view(merchant, gateway == nullptr ? nullptr : &gateway->description(),
                services_.merchants.hook_url(merchant));
}

json Api::connection_view(const Connection& connection) const {
    json out = view(connection);
    // A bot has no key whose rights could be missing.
    out["access"] = connection.bot ? json::array() : access_of(connection, scopes_);
    return out;
}

std::optional<Merchant> Api::find(const domain::ConnectionId& connection,
                                  const std::string& id) const {
    return port::look_up(services_.context.store, [&](const port::Tx& tx) {
        return tx.merchants().find(connection, domain::MerchantId(id));
    });
}

std::vector<service::ProblemView> Api::problems(const domain::ConnectionId& connection,
                                                const std::string& language,
                                                const std::optional<domain::Error>& unread) const {
    auto rows = port::look_up(services_.context.store,
                              [&](const port::Tx& tx) { return tx.problems().list(connection); });
    const auto has = [&](const std::string& key) {
        return std::any_of(rows.begin(), rows.end(),
                           [&](const port::ProblemRow& row) { return row.key == key; });
    };
    // The CRM could not be read just now: shown even where no check has raised it yet.
    if (unread && !has(unread->code)) {
        const auto now = services_.context.clock.now();
        rows.push_back({connection, unread->code, "", unread->message, now, now, 1, false});
    }
    return service::describe(services_.context.texts, language, rows);
}

Answer Api::show(Request& request) {
    return act(request, false,
               [&](const Connection& connection, const std::string& cookie) -> Result<Answer> {
                   const auto wanted = wanted_of(request);
                   if (!wanted) return tl::unexpected(wanted.error());
                   const std::string language = reader_language(request, connection.locale);
                   const auto types = payment_types_.of(connection.id);
                   json gateways = json::array();
                   for (const auto* gateway : services_.context.gateways.all())
                       gateways.push_back(view(gateway->description(), language));
                   const auto stores = services_.merchants.list(connection.id);
                   json merchants = json::array();
                   for (const Merchant* merchant : part_of(stores, *wanted, fields_of()).shown)
                       merchants.push_back(merchant_view(*merchant));
                   json links = json::array();
                   for (const auto& type : types->types) links.push_back(view(type));
                   json rows = json::array();
                   for (const auto& problem : problems(connection.id, language, types->error))
                       rows.push_back(view(problem));
                   json body = {{"csrfToken", services_.admins.csrf_token(cookie)},
                                {"connection", view(connection)},
                                {"gateways", std::move(gateways)},
                                {"merchants", std::move(merchants)},
                                {"merchantCount", stores.size()},
                                {"paymentTypes", std::move(links)},
                                {"problems", std::move(rows)}};
                   if (connection.bot) body["bot"] = bot_view(connection);
                   return ok(body);
               });
}

Answer Api::overview(Request& request) {
    return act(request, false,
               [&](const Connection& connection, const std::string& cookie) -> Result<Answer> {
                   const std::string language = reader_language(request, connection.locale);
                   json gateways = json::array();
                   for (const auto* gateway : services_.context.gateways.all())
                       gateways.push_back(view(gateway->description(), language));
                   const auto stores = services_.merchants.list(connection.id);
                   Names names;
                   for (const Merchant& store : stores) names.emplace(store.id.value, store.name);
                   const bool paid = port::look_up(
                       services_.context.store,
                       [&](const port::Tx& tx) { return tx.invoices().any_paid(connection.id); });
                   const auto& settings = services_.context.settings;
                   return ok({{"csrfToken", services_.admins.csrf_token(cookie)},
                              {"connection", connection_view(connection)},
                              {"bot", bot_view(connection)},
                              {"gateways", std::move(gateways)},
                              {"merchantCount", stores.size()},
                              {"problems", grouped(problems(connection.id, language), names)},
                              {"operator",
                               {{"name", settings.contact_name},
                                {"email", settings.contact_email},
                                {"telegram", settings.contact_telegram},
                                {"phone", settings.contact_phone}}},
                              {"paidOnce", paid}});
               });
}

Answer Api::list_merchants(Request& request) {
    return act(request, false,
               [&](const Connection& connection, const std::string&) -> Result<Answer> {
                   const auto wanted = wanted_of(request);
                   if (!wanted) return tl::unexpected(wanted.error());
                   const auto all = services_.merchants.list(connection.id);
                   const Part part = part_of(all, *wanted, fields_of());
                   const auto troubles =
                       problems(connection.id, reader_language(request, connection.locale));
                   json merchants = json::array();
                   for (const Merchant* merchant : part.shown) {
                       json shown = merchant_view(*merchant);
                       shown["problems"] = json::array();
                       for (const auto& trouble : troubles)
                           if (trouble.row.subject == merchant->id.value)
                               shown["problems"].push_back(view(trouble));
                       merchants.push_back(std::move(shown));
                   }
                   return ok({{"merchants", std::move(merchants)},
                              {"matching", part.matching},
                              {"total", all.size()}});
               });
}

Answer Api::list_payment_types(Request& request) {
    return act(
        request, false, [&](const Connection& connection, const std::string&) -> Result<Answer> {
            const auto types = payment_types_.of(connection.id);
            json links = json::array();
            for (const auto& type : types->types) links.push_back(view(type));
            json body = {{"paymentTypes", std::move(links)}, {"unread", nullptr}};
            if (types->error)
                body["unread"] = {{"code", types->error->code},
                                  {"message", sentence(services_.context.texts,
                                                       reader_language(request, connection.locale),
                                                       *types->error)}};
            return ok(body);
        });
}

Answer Api::test_payment(Request& request) {
    return act(
        request, false, [&](const Connection& connection, const std::string&) -> Result<Answer> {
            const auto invoice = port::look_up(services_.context.store, [&](const port::Tx& tx) {
                return tx.invoices().find(connection.id, domain::InvoiceId(request.param("id")));
            });
            if (!invoice || !invoice->test) return fail("payment.unknown");
            request.about.invoice = invoice->id.value;
            return ok({{"paymentId", invoice->id.value},
                       {"merchantId", invoice->merchant.value},
                       {"state", std::string(domain::to_word(invoice->state))},
                       {"amount", invoice->amount.minor},
                       {"currency", invoice->amount.currency.code()}});
        });
}

}  // namespace tillbridge::handlers::settings
