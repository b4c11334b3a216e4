// Use cases of chat-bot platforms: making a bot's connection, what its owner sets, the links that
// it asks for, its calls about subscriptions. Whatever the gateway: its rules are the platform's.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "module/domain/connection.hpp"
#include "module/domain/result.hpp"
#include "module/service/bot_link.hpp"
#include "module/service/context.hpp"
#include "module/service/payments.hpp"
#include "module/service/subscriptions.hpp"

namespace tillbridge::service {

class Bots {
  public:
    // Subscriptions::change(); none: this installation has no subscriptions.
    using ChangeSubscription = std::function<domain::Result<Subscriptions::Changed>(
        const domain::ConnectionId&, const domain::MerchantId&, const std::string& product,
        const port::SubscriptionIdentity&, const Subscriptions::Wanted&, const domain::RequestId&)>;
    Bots(Context context, Payments& payments, ChangeSubscription change_subscription = {})
        : context_(context),
          payments_(payments),
          change_subscription_(std::move(change_subscription)) {}

    struct Draft {
        std::string name;
        std::string callback_url;  // may be empty: the bot asks for itself
        std::string language = "ru";
        domain::BotStyle style = domain::BotStyle::salebot;
    };
    struct Connected {
        domain::Connection connection;
        std::string account_url;  // of the settings page
    };
    // `owner`: the CRM account whose admin asks; a name is taken within it, and its timezone is
    // the bot's. Errors: bot.name_invalid, bot.name_taken, bot.url_invalid, each with
    // its field; bot.too_many (params: most), connection.unknown for an owner that is a bot.
    domain::Result<Connected> connect(const Draft&, const domain::Connection* owner = nullptr);
    // An account's own bots, by name.
    std::vector<domain::Connection> of_owner(const domain::Connection& owner) const;

    // bot.token_unknown where the token is nobody's.
    domain::Result<domain::Connection> by_token(const std::string& token) const;

    // What the owner of a bot changes; what is not given stays. Errors: connection.unknown,
    // bot.url_invalid, bot.instruction_too_long, each with its field.
    struct Change {
        std::optional<std::string> callback_url;
        std::optional<std::string> language;
        std::optional<domain::BotStyle> style;
        std::array<std::optional<domain::BotReaction>, domain::kBotEvents> reactions;
    };
    domain::Result<domain::Connection> change(const domain::ConnectionId&, const Change&);
    // One that is switched off makes no new links; what is under way ends as it would.
    domain::Result<domain::Connection> set_active(const domain::ConnectionId&, bool active);
    // Each ends what was valid before at once, but for signing secrets: two are live.
    domain::Result<domain::Connection> renew_token(const domain::ConnectionId&);
    domain::Result<domain::Connection> renew_callback_key(const domain::ConnectionId&);
    domain::Result<domain::Connection> renew_signing_secret(const domain::ConnectionId&);

    struct Link {
        Payments::Link link;
        std::string order_id;
    };
    // `key`: the same one gets the same link; empty: each is a new one. Errors: those of
    // read_bot_link() and of Payments::create(), with the names of the bot's variables;
    // bot.inactive, connection.frozen and connection.inactive of its owner; bot.store_missing,
    // bot.store_ambiguous (params: stores), bot.subscription_not_supported, bot.discount_too_large.
    domain::Result<Link> make_link(const domain::Connection&, const BotVariables&,
                                   const std::string& key, const domain::RequestId&);

    enum class Call { switch_on_off, discount, payment_date };
    // Empty: done. Otherwise why not, in the gateway's words or in ours, in the language that is
    // asked for. Errors: request.field_missing,
    // request.field_invalid, bot.store_…, and those of Subscriptions::change().
    domain::Result<std::string> change_subscription(const domain::Connection&, Call,
                                                    const BotVariables&, const domain::RequestId&);

  private:
    domain::Result<void> may_sell(const domain::Connection&) const;
    domain::Result<domain::Merchant> store_of(const domain::Connection&, const std::string& id,
                                              bool with_subscriptions) const;
    domain::Result<domain::Connection> rewrite(
        const domain::ConnectionId&, const std::function<void(domain::Connection&)>& change);
    domain::Result<std::string> callback_of(const std::string& url, const std::string& field) const;
    domain::Secret signing_secret() const;

    Context context_;
    Payments& payments_;
    ChangeSubscription change_subscription_;
};

// The currency of a bot's links that name none: the store's own, the account's, or the gateway's.
std::string default_currency(const domain::Connection&, const domain::Merchant&,
                             const port::GatewayDescription&);

}  // namespace tillbridge::service
