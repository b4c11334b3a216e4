#include "module/store/sql.hpp"

#include <atomic>

namespace tillbridge::store {
namespace {

std::size_t next_number() {
    static std::atomic<std::size_t> next{0};
    return next++;
}

}  // namespace

Sql::Sql(std::string text) : text_(std::move(text)), number_(next_number()) {}

}  // namespace tillbridge::store
