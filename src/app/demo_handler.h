// The echo API behind `sallyport demo-target`.
#pragma once

#include <string>

#include "sallyport/net/server_exchange.h"

namespace sallyport::app {

/// - /echo (and every other path): method, path, query, headers and body as JSON
/// - /status/{n}: an answer with that status (200 to 599)
/// - /bytes/{n}: n bytes of 'x', at most 1 GiB
/// - /stream: ten lines of JSON, chunked
/// One per shard.
class DemoHandler final : public net::Handler {
 public:
  Task<void> Handle(net::ServerExchange& exchange) override;
  Task<void> HandleBadHead(net::ServerExchange& exchange, Error error) override;
};

}  // namespace sallyport::app
