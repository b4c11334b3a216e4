// The use cases and the words that handlers work with. Borrowed: they outlive the servers.
#pragma once

#include "module/service/admins.hpp"
#include "module/service/bots.hpp"
#include "module/service/connections.hpp"
#include "module/service/context.hpp"
#include "module/service/hooks.hpp"
#include "module/service/links.hpp"
#include "module/service/merchants.hpp"
#include "module/service/panel.hpp"
#include "module/service/payments.hpp"
#include "module/service/support_desk.hpp"

namespace tillbridge::handlers {

struct Services {
    service::Connections& connections;
    service::Merchants& merchants;
    service::Payments& payments;
    service::Hooks& hooks;
    service::Links& links;
    service::Admins& admins;
    service::Panel& panel;
    service::Context context;
    service::SupportDesk* support = nullptr;  // diagnostics; none: its routes are not there
    service::Bots* bots = nullptr;            // chat-bot platforms; the same
};

}  // namespace tillbridge::handlers
