// The validated settings of the whole process (contract section 1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/clock.h"
#include "sallyport/base/ip_address.h"
#include "sallyport/base/result.h"
#include "sallyport/net/egress.h"
#include "sallyport/net/server.h"
#include "sallyport/observe/log.h"

namespace sallyport::config {

struct MasterKeyFile {
  std::string id;
  std::string file;  ///< resolved: see Load()
  friend bool operator==(const MasterKeyFile&, const MasterKeyFile&) = default;
};

struct Limits {
  std::uint64_t request_head_bytes = 16384, request_fields = 100, target_bytes = 8192;
  std::uint64_t api_body_bytes = 10ULL * 1024 * 1024, proxy_body_bytes = 0,
                target_head_bytes = 65536;
  std::uint64_t envelope_bytes = 32ULL * 1024 * 1024, decode_ratio = 100, json_depth = 64,
                connections = 10000;
  /// Calls in flight, and per second; 0 = no limit.
  std::uint64_t caller_calls = 0, caller_rate = 0, resource_calls = 0, resource_rate = 0;
  friend bool operator==(const Limits&, const Limits&) = default;
};

/// Milliseconds.
struct Timeouts {
  std::uint64_t request_head = 15000, body_idle = 30000, dns = 5000, connect = 5000, tls = 10000,
                first_byte = 30000, total = 60000, token = 10000, idle_caller = 60000,
                idle_target = 30000, drain_grace = 0, drain = 30000;
  friend bool operator==(const Timeouts&, const Timeouts&) = default;
};

struct Options {
  std::vector<net::Endpoint> listen;
  std::vector<net::Endpoint> ops_listen;
  std::string public_url = "http://127.0.0.1:8080";  ///< an origin, without a slash at its end
  bool public_url_given = false;                     ///< else --dev takes the port that was bound
  std::string data_dir = "./data";
  std::vector<MasterKeyFile> master_keys;
  std::string admin_key_file = "admin.key";  ///< resolved: see Load()
  std::uint64_t threads = 0;
  net::EgressOptions egress;
  std::vector<IpBlock> trusted_proxies;
  std::string user_header;  ///< "" = none
  bool confirm_login = true;
  std::vector<std::string> cors_origins;
  Limits limits;
  Timeouts timeouts;
  observe::LogOptions log;
  bool dev = false;
};

/// What is wrong, and where it came from: "sallyport.yaml:12", "SALLYPORT_LOG__LEVEL", "--listen".
struct ConfigProblem {
  std::string where;    ///< "" when no single place is to blame
  std::string message;  ///< names the key and the fix
  /// One line: "sallyport.yaml:12: log.level: ..."; control bytes as \xNN.
  [[nodiscard]] std::string ToString() const;
};

/// Flags that override everything, and what the process found at its start.
struct FlagOverrides {
  std::optional<std::string> config_file;
  std::vector<std::string> listen;
  std::optional<std::string> data_dir;
  bool dev = false;
  /// stderr is a terminal: the default of log.format is `text` then.
  bool on_terminal = false;
};

struct LoadResult {
  Options options;
  std::vector<ConfigProblem> problems;  ///< empty = usable
};

/// Built-in default < YAML < environment SALLYPORT_SECTION__KEY < flag. Reports every problem at
/// once.
///
/// - Sizes are bytes, or a text with a unit: KiB, MiB, GiB (1024) or kB, MB, GB (1000).
/// - Times are milliseconds, or a text with a unit: ms, s, m, h.
/// - Lists in the environment are separated by commas, or a YAML flow list ("[a, b]");
///   `master_keys` is a YAML flow list of objects.
/// - Relative paths: `data_dir` against the working directory, key files against the directory of
///   the config file, without one against the working directory. With --dev, key files that
///   nobody names are in data_dir.
/// - Variables that Kubernetes makes for a service of the name "sallyport" are passed over
///   (SALLYPORT_SERVICE_HOST, SALLYPORT_PORT_8080_TCP, ...).
///
/// `environment` is "NAME=value" strings, injected.
[[nodiscard]] LoadResult Load(const FlagOverrides& flags,
                              const std::vector<std::string>& environment);

/// Every key, dotted ("limits.json_depth"), in the order of the contract.
[[nodiscard]] std::vector<std::string> AllKeys();

}  // namespace sallyport::config
