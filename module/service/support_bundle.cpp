#include "module/service/support_bundle.hpp"

#include <Poco/DateTime.h>
#include <Poco/Zip/Compress.h>

#include <sstream>

#include "module/port/json.hpp"
#include "module/service/support_views.hpp"

namespace tillbridge::service {
namespace {

using domain::Result;
using nlohmann::json;

constexpr const char* kLanguage = "en";  // of tickets
constexpr int kLines = 10'000;           // of one payment
constexpr int kProblems = 200;
constexpr int kJournals = 100;  // newest payments of an account

class Zip {
  public:
    explicit Zip(domain::UtcTime now) : at_(Poco::Timestamp(now.micros)) {}
    void add(const std::string& name, const json& document) {
        std::istringstream text(document.dump(2, ' ', false, json::error_handler_t::replace) +
                                '\n');
        zip_.addFile(text, at_, Poco::Path(name, Poco::Path::PATH_UNIX));
    }
    std::string bytes() {
        zip_.close();
        return out_.str();
    }

  private:
    std::ostringstream out_;
    Poco::Zip::Compress zip_{out_, true};
    Poco::DateTime at_;
};

}  // namespace

SupportBundle::File SupportBundle::pack(const std::string& name, const char* what,
                                        const json& story) const {
    const auto health = context_.store.health();
    Zip zip(context_.clock.now());
    auto versions = installation_.versions();
    versions["schema"] = health.schema;
    versions["storeOk"] = health.ok;
    versions["made"] = view::iso_time(context_.clock.now());
    zip.add("versions.json", versions);
    zip.add("configuration.json", installation_.config());
    zip.add("problems.json", support_.problems(kLanguage, {0, kProblems}).at("problems"));
    zip.add(std::string(what) + ".json", story);
    return {"tillbridge-" + std::string(what) + '-' + name + ".zip", zip.bytes()};
}

Result<SupportBundle::File> SupportBundle::of_invoice(const Actor& actor,
                                                      const std::string& name) const {
    const auto found = support_.one(name);
    if (!found) return tl::unexpected(found.error());
    const auto story = support_.invoice(found->id.value, kLanguage, 0, kLines);
    if (!story) return tl::unexpected(story.error());
    context_.store.write([&](port::Tx& tx) {
        write_audit(context_, tx, actor, "bundle", found->connection, found->id.value);
    });
    return pack(found->id.value, "payment", *story);
}

Result<SupportBundle::File> SupportBundle::of_connection(const Actor& actor,
                                                         const std::string& id) const {
    auto story = support_.connection(id, kLanguage, {0, 1000});
    if (!story) return tl::unexpected(story.error());
    const domain::ConnectionId connection(id);
    json journal = json::array();
    context_.store.read([&](const port::Tx& tx) {
        tx.search().recent_journal(connection, kJournals, [&](const port::JournalLine& line) {
            journal.push_back(view::line(line));
            journal.back()["paymentId"] = line.invoice.value;
        });
    });
    (*story)["journal"] = std::move(journal);
    context_.store.write(
        [&](port::Tx& tx) { write_audit(context_, tx, actor, "bundle", connection, {}); });
    return pack(id, "account", *story);
}

}  // namespace tillbridge::service
