// A notice of Prodamus for tests, signed with OpenSSL over a text that is built here, so that it
// shares nothing with the reader under test but the tree.
#pragma once

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "api_client/http/form.hpp"
#include "api_client/prodamus/hook.hpp"
#include "api_client/prodamus/tree.hpp"
#include "tests/contract/prodamus_money.hpp"

namespace prodamus_test {

using namespace tillbridge;

inline std::string hmac(const std::string& text, const std::string& key) {
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", mac[i]);
        hex += two;
    }
    return hex;
}

// nlohmann's objects are sorted by bytes, which is the order of the names used here.
inline nlohmann::json to_json(const prodamus::Tree& tree) {
    if (tree.is_leaf()) return tree.text();
    const bool list = !tree.members().empty() && tree.members().front().name == "0";
    auto out = list ? nlohmann::json::array() : nlohmann::json::object();
    for (const auto& [name, value] : tree.members()) {
        if (list)
            out.push_back(to_json(value));
        else
            out[name] = to_json(value);
    }
    return out;
}

inline std::string signed_text(const prodamus::Tree& tree) {
    std::string text;
    for (const char c : to_json(tree).dump()) {
        if (c == '/') text += '\\';
        text += c;
    }
    return text;
}

enum class Encoding { form, multipart, json };

struct Notice {
    prodamus::Tree fields;
    Encoding encoding = Encoding::form;
    domain::Merchant merchant;

    Notice() {
        merchant.credentials["page"] = domain::Secret("demo.payform.ru");
        merchant.credentials["secretKey"] = domain::Secret("key-for-tests");
        for (const auto& [name, value] :
             {std::pair<const char*, const char*>{"date", "2026-11-22T12:31:01+03:00"},
              {"order_id", "300155"},
              {"order_num", "pay-1"},
              {"domain", "demo.payform.ru"},
              {"sum", "1500.00"},
              {"currency", "rub"},
              {"customer_phone", "+79991234567"},
              {"customer_email", "buyer@example.com"},
              {"customer_extra", "Полная оплата / \"курс\""},
              {"payment_type", "Visa/Mastercard"},
              {"commission", "3.5"},
              {"attempt", "1"},
              {"sys", "tillbridge"},
              {"payment_status", "success"},
              {"payment_status_description", "Успешная оплата"},
              {"payment_init", "manual"}})
            fields.set(name, value);
        auto& product = fields.level("products").level("0");
        product.set("name", "Курс «Основы» 1/2");
        product.set("price", "1500.00");
        product.set("quantity", "1");
        product.set("sum", "1500.00");
    }

    port::RawHook raw(const std::string& key = "key-for-tests") const {
        port::RawHook hook;
        hook.headers["sign"] = hmac(signed_text(fields), key);
        if (encoding == Encoding::json) {
            hook.body = to_json(fields).dump();
            hook.content_type = "application/json";
        } else if (encoding == Encoding::form) {
            hook.body = http::form_encode(prodamus::to_fields(fields));
            hook.content_type = "application/x-www-form-urlencoded";
        } else {
            for (const auto& [name, value] : prodamus::to_fields(fields))
                hook.body += "--b0\r\nContent-Disposition: form-data; name=\"" + name +
                             "\"\r\n\r\n" + value + "\r\n";
            hook.body += "--b0--\r\n";
            hook.content_type = "multipart/form-data; boundary=\"b0\"";
        }
        return hook;
    }
    port::HookFact read() const {
        auto hook = prodamus::read_hook(merchant, raw());
        BOOST_REQUIRE_MESSAGE(hook.has_value(), "not read");
        return *hook;
    }
};

}  // namespace prodamus_test
