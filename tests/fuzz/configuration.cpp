// A configuration file, with environment variables in its lines that begin with SALLYPORT_.
// Whatever it says: no exception, each problem is one line that names its place, and what has no
// problem is within bounds.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "require.h"
#include "sallyport/base/strings.h"
#include "sallyport/config/options.h"
#include "sallyport/http/url.h"

using namespace sallyport;
using namespace sallyport::config;

namespace {

/// A file without a directory, the same one for every run.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("sallyport.yaml", MFD_CLOEXEC)) {
    if (descriptor_ < 0) std::abort();
  }
  std::string Write(std::string_view text) const {
    FUZZ_REQUIRE(ftruncate(descriptor_, 0) == 0);
    FUZZ_REQUIRE(pwrite(descriptor_, text.data(), text.size(), 0) ==
                 static_cast<ssize_t>(text.size()));
    return "/proc/self/fd/" + std::to_string(descriptor_);
  }

 private:
  int descriptor_;
};

void RequireUsable(const Options& options) {
  FUZZ_REQUIRE(!options.listen.empty() && !options.master_keys.empty());
  FUZZ_REQUIRE(http::ParseOrigin(options.public_url));
  FUZZ_REQUIRE(!options.data_dir.empty() && !options.admin_key_file.empty());
  FUZZ_REQUIRE(options.limits.request_head_bytes > 0 && options.limits.json_depth > 0);
  FUZZ_REQUIRE(options.limits.connections > 0 && options.limits.request_fields > 0);
  for (const std::string& origin : options.cors_origins) FUZZ_REQUIRE(http::ParseOrigin(origin));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const MemoryFile file;
  const std::string input(reinterpret_cast<const char*>(data), size);
  std::string yaml;
  std::vector<std::string> environment;
  for (const std::string_view line : Split(input, '\n')) {
    if (line.starts_with("SALLYPORT_")) {
      if (line.find('\0') == std::string_view::npos) environment.emplace_back(line);
    } else {
      yaml.append(line).push_back('\n');
    }
  }
  FlagOverrides flags;
  flags.config_file = file.Write(yaml);
  const LoadResult loaded = Load(flags, environment);
  for (const ConfigProblem& problem : loaded.problems) {
    FUZZ_REQUIRE(!problem.message.empty());
    FUZZ_REQUIRE(problem.ToString().find('\n') == std::string::npos);
  }
  if (loaded.problems.empty()) RequireUsable(loaded.options);
  return 0;
}
