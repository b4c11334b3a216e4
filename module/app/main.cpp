#include "module/app/cli.hpp"

int main(int argc, char** argv) {
    return tillbridge::app::run_command_line(argc, argv);
}
