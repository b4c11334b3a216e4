// Words for people. Keys are stable codes; a text may hold `{name}` places.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace tillbridge::port {

using TextParams = std::map<std::string, std::string>;

class Texts {
  public:
    virtual ~Texts() = default;
    // `language`: ru uk kk en es, or anything like `uk_UA`; what is not known is Russian. A key
    // without a text comes back as it is.
    virtual std::string text(std::string_view language, std::string_view key,
                             const TextParams& params = {}) const = 0;
    virtual bool has(std::string_view key) const = 0;
};

}  // namespace tillbridge::port
