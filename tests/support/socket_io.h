// Blocking reads and writes of tests' sockets, and the bytes that came before they were asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::test {

/// A connected socket to 127.0.0.1:`port`, the caller's to close; -1 when nobody listens.
int ConnectLoopback(std::uint16_t port);
/// What is there next, at most `size` bytes. "" when the peer closed or reset, and when the
/// socket's own time limit passed.
std::string Receive(int descriptor, std::size_t size);
/// False when the peer is gone.
bool SendAll(int descriptor, std::string_view bytes);
/// Both directions give up after `seconds`: a stalled peer fails its test instead of hanging it.
void LimitWaits(int descriptor, long seconds);
/// RST instead of FIN when the descriptor is closed.
void ResetAtClose(int descriptor);

/// Cuts heads and pieces off a stream of bytes.
class ReadAhead {
 public:
  /// The next bytes of the stream, "" at its end.
  using Source = std::function<std::string()>;
  explicit ReadAhead(Source source) : source_(std::move(source)) {}

  /// Up to and with the blank line; "" when the stream ends before. Bytes behind it are kept.
  std::string Head();
  /// At most `size` bytes, of those that are kept before any of the source.
  std::string Some(std::size_t size);
  /// `size` bytes, fewer when the stream ends.
  std::string Exactly(std::size_t size);
  std::string ToEnd();
  /// At most `size` bytes of those that are kept, without asking the source.
  std::string Kept(std::size_t size);

 private:
  bool Fill();

  Source source_;
  std::string kept_;
};

}  // namespace sallyport::test
