// The command line: reads it, runs it here or in the running server, prints a table or JSON.
// Exit codes: 0 done, 1 a check found something wrong, 2 usage or configuration, 3 failed.
#pragma once

namespace tillbridge::app {

int run_command_line(int argc, char** argv);

}  // namespace tillbridge::app
