// An Error in the words of its reader and in the format of its route.
#pragma once

#include <string>
#include <string_view>

#include "handlers/http.hpp"
#include "module/domain/result.hpp"
#include "module/port/texts.hpp"

namespace tillbridge::handlers {

// The sentence of the error's code. `{field}` and `{reason}` (the peer's own words) may stand in
// it beside the error's params; a gateway's words that it does not hold are added.
std::string sentence(const port::Texts& texts, std::string_view language,
                     const domain::Error& error);

// Format::crm carries the error's param `id` as `result.id`: a refund whose outcome is not known
// yet keeps its id.
Answer error_answer(Format format, int status, const domain::Error& error, const port::Texts& texts,
                    std::string_view language);

// ru uk kk en es for anything like `uk_UA`; what is not known is Russian. Fit for <html lang>.
std::string language_of(std::string_view locale);

// ru uk kk en es by Accept-Language, `otherwise` where it names none of them.
std::string preferred_language(const Request& request, std::string_view otherwise = "ru");

// What the reader has chosen in a page of ours (header X-Language), else that of `locale`.
std::string reader_language(const Request& request, std::string_view locale);

}  // namespace tillbridge::handlers
