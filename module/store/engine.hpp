// What an engine brings beside SQL: how connections are opened, its schema, and whatever keeps two
// writers apart. Destroying it ends that protection, so it outlives its connections.
#pragma once

#include <memory>
#include <vector>

#include "module/store/migrations.hpp"
#include "module/store/sql.hpp"

namespace tillbridge::store {

class Engine {
  public:
    virtual ~Engine() = default;
    virtual std::unique_ptr<Database> open_writer() = 0;
    virtual std::unique_ptr<Database> open_reader() const = 0;
    virtual const std::vector<Migration>& migrations() const = 0;
};

}  // namespace tillbridge::store
