// Reads and writes multipart/form-data bodies (RFC 7578, RFC 2046 §5.1). Sans-I/O: bytes in, events
// out; nothing of a part's content is held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sallyport/base/result.h"

namespace sallyport::http {

/// The boundary of a multipart/form-data media type; malformed_request (what is missing, and that
/// the client should make the field itself) for one without, nullopt for another media type.
[[nodiscard]] Result<std::optional<std::string>> MultipartBoundary(std::string_view content_type);

/// Content-Disposition and Content-Type of one part. The reader gives names in UTF-8 (other bytes
/// are taken for Latin-1); %22, %0D and %0A in them are decoded (browsers escape so), other
/// percent signs stay; filename* (RFC 8187) wins over filename.
struct PartHead {
  std::string name;
  std::optional<std::string> filename;
  std::string content_type;  ///< "" when absent
};

/// Feed it and take events until it asks for more:
///   while (true) { event = reader.Next(); if kNeedMore: Feed(bytes), or Finish() at the end }
/// Linear time. Between two feeds it holds a started delimiter or a started header block, no more.
///
/// Lines end in CR LF: a bare LF in a header block or after a delimiter is refused. Text that only
/// starts like the delimiter ("--boundary" and more on one line) is content.
class MultipartReader {
 public:
  enum class Event : std::uint8_t {
    kNeedMore,  ///< all that was fed is used up
    kPart,      ///< a part begins: head() is valid until the next kPart
    kData,      ///< content: data() is valid until the next call
    kPartEnd,
    kEnd  ///< the closing delimiter; what follows (epilogue) is ignored
  };
  /// `head_limit`: bytes of one part's header block, its empty line included.
  explicit MultipartReader(std::string_view boundary, std::size_t head_limit = 8192);

  /// `bytes` must stay until Next() says kNeedMore. Precondition: it has said so (or nothing was
  /// fed yet), or kEnd.
  void Feed(std::string_view bytes) { input_ = bytes; }
  /// No more bytes come: Next() is then kEnd or an error.
  void Finish() { finished_ = true; }
  /// malformed_request, with what is wrong: no delimiter, a head too large or without a name, a
  /// body cut before its closing delimiter. An error stays.
  [[nodiscard]] Result<Event> Next();
  [[nodiscard]] const PartHead& head() const { return head_; }
  [[nodiscard]] std::string_view data() const { return data_; }

 private:
  enum class State : std::uint8_t { kPreamble, kHead, kContent, kPartOver, kEnd, kFailed };
  enum class Tail : std::uint8_t { kNeedMore, kPart, kEnd, kContent, kBareLf };

  Result<Event> Scan();
  Result<Event> TakeDelimiter(Tail tail);
  Result<Event> TakeHead();
  Event GiveData(std::string_view data);
  Event GiveStartedDelimiter();
  Event GiveContent();
  Tail TakeTail();
  Error Fail(const std::string& what);

  PartHead head_;
  std::string_view data_;
  std::string delimiter_;  ///< CR LF "--" boundary
  std::size_t head_limit_;
  State state_ = State::kPreamble;
  bool closed_ = false;      ///< kPartOver: the delimiter was the closing one
  bool finished_ = false;    ///< no more bytes come
  std::size_t matched_ = 2;  ///< bytes of delimiter_ seen so far
  /// How many of these were never content: the line end before the first delimiter need not be
  /// there, and that of a part without content is its head's.
  std::size_t implied_ = 2;
  std::string tail_;  ///< what came after the whole delimiter: blanks, "-", CR
  std::string held_;  ///< given as data, and no longer in what was fed
  std::string head_bytes_;
  std::string_view input_;
};

/// Looks for a text in content that passes in pieces, however it is cut. Holds less than the text.
class TextWatch {
 public:
  /// Precondition: `text` is not empty.
  explicit TextWatch(std::string text) : text_(std::move(text)) {}
  /// Has the text shown up with this piece? The pieces before it count.
  [[nodiscard]] bool Sees(std::string_view piece);

 private:
  std::string text_;
  std::string tail_;  ///< the last bytes of the pieces so far
};

/// The head of one outgoing part: "--boundary CRLF Content-Disposition: ... CRLF CRLF". In names
/// and file names, quotes and control bytes are percent-encoded as browsers do, and a backslash is
/// doubled: whatever they hold, they stay one field. `content_type` "" for none; unsafe_value when
/// it is no field value.
[[nodiscard]] Result<std::string> WritePartHead(std::string_view boundary, const PartHead& head);
/// CR LF, which must follow the content of every part.
[[nodiscard]] std::string_view PartContentEnd();
/// "--boundary-- CRLF", after the last part.
[[nodiscard]] std::string WritePartsEnd(std::string_view boundary);

}  // namespace sallyport::http
