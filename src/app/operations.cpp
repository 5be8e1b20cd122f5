#include "app/operations.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sallyport/base/version.h"
#include "sallyport/store/caller.h"

namespace sallyport::app {
namespace {

namespace asio = boost::asio;

Json CheckMember(const std::string& problem) {
  Json check = {{"ok", problem.empty()}};
  if (!problem.empty()) check["message"] = problem;
  return check;
}

}  // namespace

ProcessOperations::ProcessOperations(store::Store& store, const oauth::TokenService* tokens,
                                     observe::Log& log, const Clock& clock)
    : store_(store),
      tokens_(tokens),
      log_(log),
      clock_(clock),
      probe_(store, clock),
      start_time_seconds_(std::chrono::duration<double>(clock.Now().time_since_epoch()).count()) {}

Task<std::string> ProcessOperations::RenderMetrics() {
  observe::ShardMetrics sum;
  for (Shard* shard : shards_) {
    Task<observe::ShardMetrics> copy = shard->CopyMetrics();
    const observe::ShardMetrics part =
        co_await asio::co_spawn(shard->executor(), std::move(copy), asio::use_awaitable);
    sum.Add(part);
  }
  const std::string problem = co_await probe_.Check();
  if (tokens_ != nullptr) sum.token_refreshes = tokens_->refreshes();
  const observe::ProcessMetrics process = Describe(problem.empty());
  co_return observe::RenderPrometheus(sum, process);
}

observe::ProcessMetrics ProcessOperations::Describe(bool store_ok) const {
  const store::SnapshotPointer snapshot = store_.snapshot();
  observe::ProcessMetrics process;
  process.version = Version();
  process.resources = snapshot->resources.size();
  process.sessions = snapshot->sessions.size();
  process.snapshot_generation = snapshot->generation;
  process.log_lines_dropped = log_.dropped();
  process.draining = phase() != Phase::kRunning;
  process.ready = store_ok && !process.draining;
  process.start_time_seconds = start_time_seconds_;
  return process;
}

Task<http::ApiResponse> ProcessOperations::Readiness(bool verbose) {
  const std::string store_problem = co_await probe_.Check();
  const bool draining = phase() != Phase::kRunning;
  const bool loaded = store_.snapshot() != nullptr;
  const bool ready = store_problem.empty() && loaded && !draining;

  Json body;
  body["status"] = ready ? "ready" : "not_ready";
  if (verbose) {
    body["checks"]["store"] = CheckMember(store_problem);
    body["checks"]["snapshot"] = CheckMember(loaded ? "" : "the snapshot is not loaded yet");
    body["checks"]["draining"] = CheckMember(draining ? "the gateway has been asked to end" : "");
  }
  http::ApiResponse response;
  response.status = ready ? 200 : 503;
  response.body = DumpJson(body);
  co_return response;
}

Task<Result<http::ApiResponse>> ProcessOperations::Control(http::ApiRequest request) {
  if (request.path != "/control/keys/rotate") {
    co_return Error(ErrorKind::kNotFound, ErrorSource::kCaller, "there is no such control call");
  }
  if (request.method != "POST") {
    Error error(ErrorKind::kMethodNotAllowed, ErrorSource::kCaller, "keys are rotated by POST");
    co_return std::move(error).WithAllow("POST");
  }
  Result<http::ApiResponse> response = co_await RotateKeys(std::move(request));
  co_return response;
}

Task<Result<http::ApiResponse>> ProcessOperations::RotateKeys(http::ApiRequest request) {
  store::AuditEntry audit;
  audit.at = clock_.Now();
  audit.actor_kind = store::ToString(store::CallerKind::kControl);
  audit.actor_id = store::kControlId;
  audit.actor_name = store::kControlId;
  audit.peer = std::move(request.peer);
  audit.request_id = request.request_id;
  audit.action = "keys.rotate";
  audit.change = Json::object();
  const Result<std::size_t> resealed = co_await store_.RotateKeys(std::move(audit));
  if (!resealed) co_return resealed.error();

  Json body;
  body["resealed"] = *resealed;
  http::ApiResponse response;
  response.body = DumpJson(body);
  co_return response;
}

}  // namespace sallyport::app
