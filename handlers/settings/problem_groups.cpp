#include "handlers/settings/problem_groups.hpp"

#include <algorithm>

#include "handlers/settings/views.hpp"

namespace tillbridge::handlers::settings {

using nlohmann::json;

namespace {

constexpr std::size_t kNamed = 10;

struct Group {
    const service::ProblemView* first;
    domain::UtcTime since, last;
    std::int64_t times = 0;
    std::size_t count = 0;
    json merchants = json::array();
};

json view_of(Group&& group) {
    return {{"key", group.first->row.key},  {"what", group.first->what},
            {"todo", group.first->todo},    {"since", iso_time(group.since)},
            {"last", iso_time(group.last)}, {"times", group.times},
            {"count", group.count},         {"merchants", std::move(group.merchants)}};
}

}  // namespace

json grouped(const std::vector<service::ProblemView>& problems, const Names& names) {
    std::vector<Group> groups;
    std::unordered_map<std::string, std::size_t> places;
    for (const auto& problem : problems) {
        const auto [at, fresh] = places.try_emplace(
            problem.row.key + '\n' + problem.what + '\n' + problem.todo, groups.size());
        if (fresh) groups.push_back({&problem, problem.row.since, problem.row.last});
        Group& group = groups[at->second];
        group.since = std::min(group.since, problem.row.since);
        group.last = std::max(group.last, problem.row.last);
        group.times += problem.row.times;
        ++group.count;
        const auto name = names.find(problem.row.subject);
        if (name != names.end() && group.merchants.size() < kNamed)
            group.merchants.push_back({{"id", name->first}, {"name", name->second}});
    }
    json out = json::array();
    for (Group& group : groups) out.push_back(view_of(std::move(group)));
    return out;
}

}  // namespace tillbridge::handlers::settings
