#include "tests/e2e/probe.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace tillbridge::e2e {
namespace {

std::string cell(const SQLite::Column& column) {
    if (!column.isBlob()) return column.isNull() ? "NULL" : column.getString();
    std::string hex = "x'";
    for (const char byte : column.getString())
        hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return hex + '\'';
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

// The name of the field stands in the API's `field`, or in the sentence for people.
bool names(const Answer& answer, const std::string& field) {
    const auto body = Json::parse(answer.body, nullptr, false);
    if (!body.is_object()) return false;
    if (body.contains("error")) {
        const auto& error = body.at("error");
        if (error.value("message", "").empty()) return false;
        return field.empty() || error.value("field", "") == field;
    }
    const auto message = body.value("errorMsg", "");
    if (message.empty() || body.value("success", true)) return false;
    return contains(lower(message), lower(field));
}

}  // namespace

std::vector<std::string> rows_of_store(const std::string& file) {
    SQLite::Database store(file, SQLite::OPEN_READONLY, 5000);
    std::vector<std::string> tables;
    SQLite::Statement list(store, "SELECT name FROM sqlite_schema WHERE type = 'table'");
    while (list.executeStep()) tables.push_back(list.getColumn(0).getString());
    std::vector<std::string> rows;
    for (const auto& table : tables) {
        SQLite::Statement all(store, "SELECT * FROM " + table);
        while (all.executeStep()) {
            std::string row = table;
            for (int i = 0; i < all.getColumnCount(); ++i)
                row.append(" | ")
                    .append(all.getColumn(i).getName())
                    .append("=")
                    .append(cell(all.getColumn(i)));
            rows.push_back(std::move(row));
        }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

void change_store(World& world, const std::string& sql) {
    if (world.module().running()) throw std::logic_error("the module must be stopped first");
    SQLite::Database(world.module().store_file(), SQLite::OPEN_READWRITE).exec(sql);
}

std::string bytes_of_store(World& world) {
    const auto file = world.module().store_file();
    return bytes_of_file(file) + bytes_of_file(file + "-wal");
}

double outbound_calls(World& world) {
    double sum = 0;
    for (const auto& [name, value] : world.module().metrics())
        if (name.rfind("tillbridge_outbound_requests_total", 0) == 0) sum += value;
    return sum;
}

Untouched::Untouched(World& world)
    : world_(world),
      rows_(rows_of_store(world.module().store_file())),
      calls_(outbound_calls(world)) {}

std::string Untouched::difference() const {
    const auto now = rows_of_store(world_.module().store_file());
    std::vector<std::string> changed;
    std::set_symmetric_difference(rows_.begin(), rows_.end(), now.begin(), now.end(),
                                  std::back_inserter(changed));
    std::string text;
    for (const auto& row : changed) text += row + '\n';
    if (outbound_calls(world_) != calls_) text += "something was called\n";
    return text;
}

std::vector<Json> notices_with(World& world, const std::string& account, const std::string& text) {
    std::vector<Json> found;
    for (auto& notice : world.sandbox().notices(account))
        if (contains(notice.at("message").get<std::string>(), text))
            found.push_back(std::move(notice));
    return found;
}

void check_refused(World& world, const std::vector<Refused>& table) {
    for (const auto& row : table) {
        const Untouched before(world);
        const auto answer = row.send();
        const bool expected = std::find(row.statuses.begin(), row.statuses.end(), answer.status) !=
                              row.statuses.end();
        BOOST_TEST(expected, row.what << ": " << answer.status << ' ' << answer.body);
        BOOST_TEST(names(answer, row.field), row.what << " does not name " << row.field << ": "
                                                      << answer.status << ' ' << answer.body);
        BOOST_TEST(!answer.header("x-request-id").empty(), row.what);
        const auto difference = before.difference();
        BOOST_TEST(difference.empty(), row.what << " left something:\n" << difference);
    }
}

std::string json_bytes(const Json& value) {
    auto text = value.dump();
    for (std::size_t at = 0; (at = text.find(kBrokenText, at)) != std::string::npos;)
        text.replace(at, kBrokenText.size(), "\xC3\x28\xFF");
    return text;
}

}  // namespace tillbridge::e2e
