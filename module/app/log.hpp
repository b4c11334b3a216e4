// Log lines to standard error: one JSON object each, written by a thread of spdlog's, so that no
// request waits for the terminal. What looks like a card number or a contact is masked.
#pragma once

#include <memory>
#include <string>

#include "module/port/clock.hpp"
#include "module/port/observe.hpp"
#include "module/service/support_views.hpp"

namespace spdlog {
class logger;
namespace details {
class thread_pool;
}
}  // namespace spdlog

namespace tillbridge::app {

class JsonLog : public port::Log {
  public:
    JsonLog(const std::string& level, const port::Clock& clock);
    ~JsonLog() override;

    void write(port::Level level, std::string_view message, const port::LogFields& fields) override;
    // What has to be seen whatever the level: scripts wait for it. Reads as info.
    void announce(std::string_view message, const port::LogFields& fields);

  private:
    std::string line_of(port::Level level, std::string_view message,
                        const port::LogFields& fields) const;

    const port::Clock& clock_;
    std::shared_ptr<spdlog::details::thread_pool> pool_;
    std::shared_ptr<spdlog::logger> logger_;
};

using service::view::iso_time;

}  // namespace tillbridge::app
