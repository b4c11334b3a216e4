// A small emulated chat-bot: it takes calls at `/bots/{name}`, checks their signature as Standard
// Webhooks says, keeps them, and has the variables and messages that they bring. Its control:
//   POST /_control/bots {"name","secrets":[…],"status"?:N,"retryAfter"?:S}   how it behaves
//   GET  /_control/bots/{name}  {"calls":[{"id","timestamp","body","signedBy":[…]}],"messages",
//                               "variables"}
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "tests/sandbox/base/http.hpp"
#include "tests/sandbox/base/world.hpp"

namespace tillbridge::sandbox {

class BotSite {
  public:
    explicit BotSite(World& world) : world_(world) {}

    HttpResponse handle(const std::vector<std::string>& path, const HttpRequest& request);
    Json control(const std::vector<std::string>& path, const HttpRequest& request);
    void reset();

  private:
    struct Bot {
        std::vector<std::string> secrets;
        int status = 200;
        int retry_after = 0;
        Json calls = Json::array();
        Json messages = Json::array();
        Json variables = Json::object();
    };

    World& world_;
    std::mutex mutex_;
    std::map<std::string, Bot> bots_;
};

}  // namespace tillbridge::sandbox
