// Named places where a test may kill the process (TILLBRIDGE_CRASH_AT=name or name:n, the n-th time
// it is passed). Without the variable a point costs one branch.
#pragma once

namespace tillbridge::port {

void crash_point(const char* name) noexcept;

}  // namespace tillbridge::port
