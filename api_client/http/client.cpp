#include "api_client/http/client.hpp"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/DateTimeParser.h>

#include <algorithm>
#include <charconv>

#include "api_client/http/connection.hpp"
#include "api_client/http/pool.hpp"
#include "api_client/http/resolver.hpp"
#include "api_client/http/wire.hpp"
#include "module/port/crash_point.hpp"

namespace tillbridge::http {
namespace {

constexpr std::chrono::hours kLongest{1};  // so that no deadline overflows the clock

std::optional<std::int64_t> http_date(const std::string& text) {
    Poco::DateTime date;
    int zone = 0;
    if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::HTTP_FORMAT, text, date, zone)) {
        return {};
    }
    // Poco reads nearly anything as a date: only what it would write itself is one.
    if (Poco::DateTimeFormatter::format(date, Poco::DateTimeFormat::HTTP_FORMAT) != text) return {};
    return date.timestamp().epochTime();
}

Outcome failed(Delivery delivery, const domain::Error& error) {
    Outcome outcome;
    outcome.delivery = delivery;
    outcome.error = error.code;
    outcome.description = error.message;
    return outcome;
}

}  // namespace

std::string_view to_string(Delivery delivery) {
    switch (delivery) {
        case Delivery::answered:
            return "answered";
        case Delivery::refused:
            return "refused";
        case Delivery::not_sent:
            return "not_sent";
        case Delivery::unknown:
            break;
    }
    return "unknown";
}

const std::string* Outcome::header(std::string_view name) const {
    return find_header(headers, name);
}

std::optional<domain::UtcTime> Outcome::date() const {
    const auto* value = header("Date");
    const auto seconds = value != nullptr ? http_date(*value) : std::nullopt;
    if (!seconds) return {};
    return domain::UtcTime::from_seconds(*seconds);
}

std::optional<std::chrono::seconds> Outcome::retry_after() const {
    constexpr std::int64_t kDay = 86'400;
    const auto* value = header("Retry-After");
    if (value == nullptr || value->empty()) return {};
    std::int64_t seconds = 0;
    if (value->find_first_not_of("0123456789") == std::string::npos) {
        const auto read = std::from_chars(value->data(), value->data() + value->size(), seconds);
        if (read.ec != std::errc()) seconds = kDay;  // more than a number holds
    } else {
        const auto now = date();
        const auto then = http_date(*value);
        if (!now || !then) return {};
        seconds = *then - now->seconds();
    }
    return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kDay));
}

class Client::Impl {
  public:
    Impl(ClientOptions options, Resolver& resolver, Observer* observer)
        : options_(std::move(options)),
          resolver_(resolver),
          observer_(observer),
          tls_(options_.ca_file),
          pool_({options_.idle_limit, options_.idle_per_host, options_.idle_total}) {}

    Outcome send(const Request& request, const AddressGuard& guard) {
        const auto start = std::chrono::steady_clock::now();
        const auto url = parse_url(request.url);
        Outcome outcome =
            url ? checked(request, *url, guard,
                          Deadline(start + std::min<domain::Span>(request.deadline, kLongest)))
                : failed(Delivery::refused, url.error());
        outcome.duration =
            std::chrono::duration_cast<domain::Span>(std::chrono::steady_clock::now() - start);
        if (observer_ != nullptr) {
            const std::string none;
            observer_->observe({request.peer, request.method, url ? url->host : none,
                                url ? url->path : none, outcome.delivery, outcome.status,
                                outcome.error, outcome.duration});
        }
        return outcome;
    }

