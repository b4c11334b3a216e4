#include "tests/support/fake_data.hpp"

#include <stdexcept>

namespace tillbridge::test {

FakeData::FakeData() = default;
FakeData::FakeData(const FakeData&) = default;
FakeData::FakeData(FakeData&&) noexcept = default;
FakeData& FakeData::operator=(const FakeData&) = default;
FakeData& FakeData::operator=(FakeData&&) noexcept = default;
FakeData::~FakeData() = default;

void missing() {
    throw std::logic_error("not in the fake store");
}

}  // namespace tillbridge::test
