// One request on its way through the stages: each stage fills its part or stops it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/call_tokens.h"
#include "pipeline/caller_body.h"
#include "pipeline/route.h"
#include "pipeline/run/run.h"
#include "sallyport/net/server_exchange.h"
#include "sallyport/net/upstream.h"
#include "sallyport/pipeline/gateway.h"
#include "sallyport/request/proxy_request.h"
#include "sallyport/store/caller.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::pipeline {

/// Lives in the frame of Gateway::Handle. Settings and snapshot stay the same for its whole life.
struct Call {
  Call(net::ServerExchange& its_exchange, SettingsPointer its_settings,
       store::SnapshotPointer its_snapshot)
      : exchange(its_exchange),
        settings(std::move(its_settings)),
        snapshot(std::move(its_snapshot)) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  [[nodiscard]] const http::RequestHead& head() const { return exchange.head(); }
  [[nodiscard]] bool is_head() const { return head().method == "HEAD"; }
  [[nodiscard]] const store::Caller& caller() const;
  [[nodiscard]] const request::StaticParts& parts() const {
    return own_parts ? *own_parts : resource->parts;
  }
  [[nodiscard]] net::Door door() const { return exchange.peer().door; }

  net::ServerExchange& exchange;
  const SettingsPointer settings;
  const store::SnapshotPointer snapshot;
  SteadyTime started;
  std::string request_id;

  Route route;                                        // JudgeMethod
  store::CallerPointer authenticated;                 // AuthenticateCaller; null: nobody
  CallLimits::Place caller_place, resource_place;     // LimitCaller, LimitResource
  std::shared_ptr<const store::ResourceEntry> entry;  // Load
  const request::CompiledResource* resource = nullptr;
  std::optional<CallTokens> tokens;  // Authorize, where the resource uses OAuth
  std::unique_ptr<const request::StaticParts> own_parts;  // Build, where it is not static
  request::ProxyRequest outgoing;                         // Build
  std::optional<std::string> held_body;         // PrepareOutbound: a small one, read whole
  std::optional<CallerBody> caller_body;        // PrepareOutbound; outlives the answer
  std::unique_ptr<Run> run;                     // LoadRun; null for any other call
  Upload* upload = nullptr;                     // what is streamed, if anything
  net::CallHandle handle;                       // Send; outlives the answer
  std::unique_ptr<net::UpstreamAnswer> answer;  // Send

  // For the access line and the metrics.
  int status = 0;
  std::string_view code;  ///< of the error; static text
  std::optional<SteadyTime> upstream_started;
  double upstream_ms = -1;
  bool caller_gone = false;  ///< nobody is left to answer to
};

/// Of public paths anybody is: a runner of nothing.
inline const store::Caller& Call::caller() const {
  static const store::Caller nobody;
  return authenticated ? *authenticated : nobody;
}

}  // namespace sallyport::pipeline
