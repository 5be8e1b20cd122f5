// Walks once over a raw head, line by line. Shared by the judges of requests and of answers, so
// that both read fields alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/byte_set.h"
#include "http/head_flaw.h"
#include "sallyport/http/message_head.h"

namespace sallyport::http {

/// What the fields that decide about framing and the connection say. Collected while the fields go
/// by, judged afterwards.
struct KnownFields {
  std::string_view host;
  std::string_view content_length;
  std::string_view transfer_encoding;
  std::size_t host_count = 0;
  std::size_t content_length_count = 0;
  std::size_t transfer_encoding_count = 0;
  bool close = false;       ///< Connection: close
  bool keep_alive = false;  ///< Connection: keep-alive
  bool upgrade_option = false;
  bool upgrade_field = false;
  bool expect_continue = false;
};

/// No byte is looked at beyond the last LF: no set of bytes above holds LF, so every run stops at
/// it, and no step goes past it but EndLine.
class HeadReader {
 public:
  /// Precondition: the last byte of `raw` is LF.
  explicit HeadReader(std::string_view raw)
      : position_(raw.data()), end_(raw.data() + raw.size()) {}

  [[nodiscard]] bool at_end() const { return position_ == end_; }
  [[nodiscard]] std::size_t line() const { return line_; }
  /// Precondition: !at_end().
  [[nodiscard]] char Peek() const { return *position_; }
  /// Steps over `byte` (never LF) if it is next.
  [[nodiscard]] bool Skip(char byte) {
    if (*position_ != byte) return false;
    ++position_;
    return true;
  }
  /// The longest run of bytes of `set` that starts here; may be empty.
  [[nodiscard]] std::string_view Take(const ByteSet& set) {
    const char* const begin = position_;
    const char* next = begin;
    while (set.Has(*next)) ++next;
    position_ = next;
    return {begin, static_cast<std::size_t>(next - begin)};
  }
  /// Take(kValueBytes), eight bytes at a time: values are most of a head.
  [[nodiscard]] std::string_view TakeValue();
  /// Steps over CR LF. kBareCr or kBareLf for half of it, `otherwise` for any other byte.
  [[nodiscard]] Flaw EndLine(Flaw otherwise);
  /// Every field line up to and with the empty line that must end `raw`.
  [[nodiscard]] Flaw ReadFields(std::size_t limit, FieldViews& fields, KnownFields& known);

 private:
  [[nodiscard]] Flaw ReadField(FieldView& field);
  [[nodiscard]] Flaw NameFlaw(bool empty) const;

  const char* position_;
  const char* end_;
  std::size_t line_ = 1;
};

/// How the fields delimit a body, whoever sent them.
struct FramingVerdict {
  bool chunked = false;
  bool has_length = false;
  std::uint64_t length = 0;
};
[[nodiscard]] Flaw JudgeFraming(const KnownFields& known, bool http_1_0, FramingVerdict& verdict);

/// Does the sender want to keep the connection (RFC 9112 §9.3)? `close` beats `keep-alive`.
[[nodiscard]] bool WantsKeepAlive(const KnownFields& known, bool http_1_0);

/// "HTTP/1.1" and "HTTP/1.0" pass, another version is kVersion, what is no version at all
/// `otherwise`.
[[nodiscard]] Flaw JudgeVersion(std::string_view version, Flaw otherwise, bool& http_1_0);

}  // namespace sallyport::http
