// A text for people in the five languages, and choices made of such texts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "module/port/gateway.hpp"

namespace tillbridge::prodamus {

using Words = std::map<std::string, std::string>;  // language → text

inline Words words(const char* ru, const char* uk, const char* kk, const char* en, const char* es) {
    return {{"ru", ru}, {"uk", uk}, {"kk", kk}, {"en", en}, {"es", es}};
}

using Choices = std::vector<port::Field::Choice>;

}  // namespace tillbridge::prodamus
