// Wall-clock times of accounts, from the system's zone files and from the rules behind them.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <thread>

#include "api_client/retailcrm/posix_zone.hpp"
#include "api_client/retailcrm/zone.hpp"
#include "tests/contract/retailcrm_fake.hpp"

namespace tillbridge::retailcrm_zone_test {

using retailcrm::PosixZone;
using retailcrm::Zone;
using retailcrm::Zones;
using retailcrm::testing::utc;

namespace {

std::string local(const std::string& name, domain::UtcTime at) {
    Zones zones;
    const auto zone = zones.find(name);
    BOOST_REQUIRE_MESSAGE(zone, name << " is not there: is tzdata installed?");
    return zone->local_text(at);
}

std::string file_of(const std::string& name) {
    std::ifstream file("/usr/share/zoneinfo/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string big_endian(std::int64_t value, int size) {
    std::string bytes;
    for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>((value >> (8 * i)) & 0xff);
    return bytes;
}

// A slim file: no change is listed, the rule in the footer is all.
std::string slim_file(const std::string& rule) {
    const auto block = [](int time_size) {
        std::string header = std::string("TZif2") + std::string(15, '\0');
        for (const int count : {0, 0, 0, 1, 1, 4}) header += big_endian(count, 4);
        // One change long ago, one type at UTC+1, one name.
        return header + big_endian(-2'000'000'000, time_size) + std::string(1, '\0') +
               big_endian(3600, 4) + std::string(2, '\0') + std::string("LMT\0", 4);
    };
    return block(4) + block(8) + "\n" + rule + "\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(retailcrm_zone)

BOOST_AUTO_TEST_CASE(known_moments) {
    struct Row {
        const char* zone;
        domain::UtcTime at;
        const char* local;
    };
    const std::vector<Row> table{
        {"UTC", utc(2026, 11, 22, 8, 26, 0), "2026-11-22 08:26:00"},
        {"Etc/UTC", utc(2026, 2, 28, 23, 59, 59), "2026-02-28 23:59:59"},
        {"Europe/Moscow", utc(2026, 7, 1, 0, 0, 0), "2026-07-01 03:00:00"},
        // Both sides of both changes.
        {"Europe/Kyiv", utc(2026, 1, 15, 10, 0, 0), "2026-01-15 12:00:00"},
        {"Europe/Kyiv", utc(2026, 7, 15, 10, 0, 0), "2026-07-15 13:00:00"},
        {"Europe/Kyiv", utc(2026, 3, 29, 0, 59, 59), "2026-03-29 02:59:59"},
        {"Europe/Kyiv", utc(2026, 3, 29, 1, 0, 0), "2026-03-29 04:00:00"},
        {"Europe/Kyiv", utc(2026, 10, 25, 0, 59, 59), "2026-10-25 03:59:59"},
        {"Europe/Kyiv", utc(2026, 10, 25, 1, 0, 0), "2026-10-25 03:00:00"},
        {"Europe/Madrid", utc(2026, 12, 31, 23, 30, 0), "2027-01-01 00:30:00"},
        // Past the last change that any file lists: the rule decides.
        {"Europe/Kyiv", utc(2099, 7, 15, 10, 0, 0), "2099-07-15 13:00:00"},
        {"Europe/Kyiv", utc(2099, 1, 15, 10, 0, 0), "2099-01-15 12:00:00"},
        // One zone since March 2024; six hours before.
        {"Asia/Almaty", utc(2024, 2, 29, 12, 0, 0), "2024-02-29 18:00:00"},
        {"Asia/Almaty", utc(2026, 6, 1, 12, 0, 0), "2026-06-01 17:00:00"},
        // No summer time since 2022.
        {"America/Mexico_City", utc(2022, 7, 1, 12, 0, 0), "2022-07-01 07:00:00"},
        {"America/Mexico_City", utc(2026, 7, 1, 12, 0, 0), "2026-07-01 06:00:00"},
        // Half hours and quarters.
        {"Asia/Kolkata", utc(2026, 6, 1, 12, 0, 0), "2026-06-01 17:30:00"},
        {"Asia/Kathmandu", utc(2026, 6, 1, 20, 0, 0), "2026-06-02 01:45:00"},
        {"America/St_Johns", utc(2026, 1, 1, 12, 0, 0), "2026-01-01 08:30:00"},
        {"America/St_Johns", utc(2026, 7, 1, 12, 0, 0), "2026-07-01 09:30:00"},
        // Summer over the new year; a change of half an hour.
        {"Australia/Lord_Howe", utc(2026, 1, 1, 0, 0, 0), "2026-01-01 11:00:00"},
        {"Australia/Lord_Howe", utc(2026, 7, 1, 0, 0, 0), "2026-07-01 10:30:00"},
        {"Australia/Lord_Howe", utc(2090, 1, 1, 0, 0, 0), "2090-01-01 11:00:00"},
        {"Pacific/Kiritimati", utc(2026, 6, 1, 12, 0, 0), "2026-06-02 02:00:00"},
        // Before everything that is listed.
        {"Europe/Kyiv", utc(1970, 1, 2, 0, 0, 0), "1970-01-02 03:00:00"}};
    for (const Row& row : table) {
        BOOST_TEST(local(row.zone, row.at) == row.local, row.zone << " " << row.local);
    }
}

BOOST_AUTO_TEST_CASE(names_that_are_none) {
    Zones zones;
    for (const char* name :
         {"", "Mars/Base", "/etc/localtime", "../zoneinfo/UTC", "Europe", "Europe/../UTC",
          "right/UTC", "posix/UTC", "tzdata.zi", "zone.tab", "Europe/Kyiv ", "Europe\\Kyiv"}) {
        BOOST_TEST(!zones.find(name), name);
    }
    BOOST_TEST(!zones.find(std::string(200, 'A')));
    BOOST_TEST(!zones.find(std::string("UTC\0x", 5)));
    BOOST_TEST((zones.find("UTC") == zones.find("UTC")));
}

BOOST_AUTO_TEST_CASE(a_file_that_lists_no_changes) {
    const auto zone = Zone::parse(slim_file("EET-2EEST,M3.5.0/3,M10.5.0/4"));
    BOOST_REQUIRE(zone);
    BOOST_TEST(zone->local_text(utc(2026, 1, 15, 10, 0, 0)) == "2026-01-15 12:00:00");
    BOOST_TEST(zone->local_text(utc(2026, 7, 15, 10, 0, 0)) == "2026-07-15 13:00:00");
    BOOST_TEST(zone->offset_at(-3'000'000'000) == 3600);
    const auto fixed = Zone::parse(slim_file("<+0530>-5:30"));
    BOOST_REQUIRE(fixed);
    BOOST_TEST(fixed->offset_at(0) == 19'800);
    BOOST_TEST(!Zone::parse(slim_file("nonsense")).has_value());
}

BOOST_AUTO_TEST_CASE(a_cut_file_is_none) {
    for (const char* name : {"Europe/Kyiv", "UTC"}) {
        const std::string whole = file_of(name);
        BOOST_REQUIRE(Zone::parse(whole));
        // Without its footer the tables are whole, and the last listed offset stays.
        const std::size_t tables = whole.rfind('\n', whole.size() - 2);
        for (std::size_t length = 0; length < tables; ++length) {
            BOOST_TEST(!Zone::parse(whole.substr(0, length)).has_value(), name << " " << length);
        }
    }
    BOOST_TEST(!Zone::parse("TZif2" + std::string(200, '\xff')).has_value());
}

BOOST_AUTO_TEST_CASE(rules) {
    struct Row {
        const char* rule;
        domain::UtcTime at;
        std::int64_t offset;
    };
    const std::vector<Row> table{
        {"UTC0", utc(2026, 6, 1, 0, 0, 0), 0},
        {"MSK-3", utc(2026, 6, 1, 0, 0, 0), 10'800},
        {"<-03>3", utc(2026, 6, 1, 0, 0, 0), -10'800},
        {"NST3:30NDT,M3.2.0,M11.1.0", utc(2026, 1, 1, 0, 0, 0), -12'600},
        {"NST3:30NDT,M3.2.0,M11.1.0", utc(2026, 7, 1, 0, 0, 0), -9'000},
        {"EET-2EEST,M3.5.0/3,M10.5.0/4", utc(2026, 3, 29, 0, 59, 59), 7'200},
        {"EET-2EEST,M3.5.0/3,M10.5.0/4", utc(2026, 3, 29, 1, 0, 0), 10'800},
        {"EET-2EEST,M3.5.0/3,M10.5.0/4", utc(2026, 10, 25, 0, 59, 59), 10'800},
        {"EET-2EEST,M3.5.0/3,M10.5.0/4", utc(2026, 10, 25, 1, 0, 0), 7'200},
        // A change in the night of the new year, where the years differ here and in Greenwich.
        {"AAA-12BBB,0/0,M6.1.0", utc(2025, 12, 31, 11, 59, 59), 43'200},
        {"AAA-12BBB,0/0,M6.1.0", utc(2025, 12, 31, 12, 0, 0), 46'800},
        // Days counted without 29 February, and with it.
        {"AAA0BBB,J60/0,J61/0", utc(2024, 3, 1, 12, 0, 0), 3'600},
        {"AAA0BBB,J60/0,J61/0", utc(2024, 2, 29, 12, 0, 0), 0},
        {"AAA0BBB,J60/0,J61/0", utc(2023, 3, 1, 12, 0, 0), 3'600},
        {"AAA0BBB,59/0,60/0", utc(2024, 2, 29, 12, 0, 0), 3'600},
        {"AAA0BBB,59/0,60/0", utc(2023, 3, 1, 12, 0, 0), 3'600},
        {"AAA0BBB,59/0,60/0", utc(2024, 3, 1, 12, 0, 0), 0},
        // A change before midnight, as Greenland writes it.
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", utc(2026, 3, 29, 0, 59, 59), -7'200},
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", utc(2026, 3, 29, 1, 0, 0), -3'600}};
    for (const Row& row : table) {
        const auto zone = PosixZone::parse(row.rule);
        BOOST_REQUIRE_MESSAGE(zone, row.rule);
        BOOST_TEST(zone->offset_at(row.at.seconds()) == row.offset, row.rule);
    }
    for (const char* rule :
         {"", "U0", "UTC", "UTC0x", "UTC25", "UTC0:60", "EET-2EEST", "EET-2EEST,M3.5.0",
          "EET-2EEST,M13.5.0,M10.5.0", "EET-2EEST,M3.6.0,M10.5.0", "EET-2EEST,M3.5.7,M10.5.0",
          "EET-2EEST,M0.5.0,M10.5.0", "EET-2EEST,J0,J1", "EET-2EEST,M3.5.0,M10.5.0,", "<+3-3",
          "EET-2EEST,M3.5.0/,M10.5.0", "UTC99999999999999999999"}) {
        BOOST_TEST(!PosixZone::parse(rule).has_value(), rule);
    }
}

BOOST_AUTO_TEST_CASE(many_threads_read_one_zone) {
    Zones zones;
    std::vector<std::thread> threads;
    std::atomic<int> right{0};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 200; ++n) {
                const auto zone = zones.find(n % 2 == 0 ? "Europe/Kyiv" : "Asia/Almaty");
                if (zone && !zone->local_text(utc(2026, 1, 1, 0, 0, n % 60)).empty()) ++right;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(right == 800);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::retailcrm_zone_test
