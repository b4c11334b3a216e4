#include "tests/bench/peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <list>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "tests/bench/signing.hpp"

namespace tillbridge::bench {
namespace {

using nlohmann::json;

std::int64_t utc_micros() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string http_answer(const char* status, const std::string& body, const char* more = "") {
    return std::string("HTTP/1.1 ") + status +
           "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + more + "\r\n" + body;
}

std::string away() {
    return http_answer("503 Service Unavailable", "{}", "Retry-After: 10\r\n");
}

std::string iso_now() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.000Z", &parts);
    return text.data();
}

json payment_of(const std::string& id) {
    return {{"paymentId", id},   {"status", "FINISHED"}, {"paymentStatus", "FINISHED"},
            {"amount", kAmount}, {"number", 1},          {"paidAt", iso_now()}};
}

// The bench's invoices are paid by the payment that has their id.
json claims_for(const std::string& method, const json& params, const json& data) {
    const auto text = [&](const char* name) { return params.value(name, std::string()); };
    if (method == "sessions/create") return {{"id", "bench-session"}, {"status", "1"}};
    if (method == "invoicer/invoices/create") {
        const auto external = data.at("externalId").get<std::string>();
        return {{"id", "gateway-" + external},
                {"externalId", external},
                {"paymentPageUrl", "http://127.0.0.1/invoice/gateway-" + external}};
    }
    if (method == "invoicer/invoices/show")
        return {{"id", text("id")},
                {"invoiceStatus", "ACTIVE"},
                {"amount", kAmount},
                {"payments", json::array({payment_of(text("id"))})}};
    return payment_of(text("paymentId"));
}

}  // namespace

struct Peer::State {
    std::mutex mutex;
    std::set<int> open;
    std::list<std::thread> threads;
    std::unordered_map<std::string, Update> updates;
};

Peer::Peer() : state_(std::make_unique<State>()) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || ::bind(listener_, plain, size) != 0 || ::listen(listener_, 1024) != 0 ||
        ::getsockname(listener_, plain, &size) != 0)
        throw std::system_error(errno, std::generic_category(), "listen");
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
}

Peer::~Peer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
        const std::lock_guard lock(state_->mutex);
        for (const int fd : state_->open) ::shutdown(fd, SHUT_RDWR);
    }
    for (auto& thread : state_->threads) thread.join();
}

void Peer::accept() {
    while (!stopping_) {
        const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) continue;
        const int yes = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        const std::lock_guard lock(state_->mutex);
        state_->open.insert(fd);
        state_->threads.emplace_back([this, fd] { serve(fd); });
    }
}

void Peer::serve(int fd) {
    std::string got;
    std::array<char, 16384> block;
    while (true) {
        const auto head = got.find("\r\n\r\n");
        std::size_t length = 0;
        if (head != std::string::npos) {
            const auto field = got.find("Content-Length: ");
            if (field < head) std::from_chars(got.data() + field + 16, got.data() + head, length);
        }
        if (head == std::string::npos || got.size() < head + 4 + length) {
            const auto count = ::recv(fd, block.data(), block.size(), 0);
            if (count <= 0) break;
            got.append(block.data(), static_cast<std::size_t>(count));
            continue;
        }
        const auto from = got.find(' ') + 1;
        const auto text =
            answer(got.substr(from, got.find(' ', from) - from), got.substr(head + 4, length));
        got.erase(0, head + 4 + length);
        if (text.empty()) continue;  // a dead account
        if (::send(fd, text.data(), text.size(), MSG_NOSIGNAL) < 0) break;
    }
    const std::lock_guard lock(state_->mutex);
    state_->open.erase(fd);
    ::close(fd);
}

std::string Peer::answer(const std::string& path, const std::string& body) {
    static const std::string done = http_answer("200 OK", R"({"success":true})");
    if (path.starts_with("/uapay/api/")) return gateway(path.substr(11), body);
    if (!path.starts_with("/crm/")) return http_answer("404 Not Found", "{}");
    const int account = std::atoi(path.c_str() + 5);
    if (account == dead_account_) return {};
    if (crm_down_) return away();
    if (path.ends_with("/update-invoice")) note_update(account, body);
    return done;
}

std::string Peer::gateway(const std::string& method, const std::string& body) {
    if (gateway_down_) return away();
    if (const int millis = gateway_millis_; millis > 0)
        std::this_thread::sleep_for(std::chrono::milliseconds(millis));
    const auto request = json::parse(body);
    auto claims = claims_for(method, request.at("params"), request.value("data", json()));
    claims["iat"] = std::time(nullptr);
    if (method == "invoicer/invoices/show") ++questions_;
    const json reply{{"status", 1}, {"data", {{"token", hs256_token(claims.dump(), kGatewayKey)}}}};
    return http_answer("200 OK", reply.dump());
}

// updateInvoice=%7B%22invoiceUuid%22%3A%22…%22…
void Peer::note_update(int account, const std::string& body) {
    constexpr std::string_view kBefore = "invoiceUuid%22%3A%22";
    const auto at = body.find(kBefore);
    if (at == std::string::npos) return;
    const auto from = at + kBefore.size();
    const auto now = utc_micros();
    {
        const std::lock_guard lock(state_->mutex);
        state_->updates.try_emplace(body.substr(from, body.find('%', from) - from),
                                    Update{now, account});
    }
    ++updates_;
}

void Peer::forget_updates() {
    const std::lock_guard lock(state_->mutex);
    state_->updates.clear();
    updates_ = 0;
}

std::unordered_map<std::string, Peer::Update> Peer::update_of() const {
    const std::lock_guard lock(state_->mutex);
    return state_->updates;
}

}  // namespace tillbridge::bench
