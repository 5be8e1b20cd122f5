// A target that takes uploads of any size and tells what arrived, without keeping it. Reads bodies
// by its own code.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "support/scripted_target.h"

namespace sallyport::test {

/// FNV-1a, 64 bits, piece by piece.
class Digest {
 public:
  void Add(std::string_view bytes);
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};
[[nodiscard]] std::uint64_t DigestOf(std::string_view bytes);

/// One part of a multipart body, or a whole body of another type.
struct ReceivedPart {
  std::string head;  ///< field lines of the part, "" for a whole body
  std::uint64_t size = 0;
  std::uint64_t digest = 0;
  std::string front;  ///< the first 64 bytes
};

struct ReceivedUpload {
  std::string head;  ///< request line and fields
  std::vector<ReceivedPart> parts;
  bool complete = false;  ///< the body came to its end
};

/// Answers each upload with 200 and {"ok":true}.
class UploadTarget {
 public:
  UploadTarget();
  [[nodiscard]] std::string url() const { return target_->url(); }
  [[nodiscard]] int connections() const { return target_->connections(); }
  /// Ended ones, whole or cut, in order.
  [[nodiscard]] std::vector<ReceivedUpload> uploads() const;

 private:
  void Serve(TargetConnection& connection);

  mutable std::mutex mutex_;
  std::vector<ReceivedUpload> uploads_;
  std::unique_ptr<ScriptedTarget> target_;  ///< last: its threads use the others
};

}  // namespace sallyport::test
