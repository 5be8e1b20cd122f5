// Real servers as targets: httpbin, nginx with TLS, json-server. Each on a free port of loopback,
// polled until it answers, stopped by its own pid; the kernel stops it too when the test dies. A
// server that is not installed is an exception that names scripts/install-deps.sh, so that its
// tests fail instead of being passed over.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/temp_dir.h"

namespace sallyport::test {

/// A listening socket on 127.0.0.1, port picked by the system. Closes itself.
class ListeningSocket {
 public:
  ListeningSocket();
  ~ListeningSocket();
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  int descriptor_ = -1;
  std::uint16_t port_ = 0;
};

/// A child process; SIGTERM (SIGKILL after a while) when the object dies, SIGKILL by the kernel
/// when the test does.
class ServerProcess {
 public:
  struct Command {
    std::vector<std::string> words;        ///< the first is an absolute path
    std::vector<std::string> environment;  ///< "NAME=value", beside PATH
    std::string directory;                 ///< working directory; also gets output.log
    int inherit = -1;                      ///< a descriptor that the child sees as 3
  };
  explicit ServerProcess(const Command& command);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  [[nodiscard]] bool running();
  /// What it wrote to stdout and stderr.
  [[nodiscard]] std::string output() const;
  /// Waits until it answers connections on `port`. Throws, naming `name`, when it ends or does not.
  void AwaitListening(std::uint16_t port, const std::string& name);

  /// The first of the paths that exists. Throws when there is none.
  [[nodiscard]] static std::string Installed(const std::vector<std::string>& paths);

 private:
  pid_t pid_ = 0;
  std::string log_;
};

/// python3-httpbin under gunicorn, 4 threads.
class HttpbinServer {
 public:
  HttpbinServer();
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(socket_.port());
  }

 private:
  TempDir directory_;
  ListeningSocket socket_;
  std::unique_ptr<ServerProcess> process_;
};

/// A script of tests/npm that prints "listening <port>".
class NodeServer {
 public:
  /// `package` is the one that it needs.
  NodeServer(const std::string& script, const std::string& package,
             const std::vector<std::string>& arguments = {});
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string output() const { return process_->output(); }

 private:
  TempDir directory_;
  std::unique_ptr<ServerProcess> process_;
  std::uint16_t port_ = 0;
};

/// json-server of tests/npm over a database of its own.
class JsonServer {
 public:
  /// `database` is the JSON text to start with: {"posts":[...]}.
  explicit JsonServer(const std::string& database);
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(server_->port());
  }

 private:
  TempDir directory_;
  std::unique_ptr<NodeServer> server_;
};

struct NginxTlsOptions {
  std::string certificate_pem;  ///< chain of the server
  std::string key_pem;
  std::string client_ca_pem;  ///< not "": a client certificate of this CA is required
};

/// nginx over TLS. /whoami answers "<client DN>|<SNI>|<authorization>", everything else "hello over
/// TLS".
class NginxTlsServer {
 public:
  explicit NginxTlsServer(const NginxTlsOptions& options);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// What nginx logged; for messages of failed tests.
  [[nodiscard]] std::string output() const { return process_->output(); }

 private:
  TempDir directory_;
  std::uint16_t port_;  ///< was free a moment ago: nginx cannot pick one itself
  std::unique_ptr<ServerProcess> process_;
};

}  // namespace sallyport::test
