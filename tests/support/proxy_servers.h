// Other people's HTTP proxies, to stand before and behind the gateway. Each passes what is below
// one path on to one server and answers 403 to everything else.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "support/target_servers.h"

namespace sallyport::test {

enum class ProxyKind { kNginx, kHaproxy, kCaddy };
[[nodiscard]] std::string NameOf(ProxyKind kind);

class ProxyServer {
 public:
  /// Passes paths that start with `prefix` ("/proxy/t/") on, as they are, to 127.0.0.1:`to_port`,
  /// over connections that it keeps. Throws when the program is not installed.
  ProxyServer(ProxyKind kind, const std::string& prefix, std::uint16_t to_port);

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  /// What it logged; for messages of failed tests.
  [[nodiscard]] std::string output() const { return process_->output(); }

 private:
  TempDir directory_;
  std::uint16_t port_;  ///< was free a moment ago: not all of them can pick one
  std::unique_ptr<ServerProcess> process_;
};

}  // namespace sallyport::test
