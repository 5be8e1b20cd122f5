// The validated settings of the whole process (contract section 1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
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
  std::string file;
};

struct Limits {
  std::uint64_t request_head_bytes = 16384, request_fields = 100, target_bytes = 8192;
  std::uint64_t api_body_bytes = 10ULL * 1024 * 1024, proxy_body_bytes = 0,
                target_head_bytes = 65536;
  std::uint64_t envelope_bytes = 32ULL * 1024 * 1024, decode_ratio = 100, json_depth = 64,
                connections = 10000;
};

/// Milliseconds.
struct Timeouts {
  std::uint64_t request_head = 15000, body_idle = 30000, dns = 5000, connect = 5000, tls = 10000,
                first_byte = 30000, total = 60000, token = 10000, idle_caller = 60000,
                idle_target = 30000, drain_grace = 0, drain = 30000;
};

struct Options {
  std::vector<net::Endpoint> listen;
  std::vector<net::Endpoint> ops_listen;
  std::string public_url = "http://127.0.0.1:8080";
  std::string data_dir = "./data";
  std::vector<MasterKeyFile> master_keys;
  std::string admin_key_file = "admin.key";
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

/// Where a setting came from, for messages: "sallyport.yaml:12", "SALLYPORT_LOG__LEVEL",
/// "--listen".
struct ConfigProblem {
  std::string where;
  std::string message;  ///< names the key and the fix
};

/// Flags that override everything.
struct FlagOverrides {
  std::optional<std::string> config_file;
  std::vector<std::string> listen;
  std::optional<std::string> data_dir;
  bool dev = false;
};

struct LoadResult {
  Options options;
  std::vector<ConfigProblem> problems;  ///< empty = usable
};

/// Built-in default < YAML < environment SALLYPORT_SECTION__KEY < flag. Reports every problem at
/// once. Relative paths: `data_dir` against the working directory, key files against the directory
/// of the config file (else data_dir when --dev). `environment` is "NAME=value" strings, injected.
[[nodiscard]] LoadResult Load(const FlagOverrides& flags,
                              const std::vector<std::string>& environment);

}  // namespace sallyport::config
