// The driver's interface: what the repositories need of a database. One SQL text serves every
// engine (`$1` parameters, ON CONFLICT, RETURNING); an engine's driver implements Database over one
// connection and keeps its prepared statements. Not thread-safe; every failure throws.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "module/domain/ids.hpp"
#include "module/domain/time.hpp"

namespace tillbridge::store {

// A statement that lives as long as the program; its number is its place in the drivers' caches of
// prepared statements. Declare it `const` at namespace scope.
class Sql {
  public:
    explicit Sql(std::string text);
    Sql(const Sql&) = delete;
    Sql& operator=(const Sql&) = delete;

    const std::string& text() const { return text_; }
    std::size_t number() const { return number_; }

  private:
    std::string text_;
    std::size_t number_;
};

struct Blob {
    std::string_view bytes;
};

// Does not own its text: what it was made of must live until the call returns.
class Param {
  public:
    using Value = std::variant<std::monostate, std::int64_t, std::string_view, Blob>;

    Param(std::nullopt_t) {}
    Param(std::int64_t value) : value_(value) {}
    Param(int value) : value_(std::int64_t{value}) {}
    Param(bool value) : value_(std::int64_t{value ? 1 : 0}) {}
    Param(std::string_view text) : value_(text) {}
    Param(const std::string& text) : value_(std::string_view(text)) {}
    Param(const char* text) : value_(std::string_view(text)) {}
    Param(Blob blob) : value_(blob) {}
    Param(domain::UtcTime at) : value_(at.micros) {}
    Param(std::optional<std::int64_t> value) {
        if (value) value_ = *value;
    }
    template <class Tag>
    Param(const domain::Id<Tag>& id) : value_(std::string_view(id.value)) {}

    const Value& value() const { return value_; }

  private:
    Value value_;
};

using Params = std::span<const Param>;

// One row of an answer; columns count from 0. Views hold until the next row.
class Row {
  public:
    virtual ~Row() = default;
    virtual bool null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;   // 0 where NULL
    virtual std::string_view text(int column) const = 0;  // empty where NULL
    virtual std::string_view blob(int column) const = 0;

    bool flag(int column) const { return integer(column) != 0; }
    std::string string(int column) const { return std::string(text(column)); }
    domain::UtcTime time(int column) const { return {integer(column)}; }
    template <class Id>
    Id id(int column) const {
        return Id(string(column));
    }
};

class Database {
  public:
    virtual ~Database() = default;

    // Returns how many rows were inserted, changed or deleted.
    template <class... Args>
    std::int64_t run(const Sql& sql, const Args&... args) {
        const std::array<Param, sizeof...(Args)> params{Param(args)...};
        return run_with(sql, params);
    }

    // Inserts one row into a table whose `id` the database gives, and returns that id. The text has
    // no RETURNING: a driver for which that is the way appends it; SQLite knows a cheaper one.
    template <class... Args>
    std::int64_t insert(const Sql& sql, const Args&... args) {
        const std::array<Param, sizeof...(Args)> params{Param(args)...};
        return insert_with(sql, params);
    }

    // `look(row)` for each row. It must not run the same statement again.
    template <class Look, class... Args>
    void each(const Sql& sql, Look&& look, const Args&... args) {
        const std::array<Param, sizeof...(Args)> params{Param(args)...};
        each_with(sql, params, [&look](const Row& row) { look(row); });
    }

    // make(row) of the first row.
    template <class Make, class... Args>
    auto first(const Sql& sql, Make&& make, const Args&... args) {
        std::optional<decltype(make(std::declval<const Row&>()))> value;
        each(
            sql,
            [&](const Row& row) {
                if (!value) value.emplace(make(row));
            },
            args...);
        return value;
    }

    // The first column of the first row; 0 where there is none.
    template <class... Args>
    std::int64_t number(const Sql& sql, const Args&... args) {
        return first(
                   sql, [](const Row& row) { return row.integer(0); }, args...)
            .value_or(0);
    }

    // Text without parameters, also of several statements: schema and settings. Never cached.
    virtual void execute(const std::string& text) = 0;

    virtual bool has_table(const std::string& name) = 0;
    virtual bool empty() = 0;  // no tables at all

    virtual void begin_write() = 0;
    virtual void begin_read() = 0;
    virtual void commit() = 0;
    virtual void rollback() = 0;
    virtual bool in_transaction() const = 0;  // an engine may end one on its own: a full disk
    virtual void savepoint() = 0;             // one level
    virtual void release() = 0;
    virtual void rollback_to() = 0;

    // Upkeep of the engine between commits, where it needs any. `idle`: nobody waits for the
    // writer.
    virtual void maintain(bool idle) = 0;

    // What is wrong with the file itself, in the engine's words; empty: sound.
    virtual std::vector<std::string> check() = 0;

  protected:
    using Look = std::function<void(const Row&)>;
    virtual std::int64_t run_with(const Sql& sql, Params params) = 0;
    virtual std::int64_t insert_with(const Sql& sql, Params params) = 0;
    virtual void each_with(const Sql& sql, Params params, const Look& look) = 0;
};

}  // namespace tillbridge::store
