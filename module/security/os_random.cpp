#include "module/security/os_random.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace tillbridge::security {

std::string OsRandom::bytes(std::size_t count) {
    std::string result(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(result.data()), static_cast<int>(count)) != 1) {
        throw std::runtime_error("the operating system gives no randomness");
    }
    return result;
}

}  // namespace tillbridge::security
