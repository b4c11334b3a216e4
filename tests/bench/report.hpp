// What a run has measured, as one table.
#pragma once

#include <string>
#include <vector>

namespace tillbridge::bench {

struct Figure {
    std::string what;
    std::string reached;
    std::string floor;   // of the same run; empty: none
    std::string target;  // empty: none
    enum class Verdict { none, met, missed } verdict = Verdict::none;
};

Figure::Verdict met(bool holds);

std::string whole(double value);                // 12,345
std::string rounded(double value, int places);  // 1.23

struct Table {
    std::string title;
    std::vector<Figure> rows;
};

class Report {
  public:
    // Prints each figure as it comes.
    void begin(const std::string& title);
    void add(const Figure& figure);
    std::string markdown() const;

  private:
    std::vector<Table> tables_;
};

// CPU, memory, kernel, date, and what a sync of the disk below `folder` costs.
std::string describe_machine(const std::string& folder);

}  // namespace tillbridge::bench
