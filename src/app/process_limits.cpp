#include "app/process_limits.h"

#include <sys/resource.h>

#include <csignal>

namespace sallyport::app {
namespace {

std::string RaiseOpenFiles(std::uint64_t connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return "";
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
  (void)getrlimit(RLIMIT_NOFILE, &limit);
  constexpr std::uint64_t kOwn = 64;  // database, log, listeners
  const std::uint64_t needed = connections + kOwn;
  if (limit.rlim_cur >= needed) return "";
  return "the process may open " + std::to_string(limit.rlim_cur) +
         " files, limits.connections needs " + std::to_string(needed) +
         ": raise the limit (ulimit -n, LimitNOFILE=) or lower limits.connections";
}

}  // namespace

std::string PrepareProcess(std::uint64_t connections, bool dev) {
  std::signal(SIGPIPE, SIG_IGN);
  if (!dev) {
    const rlimit none{0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
  }
  return RaiseOpenFiles(connections);
}

}  // namespace sallyport::app
