#include "app/process_limits.h"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>

namespace sallyport::app {
namespace {

constexpr std::uint64_t kOwn = 64;  // database, log, listeners

std::string RaiseOpenFiles(std::uint64_t connections) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return "";
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
  const std::uint64_t files = OpenFiles();
  const std::uint64_t most = MostConnections(connections, files);
  if (most >= connections) return "";
  return "the process may open " + std::to_string(files) + " files, so callers get " +
         std::to_string(most) + " connections and not the " + std::to_string(connections) +
         " of limits.connections: raise the limit (ulimit -n, LimitNOFILE=) or lower "
         "limits.connections";
}

}  // namespace

std::uint64_t OpenFiles() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return RLIM_INFINITY;
  return limit.rlim_cur;
}

std::uint64_t MostConnections(std::uint64_t wanted, std::uint64_t files) {
  if (files == RLIM_INFINITY) return wanted;
  const std::uint64_t shared = files > kOwn ? files - kOwn : 0;
  return std::clamp<std::uint64_t>(shared - shared / 4, 1, std::max<std::uint64_t>(wanted, 1));
}

std::string PrepareProcess(std::uint64_t connections, bool dev) {
  std::signal(SIGPIPE, SIG_IGN);
  if (!dev) {
    const rlimit none{0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
  }
  return RaiseOpenFiles(connections);
}

}  // namespace sallyport::app
