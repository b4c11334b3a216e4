#include "handlers/crm/actions.hpp"

#include "handlers/client_language.hpp"
#include "handlers/crm/decode.hpp"
#include "handlers/error_map.hpp"
#include "handlers/errors.hpp"

namespace tillbridge::handlers::crm {

using domain::Connection;
using domain::Result;

namespace {

constexpr std::size_t kClientId = 255;

}  // namespace

Answer Actions::error(const domain::Error& error, const std::string& language) const {
    return error_answer(Format::crm, crm_status(error.code), error, services_.context.texts,
                        language);
}

// `act`: (form, connection) → Result<Answer>.
template <class Act>
Answer Actions::act(Request& request, const Result<Form>& form, Act act) const {
    const auto early = [&](const domain::Error& wrong) {
        return error(wrong, client_language(services_, request));
    };
    if (!form) return early(form.error());
    const auto client = take_field(*form, "clientId", kClientId);
    if (!client) return early(client.error());
    const auto connection = services_.connections.by_client_id(*client);
    if (!connection) return early(connection.error());
    request.about.connection = connection->id.value;
    const Result<Answer> answer = act(*form, *connection);
    return answer ? *answer : error(answer.error(), connection->locale);
}

Answer Actions::create(Request& request) const {
    return act(request, form_of(request), [&](const Form& form, const Connection& connection) {
        return decode_create(form)
            .and_then([&](service::Payments::CreateRequest&& order) {
                order.request = request.id;
                return services_.payments.create(connection, order);
            })
            .map([&](const service::Payments::Link& link) {
                request.about.invoice = link.id.value;
                return created(link);
            });
    });
}

Answer Actions::approve(Request& request) const {
    return act(request, form_of(request), [&](const Form& form, const Connection& connection) {
        return decode_change(form, "approve", true)
            .and_then([&](const Change& change) {
                request.about.invoice = change.payment.value;
                return services_.payments.approve(connection, change.payment, change.amount,
                                                  request.id);
            })
            .map(success);
    });
}

Answer Actions::cancel(Request& request) const {
    return act(request, form_of(request), [&](const Form& form, const Connection& connection) {
        return decode_change(form, "cancel", false)
            .and_then([&](const Change& change) {
                request.about.invoice = change.payment.value;
                return services_.payments.cancel(connection, change.payment, request.id);
            })
            .map(success);
    });
}

Answer Actions::refund(Request& request) const {
    return act(request, form_of(request), [&](const Form& form, const Connection& connection) {
        return decode_change(form, "refund", true)
            .and_then([&](const Change& change) {
                request.about.invoice = change.payment.value;
                return services_.payments.refund(connection, change.payment, change.amount,
                                                 request.id);
            })
            .map(refunded);
    });
}

Answer Actions::status(Request& request) const {
    const auto form = request.method == "GET" ? parse_form(request.query) : form_of(request);
    return act(request, form, [&](const Form& fields, const Connection& connection) {
        return decode_status(fields)
            .and_then([&](const domain::InvoiceId& id) {
                request.about.invoice = id.value;
                return services_.payments.status(connection, id);
            })
            .map([&](const service::Payments::StatusAnswer& found) {
                return crm::status(found, connection, services_.context.texts, local_time_);
            });
    });
}

Answer Actions::activity(Request& request) const {
    return act(request, form_of(request), [&](const Form& form, const Connection& connection) {
        return decode_activity(form)
            .and_then([&](const Activity& change) {
                return services_.connections.activity(connection.client_id.reveal(), change.active,
                                                      change.frozen, change.system_url);
            })
            .map(success);
    });
}

Answer Actions::settings(Request& request) const {
    return act(request, form_of(request), [&](const Form& form, const Connection& connection) {
        return decode_settings(form)
            .and_then([&](const service::Connections::AccountChange& change) -> Result<void> {
                if (change.timezone && known_zone_ && !known_zone_(*change.timezone))
                    return domain::fail("request.field_invalid", "", "timezone.value");
                return services_.connections.settings_changed(connection.client_id.reveal(),
                                                              change);
            })
            .map(success);
    });
}

std::vector<Route> routes(const Actions& actions) {
    using Call = Answer (Actions::*)(Request&) const;
    const auto route = [&](std::vector<std::string> methods, std::string pattern, Call call) {
        return Route{std::move(methods), std::move(pattern),
                     [&actions, call](Request& request) { return (actions.*call)(request); },
                     Format::crm};
    };
    return {
        route({"POST"}, "/payment/create", &Actions::create),
        route({"POST"}, "/payment/approve", &Actions::approve),
        route({"POST"}, "/payment/cancel", &Actions::cancel),
        route({"POST"}, "/payment/refund", &Actions::refund),
        route({"GET", "POST"}, "/payment/status", &Actions::status),
        route({"POST"}, "/crm/activity", &Actions::activity),
        route({"POST"}, "/crm/settings", &Actions::settings),
    };
}

}  // namespace tillbridge::handlers::crm
