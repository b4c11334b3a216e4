#include "tests/bench/notice.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/bench/load.hpp"
#include "tests/bench/signing.hpp"
#include "tests/support/harness/http.hpp"

namespace tillbridge::bench {
namespace {

using nlohmann::json;

constexpr const char* kBoundary = "----bench7MA4YW";

// nlohmann sorts names by their bytes and writes all but the slash as the signature wants it; the
// notices here hold texts only.
std::string signature_of(const json& fields) {
    std::string text;
    for (const char c : fields.dump()) {
        if (c == '/') text += '\\';
        text += c;
    }
    return hmac_hex(text, kGatewayKey);
}

void flatten(const json& level, const std::string& prefix, harness::Fields& out) {
    for (const auto& [name, value] : level.items()) {
        const auto full = prefix.empty() ? name : prefix + '[' + name + ']';
        if (value.is_string())
            out.emplace_back(full, value.get<std::string>());
        else
            flatten(value, full, out);
    }
}

std::string multipart(const harness::Fields& fields) {
    std::string body;
    for (const auto& [name, value] : fields)
        body += std::string("--") + kBoundary + "\r\nContent-Disposition: form-data; name=\"" +
                name + "\"\r\n\r\n" + value + "\r\n";
    return body + "--" + kBoundary + "--\r\n";
}

Notice encoded(const json& fields, Encoding encoding) {
    Notice notice;
    notice.sign = signature_of(fields);
    if (encoding == Encoding::json) {
        notice.type = "application/json";
        notice.body = fields.dump();
        return notice;
    }
    harness::Fields flat;
    flatten(fields, "", flat);
    const bool form = encoding == Encoding::form;
    notice.type = form ? "application/x-www-form-urlencoded"
                       : std::string("multipart/form-data; boundary=") + kBoundary;
    notice.body = form ? harness::form_encoded(flat) : multipart(flat);
    return notice;
}

std::string request(const Account& of, const json& fields) {
    const auto notice = encoded(fields, Encoding::form);
    return post("/hooks/prodamus/" + of.page_token, notice.type, notice.body,
                "Sign: " + notice.sign + "\r\n");
}

json product(const std::string& price) {
    return {{"name", "Доступ в клуб \"Тест\" 1/2"},
            {"price", price},
            {"quantity", "1"},
            {"sum", price}};
}

json common(std::size_t number) {
    return {{"date", "2026-11-22T12:31:01+03:00"},
            {"order_id", std::to_string(300'000'000 + number)},
            {"domain", "bench.payform.ru"},
            {"sum", "1250.50"},
            {"currency", "rub"},
            {"customer_phone", "+79990000000"},
            {"customer_email", "buyer@example.com"},
            {"customer_extra", ""},
            {"commission", "3.5"},
            {"commission_sum", "43.77"},
            {"attempt", "1"}};
}

json payment(const std::string& order, std::size_t number) {
    auto fields = common(number);
    fields.update({{"order_num", order},
                   {"customer_extra", "Полная оплата курса"},
                   {"payment_type", "Оплата картой, выпущенной в РФ"},
                   {"sys", "tillbridge"},
                   {"products", json::array({product("1250.50")})},
                   {"payment_status", "success"},
                   {"payment_status_description", "Успешная оплата"},
                   {"payment_init", "manual"}});
    return fields;
}

}  // namespace

Notice notice_of_size(std::size_t bytes, Encoding encoding) {
    auto fields = payment("bench-order", 1);
    const auto size = [&] { return encoded(fields, encoding).body.size(); };
    auto& products = fields["products"];
    while (size() < bytes) products.push_back(product("1250.50"));
    products.erase(products.size() - 1);
    fields["customer_extra"] = "";
    if (products.empty() || size() > bytes) throw std::invalid_argument("no notice is so small");
    fields["customer_extra"] = std::string(bytes - size(), 'x');
    return encoded(fields, encoding);
}

std::string notice_of(const Bill& bill, std::size_t number) {
    return request(bill.account, payment(bill.id, number));
}

std::string renewal_of(const Member& member, std::size_t number) {
    auto fields = common(number);
    fields.update({{"order_num", ""},
                   {"customer_phone", member.phone},
                   {"customer_email", member.email},
                   {"payment_type", "Автоплатеж"},
                   {"discount_value", "0.00"},
                   {"subscription",
                    {{"type", "action"},
                     {"action_code", "auto_payment"},
                     {"payment_date", "2026-11-22 12:31"},
                     {"id", member.product},
                     {"profile_id", member.profile},
                     {"active", "1"},
                     {"active_manager", "1"},
                     {"active_user", "1"},
                     {"cost", "1250.50"},
                     {"currency", "rub"},
                     {"name", "Доступ в клуб \"Тест\" – подписка"},
                     {"limit_autopayments", ""},
                     {"autopayments_num", "1"},
                     {"next_payment_discount", "0.00"},
                     {"next_payment_discount_num", ""},
                     {"date_create", "2026-10-22 12:31:57"},
                     {"date_first_payment", "2026-10-22 12:31:57"},
                     {"date_last_payment", "2026-11-22 12:31:08"},
                     {"date_next_payment", "2026-12-22 12:31:37"},
                     {"current_attempt", "1"},
                     {"payment_num", "2"},
                     {"autopayment", "1"}}}});
    return request(member.account, fields);
}

}  // namespace tillbridge::bench
