// The rate limiter under a clock that the test holds.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <thread>
#include <vector>

#include "api_client/http/rate_limiter.hpp"

namespace tillbridge::http_rate_limiter_test {

using http::RateLimiter;
using namespace std::chrono_literals;

namespace {

struct Fixture {
    domain::UtcTime now = domain::UtcTime::from_seconds(1'700'000'000);
    RateLimiter::Clock clock = [this] { return now; };
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_rate_limiter, Fixture)

BOOST_AUTO_TEST_CASE(a_burst_then_the_rate) {
    RateLimiter limiter(10, 10, clock);
    for (int i = 0; i < 10; ++i) BOOST_TEST(limiter.try_take("a"));
    BOOST_TEST(!limiter.try_take("a"));
    BOOST_TEST(limiter.wait_for("a").count() == 100'000);
    now = now + 99'999us;
    BOOST_TEST(!limiter.try_take("a"));
    now = now + 1us;
    BOOST_TEST(limiter.wait_for("a").count() == 0);
    BOOST_TEST(limiter.try_take("a"));
    BOOST_TEST(!limiter.try_take("a"));
}

BOOST_AUTO_TEST_CASE(never_more_than_rate_and_burst_in_any_second) {
    RateLimiter limiter(10, 1, clock);
    int taken = 0;
    for (int i = 0; i < 1000; ++i) {
        taken += limiter.try_take("a") ? 1 : 0;
        now = now + 1ms;
    }
    BOOST_TEST(taken == 10);
}

BOOST_AUTO_TEST_CASE(keys_do_not_disturb_each_other) {
    RateLimiter limiter(1, 1, clock);
    BOOST_TEST(limiter.try_take("a"));
    BOOST_TEST(limiter.try_take("b"));
    BOOST_TEST(!limiter.try_take("a"));
}

BOOST_AUTO_TEST_CASE(a_full_bucket_holds_no_more_than_the_burst) {
    RateLimiter limiter(10, 2, clock);
    BOOST_TEST(limiter.try_take("a"));
    now = now + 1h;
    BOOST_TEST(limiter.try_take("a"));
    BOOST_TEST(limiter.try_take("a"));
    BOOST_TEST(!limiter.try_take("a"));
}

BOOST_AUTO_TEST_CASE(reservations_queue_up) {
    RateLimiter limiter(10, 1, clock);
    BOOST_TEST(limiter.reserve("a").count() == 0);
    BOOST_TEST(limiter.reserve("a").count() == 100'000);
    BOOST_TEST(limiter.reserve("a").count() == 200'000);
    now = now + 250ms;
    BOOST_TEST(!limiter.try_take("a"));
    now = now + 50ms;
    BOOST_TEST(limiter.try_take("a"));
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_blocks_nobody) {
    RateLimiter limiter(1, 1, clock);
    BOOST_TEST(limiter.try_take("a"));
    now = now - 1h;
    BOOST_TEST(limiter.try_take("a"));
    now = now - 10ms;  // a small step is no way to more tokens
    BOOST_TEST(!limiter.try_take("a"));
}

BOOST_AUTO_TEST_CASE(memory_is_bounded) {
    RateLimiter limiter(1, 1, clock, 3);
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(limiter.try_take("k" + std::to_string(i)));
        now = now + 1ms;
    }
    BOOST_TEST(limiter.try_take("x"));  // k0 is nearest to full and goes
    BOOST_TEST(limiter.keys() == 3U);
    BOOST_TEST(!limiter.try_take("k1"));
    now = now + 2s;
    BOOST_TEST(limiter.try_take("y"));  // all others are full by now
    BOOST_TEST(limiter.keys() == 1U);
}

BOOST_AUTO_TEST_CASE(bad_settings) {
    BOOST_CHECK_THROW(RateLimiter(0, 1, clock), std::invalid_argument);
    BOOST_CHECK_THROW(RateLimiter(1, 0, clock), std::invalid_argument);
    BOOST_CHECK_THROW(RateLimiter(1, 1, clock, 0), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(threads_share_one_bucket) {
    RateLimiter limiter(1, 100, clock);
    std::atomic<int> taken{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 100; ++i) taken += limiter.try_take("a") ? 1 : 0;
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(taken == 100);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::http_rate_limiter_test
