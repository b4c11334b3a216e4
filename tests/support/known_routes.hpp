// Every route of the public server and who may use it. A unit test holds the list against the
// server's own routes, an end-to-end test walks it with everybody who may not: a new route has its
// line here before it is let in.
#pragma once

#include <string>
#include <vector>

namespace tillbridge::test {

enum class Who {
    anyone,         // nothing of anybody's is there
    marketplace,    // who signs with the marketplace's secret
    crm,            // an account's clientId
    gateway,        // a store's hook token
    buyer,          // a payment's slug
    link_holder,    // an account's settings token
    admin,          // a session of the settings page
    admin_csrf,     // … and its CSRF token
    card,           // the order card's panel: an account's clientId
    bot,            // a bot's bearer token
    password,       // a name and a password of support
    viewer,         // a session of support
    viewer_csrf,    // … and its CSRF token
    operator_csrf,  // … of somebody who operates
};

struct KnownRoute {
    std::string method, pattern;
    Who who = Who::anyone;

    std::string name() const { return method + ' ' + pattern; }
};

inline const std::vector<KnownRoute> kKnownRoutes{
    {"GET", "/marketplace/config", Who::anyone},
    {"POST", "/marketplace/register", Who::marketplace},

    {"POST", "/crm/activity", Who::crm},
    {"POST", "/crm/settings", Who::crm},
    {"POST", "/payment/create", Who::crm},
    {"POST", "/payment/approve", Who::crm},
    {"POST", "/payment/cancel", Who::crm},
    {"POST", "/payment/refund", Who::crm},
    {"GET", "/payment/status", Who::crm},
    {"POST", "/payment/status", Who::crm},

    {"POST", "/hooks/{gateway}/{hookToken}", Who::gateway},

    {"GET", "/pay/{slug}", Who::buyer},
    {"HEAD", "/pay/{slug}", Who::buyer},
    {"GET", "/pay/{slug}/return", Who::buyer},
    {"HEAD", "/pay/{slug}/return", Who::buyer},

    {"GET", "/settings/{settingsToken}", Who::link_holder},
    {"GET", "/settings", Who::admin},
    {"GET", "/api/settings", Who::admin},
    {"GET", "/api/settings/overview", Who::admin},
    {"GET", "/api/settings/stores", Who::admin},
    {"GET", "/api/settings/payment-types", Who::admin},
    {"GET", "/api/settings/test-payments/{id}", Who::admin},
    {"POST", "/api/settings/merchants", Who::admin_csrf},
    {"PATCH", "/api/settings/merchants/{id}", Who::admin_csrf},
    {"POST", "/api/settings/merchants/{id}/deactivate", Who::admin_csrf},
    {"POST", "/api/settings/merchants/{id}/activate", Who::admin_csrf},
    {"POST", "/api/settings/merchants/{id}/check", Who::admin_csrf},
    {"POST", "/api/settings/merchants/{id}/test-link", Who::admin_csrf},
    {"POST", "/api/settings/merchants/{id}/payment-type", Who::admin_csrf},
    {"POST", "/api/settings/connection", Who::admin_csrf},
    {"POST", "/api/settings/connection/check", Who::admin_csrf},
    {"POST", "/api/settings/sessions/end", Who::admin_csrf},
    {"POST", "/api/settings/link/renew", Who::admin_csrf},
    {"GET", "/api/settings/bots", Who::admin},
    {"POST", "/api/settings/bots", Who::admin_csrf},
    {"POST", "/api/settings/bots/{id}/open", Who::admin_csrf},
    {"POST", "/api/settings/bots/{id}/deactivate", Who::admin_csrf},
    {"POST", "/api/settings/bots/{id}/activate", Who::admin_csrf},
    {"PATCH", "/api/settings/bot", Who::admin_csrf},
    {"POST", "/api/settings/bot/token", Who::admin_csrf},
    {"POST", "/api/settings/bot/callback-key", Who::admin_csrf},
    {"POST", "/api/settings/bot/signing-secret", Who::admin_csrf},

    {"POST", "/extension/api/state", Who::card},
    {"POST", "/extension/api/create", Who::card},
    {"POST", "/extension/api/capture", Who::card},
    {"POST", "/extension/api/cancel", Who::card},
    {"POST", "/extension/api/refund", Who::card},
    {"POST", "/extension/api/check", Who::card},
    {"POST", "/extension/api/stop", Who::card},
    {"POST", "/extension/api/resume", Who::card},
    {"POST", "/extension/api/discount", Who::card},
    {"POST", "/extension/api/next-date", Who::card},
    {"GET", "/extension/{id}", Who::anyone},
    {"HEAD", "/extension/{id}", Who::anyone},
    {"OPTIONS", "/extension/{id}", Who::anyone},
    {"GET", "/extension/{id}/script", Who::anyone},
    {"HEAD", "/extension/{id}/script", Who::anyone},
    {"OPTIONS", "/extension/{id}/script", Who::anyone},
    {"GET", "/extension/{id}/stylesheet", Who::anyone},
    {"HEAD", "/extension/{id}/stylesheet", Who::anyone},
    {"OPTIONS", "/extension/{id}/stylesheet", Who::anyone},
    {"GET", "/extension/{id}/{asset}", Who::anyone},
    {"HEAD", "/extension/{id}/{asset}", Who::anyone},
    {"OPTIONS", "/extension/{id}/{asset}", Who::anyone},

    {"POST", "/bot/links", Who::bot},
    {"GET", "/bot/links/{paymentId}", Who::bot},
    {"POST", "/bot/links/{paymentId}/approve", Who::bot},
    {"POST", "/bot/links/{paymentId}/cancel", Who::bot},
    {"POST", "/bot/subscriptions/switch", Who::bot},
    {"POST", "/bot/subscriptions/discount", Who::bot},
    {"POST", "/bot/subscriptions/payment-date", Who::bot},

    {"GET", "/support", Who::anyone},
    {"POST", "/api/support/login", Who::password},
    {"POST", "/api/support/logout", Who::viewer_csrf},
    {"GET", "/api/support", Who::viewer},
    {"GET", "/api/support/find", Who::viewer},
    {"POST", "/api/support/find", Who::viewer_csrf},
    {"GET", "/api/support/connections", Who::viewer},
    {"GET", "/api/support/connections/{id}", Who::viewer},
    {"GET", "/api/support/invoices/{id}", Who::viewer},
    {"POST", "/api/support/invoices/{id}/ask", Who::operator_csrf},
    {"POST", "/api/support/invoices/{id}/push", Who::operator_csrf},
    {"GET", "/api/support/outbox", Who::viewer},
    {"POST", "/api/support/outbox/replay", Who::operator_csrf},
    {"GET", "/api/support/audit", Who::viewer},
    {"GET", "/api/support/audit/verify", Who::viewer},
    {"GET", "/api/support/problems", Who::viewer},
    {"POST", "/api/support/problems/dismiss", Who::operator_csrf},
    {"POST", "/api/support/bundle", Who::viewer_csrf},
    {"GET", "/api/support/subscriptions/{id}", Who::viewer},
    {"POST", "/api/support/subscriptions/{id}/{act}", Who::operator_csrf},

    {"GET", "/web/{file}", Who::anyone},
    {"HEAD", "/web/{file}", Who::anyone},
    {"GET", "/manifest/logo.svg", Who::anyone},
    {"HEAD", "/manifest/logo.svg", Who::anyone},
};

}  // namespace tillbridge::test
