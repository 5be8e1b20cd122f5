// Collects the body of an answer for an envelope, content codings undone while it comes. Pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/http/content_coding.h"

namespace sallyport::pipeline {

/// Feed it every piece, then Finish(), then Take(). Codings are undone from the last one named to
/// the first. When one of them is unknown, or there are more than five, none is: the body stays as
/// it came and is shown as base64. An empty body is fine whatever its coding (HEAD, 204, 304).
class BodyDecoder {
 public:
  /// `content_encoding`: the field's value; several fields joined by commas. "" for none.
  BodyDecoder(std::string_view content_encoding, http::DecodeLimits limits);

  /// Errors: decode_failed, upstream_too_large (a body that is not encoded or stays so, too).
  [[nodiscard]] Result<void> Feed(std::string_view piece);
  /// decode_failed when the body ends before its coding does.
  [[nodiscard]] Result<void> Finish();
  /// The decoded body. Once, after Finish().
  [[nodiscard]] std::string Take() { return std::move(body_); }

  /// Was a coding left in place? For EnvelopeParts::left_encoded.
  [[nodiscard]] bool left_encoded() const { return left_encoded_; }
  /// After Finish(): why, for EnvelopeParts::warnings; "" when nothing was left, or no body came.
  [[nodiscard]] const std::string& warning() const { return warning_; }

 private:
  std::vector<std::unique_ptr<http::ContentDecoder>> decoders_;  ///< in the order of undoing
  std::vector<std::string> between_;  ///< what one decoder hands to the next; kept for its memory
  std::string body_;
  std::string warning_;
  bool left_encoded_ = false;
  bool started_ = false;  ///< did any byte come?
};

}  // namespace sallyport::pipeline
