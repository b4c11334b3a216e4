// The catalogue of manifest/ behind the port that the services know.
#pragma once

#include "manifest/texts.hpp"
#include "module/port/texts.hpp"

namespace tillbridge::app {

class Texts : public port::Texts {
  public:
    std::string text(std::string_view language, std::string_view key,
                     const port::TextParams& params) const override {
        return catalogue_.text(language, key, params);
    }
    bool has(std::string_view key) const override { return catalogue_.has(key); }

    // The keys that problems have: those of `problem.<key>.what`.
    std::vector<std::string> problem_keys() const {
        constexpr std::string_view kStart = "problem.", kEnd = ".what";
        std::vector<std::string> found;
        for (const std::string& key : catalogue_.keys("en"))
            if (key.starts_with(kStart) && key.ends_with(kEnd))
                found.push_back(
                    key.substr(kStart.size(), key.size() - kStart.size() - kEnd.size()));
        return found;
    }

  private:
    manifest::Texts catalogue_;
};

}  // namespace tillbridge::app
