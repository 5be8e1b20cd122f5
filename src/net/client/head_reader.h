// Reads the head of an answer, past the 1xx ones.
#pragma once

#include <cstddef>
#include <span>

#include "net/client/channel.h"
#include "net/client/head_blocks.h"
#include "sallyport/http/message_head.h"
#include "sallyport/net/upstream.h"

namespace sallyport::net {

/// The head, and the bytes that came with it. The views of `head` point into `buffer`.
struct ReceivedHead {
  HeadBlocks::Block buffer;
  http::ResponseHead head;
  std::span<char> rest;        ///< received behind the head
  bool filled_buffer = false;  ///< the last receive: more has probably arrived
};

/// first_byte covers everything to the end of the final head. Errors: first_byte_timeout,
/// upstream_reset (retryable if no byte came), upstream_protocol_error, upstream_too_large,
/// tls_failed (an alert), upstream_timeout (the request is not taken), and the error of the
/// request's source. `channel` and `blocks` outlive the call.
Task<Result<ReceivedHead>> ReadHead(const Channel& channel, UpstreamOptions options,
                                    HeadBlocks& blocks);

}  // namespace sallyport::net
