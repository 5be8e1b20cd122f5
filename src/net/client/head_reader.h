// Reads the head of an answer, past the 1xx ones.
#pragma once

#include <cstddef>
#include <span>

#include "net/client/channel.h"
#include "sallyport/base/block_pool.h"
#include "sallyport/http/message_head.h"
#include "sallyport/net/upstream.h"

namespace sallyport::net {

/// As large as a relay's buffer: the head brings as much of the body along.
inline constexpr std::size_t kHeadBlockBytes = 64 * 1024;

/// The head, and the bytes that came with it. The views of `head` point into `buffer`.
struct ReceivedHead {
  Block buffer;
  http::ResponseHead head;
  std::span<char> rest;        ///< received behind the head
  bool filled_buffer = false;  ///< the last receive: more has probably arrived
};

/// first_byte covers everything to the end of the final head. Errors: first_byte_timeout,
/// upstream_reset (retryable if no byte came), upstream_protocol_error, upstream_too_large,
/// tls_failed (an alert), upstream_timeout (the request is not taken), and the error of the
/// request's source. `channel` outlives the call, `blocks`, of kHeadBlockBytes, the answer too.
Task<Result<ReceivedHead>> ReadHead(const Channel& channel, UpstreamOptions options,
                                    BlockPool& blocks);

}  // namespace sallyport::net
