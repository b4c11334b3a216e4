// Words for managers, admins and buyers, in ru, uk, kk, en and es: one catalogue a language,
// compiled in. Keys are stable codes (`crm.key_rejected`, `page.paid.title`); a text may hold
// `{name}` places. Same shapes as port::Texts, which module/app adapts this to.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tillbridge::manifest {

class Texts {
  public:
    using Params = std::map<std::string, std::string>;
    using Catalogue = std::map<std::string, std::string, std::less<>>;  // key → text

    // From the compiled-in catalogues.
    Texts();
    // `sources`: language → YAML text, `ru` among them. A mistake in a file is a broken build, so
    // it throws std::runtime_error with `texts/LANGUAGE.yaml:LINE: why`.
    explicit Texts(const std::map<std::string, std::string>& sources);

    // `language`: ru uk kk en es, or anything like `uk_UA`; what is not known is Russian. A key
    // that the language has no text for is looked up in Russian; one without any comes back as it
    // is. A
    // `{name}` without a parameter is dropped, and values are not looked at for further places.
    std::string text(std::string_view language, std::string_view key,
                     const Params& params = {}) const;
    bool has(std::string_view key) const;

    std::vector<std::string> languages() const;
    // Sorted; empty for a language that is none of ours.
    std::vector<std::string> keys(std::string_view language) const;

    // `uk-UA`, `ua`, `UK` → `uk`; `en_GB` → `en`; what is not known → `ru`.
    static std::string normalize(std::string_view language);

  private:
    std::map<std::string, Catalogue, std::less<>> catalogues_;
};

// The names of the `{name}` places of a text, in order of appearance.
std::vector<std::string> placeholders(std::string_view text);

}  // namespace tillbridge::manifest
