// Diagnostics as a whole: the people, their sign-in, what is shown, what may be done.
#pragma once

#include <utility>

#include "module/service/subscription_desk.hpp"
#include "module/service/support.hpp"
#include "module/service/support_acts.hpp"
#include "module/service/support_bundle.hpp"
#include "module/service/support_sign_in.hpp"
#include "module/service/support_users.hpp"

namespace tillbridge::service {

struct SupportDesk {
    SupportDesk(Context context, Inquiries& inquiries, const port::Passwords& passwords,
                SupportBundle::Installation installation)
        : users(context, passwords),
          sign_in(context, passwords),
          show(context),
          acts(context, inquiries),
          subscriptions(context),
          bundle(context, show, std::move(installation)) {}

    SupportUsers users;
    SupportSignIn sign_in;
    Support show;
    SupportActs acts;
    SubscriptionDesk subscriptions;
    SupportBundle bundle;
};

}  // namespace tillbridge::service
