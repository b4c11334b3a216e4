#include "tests/crash/arena.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <atomic>
#include <filesystem>
#include <set>
#include <thread>

namespace tillbridge::crash {
namespace {

// Where a test may tell the module to die; all of them are cleared at an ordinary start.
constexpr const char* kOrders[] = {"TILLBRIDGE_CRASH_AT",      "LD_PRELOAD",
                                   "TILLBRIDGE_KILL_AT_WRITE", "TILLBRIDGE_KILL_TORN",
                                   "TILLBRIDGE_KILL_FILE",     "TILLBRIDGE_KILL_UNSYNCED"};

WorldOptions options() {
    WorldOptions options;
    options.config = {{"outbox.schedule", "[50ms, 100ms, 200ms, 400ms]"},
                      {"reconcile.interval", "200ms"},
                      {"reconcile.pending_after", "500ms"},
                      {"reconcile.settle_after", "2s"},
                      {"crm.requests_per_second", "1000"},
                      {"server.threads", "16"}};
    options.sandbox_arguments = {"--clock-factor", "500", "--threads", "64"};
    return options;
}

SQLite::Database reader(const Module& module) {
    return {module.store_file(), SQLite::OPEN_READONLY, 10'000};
}

std::int64_t count(SQLite::Database& db, const std::string& sql) {
    return db.execAndGet(sql).getInt64();
}

std::string tail_of(const std::string& text) {
    constexpr std::size_t kTail = 2000;
    return text.size() > kTail ? text.substr(text.size() - kTail) : text;
}

// What a hook says, without the moment at which it was signed.
std::string content_of(const Json& hook) {
    Json kept = hook;
    for (const char* each : {"seq", "id", "at", "attempts", "nextAt", "body", "state"})
        kept.erase(each);
    return kept.dump();
}

}  // namespace

std::string Plan::about() const {
    std::string text = label;
    for (const auto& [name, value] : environment) text += ' ' + name + '=' + value;
    for (const auto& after : kills) text += " kill after " + std::to_string(after.count()) + " ms";
    return text;
}

Arena::Arena() : world_(options()) {
    world_.sandbox().switches({{"rateLimit", 0}, {"hookDuplicate", 2}});
    shops_.one = world_.connect_shop();
    shops_.two = world_.add_store(shops_.one, "Two", {{"twoStage", true}});
    shops_.automatic =
        world_.add_store(shops_.one, "Automatic", {{"twoStage", true}, {"autoCapture", true}});
}

void Arena::start(const Fields& environment) {
    auto& module = world_.module();
    for (const char* name : kOrders) module.set_environment(name, "");
    for (const auto& [name, value] : environment) module.set_environment(name, value);
    std::error_code ignored;  // only the last life's log is of interest
    std::filesystem::rename(module.log_file(), module.log_file() + ".before", ignored);
    module.launch();
}

// The lives and deaths of the module during one plan. Everything happens in the thread that owns
// the world; only the tales have threads of their own.
class Arena::Run {
  public:
    Run(Arena& arena, const Plan& plan) : arena_(arena), plan_(plan) {
        std::mt19937_64 random(plan.seed);
        for (const auto plot : plan.plots)
            tales_.emplace_back(arena.world_, arena.shops_, plot, random);
        errors_.resize(tales_.size());
    }

    Outcome operator()() {
        auto& module = arena_.world_.module();
        if (plan_.slow_gateway) slow_down();
        if (module.running()) module.kill();  // not counted: it did nothing
        arena_.start(plan_.environment);
        born_ = std::chrono::steady_clock::now();
        play();
        try {
            await("everything is quiet", [&] {
                watch();
                return arena_.quiet();
            });
            disarm();
            arena_.settle(tales_, outcome_.wrong);
        } catch (const std::exception& error) {
            outcome_.wrong.push_back(error.what() + arena_.under_way());
        }
        if (plan_.slow_gateway) arena_.world_.sandbox().clear_faults();
        return std::move(outcome_);
    }

