#include "module/app/log.hpp"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include "module/security/redact.hpp"

namespace tillbridge::app {
namespace {

constexpr std::size_t kQueue = 8192;

spdlog::level::level_enum level_of(port::Level level) {
    switch (level) {
        case port::Level::debug:
            return spdlog::level::debug;
        case port::Level::info:
            return spdlog::level::info;
        case port::Level::warn:
            return spdlog::level::warn;
        case port::Level::error:
            break;
    }
    return spdlog::level::err;
}

const char* word_of(port::Level level) {
    switch (level) {
        case port::Level::debug:
            return "debug";
        case port::Level::info:
            return "info";
        case port::Level::warn:
            return "warn";
        case port::Level::error:
            break;
    }
    return "error";
}

// What readers of the log compare and add up. They never hold anything to mask.
bool is_number(std::string_view name) {
    return name == "status" || name == "ms" || name == "tries";
}

nlohmann::ordered_json value_of(std::string_view name, const std::string& value) {
    if (is_number(name)) {
        auto number = nlohmann::ordered_json::parse(value, nullptr, false);
        if (number.is_number()) return number;
    }
    return security::redact(value);
}

}  // namespace

JsonLog::JsonLog(const std::string& level, const port::Clock& clock)
    : clock_(clock),
      pool_(std::make_shared<spdlog::details::thread_pool>(kQueue, 1)),
      logger_(std::make_shared<spdlog::async_logger>(
          "tillbridge", std::make_shared<spdlog::sinks::stderr_sink_mt>(), pool_,
          spdlog::async_overflow_policy::overrun_oldest)) {
    logger_->set_pattern("%v");
    logger_->set_level(spdlog::level::from_str(level));
    logger_->flush_on(spdlog::level::info);
}

// The worker writes what waits and ends, and then the last one to hold the logger is this thread.
JsonLog::~JsonLog() {
    logger_->flush();
    pool_.reset();
}

void JsonLog::write(port::Level level, std::string_view message, const port::LogFields& fields) {
    if (!logger_->should_log(level_of(level))) return;
    logger_->log(level_of(level), line_of(level, message, fields));
}

void JsonLog::announce(std::string_view message, const port::LogFields& fields) {
    logger_->log(spdlog::level::critical, line_of(port::Level::info, message, fields));
}

std::string JsonLog::line_of(port::Level level, std::string_view message,
                             const port::LogFields& fields) const {
    nlohmann::ordered_json line;
    line["ts"] = iso_time(clock_.now());
    line["level"] = word_of(level);
    line["msg"] = std::string(message);
    for (const auto& [name, value] : fields) line[std::string(name)] = value_of(name, value);
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace tillbridge::app
