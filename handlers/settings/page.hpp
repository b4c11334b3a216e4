// The settings page without the browser application: readable without a script.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "handlers/pages.hpp"
#include "module/domain/connection.hpp"
#include "module/domain/merchant.hpp"
#include "module/service/problems.hpp"

namespace tillbridge::handlers::settings {

struct Overview {
    domain::Connection connection;
    std::vector<domain::Merchant> merchants;
    std::map<std::string, std::string> gateways;  // what its name is, by its code
    std::vector<service::ProblemView> problems;
    std::vector<std::pair<std::string, std::string>> contacts;
};

Page page_of(const Overview& overview);

}  // namespace tillbridge::handlers::settings