  private:
    void slow_down() {
        const auto& sandbox = arena_.world_.sandbox();
        for (const char* what : {"delayMs", "delayAfterMs"})
            sandbox.fault(
                {{"side", "uapay"}, {"count", 0}, {"probability", 0.25}, {"action", {{what, 40}}}});
        sandbox.fault({{"side", "crm"},
                       {"count", 0},
                       {"probability", 0.25},
                       {"action", {{"delayAfterMs", 30}}}});
    }

    void play() {
        std::atomic<std::size_t> playing{tales_.size()};
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < tales_.size(); ++i)
            threads.emplace_back([&, i] {
                try {
                    tales_[i].play();
                } catch (const std::exception& error) {
                    errors_[i] = tales_[i].about() + ": " + error.what();
                }
                --playing;
            });
        while (playing > 0) {
            watch();
            std::this_thread::sleep_for(Millis(2));
        }
        for (auto& thread : threads) thread.join();
        for (auto& error : errors_)
            if (!error.empty()) outcome_.wrong.push_back(error);
    }

    // It may not have come to the place where it was to die; the audit is not that place.
    void disarm() {
        next_kill_ = plan_.kills.size();
        if (plan_.signal == SIGTERM) {  // one may be on its way
            arena_.world_.module().stop();
            return watch();
        }
        if (outcome_.kills > 0 || plan_.environment.empty()) return;
        arena_.world_.module().kill();
        arena_.start();
    }

    void watch() {
        auto& module = arena_.world_.module();
        const auto age = std::chrono::steady_clock::now() - born_;
        const bool due = next_kill_ < plan_.kills.size() && age >= plan_.kills[next_kill_];
        // Before it listens it does not know of SIGTERM yet.
        if (due && (plan_.signal == SIGKILL || module.listening())) {
            ++next_kill_;
            module.process().signal(plan_.signal);
            if (plan_.signal == SIGKILL) module.process().wait(kPatience);
        }
        if (module.running()) return;
        const auto exit = *module.process().wait(Millis(0));
        if (exit.signal == SIGKILL) {
            ++outcome_.kills;
        } else if (plan_.signal != SIGTERM || next_kill_ == 0 || exit.code != 0) {
            outcome_.wrong.push_back("the module ended by itself, code " +
                                     std::to_string(exit.code) + ", signal " +
                                     std::to_string(exit.signal) + ":\n" + tail_of(module.log()));
            if (++ends_ > 3) throw std::runtime_error(outcome_.wrong.back());
        }
        arena_.start();
        born_ = std::chrono::steady_clock::now();
    }

