// A blocking client that sends exactly the bytes it is given, and tells how the connection ended.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::test {

/// Every wait ends after `patience`. Throws std::runtime_error when it cannot connect.
class RawClient {
 public:
  static constexpr std::chrono::milliseconds kPatience{5000};

  static RawClient Tcp(std::uint16_t port);  ///< on 127.0.0.1
  static RawClient Unix(const std::string& path);
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;
  ~RawClient();

  /// False when the peer took not everything.
  bool Send(std::string_view bytes);
  /// Everything up to and with `marker`; less when the connection ended or patience did.
  std::string ReadUntil(std::string_view marker);
  /// Exactly `count` bytes, or less as above.
  std::string ReadBytes(std::size_t count);
  /// Everything up to the end of the connection.
  std::string ReadToEnd();
  /// Head and body by Content-Length or chunked coding (kept as it is on the wire); `bodyless` for
  /// answers to HEAD.
  std::string ReadAnswer(bool bodyless);
  std::string ReadAnswer() { return ReadAnswer(false); }

  void HalfClose();
  /// Closes with RST.
  void Reset();
  void Close();
  /// A small receive window; call it before the peer has much to send.
  void ShrinkReceiveBuffer(int bytes);

  enum class End : std::uint8_t { kOpen, kClosed, kReset, kOutOfPatience };
  /// What the last read met.
  [[nodiscard]] End end() const { return end_; }

 private:
  explicit RawClient(int descriptor) : descriptor_(descriptor) {}
  /// Reads once into buffer_. False at an end.
  bool Fill();
  std::string Take(std::size_t count);

  int descriptor_;
  std::string buffer_;
  End end_ = End::kOpen;
};

}  // namespace sallyport::test