  private:
    Outcome checked(const Request& request, const Url& url, const AddressGuard& guard,
                    const Deadline& deadline) {
        if (const auto allowed = guard.check(url); !allowed) {
            return failed(Delivery::refused, allowed.error());
        }
        if (!valid_head(request)) {
            return failed(Delivery::refused, {"http.header_invalid", url.host, {}});
        }
        const std::string text = render(request, url, options_.user_agent);
        const std::string key = url.origin();
        while (auto kept = pool_.take(key, guard)) {
            Outcome outcome = exchange(std::move(kept), key, text, request, url, deadline);
            // The peer had closed it after all, and the kernel took not one byte of the request.
            const bool dead = outcome.delivery == Delivery::not_sent && !outcome.timed_out();
            if (!dead) return outcome;
        }
        auto fresh = connect(url, guard, deadline);
        if (!fresh) {
            const bool forbidden = fresh.error().code == "http.address_forbidden";
            return failed(forbidden ? Delivery::refused : Delivery::not_sent, fresh.error());
        }
        port::crash_point("call.connected");
        return exchange(std::move(*fresh), key, text, request, url, deadline);
    }

    // The name is looked up once; only addresses that the guard allows are connected to, as they
    // are, one after the other.
    domain::Result<std::unique_ptr<Connection>> connect(const Url& url, const AddressGuard& guard,
                                                        const Deadline& deadline) {
        std::vector<IpAddress> addresses;
        if (const auto literal = IpAddress::parse(url.host)) {
            addresses.push_back(*literal);
        } else {
            auto found = resolver_.resolve(url.host, deadline.left());
            if (!found) return tl::unexpected(found.error());
            addresses = std::move(*found);
        }
        std::erase_if(addresses, [&](const IpAddress& one) { return !guard.allows(one); });
        if (addresses.empty()) {
            return domain::fail("http.address_forbidden", url.host + ": no public address");
        }
        domain::Error last;
        for (const auto& address : addresses) {
            auto connection =
                Connection::open(address, url, tls_, deadline.at_most(options_.connect_timeout));
            if (connection) return connection;
            last = std::move(connection.error());
            last.message = url.authority() + " (" + address.text() + "): " + last.message;
            if (deadline.passed()) break;
        }
        return tl::unexpected(std::move(last));
    }

    Outcome exchange(std::unique_ptr<Connection> connection, const std::string& key,
                     std::string_view text, const Request& request, const Url& url,
                     const Deadline& deadline) {
        const auto before = connection->bytes_out();
        const Io written = connection->write(text, deadline);
        if (written != Io::done && connection->bytes_out() == before) {
            const bool late = written == Io::timeout;
            return failed(Delivery::not_sent, {late ? "http.timeout" : "http.connect_failed",
                                               url.authority() + ": closed before the request",
                                               {}});
        }
        if (written == Io::timeout) {
            return failed(Delivery::unknown,
                          {"http.timeout", url.authority() + ": sending the request", {}});
        }
        port::crash_point("call.request_sent");
        // Where writing broke, an answer may still be there: a peer that refuses a large body
        // answers and closes.
        Answer answer =
            read_answer(*connection, deadline, request.method == "HEAD", request.max_body);
        if (!answer.error.empty()) {
            return failed(Delivery::unknown,
                          {answer.error, url.authority() + ": " + answer.why, {}});
        }
        port::crash_point("call.answer_read");
        if (answer.keep_alive && written == Io::done) {
            pool_.put(key, std::move(connection), answer.keep_alive_for);
        }
        Outcome outcome;
        outcome.delivery = Delivery::answered;
        outcome.status = answer.status;
        outcome.headers = std::move(answer.headers);
        outcome.body = std::move(answer.body);
        return outcome;
    }

    const ClientOptions options_;
    Resolver& resolver_;
    Observer* const observer_;
    const TlsContext tls_;
    Pool pool_;
};

Client::Client(ClientOptions options, Resolver& resolver, Observer* observer)
    : impl_(std::make_unique<Impl>(std::move(options), resolver, observer)) {}
Client::~Client() = default;

Outcome Client::send(const Request& request, const AddressGuard& guard) {
    return impl_->send(request, guard);
}

}  // namespace tillbridge::http
