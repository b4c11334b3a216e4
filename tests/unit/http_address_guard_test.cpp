// The address guard against the tricks that its readers know: G12.
#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <string>

#include "api_client/http/address_guard.hpp"

namespace tillbridge::http_address_guard_test {

using namespace tillbridge::http;

namespace {

AddressGuard listed(std::vector<std::string> hosts, bool allow_private = false) {
    OutboundPolicy policy;
    policy.allowed_hosts = std::move(hosts);
    policy.allow_private_networks = allow_private;
    return AddressGuard(std::move(policy));
}

// "" where the guard lets the URL pass, else the code.
std::string verdict(const AddressGuard& guard, const std::string& text) {
    const auto url = parse_url(text);
    if (!url) return url.error().code;
    const auto checked = guard.check(*url);
    return checked ? "" : checked.error().code;
}

struct AddressRow {
    const char* address;
    bool is_public;
};

// First and last of each range and the neighbours on both sides.
constexpr AddressRow kAddresses[] = {
    {"0.0.0.0", false},
    {"0.255.255.255", false},
    {"1.0.0.0", true},
    {"8.8.8.8", true},
    {"9.255.255.255", true},
    {"10.0.0.0", false},
    {"10.255.255.255", false},
    {"11.0.0.0", true},
    {"100.63.255.255", true},
    {"100.64.0.0", false},
    {"100.100.100.200", false},
    {"100.127.255.255", false},
    {"100.128.0.0", true},
    {"126.255.255.255", true},
    {"127.0.0.0", false},
    {"127.0.0.1", false},
    {"127.255.255.255", false},
    {"128.0.0.0", true},
    {"169.253.255.255", true},
    {"169.254.0.0", false},
    {"169.254.169.254", false},
    {"169.254.255.255", false},
    {"169.255.0.0", true},
    {"172.15.255.255", true},
    {"172.16.0.0", false},
    {"172.31.255.255", false},
    {"172.32.0.0", true},
    {"191.255.255.255", true},
    {"192.0.0.0", false},
    {"192.0.0.192", false},
    {"192.0.1.0", true},
    {"192.0.2.0", false},
    {"192.0.2.255", false},
    {"192.0.3.0", true},
    {"192.88.99.1", false},
    {"192.167.255.255", true},
    {"192.168.0.0", false},
    {"192.168.255.255", false},
    {"192.169.0.0", true},
    {"198.17.255.255", true},
    {"198.18.0.0", false},
    {"198.19.255.255", false},
    {"198.20.0.0", true},
    {"198.51.99.255", true},
    {"198.51.100.0", false},
    {"198.51.100.255", false},
    {"198.51.101.0", true},
    {"203.0.112.255", true},
    {"203.0.113.0", false},
    {"203.0.113.255", false},
    {"203.0.114.0", true},
    {"223.255.255.255", true},
    {"224.0.0.0", false},
    {"239.255.255.255", false},
    {"240.0.0.0", false},
    {"255.255.255.254", false},
    {"255.255.255.255", false},
    {"::", false},
    {"::1", false},
    {"::2", false},
    {"::127.0.0.1", false},
    {"::8.8.8.8", false},
    {"::ffff:127.0.0.1", false},
    {"::ffff:10.0.0.1", false},
    {"::ffff:8.8.8.8", false},
    {"::ffff:0:127.0.0.1", false},
    {"64:ff9b::7f00:1", false},
    {"64:ff9b::808:808", false},
    {"64:ff9b:1::1", false},
    {"100::1", false},
    {"1fff:ffff::1", false},
    {"2000::1", true},
    {"2001::1", false},
    {"2001:0:7f00:1::", false},
    {"2001:10::1", false},
    {"2001:20::1", false},
    {"2001:1ff::1", false},
    {"2001:200::1", true},
    {"2001:db7:ffff::1", true},
    {"2001:db8::1", false},
    {"2001:db8:ffff::1", false},
    {"2001:db9::1", true},
    {"2002::1", false},
    {"2002:7f00:1::1", false},
    {"2002:808:808::1", false},
    {"2003::1", true},
    {"2a00:1450:4001::65", true},
    {"2606:4700::1111", true},
    {"3ffe:ffff::1", true},
    {"3fff::1", false},
    {"3fff:fff::1", false},
    {"3fff:1000::1", true},
    {"4000::1", false},
    {"5f00::1", false},
    {"fbff::1", false},
    {"fc00::1", false},
    {"fd00:ec2::254", false},
    {"fdff::1", false},
    {"fe00::1", false},
    {"fe80::1", false},
    {"febf::1", false},
    {"fec0::1", false},
    {"feff::1", false},
    {"ff00::1", false},
    {"ff02::1", false},
    {"ffff::1", false},
};

struct UrlRow {
    const char* url;
    const char* verdict;
};

constexpr UrlRow kUrls[] = {
    // the list
    {"https://shop.retailcrm.ru/", ""},
    {"https://shop.retailcrm.ru:8443/api/v5", ""},
    {"https://a.b.retailcrm.ru", ""},
    {"https://SHOP.RetailCRM.RU", ""},
    {"https://shop.retailcrm.ru.", ""},
    {"HTTPS://shop.retailcrm.ru", ""},
    {"https://crm.example.org", ""},
    {"https://retailcrm.ru", "http.host_not_allowed"},
    {"https://xretailcrm.ru", "http.host_not_allowed"},
    {"https://.retailcrm.ru", "http.url_invalid"},
    {"https://shop.retailcrm.ru.evil.com", "http.host_not_allowed"},
    {"https://shop.retailcrm.ru..", "http.url_invalid"},
    {"https://sub.crm.example.org", "http.host_not_allowed"},
    {"https://evil.com/shop.retailcrm.ru", "http.host_not_allowed"},
    {"https://evil.com?.retailcrm.ru", "http.host_not_allowed"},
    {"https://evil.com#.retailcrm.ru", "http.url_invalid"},
    {"https://evil.com\\.retailcrm.ru", "http.url_invalid"},
    {"https://evil.com%2f.retailcrm.ru", "http.url_invalid"},
    {"https://evil.com%00.retailcrm.ru", "http.url_invalid"},
    {"https://evil.com\t.retailcrm.ru", "http.url_invalid"},
    {"https://evil.com\r\n.retailcrm.ru", "http.url_invalid"},
    {"https://shop.retailcrm.ru@evil.com", "http.url_invalid"},
    {"https://user:pass@shop.retailcrm.ru", "http.url_invalid"},
    {"https://@shop.retailcrm.ru", "http.url_invalid"},
    {"https://\xd0\xbc\xd0\xb0\xd0\xb3\xd0\xb0\xd0\xb7\xd0\xb8\xd0\xbd.retailcrm.ru",
     "http.url_invalid"},
    {"https://shop\xe3\x80\x82retailcrm.ru", "http.url_invalid"},
    {"https://xn--80aaa.retailcrm.ru", ""},
    // the scheme
    {"http://shop.retailcrm.ru/", "http.scheme_forbidden"},
    {"ftp://shop.retailcrm.ru/", "http.url_invalid"},
    {"file:///etc/passwd", "http.url_invalid"},
    {"gopher://shop.retailcrm.ru", "http.url_invalid"},
    {"//shop.retailcrm.ru/", "http.url_invalid"},
    {"shop.retailcrm.ru", "http.url_invalid"},
    {"https:/shop.retailcrm.ru", "http.url_invalid"},
    {"https://", "http.url_invalid"},
    {"", "http.url_invalid"},
    // spellings of 127.0.0.1 and others; the plain ones are listed, so that the address decides
    {"https://127.0.0.1/", "http.address_forbidden"},
    {"https://127.0.0.1./", "http.address_forbidden"},
    {"https://[::1]/", "http.address_forbidden"},
    {"https://[0:0:0:0:0:0:0:1]/", "http.address_forbidden"},
    {"https://[::ffff:127.0.0.1]/", "http.address_forbidden"},
    {"https://[::ffff:7f00:1]/", "http.address_forbidden"},
    {"https://[0:0::FFFF:7F00:0001]/", "http.address_forbidden"},
    {"https://169.254.169.254/latest", "http.address_forbidden"},
    {"https://8.8.8.8/", ""},
    {"https://9.9.9.9/", "http.host_not_allowed"},
    {"https://2130706433/", "http.url_invalid"},
    {"https://0x7f000001/", "http.url_invalid"},
    {"https://0x7f.1/", "http.url_invalid"},
    {"https://0X7F.0.0.1/", "http.url_invalid"},
    {"https://127.1/", "http.url_invalid"},
    {"https://127.0.1/", "http.url_invalid"},
    {"https://0177.0.0.1/", "http.url_invalid"},
    {"https://017700000001/", "http.url_invalid"},
    {"https://127.0.0.01/", "http.url_invalid"},
    {"https://127.0.0.0x1/", "http.url_invalid"},
    {"https://127.0.0.0x/", "http.url_invalid"},
    {"https://256.0.0.1/", "http.url_invalid"},
    {"https://1.2.3.4.5/", "http.url_invalid"},
    {"https://foo.1/", "http.url_invalid"},
    {"https://0/", "http.url_invalid"},
    {"https://[127.0.0.1]/", "http.url_invalid"},
    {"https://[::1/", "http.url_invalid"},
    {"https://[::1%25lo]/", "http.url_invalid"},
    {"https://[fe80::1%eth0]/", "http.url_invalid"},
    {"https://[]/", "http.url_invalid"},
    {"https://::1/", "http.url_invalid"},
    // the port
    {"https://shop.retailcrm.ru:/", "http.url_invalid"},
    {"https://shop.retailcrm.ru:0/", "http.url_invalid"},
    {"https://shop.retailcrm.ru:65535/", ""},
    {"https://shop.retailcrm.ru:65536/", "http.url_invalid"},
    {"https://shop.retailcrm.ru:443:80/", "http.url_invalid"},
    {"https://shop.retailcrm.ru:+443/", "http.url_invalid"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(http_address_guard)

BOOST_AUTO_TEST_CASE(public_addresses) {
    for (const auto& row : kAddresses) {
        BOOST_TEST_CONTEXT(row.address) {
            const auto address = IpAddress::parse(row.address);
            BOOST_REQUIRE(address);
            BOOST_TEST(is_public(*address) == row.is_public);
        }
    }
}

BOOST_AUTO_TEST_CASE(urls) {
    const auto guard = listed({"*.retailcrm.ru", "Crm.Example.org", "127.0.0.1", "[::1]",
                               "[::ffff:127.0.0.1]", "169.254.169.254", "8.8.8.8"});
    for (const auto& row : kUrls) {
        BOOST_TEST_CONTEXT(row.url) {
            BOOST_TEST(verdict(guard, row.url) == row.verdict);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_zero_byte_ends_nothing) {
    const auto guard = listed({"*.retailcrm.ru"});
    using namespace std::string_literals;
    BOOST_TEST(verdict(guard, "https://evil.com\0.retailcrm.ru"s) == "http.url_invalid");
    BOOST_TEST(!IpAddress::parse("8.8.8.8\0"s));
}

BOOST_AUTO_TEST_CASE(private_networks_lift_address_and_scheme_but_not_the_list) {
    const auto guard = listed({"127.0.0.1", "localhost"}, true);
    BOOST_TEST(verdict(guard, "http://127.0.0.1:8090/crm") == "");
    BOOST_TEST(verdict(guard, "http://localhost/crm") == "");
    BOOST_TEST(verdict(guard, "https://127.0.0.1/") == "");
    BOOST_TEST(verdict(guard, "http://127.0.0.2/") == "http.host_not_allowed");
    BOOST_TEST(verdict(guard, "https://example.com/") == "http.host_not_allowed");
    BOOST_TEST(guard.allows(*IpAddress::parse("10.0.0.1")));
    BOOST_TEST(!listed({}).allows(*IpAddress::parse("10.0.0.1")));
}

BOOST_AUTO_TEST_CASE(an_empty_list_allows_nothing) {
    BOOST_TEST(verdict(listed({}), "https://example.com/") == "http.host_not_allowed");
    BOOST_TEST(verdict(listed({}, true), "http://example.com/") == "http.host_not_allowed");
}

BOOST_AUTO_TEST_CASE(a_base_address_allows_its_own_host) {
    const auto guard = AddressGuard::for_base_url("https://api.uapay.ua/api/", false);
    BOOST_TEST(verdict(guard, "https://api.uapay.ua/api/sessions/create") == "");
    BOOST_TEST(verdict(guard, "https://x.api.uapay.ua/") == "http.host_not_allowed");
    BOOST_TEST(verdict(guard, "http://api.uapay.ua/") == "http.scheme_forbidden");
    const auto v6 = AddressGuard::for_base_url("http://[::1]:8090/uapay", true);
    BOOST_TEST(verdict(v6, "http://[::1]:8090/uapay/x") == "");
    BOOST_CHECK_THROW(AddressGuard::for_base_url("api.uapay.ua", false), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(patterns) {
    for (const char* good : {"example.com", "*.example.com", "localhost", "127.0.0.1", "[::1]",
                             "*.RetailCRM.pro", "example.com.", "a_b.example.com"}) {
        BOOST_TEST(valid_host_pattern(good), good);
    }
    for (const char* bad :
         {"", "*", "*.", "**.example.com", "a.*.com", "*example.com", "*.*.com",
          "https://example.com", "example.com/", "example.com:443", "user@example.com",
          "*.127.0.0.1", "127.1", "::1", "exa mple.com", "*.[::1]", ".example.com"}) {
        BOOST_TEST(!valid_host_pattern(bad), bad);
        BOOST_CHECK_THROW(listed({bad}), std::invalid_argument);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::http_address_guard_test
