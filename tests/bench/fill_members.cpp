// Subscriptions with their first payments, as the bench's stores hold them.
#include <fmt/format.h>

#include <chrono>

#include "module/service/support_contacts.hpp"
#include "tests/bench/fill.hpp"

namespace tillbridge::bench {
namespace {

port::SubscriptionLine line_of(const domain::Subscription& it, const char* kind,
                               const char* summary, const char* detail) {
    port::SubscriptionLine line;
    line.connection = it.connection;
    line.subscription = it.id;
    line.at = it.updated_at;
    line.kind = kind;
    line.summary = summary;
    line.detail = detail;
    line.request = domain::RequestId("bench-request-of-a-filler");
    return line;
}

}  // namespace

std::size_t buyer_number(int from, std::size_t n) {
    return static_cast<std::size_t>(from) * 100'000 + n;
}

Member member_of(const Account& of, std::size_t buyer) {
    return {of, kProduct, fmt::format("{}", 1'000'000'000 + buyer),
            fmt::format("+79{:09}", buyer % 1'000'000'000),
            fmt::format("buyer{}@shop.example", buyer)};
}

void Filler::write(port::Tx& tx, const Made& made, const Member& member) {
    write(tx, made, Kind::settled);
    const auto& first = made.invoice;
    domain::Subscription it;
    it.connection = first.connection;
    it.id = domain::SubscriptionId(random_.id_at(first.created_at));
    it.merchant = first.merchant;
    it.gateway = first.gateway;
    it.product = member.product;
    it.profile = member.profile;
    it.invoice = first.id;
    it.order_number = first.order_number;
    it.name = "Доступ в клуб \"Тест\" – подписка";
    it.cost = first.amount;
    it.payments_made = 1;
    it.created_at = it.updated_at = first.created_at;
    // Paid a month ago by the gateway's clock: what the bench's notices tell comes later.
    it.seen_at = {1'792'661'517'000'000};  // 2026-10-22 12:31:57 in Moscow
    it.next_payment_at = it.seen_at + std::chrono::hours(31 * 24);
    it.version = 1;
    tx.subscriptions().insert(it);
    auto begun = line_of(it, "subscription.first_payment", "1250.50 RUB",
                         R"({"currency":"RUB","minor":125050,"to":"active","verdict":"applied"})");
    begun.invoice = first.id;
    tx.subscriptions().add_line(begun);
    tx.subscriptions().add_line(
        line_of(it, "subscription.upcoming_charge", "", R"({"verdict":"applied"})"));
    for (const auto& contact : {member.phone, member.email})
        for (const auto& print : service::contact_fingerprints(*keys_, contact)) {
            tx.subscriptions().remember_contact(it.connection, it.id, print);
            tx.search().remember_contact(first.connection, first.id, print);
        }
}

std::vector<Member> Filler::add_members(std::size_t count, int from, int to) {
    std::vector<Member> members;
    members.reserve(count);
    const auto accounts = static_cast<std::size_t>(to - from);
    for (std::size_t done = 0; done < count; done = members.size())
        store_->write([&](port::Tx& tx) {
            members.resize(done);  // a unit of work may run again
            for (auto n = done; n < std::min(done + kFillUnit, count); ++n) {
                const auto of = account(from + static_cast<int>(n % accounts));
                members.push_back(member_of(of, buyer_number(from, n)));
                write(tx, make(of, Kind::settled, Seller::prodamus), members.back());
            }
        });
    return members;
}

}  // namespace tillbridge::bench
