#include "observe/process_stats.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

#include "sallyport/base/strings.h"

namespace sallyport::observe {
namespace {

std::string ReadAll(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::uint64_t CountOpenDescriptors() {
  std::error_code error;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator entry("/proc/self/fd", error), end;
       !error && entry != end; entry.increment(error)) {
    ++count;
  }
  return count > 0 ? count - 1 : 0;  // not the one of this directory
}

}  // namespace

std::optional<StatFields> ParseStat(std::string_view text) {
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 > text.size()) return std::nullopt;
  const std::vector<std::string_view> words = Split(Trim(text.substr(name_end + 2)), ' ');
  constexpr std::size_t kFirst = 3;  // words[0] is field 3 of proc(5)
  const auto field = [&](std::size_t number) { return ParseUnsigned(words[number - kFirst]); };
  constexpr std::size_t kLastUsed = 24;
  if (words.size() < kLastUsed - kFirst + 1) return std::nullopt;
  const auto user = field(14), system = field(15), threads = field(20), bytes = field(23),
             pages = field(24);
  if (!user || !system || !threads || !bytes || !pages) return std::nullopt;
  return StatFields{*user, *system, *threads, *bytes, *pages};
}

ProcessStats ReadProcessStats() {
  ProcessStats stats;
  if (const auto fields = ParseStat(ReadAll("/proc/self/stat"))) {
    stats.cpu_seconds = static_cast<double>(fields->user_ticks + fields->system_ticks) /
                        static_cast<double>(sysconf(_SC_CLK_TCK));
    stats.virtual_bytes = fields->virtual_bytes;
    stats.resident_bytes =
        fields->resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    stats.threads = fields->threads;
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) stats.most_descriptors = limit.rlim_cur;
  stats.open_descriptors = CountOpenDescriptors();
  return stats;
}

}  // namespace sallyport::observe
