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

  private:
    manifest::Texts catalogue_;
};

}  // namespace tillbridge::app
