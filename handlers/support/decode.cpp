#include "handlers/support/decode.hpp"

#include <charconv>
#include <limits>

#include "handlers/form.hpp"
#include "handlers/json_fields.hpp"
#include "module/port/json.hpp"

namespace tillbridge::handlers::support {

using domain::fail;
using domain::Result;
using nlohmann::json;

namespace {

constexpr std::size_t kText = 500;
constexpr std::size_t kName = 64;
constexpr std::size_t kPassword = 1024;
constexpr std::int64_t kMostRows = 200;
constexpr std::int64_t kFarthest = 100'000;

Result<json> body_of(const Request& request) {
    if (request.content_type() != "application/json")
        return fail("request.content_type", request.content_type());
    auto body = port::parse_json(request.body, {64 * 1024, 8});
    if (!body || !body->is_object()) return fail("request.malformed");
    return *body;
}

Result<std::int64_t> number(const Form& query, const char* name, std::int64_t otherwise,
                            std::int64_t least, std::int64_t most) {
    const auto at = query.find(name);
    if (at == query.end()) return otherwise;
    std::int64_t value = 0;
    const char* end = at->second.data() + at->second.size();
    const auto [stop, failed] = std::from_chars(at->second.data(), end, value);
    if (failed != std::errc() || stop != end || value < least || value > most)
        return fail("request.field_invalid", "", name);
    return value;
}

Result<std::optional<port::EffectState>> state_of(const std::string& word) {
    if (word.empty()) return std::nullopt;
    if (word == "ready") return port::EffectState::ready;
    if (word == "leased") return port::EffectState::leased;
    if (word == "dead") return port::EffectState::dead;
    return fail("request.field_invalid", "", "state");
}

}  // namespace

Result<Query> decode_query(const Request& request) {
    const auto form = parse_form(request.query);
    if (!form) return tl::unexpected(form.error());
    Query query;
    const auto text = [&](const char* name, std::string& out) -> Result<void> {
        const auto at = form->find(name);
        if (at == form->end()) return {};
        if (at->second.size() > kText) return fail("request.field_too_long", "", name);
        out = at->second;
        return {};
    };
    std::string state;
    for (const auto& [name, out] : std::initializer_list<std::pair<const char*, std::string*>>{
             {"text", &query.text},
             {"state", &state},
             {"connection", &query.filter.connection},
             {"kind", &query.filter.kind},
             {"reason", &query.filter.reason}})
        if (const auto fine = text(name, *out); !fine) return tl::unexpected(fine.error());
    const auto chosen = state_of(state);
    if (!chosen) return tl::unexpected(chosen.error());
    query.filter.state = *chosen;

    constexpr auto kAny = std::numeric_limits<std::int64_t>::max();
    struct Number {
        const char* name;
        std::int64_t* out;
        std::int64_t least, most;
    };
    for (const auto& [name, out, least, most] :
         {Number{"offset", &query.offset, 0, kFarthest},
          Number{"limit", &query.limit, 1, kMostRows}, Number{"after", &query.after, 0, kAny},
          Number{"before", &query.before, 0, kAny}}) {
        const auto value = number(*form, name, *out, least, most);
        if (!value) return tl::unexpected(value.error());
        *out = *value;
    }
    return query;
}

Result<Query> decode_find(const Request& request) {
    const auto body = body_of(request);
    if (!body) return tl::unexpected(body.error());
    Fields fields(*body);
    Query query;
    query.text = fields.optional_text("text", kText);
    query.offset = fields.optional_integer("offset").value_or(0);
    query.limit = fields.optional_integer("limit").value_or(query.limit);
    fields.only({"text", "offset", "limit"});
    if (query.offset < 0 || query.offset > kFarthest)
        fields.refuse("request.field_invalid", "offset");
    if (query.limit < 1 || query.limit > kMostRows) fields.refuse("request.field_invalid", "limit");
    return fields.result().map([&] { return query; });
}

Result<Login> decode_login(const Request& request) {
    const auto body = body_of(request);
    if (!body) return tl::unexpected(body.error());
    Fields fields(*body);
    Login login;
    login.name = fields.text("name", kName);
    login.password = domain::Secret(fields.text("password", kPassword));
    login.code = fields.optional_text("code", kName);
    fields.only({"name", "password", "code"});
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    std::erase(login.code, ' ');  // apps show `123 456`
    return login;
}

Result<bool> decode_dry_run(const Request& request) {
    const auto body = body_of(request);
    if (!body) return tl::unexpected(body.error());
    Fields fields(*body);
    const bool dry = fields.optional_flag("dryRun").value_or(true);
    fields.only({"dryRun"});
    return fields.result().map([&] { return dry; });
}

Result<Replay> decode_replay(const Request& request) {
    const auto body = body_of(request);
    if (!body) return tl::unexpected(body.error());
    Fields fields(*body);
    Replay replay;
    replay.id = fields.optional_integer("id");
    if (replay.id && *replay.id < 1) fields.refuse("request.field_invalid", "id");
    replay.filter.connection = fields.optional_text("connection", kText);
    replay.filter.kind = fields.optional_text("kind", kText);
    replay.filter.reason = fields.optional_text("reason", kText);
    replay.dry_run = fields.optional_flag("dryRun").value_or(true);
    fields.only({"id", "connection", "kind", "reason", "dryRun"});
    return fields.result().map([&] { return replay; });
}

Result<Dismissal> decode_dismissal(const Request& request) {
    const auto body = body_of(request);
    if (!body) return tl::unexpected(body.error());
    Fields fields(*body);
    Dismissal dismissal;
    auto& wanted = dismissal.wanted;
    wanted.connection = domain::ConnectionId(fields.text("connection", kText));
    wanted.key = fields.text("key", kText);
    wanted.subject = fields.optional_text("subject", kText);
    wanted.last = fields.optional_text("last", kName);
    wanted.note = fields.optional_text("note", kText);
    dismissal.dry_run = fields.optional_flag("dryRun").value_or(true);
    fields.only({"connection", "key", "subject", "last", "note", "dryRun"});
    return fields.result().map([&] { return dismissal; });
}

Result<Bundle> decode_bundle(const Request& request) {
    const auto body = body_of(request);
    if (!body) return tl::unexpected(body.error());
    Fields fields(*body);
    Bundle bundle;
    bundle.invoice = fields.optional_text("invoice", kText);
    bundle.connection = fields.optional_text("connection", kText);
    fields.only({"invoice", "connection"});
    if (const auto fine = fields.result(); !fine) return tl::unexpected(fine.error());
    if (bundle.invoice.empty() && bundle.connection.empty())
        return fail("request.field_missing", "", "invoice");
    if (!bundle.invoice.empty() && !bundle.connection.empty())
        return fail("request.field_invalid", "", "connection");
    return bundle;
}

Result<Change> decode_change(const Request& request, const std::string& act) {
    const auto body = body_of(request);
    if (!body) return tl::unexpected(body.error());
    Fields fields(*body);
    Change change;
    change.wish.act = act;
    change.wish.discount = fields.optional_text("discount", kName);
    change.wish.charges = fields.optional_integer("charges").value_or(0);
    change.wish.date = fields.optional_text("date", kName);
    change.wish.by_buyer = fields.optional_flag("byBuyer").value_or(false);
    change.wish.key = fields.optional_text("key", kName);
    change.dry_run = fields.optional_flag("dryRun").value_or(true);
    fields.only({"discount", "charges", "date", "byBuyer", "key", "dryRun"});
    return fields.result().map([&] { return change; });
}

}  // namespace tillbridge::handlers::support
