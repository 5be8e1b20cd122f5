// What the kernel knows of this process.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sallyport::observe {

struct ProcessStats {
  double cpu_seconds = 0;
  std::uint64_t virtual_bytes = 0, resident_bytes = 0, threads = 0, open_descriptors = 0,
                most_descriptors = 0;
};

/// Reads /proc/self; what cannot be read stays 0.
[[nodiscard]] ProcessStats ReadProcessStats();

/// The fields of /proc/<pid>/stat (proc(5)) that are wanted; nullopt when the text is another.
/// The name in parentheses may hold blanks and parentheses itself.
struct StatFields {
  std::uint64_t user_ticks = 0, system_ticks = 0, threads = 0, virtual_bytes = 0,
                resident_pages = 0;
};
[[nodiscard]] std::optional<StatFields> ParseStat(std::string_view text);

}  // namespace sallyport::observe