    Arena& arena_;
    const Plan& plan_;
    std::vector<Tale> tales_;
    std::vector<std::string> errors_;
    Outcome outcome_;
    std::chrono::steady_clock::time_point born_;
    std::size_t next_kill_ = 0;
    int ends_ = 0;
};

Outcome Arena::run(const Plan& plan) {
    return Run(*this, plan)();
}

void Arena::settle(const std::vector<Tale>& tales, std::vector<std::string>& wrong) {
    await("everything is quiet", [&] { return quiet(); });
    for (const auto& tale : tales) {
        for (auto& each : tale.audit()) wrong.push_back(std::move(each));
        if (tale.plot() != Plot::renamed) audit_hooks(tale, wrong);
    }
    audit_store(wrong);
    audit_protocol(wrong);
}

// Nothing to send, nothing under way; looks at the gateway and at the CRM's payment types that are
// due much later do not count.
bool Arena::quiet() {
    if (!world_.module().listening()) return false;
    auto db = reader(world_.module());
    const auto soon =
        std::chrono::duration_cast<std::chrono::microseconds>(
            (std::chrono::system_clock::now() + std::chrono::seconds(2)).time_since_epoch())
            .count();
    return count(db,
                 "SELECT count(*) FROM outbox WHERE state = 'leased' OR (state = 'ready'"
                 " AND (kind NOT IN ('gateway.ask', 'crm.types', 'crm.notice') OR due <= " +
                     std::to_string(soon) + "))") == 0 &&
           world_.sandbox().get("/hooks?pending=1").at("hooks").empty();
}

std::string Arena::under_way() {
    std::string text = "; " + world_.sandbox().get("/hooks?pending=1").at("hooks").dump();
    auto db = reader(world_.module());
    SQLite::Statement rows(db,
                           "SELECT id, kind, subject, payload, state, head, tries, last_error,"
                           " (due - created) / 1000, due / 1000000 - unixepoch() FROM outbox");
    while (rows.executeStep()) {
        text += "\n  outbox:";
        for (int i = 0; i < rows.getColumnCount(); ++i) text += ' ' + rows.getColumn(i).getString();
    }
    return text + "\n  log: " + tail_of(world_.module().log());
}

void Arena::audit_store(std::vector<std::string>& wrong) {
    auto db = reader(world_.module());
    SQLite::Statement integrity(db, "PRAGMA integrity_check");
    while (integrity.executeStep())
        if (integrity.getColumn(0).getString() != "ok")
            wrong.push_back("the store: " + integrity.getColumn(0).getString());
    SQLite::Statement keys(db, "PRAGMA foreign_key_check");
    while (keys.executeStep())
        wrong.push_back("the store: a row without its parent in " + keys.getColumn(0).getString());
    SQLite::Statement dead(db, "SELECT kind, subject, last_error FROM outbox WHERE state = 'dead'");
    while (dead.executeStep())
        wrong.push_back("dead in the outbox: " + dead.getColumn(0).getString() + ' ' +
                        dead.getColumn(1).getString() + ' ' + dead.getColumn(2).getString());
    SQLite::Statement open(db,
                           "SELECT invoice_id, kind, state FROM operation WHERE state IN"
                           " ('planned', 'started', 'pending', 'unknown')");
    while (open.executeStep())
        wrong.push_back("never ended: " + open.getColumn(1).getString() + " of " +
                        open.getColumn(0).getString() + ", " + open.getColumn(2).getString());
    SQLite::Statement problems(db, "SELECT key, subject, detail FROM problem");
    while (problems.executeStep())
        wrong.push_back("a problem is left: " + problems.getColumn(0).getString() + ' ' +
                        problems.getColumn(1).getString() + ' ' +
                        problems.getColumn(2).getString());
}

// A hook that was answered with 200 is in the inbox, whatever happened a moment later.
void Arena::audit_hooks(const Tale& tale, std::vector<std::string>& wrong) {
    const auto& sandbox = world_.sandbox();
    std::set<std::string> answered;
    for (const auto& payment : sandbox.payments(tale.gateway_invoice()))
        for (const auto& hook :
             sandbox.get("/hooks?paymentId=" + payment.at("paymentId").get<std::string>())
                 .at("hooks")) {
            if (hook.at("state") == "delivered") answered.insert(content_of(hook));
            if (hook.at("state") == "failed")
                wrong.push_back("a hook was given up: " + hook.dump());
        }
    auto db = reader(world_.module());
    SQLite::Statement kept(db, "SELECT count(*) FROM inbox WHERE invoice_id = ?");
    kept.bind(1, tale.payment());
    kept.executeStep();
    if (kept.getColumn(0).getInt64() < static_cast<std::int64_t>(answered.size()))
        wrong.push_back(tale.about() + ": " + std::to_string(answered.size()) +
                        " different hooks were answered with 200, the inbox has " +
                        kept.getColumn(0).getString());
}

void Arena::audit_protocol(std::vector<std::string>& wrong) {
    const auto all = world_.sandbox().violations();
    for (; violations_ < all.size(); ++violations_)
        wrong.push_back("against the protocol: " + all[violations_].dump());
}

}  // namespace tillbridge::crash
