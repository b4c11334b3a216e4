#include "tests/support/fake_account.hpp"

#include <algorithm>

namespace tillbridge::test {

FakeInstallation::FakeInstallation() {
    settings.public_url = "https://till.example";
    settings.marketplace_secret = domain::Secret("market");
}

FakeInstallation::~FakeInstallation() = default;

std::vector<port::OutboxRow> FakeInstallation::waiting(const std::string& kind) const {
    std::vector<port::OutboxRow> rows;
    for (const auto& [id, row] : store.data().rows)
        if (row.kind == kind) rows.push_back(row);
    return rows;
}

std::vector<std::string> FakeInstallation::problems() const {
    std::vector<std::string> keys_of;
    for (const auto& row : store.data().problems)
        keys_of.push_back(row.subject.empty() ? row.key : row.key + " " + row.subject);
    std::sort(keys_of.begin(), keys_of.end());
    return keys_of;
}

}  // namespace tillbridge::test
