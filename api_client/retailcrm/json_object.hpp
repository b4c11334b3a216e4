// Writes a JSON object member by member. Made for amounts: a JSON library keeps a number as a
// double, and money never passes through one, so the digits go out as they are.
#pragma once

#include <string>
#include <string_view>

#include "module/domain/money.hpp"

namespace tillbridge::retailcrm {

class JsonObject {
  public:
    JsonObject& text(std::string_view name, std::string_view value);  // UTF-8, repaired if broken
    JsonObject& text_if(std::string_view name, std::string_view value);     // left out where empty
    JsonObject& amount(std::string_view name, const domain::Money& value);  // a number: 19.99
    JsonObject& flag(std::string_view name, bool value);
    JsonObject& object(std::string_view name, const JsonObject& value);

    JsonObject& raw(std::string_view name, std::string_view value);  // JSON as it is

    std::string str() const { return "{" + members_ + "}"; }

  private:
    std::string members_;
};

}  // namespace tillbridge::retailcrm
