// Request bodies on their way to the target; that of a pass-through call under
// limits.proxy_body_bytes.
#pragma once

#include <cstdint>
#include <span>

#include "sallyport/base/result.h"
#include "sallyport/http/message_head.h"
#include "sallyport/net/server_exchange.h"
#include "sallyport/net/upstream.h"

namespace sallyport::pipeline {

/// payload_too_large, naming the limit and its setting.
[[nodiscard]] Error TooLarge(std::string_view setting, std::uint64_t limit);

/// unsupported_media_type for a body that has a coding: what the gateway reads itself must come
/// as it is. Nothing to say where no body comes.
[[nodiscard]] Result<void> JudgeCoding(const http::RequestHead& head);

/// A body that is streamed.
class Upload : public net::BodySource {
 public:
  /// Bytes given out so far: a body in motion.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 protected:
  std::uint64_t bytes_ = 0;
};

/// Streams; holds nothing. `exchange` outlives it. A body that turns out too large ends in
/// payload_too_large, which cuts the target's connection before its request is complete.
class CallerBody final : public Upload {
 public:
  /// `limit` in bytes, 0 = none.
  CallerBody(net::ServerExchange& exchange, std::uint64_t limit)
      : exchange_(exchange), limit_(limit) {}

  Task<Result<std::size_t>> Read(std::span<char> buffer) override;

 private:
  net::ServerExchange& exchange_;
  std::uint64_t limit_;
};

}  // namespace sallyport::pipeline
