// What reading and verifying a notice of Prodamus costs, in process: no socket, no store.
#include "api_client/prodamus/signature.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <stdexcept>

#include "api_client/prodamus/body.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/notice.hpp"
#include "tests/bench/scenarios.hpp"
#include "tests/bench/signing.hpp"

namespace tillbridge::bench {
namespace {

constexpr std::size_t kBytes = 2048;
constexpr double kTargetMicros = 20;
constexpr int kTimes = 200;  // in one round, so that the clock's own cost does not count

struct Named {
    Encoding encoding;
    const char* name;
};
constexpr std::array kEncodings{Named{Encoding::form, "form"}, Named{Encoding::json, "JSON"},
                                Named{Encoding::multipart, "multipart"}};

template <class Work>
double micros_of(Work work) {
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < kTimes; ++i) work();
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - began;
    return took.count() / kTimes;
}

void check(const Notice& notice, const domain::Secret& key) {
    const auto tree = prodamus::parse_body(notice.body, notice.type);
    const auto verdict =
        tree ? prodamus::verify(*tree, prodamus::signature_of_header(notice.sign), key)
             : prodamus::Verdict::foreign;
    if (verdict != prodamus::Verdict::genuine)
        throw std::runtime_error("a genuine notice was refused");
}

}  // namespace

void measure_signature(const Run& run) {
    const domain::Secret key{kGatewayKey};
    for (const auto& [encoding, name] : kEncodings) {
        const auto notice = notice_of_size(kBytes, encoding);
        std::vector<double> checks, floors;
        const auto until = std::chrono::steady_clock::now() +
                           std::chrono::duration<double>(run.seconds * run.rounds / 3);
        while (std::chrono::steady_clock::now() < until) {
            floors.push_back(micros_of([&] { hmac_hex(notice.body, kGatewayKey); }));
            checks.push_back(micros_of([&] { check(notice, key); }));
        }
        const double micros = median(checks);
        run.report.add(
            {fmt::format("Prodamus notice of {} bytes, {}: read and verified", kBytes, name),
             rounded(micros, 1) + " µs", fmt::format("one HMAC of it {:.1f} µs", median(floors)),
             "≤ 20 µs", met(micros <= kTargetMicros)});
    }
}

}  // namespace tillbridge::bench
