// The load generator: one thread, many keep-alive connections to 127.0.0.1, requests made
// beforehand. Closed loop: each connection sends its next request when the last one is answered.
// Paced: requests are due at a constant rate, and a latency counts from the moment that its request
// was due, so that a server that stops shows as what it is (no coordinated omission).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tillbridge::bench {

struct Load {
    std::vector<double> millis;         // of answers with status 200, in the order of the answers
    std::vector<std::size_t> numbers;   // which request each of them answers
    std::map<int, std::size_t> others;  // status → count; 0: the connection broke
    double seconds = 0;

    double rate() const { return seconds > 0 ? static_cast<double>(millis.size()) / seconds : 0; }
    std::size_t failed() const;
};

struct LoadPlan {
    int port = 0;
    int connections = 32;
    double seconds = 3;
    double rate = 0;  // 0: closed loop
    // The request of this number, whole bytes; null: there are no more.
    std::function<const std::string*(std::size_t)> request;
};

Load run(const LoadPlan& plan);

double quantile(std::vector<double> values, double which);  // 0 where there are none
double median(std::vector<double> values);

// Head and body of a POST. `more`: header lines, each with its end.
std::string post(const std::string& path, const std::string& type, const std::string& body,
                 const std::string& more = {});

}  // namespace tillbridge::bench
