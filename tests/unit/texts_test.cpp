// The catalogues: the same keys and places in every language, nothing left untranslated, and what
// becomes of unknown languages, keys and parameters.
#include "manifest/texts.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace tillbridge::texts_test {

namespace {

const std::vector<std::string> kLanguages{"en", "es", "kk", "ru", "uk"};

using Sources = std::map<std::string, std::string>;

// The file itself, since text() drops places that are not filled.
std::map<std::string, std::string> source(const std::string& language) {
    std::ifstream file(std::string(TILLBRIDGE_SOURCE_DIR "/manifest/texts/") + language + ".yaml");
    std::map<std::string, std::string> lines;
    const std::regex entry("^([a-z0-9_.]+): \"(.*)\"$");
    for (std::string line; std::getline(file, line);) {
        std::smatch match;
        if (std::regex_match(line, match, entry)) lines[match[1]] = match[2];
    }
    return lines;
}

std::vector<std::string> places(const std::string& text) {
    std::vector<std::string> names = manifest::placeholders(text);
    std::sort(names.begin(), names.end());
    return names;
}

std::string refusal(const Sources& sources) {
    try {
        const manifest::Texts texts(sources);
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "taken";
}

// What the program looks up by a code that it makes from a fact.
const std::vector<std::string> kErrors{"install.bad_token",
                                       "crm.url_invalid",
                                       "crm.host_not_allowed",
                                       "crm.address_forbidden",
                                       "crm.unreachable",
                                       "crm.overloaded",
                                       "crm.key_rejected",
                                       "crm.account_unknown",
                                       "crm.account_mismatch",
                                       "crm.scopes_missing",
                                       "crm.refused",
                                       "connection.unknown",
                                       "connection.frozen",
                                       "connection.inactive",
                                       "merchant.unknown",
                                       "merchant.inactive",
                                       "merchant.conflict",
                                       "merchant.name_missing",
                                       "merchant.name_too_long",
                                       "gateway.unknown",
                                       "gateway.refused",
                                       "gateway.silent",
                                       "gateway.change_unclear",
                                       "gateway.unavailable",
                                       "gateway.clock_skew",
                                       "gateway.unsigned",
                                       "gateway.mismatch",
                                       "credentials.missing",
                                       "credentials.malformed",
                                       "credentials.unknown_field",
                                       "credentials.refused",
                                       "options.invalid",
                                       "options.not_supported",
                                       "payment.unknown",
                                       "payment.busy",
                                       "payment.conflict",
                                       "payment.not_held",
                                       "payment.not_paid",
                                       "payment.already_captured",
                                       "payment.already_paid",
                                       "payment.already_refunded",
                                       "payment.canceled",
                                       "payment.amount_too_large",
                                       "payment.amount_invalid",
                                       "payment.partial_not_supported",
                                       "payment.refund_not_supported",
                                       "currency.not_supported",
                                       "money.malformed",
                                       "money.too_precise",
                                       "money.too_large",
                                       "money.currency_unknown",
                                       "payment_type.forbidden",
                                       "payment_type.exists",
                                       "settings.token_unknown",
                                       "request.malformed",
                                       "request.field_missing",
                                       "request.field_invalid",
                                       "request.field_too_long",
                                       "request.too_large",
                                       "request.not_found",
                                       "request.method",
                                       "request.content_type",
                                       "request.csrf",
                                       "request.unauthorized",
                                       "request.length_required",
                                       "request.busy",
                                       "internal",
                                       "support.login_failed",
                                       "support.locked",
                                       "support.busy",
                                       "support.signed_out",
                                       "support.forbidden",
                                       "support.name_invalid",
                                       "support.password_short",
                                       "support.user_exists",
                                       "support.user_unknown",
                                       "support.nothing_to_ask",
                                       "support.not_askable",
                                       "support.nothing_to_push",
                                       "outbox.not_parked",
                                       "payment.ambiguous",
                                       "problem.unknown",
                                       "problem.ambiguous",
                                       "problem.changed",
                                       "problem.not_dismissible",
                                       "hook.token_unknown",
                                       "hook.signature_mismatch",
                                       "hook.unreadable"};
const std::vector<std::string> kReasons{
    "canceled.manager",      "canceled.expired",         "canceled.declined", "canceled.gateway",
    "canceled.hold_expired", "canceled.consent_refused", "declined.retry",    "refund.refused",
    "failed.create",         "refund.not_done",          "refund.external"};
const std::vector<std::string> kProblems{
    "crm.key_rejected",       "crm.scopes_missing",     "crm.unreachable",
    "crm.register_refused",   "gateway.clock_skew",     "merchant.credentials_refused",
    "gateway.silent",         "payment_type.missing",   "hook.signature_mismatch",
    "payment_type.doubled",   "currency.not_supported", "invoice.amount_mismatch",
    "invoice.hold_ends_soon", "invoice.money_stuck",    "invoice.capture_refused",
    "invoice.status_unclear", "operation.unknown",      "outbox.dead",
    "invoice.paid_twice"};

}  // namespace

BOOST_AUTO_TEST_SUITE(texts)

BOOST_AUTO_TEST_CASE(all_languages_have_the_same_keys) {
    const manifest::Texts texts;
    BOOST_TEST(texts.languages() == kLanguages, boost::test_tools::per_element());
    const std::vector<std::string> keys = texts.keys("ru");
    BOOST_TEST(keys.size() > 100U);
    for (const std::string& language : kLanguages) {
        BOOST_TEST_CONTEXT(language) {
            BOOST_TEST(texts.keys(language) == keys, boost::test_tools::per_element());
            BOOST_TEST(source(language).size() == keys.size());
        }
    }
    BOOST_TEST(texts.keys("xx").empty());
}

BOOST_AUTO_TEST_CASE(all_languages_have_the_same_places) {
    const auto russian = source("ru");
    for (const std::string& language : kLanguages) {
        for (const auto& [key, text] : source(language)) {
            BOOST_TEST_CONTEXT(language << " " << key) {
                BOOST_TEST(places(text) == places(russian.at(key)),
                           boost::test_tools::per_element());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(every_text_is_translated) {
    const std::set<std::string> same_everywhere{"notice.prefix"};
    std::map<std::string, std::map<std::string, std::string>> all;
    for (const std::string& language : kLanguages) all[language] = source(language);
    for (const auto& [key, unused] : all["ru"]) {
        std::set<std::string> seen;
        for (const std::string& language : kLanguages) {
            const std::string& text = all[language][key];
            BOOST_TEST_CONTEXT(language << " " << key) {
                BOOST_TEST(!text.empty());
                BOOST_TEST(text.front() != ' ');
                BOOST_TEST((seen.insert(text).second || same_everywhere.contains(key)));
            }
        }
    }
}

// A Cyrillic letter in an English or Spanish text, or none in the others, is a text in the wrong
// file; і, ї, є, ґ are not Russian, ы, э, ё, ъ not Ukrainian.
BOOST_AUTO_TEST_CASE(every_text_is_in_its_own_language) {
    const auto has_any = [](const std::string& text, const std::vector<std::string>& letters) {
        return std::any_of(letters.begin(), letters.end(), [&](const std::string& letter) {
            return text.find(letter) != std::string::npos;
        });
    };
    const auto cyrillic = [](const std::string& text) {
        return std::any_of(text.begin(), text.end(), [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte == 0xd0 || byte == 0xd1;
        });
    };
    for (const std::string& language : kLanguages) {
        for (const auto& [key, text] : source(language)) {
            if (key == "notice.prefix") continue;
            BOOST_TEST_CONTEXT(language << " " << key) {
                BOOST_TEST(cyrillic(text) == (language != "en" && language != "es"));
                if (language == "ru") BOOST_TEST(!has_any(text, {"і", "ї", "є", "ґ", "қ", "ә"}));
                if (language == "uk") BOOST_TEST(!has_any(text, {"ы", "э", "ё", "ъ", "қ", "ә"}));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(every_code_has_a_text) {
    const manifest::Texts texts;
    for (const std::string& key : kErrors) BOOST_TEST(texts.has(key), key);
    for (const std::string& key : kReasons) BOOST_TEST(texts.has(key), key);
    for (const std::string& key : kProblems) {
        BOOST_TEST(texts.has("problem." + key + ".what"), key);
        BOOST_TEST(texts.has("problem." + key + ".todo"), key);
    }
    for (const std::string page : {"paid", "canceled", "expired", "unknown", "waiting"}) {
        BOOST_TEST(texts.has("page." + page + ".title"), page);
        BOOST_TEST(texts.has("page." + page + ".text"), page);
    }
    for (const std::string key : {"page.back_to_shop", "page.contact", "notice.prefix",
                                  "payment.description", "test_link.description"}) {
        BOOST_TEST(texts.has(key), key);
    }
}

// The CRM keeps 255 characters of a reason: without the gateway's words they must fit with room.
BOOST_AUTO_TEST_CASE(reasons_are_short) {
    for (const std::string& language : kLanguages) {
        const auto lines = source(language);
        for (const std::string& key : kReasons) BOOST_TEST(lines.at(key).size() < 200U, key);
    }
}

BOOST_AUTO_TEST_CASE(a_cancel_by_the_manager_says_so) {
    const manifest::Texts texts;
    BOOST_TEST(texts.text("ru", "canceled.manager") == "Отклонён менеджером");
    BOOST_TEST(texts.text("en", "canceled.manager") == "Rejected by the manager");
}

BOOST_AUTO_TEST_CASE(languages_are_recognised) {
    const std::vector<std::pair<std::string, std::string>> table{
        {"uk", "uk"}, {"uk_UA", "uk"}, {"uk-UA", "uk"}, {"ua", "uk"},      {"UA", "uk"},
        {"kk", "kk"}, {"kz", "kk"},    {"en", "en"},    {"en_GB", "en"},   {"EN-us", "en"},
        {"es", "es"}, {"es_MX", "es"}, {"ru", "ru"},    {"ru_RU", "ru"},   {"", "ru"},
        {"de", "ru"}, {"ukr", "ru"},   {"_", "ru"},     {"en.UTF-8", "en"}};
    for (const auto& [given, meant] : table) {
        BOOST_TEST(manifest::Texts::normalize(given) == meant, given);
    }
    const manifest::Texts texts;
    BOOST_TEST(texts.text("uk_UA", "page.paid.title") == texts.text("uk", "page.paid.title"));
    BOOST_TEST(texts.text("fr", "page.paid.title") == texts.text("ru", "page.paid.title"));
}

BOOST_AUTO_TEST_CASE(places_are_filled) {
    const manifest::Texts texts;
    BOOST_TEST(texts.text("en", "payment.description", {{"number", "1213C"}}) == "Order 1213C");
    BOOST_TEST(texts.text("en", "currency.not_supported",
                          {{"currency", "EUR"}, {"supported", "UAH, USD"}}) ==
               "The store does not take EUR. It takes: UAH, USD.");
    // A value is not looked at for further places, and needs no escaping here.
    BOOST_TEST(texts.text("en", "notice.prefix", {{"text", "{text} {other} $1 %s"}}) ==
               "Tillbridge: {text} {other} $1 %s");
    BOOST_TEST(texts.text("en", "gateway.refused", {}) == "The gateway refused.");
    BOOST_TEST(texts.text("en", "gateway.refused", {{"reason", "NO_MONEY"}}) ==
               "The gateway refused. NO_MONEY");
}

BOOST_AUTO_TEST_CASE(what_is_no_place_stays) {
    const manifest::Texts texts(Sources{{"ru", "a: 'x {} {a b} {open {n} { }'\n"}});
    BOOST_TEST(texts.text("ru", "a", {{"n", "1"}}) == "x {} {a b} {open 1 { }");
}

BOOST_AUTO_TEST_CASE(an_unknown_key_comes_back_as_it_is) {
    const manifest::Texts texts;
    BOOST_TEST(texts.text("en", "no.such_key") == "no.such_key");
    BOOST_TEST(!texts.has("no.such_key"));
}

BOOST_AUTO_TEST_CASE(a_missing_translation_falls_back_to_russian) {
    const manifest::Texts texts(Sources{{"ru", "a: раз\nb: два\n"}, {"en", "a: one\n"}});
    BOOST_TEST(texts.text("en", "a") == "one");
    BOOST_TEST(texts.text("en", "b") == "два");
    BOOST_TEST(texts.text("kk", "a") == "раз");
}

BOOST_AUTO_TEST_CASE(a_broken_catalogue_names_its_line) {
    BOOST_TEST(refusal({{"ru", "a: x\nb: y\na: z\n"}}) == "texts/ru.yaml:3: a: stands here twice");
    BOOST_TEST(refusal({{"ru", "a: x\nb:\n"}}) == "texts/ru.yaml:2: b: must be a text");
    BOOST_TEST(refusal({{"ru", "a: x\n"}, {"en", "a: [x]\n"}}) ==
               "texts/en.yaml:1: a: must be a text");
    BOOST_TEST(refusal({{"ru", "- a\n"}}).starts_with("texts/ru.yaml:1: must be a mapping"));
    BOOST_TEST(refusal({{"ru", "a: x\nb: [x\n"}}).starts_with("texts/ru.yaml:"));
    BOOST_TEST(refusal({{"en", "a: x\n"}}) == "texts/ru.yaml is missing");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace tillbridge::texts_test
