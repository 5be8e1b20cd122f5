// A target that a test scripts byte by byte and that remembers every byte it was sent.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/socket_io.h"

namespace sallyport::test {

/// One accepted connection, on a thread of its own.
class TargetConnection {
 public:
  TargetConnection(int descriptor, std::function<void(std::string_view)> remember);

  /// The bytes up to and with the blank line; "" when the peer closed before. What came behind it
  /// is kept for ReadBody.
  std::string ReadHead();
  /// Exactly `size` bytes of body, fewer when the peer closes.
  std::string ReadBody(std::size_t size);
  /// What is there next, at most `size` bytes; "" when the peer closed.
  std::string ReadSome(std::size_t size = 65536);
  /// Like ReadSome, but not remembered: for bodies too large to keep.
  std::string TakeSome(std::size_t size = 65536);
  /// Reads and counts, without remembering, until the peer closes or `size` bytes came.
  std::uint64_t Discard(std::uint64_t size);
  /// False when the peer is gone.
  bool Send(std::string_view bytes);
  /// RST instead of FIN when the connection ends.
  void ResetAtEnd();

 private:
  int descriptor_;
  ReadAhead ahead_;
};

class ScriptedTarget {
 public:
  using Serve = std::function<void(TargetConnection&)>;
  /// `serve` runs once per connection, on its own thread; the connection is closed when it returns.
  explicit ScriptedTarget(Serve serve);
  /// Closes everything and waits for the threads.
  ~ScriptedTarget();
  ScriptedTarget(const ScriptedTarget&) = delete;
  ScriptedTarget& operator=(const ScriptedTarget&) = delete;

  /// Answers every request on a keep-alive connection with `answer` (a whole response).
  static Serve Always(std::string answer);

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] int connections() const;
  /// All bytes of all connections but those that were discarded.
  [[nodiscard]] std::string received() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sallyport::test
