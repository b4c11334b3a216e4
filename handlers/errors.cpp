#include "handlers/errors.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "handlers/pages.hpp"
#include "module/port/json.hpp"

namespace tillbridge::handlers {

namespace {

constexpr std::array<std::string_view, 5> kOurs = {"ru", "uk", "kk", "en", "es"};

std::string api_body(const domain::Error& error, const std::string& text) {
    nlohmann::json inner = {{"code", error.code}, {"message", text}};
    if (!error.field.empty()) inner["field"] = error.field;
    return port::to_text({{"error", std::move(inner)}});
}

// The CRM shows errorMsg to the manager. A refund that is not settled yet keeps its id, so that its
// later outcome can be matched.
std::string crm_body(const domain::Error& error, const std::string& text) {
    nlohmann::json body = {{"success", false}, {"errorMsg", text}};
    if (const auto id = error.params.find("id"); id != error.params.end())
        body["result"] = {{"id", id->second}};
    return port::to_text(body);
}

}  // namespace

std::string sentence(const port::Texts& texts, std::string_view language,
                     const domain::Error& error) {
    port::TextParams params(error.params.begin(), error.params.end());
    if (!error.field.empty()) params.try_emplace("field", error.field);
    params.try_emplace("reason", error.message);
    if (!texts.has(error.code)) return error.message.empty() ? error.code : error.message;
    std::string text = texts.text(language, error.code, params);
    const bool peers_words = error.code.starts_with("gateway.") && !error.message.empty();
    if (peers_words && text.find(error.message) == std::string::npos)
        text += " (" + error.message + ")";
    return text;
}

Answer error_answer(Format format, int status, const domain::Error& error, const port::Texts& texts,
                    std::string_view language) {
    const std::string text = sentence(texts, language, error);
    switch (format) {
        case Format::crm:
            return json_answer(status, crm_body(error, text));
        case Format::page: {
            Page page;
            page.language = language;
            page.title = text;
            return page_answer(status, page);
        }
        case Format::api:
            break;
    }
    return json_answer(status, api_body(error, text));
}

std::string language_of(std::string_view locale) {
    const std::string_view word = locale.substr(0, locale.find_first_of("-_; "));
    for (const std::string_view ours : kOurs)
        if (word == ours) return std::string(ours);
    return word == "ua" ? "uk" : word == "kz" ? "kk" : "ru";
}

std::string reader_language(const Request& request, std::string_view locale) {
    const std::string& chosen = request.header("x-language");
    const bool ours = std::find(kOurs.begin(), kOurs.end(), chosen) != kOurs.end();
    return ours ? chosen : language_of(locale);
}

std::string preferred_language(const Request& request, std::string_view otherwise) {
    std::string_view rest = request.header("accept-language");
    while (!rest.empty()) {  // in the order given: browsers sort by preference
        while (!rest.empty() && (rest.front() == ' ' || rest.front() == ',')) rest.remove_prefix(1);
        const std::size_t end = std::min(rest.find(','), rest.size());
        const std::string_view entry = rest.substr(0, end);
        const std::string_view language = entry.substr(0, entry.find_first_of("-_; "));
        for (const std::string_view ours : kOurs)
            if (language == ours) return std::string(ours);
        rest.remove_prefix(end);
    }
    return std::string(otherwise);
}

}  // namespace tillbridge::handlers
