// The parts of a caller's multipart/form-data body, read off the exchange as they are asked for.
#pragma once

#include <string_view>

#include "pipeline/body_blocks.h"
#include "sallyport/http/multipart.h"
#include "sallyport/net/server_exchange.h"

namespace sallyport::pipeline {

/// Holds one buffer, whatever the size of the body. On its shard's thread; `exchange` and `blocks`
/// outlive it.
class FormReader {
 public:
  using Event = http::MultipartReader::Event;

  FormReader(net::ServerExchange& exchange, std::string_view boundary, BodyBlocks& blocks)
      : exchange_(exchange), reader_(boundary), buffer_(blocks.Take()) {}

  /// Never kNeedMore. kEnd comes when the whole body has been read, so that a body whose framing is
  /// broken is never taken for whole. Errors: malformed_request, those of the exchange.
  Task<Result<Event>> Next();
  [[nodiscard]] const http::PartHead& head() const { return reader_.head(); }
  /// Of kData; valid until the next call.
  [[nodiscard]] std::string_view data() const { return reader_.data(); }

 private:
  net::ServerExchange& exchange_;
  http::MultipartReader reader_;
  Block buffer_;
  bool ended_ = false;
};

}  // namespace sallyport::pipeline
