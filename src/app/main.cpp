#include <unistd.h>

#include <exception>
#include <iostream>

#include "sallyport/app/command_line.h"

int main(int argc, char** argv) {
  sallyport::app::Invocation invocation;
  invocation.arguments.assign(argv + 1, argv + argc);
  for (char** variable = environ; *variable != nullptr; ++variable) {
    invocation.environment.emplace_back(*variable);
  }
  invocation.stderr_is_terminal = isatty(STDERR_FILENO) == 1;
  try {
    return sallyport::app::RunCommandLine(invocation, std::cout, std::cerr);
  } catch (const std::exception& error) {
    std::cerr << "sallyport: " << error.what() << '\n';
    return sallyport::app::kExitUsage;
  }
}
