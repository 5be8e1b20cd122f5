// Reads a multipart/form-data body (RFC 7578, RFC 2046 §5.1) piece by piece. Sans-I/O: bytes in,
// events out; nothing of a part's content is held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sallyport/base/result.h"

namespace sallyport::http {

/// The boundary of a multipart/form-data media type; malformed_request (what is missing, and that
/// the client should make the field itself) for one without, nullopt for another media type.
[[nodiscard]] Result<std::optional<std::string>> MultipartBoundary(std::string_view content_type);

/// Content-Disposition and Content-Type of one part. `filename` as browsers send it:
/// percent-encoded quotes and line ends of the name are decoded (WHATWG), filename* (RFC 5987)
/// wins.
struct PartHead {
  std::string name;
  std::optional<std::string> filename;
  std::string content_type;  ///< "" when absent
};

/// Feed it and take events until it asks for more:
///   while (true) { event = reader.Next(); if kNeedMore: Feed(bytes), or Finish() at the end }
class MultipartReader {
 public:
  enum class Event : std::uint8_t {
    kNeedMore,  ///< all that was fed is used up
    kPart,      ///< a part begins: head() is valid until the next kPart
    kData,      ///< content: data() is valid until the next call
    kPartEnd,
    kEnd  ///< the closing delimiter; what follows (epilogue) is ignored
  };
  /// `head_limit`: bytes of one part's header block.
  explicit MultipartReader(std::string_view boundary, std::size_t head_limit = 8192);

  /// `bytes` must stay until Next() says kNeedMore. Precondition: it has said so (or nothing was
  /// fed yet).
  void Feed(std::string_view bytes);
  /// No more bytes come: Next() is then kEnd or an error.
  void Finish();
  /// malformed_request, with what is wrong: no delimiter, a head too large or without a name, a
  /// body cut before its closing delimiter.
  [[nodiscard]] Result<Event> Next();
  [[nodiscard]] const PartHead& head() const { return head_; }
  [[nodiscard]] std::string_view data() const { return data_; }

 private:
  PartHead head_;
  std::string_view data_;
  // The rest is the implementation's.
};

/// The head of one outgoing part: "--boundary CRLF Content-Disposition: ... CRLF CRLF". Names and
/// file names are escaped as browsers do (WHATWG multipart/form-data encoding): whatever they hold,
/// they stay one field. `content_type` "" for none; unsafe_value when it is no field value.
[[nodiscard]] Result<std::string> WritePartHead(std::string_view boundary, const PartHead& head);
[[nodiscard]] std::string WritePartsEnd(std::string_view boundary);

}  // namespace sallyport::http
