// The program: `sallyport COMMAND ...`.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace sallyport::app {

/// What the process was started with; injected, so that tests run commands as functions.
struct Invocation {
  std::vector<std::string> arguments;    ///< without the program's name
  std::vector<std::string> environment;  ///< "NAME=value"
  bool stderr_is_terminal = false;
};

/// 0: done. 1: the command failed or found problems (one line on `err`). 2: wrong usage, or `serve`
/// could not start.
inline constexpr int kExitOk = 0, kExitFailed = 1, kExitUsage = 2;

/// Runs one command and returns the exit code. `serve` and `demo-target` run until a signal ends
/// them and log to the process's own stderr; everything else writes to the streams.
[[nodiscard]] int RunCommandLine(const Invocation& invocation, std::ostream& out,
                                 std::ostream& err);

}  // namespace sallyport::app
