// Runs the real binary in a directory of its own, on a port that the system picks, and stops it by
// its pid.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/temp_dir.h"
#include "support/wait_until.h"

namespace sallyport::test {

/// A fresh, good master key, base64.
inline constexpr std::string_view kTestMasterKey = "OcOrkf3fyWwoWkliqcjZgFIiAjCg7QM7fwwetRPfvas=";
inline constexpr std::string_view kTestAdminKey = "spk_test-admin-key-of-the-harness-0123456789";

struct CommandResult {
  int exit_code = -1;  ///< 128 + n when it died of signal n; -1 when the time was over
  std::string out;
  std::string err;
};

/// Runs `sallyport ARGUMENTS...` to its end. The environment is empty but for PATH and
/// `environment` ("NAME=value").
[[nodiscard]] CommandResult RunSallyport(
    const std::vector<std::string>& arguments, const std::vector<std::string>& environment = {},
    const std::string& working_directory = "",
    std::chrono::milliseconds limit = std::chrono::seconds(30));

struct GatewayOptions {
  /// YAML. The harness adds the lines for `listen` (127.0.0.1:0), `data_dir`, `master_keys`,
  /// `admin_key_file`, `threads` (2) and `public_url` where the text has no such top-level key.
  std::string config;
  std::vector<std::string> arguments;    ///< after "serve --config FILE"
  std::vector<std::string> environment;  ///< "NAME=value"
  std::string directory;                 ///< "" = a new one that goes away with the object
  bool with_config_file = true;          ///< false: `serve` with `arguments` only (for --dev)
  std::chrono::milliseconds start_limit = std::chrono::seconds(20);
};

/// Not thread-safe, but for what it reads from the child in the background.
class GatewayProcess {
 public:
  /// Writes the files (master.key, admin.key, sallyport.yaml); starts nothing.
  explicit GatewayProcess(GatewayOptions options);
  /// Kills what still runs.
  ~GatewayProcess();
  GatewayProcess(const GatewayProcess&) = delete;
  GatewayProcess& operator=(const GatewayProcess&) = delete;

  /// True once it is ready (GET /readyz is 200); false when it ended or did not start in time.
  /// Returns false too when it exits (see exit_code(), stderr_text()). May be called again after an
  /// end: a restart on the same directory.
  bool Start();

  [[nodiscard]] std::string base_url() const;  ///< "http://127.0.0.1:41234"
  [[nodiscard]] std::string ops_url() const;   ///< of ops_listen, "" without
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string admin_key() const;  ///< of admin.key (in data_dir with --dev)
  [[nodiscard]] std::string directory() const { return directory_; }
  [[nodiscard]] std::string data_dir() const { return directory_ + "/data"; }
  [[nodiscard]] std::string config_file() const { return directory_ + "/sallyport.yaml"; }
  /// Replaces the configuration file (for SIGHUP or a restart), completed as in the constructor.
  void WriteConfig(const std::string& config);

  [[nodiscard]] pid_t pid() const;  ///< 0 when it does not run
  void Signal(int number) const;
  /// SIGTERM, then waits; the exit code (SIGKILL after `limit`).
  int Stop(std::chrono::milliseconds limit = std::chrono::seconds(20));
  void Kill();  ///< SIGKILL, then waits
  /// The exit code (128 + n for signal n), nullopt while it runs.
  [[nodiscard]] std::optional<int> exit_code();
  /// Waits for the end.
  std::optional<int> WaitExit(std::chrono::milliseconds limit);

  [[nodiscard]] std::string stderr_text() const;
  [[nodiscard]] std::string stdout_text() const;
  [[nodiscard]] std::vector<std::string> stderr_lines() const;
  /// Waits until `text` has appeared on stderr `times` times.
  bool WaitForStderr(std::string_view text, std::chrono::milliseconds limit, int times = 1) const;

  [[nodiscard]] std::uint64_t resident_bytes() const;  ///< VmRSS of /proc/<pid>/status
  [[nodiscard]] std::uint64_t peak_bytes() const;      ///< VmHWM: the most that was ever resident
  [[nodiscard]] double cpu_seconds() const;            ///< user and system time so far
  [[nodiscard]] std::size_t open_descriptors() const;  ///< of /proc/<pid>/fd

 private:
  [[nodiscard]] std::string ListeningUrl(std::string_view door) const;
  [[nodiscard]] bool WaitReady(std::chrono::steady_clock::time_point limit);

  GatewayOptions options_;
  std::unique_ptr<TempDir> own_directory_;
  std::string directory_;
  std::unique_ptr<class ChildProcess> child_;
  std::string base_url_, ops_url_;
};

}  // namespace sallyport::test
