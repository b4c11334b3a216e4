#include "tests/support/harness/process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <system_error>
#include <thread>

extern char** environ;

namespace tillbridge::harness {
namespace {

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

std::vector<std::string> merged_environment(const Fields& over) {
    std::map<std::string, std::string> all;
    for (char** each = environ; *each != nullptr; ++each) {
        const std::string text = *each;
        all[text.substr(0, text.find('='))] = text;
    }
    for (const auto& [name, value] : over) all[name] = name + '=' + value;
    std::vector<std::string> lines;
    for (auto& [name, line] : all) lines.push_back(line);
    return lines;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

Exit exit_of(int status) {
    if (WIFSIGNALED(status)) return {-1, WTERMSIG(status)};
    return {WEXITSTATUS(status), 0};
}

// Between fork and exec: system calls only.
void become(int from, int to) {
    if (from >= 0) ::dup2(from, to);
}

int opened(const std::string& path, int flags) {
    if (path.empty()) return -1;
    const int file = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (file < 0) fail("open " + path);
    return file;
}

}  // namespace

void await(const std::string& what, const std::function<bool()>& holds, Millis patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() >= until)
            throw std::runtime_error("waited in vain: " + what);
        std::this_thread::sleep_for(Millis(3));
    }
}

Process::Process(const Start& start) {
    auto arguments = start.arguments;
    auto environment = merged_environment(start.environment);
    const auto argv = pointers(arguments);
    const auto envp = pointers(environment);
    const int in = opened(start.input.empty() ? "/dev/null" : start.input, O_RDONLY);
    const int out = opened(start.out, O_WRONLY | O_CREAT | O_APPEND);
    const int err = opened(start.err, O_WRONLY | O_CREAT | O_APPEND);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) ::_exit(127);
        become(in, STDIN_FILENO);
        become(out, STDOUT_FILENO);
        become(err, STDERR_FILENO);
        if (!start.folder.empty() && ::chdir(start.folder.c_str()) != 0) ::_exit(127);
        ::execve(argv[0], argv.data(), envp.data());
        ::_exit(127);
    }
    for (const int file : {in, out, err})
        if (file >= 0) ::close(file);
    if (pid_ < 0) fail("fork");
}

Process::~Process() {
    kill();
}

bool Process::running() {
    return !wait(Millis(0));
}

void Process::signal(int number) {
    if (running()) ::kill(pid_, number);
}

std::optional<Exit> Process::wait(Millis patience) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!exit_) {
        int status = 0;
        const pid_t got = ::waitpid(pid_, &status, WNOHANG);
        if (got == pid_) exit_ = exit_of(status);
        if (got < 0 && errno != EINTR) fail("waitpid");
        if (exit_ || std::chrono::steady_clock::now() >= until) break;
        std::this_thread::sleep_for(Millis(2));
    }
    return exit_;
}

Exit Process::kill() {
    if (!exit_) {
        ::kill(pid_, SIGKILL);
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        exit_ = exit_of(status);
    }
    return *exit_;
}

ReservedPort::ReservedPort() {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) fail("socket");
    const int yes = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, plain, size) != 0 || ::getsockname(socket_, plain, &size) != 0)
        fail("bind");
    number_ = ntohs(address.sin_port);
}

ReservedPort::~ReservedPort() {
    ::close(socket_);
}

TempFolder::TempFolder() {
    path_ = (std::filesystem::temp_directory_path() / "tillbridge-test-XXXXXX").string();
    if (::mkdtemp(path_.data()) == nullptr) fail("mkdtemp " + path_);
}

TempFolder::~TempFolder() {
    if (keep_ || ::getenv("TILLBRIDGE_TEST_KEEP") != nullptr) return;
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace tillbridge::harness
