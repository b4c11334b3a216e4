// Payment methods of a page (prodamus.md §2.4) and the test cards of the demo mode (§5).
#pragma once

#include <string>
#include <vector>

namespace tillbridge::sandbox {

// How a buyer pays by it: a card form, a bank that decides on an application, or a confirmation.
enum class PayWay { card, bank, confirm };

const std::vector<std::string>& all_methods();
std::string all_methods_text();  // joined with a vertical bar
PayWay way_of(const std::string& method);
bool is_instalment(const std::string& method);
bool takes_currency(const std::string& method, const std::string& currency);
// What a notification says, for people.
std::string payment_type(const std::string& method, const std::string& currency);

struct TestCard {
    std::string number, expiry, code, password, name;  // no password: no 3-D Secure
};
const std::vector<TestCard>& test_cards();
const TestCard* test_card(const std::string& number);

inline constexpr char kRefusedCard[] = "4000000000000002";
bool card_number_fits(const std::string& number);  // digits with a right last one
std::string masked_card(const std::string& number);

}  // namespace tillbridge::sandbox
