// The stages of a shard's gateway. Read pipeline.cpp first: it says in which order they run.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "pipeline/buffer_pool.h"
#include "pipeline/call.h"
#include "pipeline/date_field.h"
#include "pipeline/request_id.h"
#include "pipeline/tls_profiles.h"
#include "sallyport/pipeline/gateway.h"
#include "sallyport/pipeline/upstream_client.h"

namespace sallyport::pipeline {

class Gateway::Impl {
 public:
  Impl(std::unique_ptr<UpstreamClient> upstream, JsonApi& api, Operations& operations,
       observe::Log& log, observe::ShardMetrics& metrics, const Clock& clock,
       SettingsPointer settings, store::SnapshotPointer snapshot);

  void SetSettings(SettingsPointer settings);
  void SetSnapshot(store::SnapshotPointer snapshot) { snapshot_ = std::move(snapshot); }
  Task<void> Handle(net::ServerExchange& exchange);
  Task<void> HandleBadHead(net::ServerExchange& exchange, Error error);

 private:
  // pipeline.cpp: the order of the stages, the one place for errors, the end.
  Task<Result<void>> Guard(Call& call);
  Task<Result<void>> Serve(Call& call);
  Task<Result<void>> PassThrough(Call& call);
  Task<void> LetGoOfTarget(Call& call);
  Task<void> Fail(Call& call, Error error);
  void Begin(Call& call);
  void Finish(Call& call) noexcept;

  // judge.cpp: judgements without I/O.
  Result<void> Admit(Call& call);
  Result<void> JudgeMethod(Call& call);
  Result<void> AuthenticateCaller(Call& call);
  Result<void> JudgeRight(Call& call);
  Result<void> Load(Call& call);

  // forward.cpp: the request to the target.
  Result<void> Build(Call& call);
  Task<Result<void>> Forward(Call& call);
  Task<Result<net::OutboundCall>> PrepareOutbound(Call& call);

  // relay.cpp: the target's answer to the caller.
  Task<Result<void>> Relay(Call& call);
  void AddRelayFields(const Call& call, http::FieldLines& fields);
  Task<Result<std::size_t>> ReadAnswer(Call& call, std::span<char> buffer);
  void EndUpstream(Call& call, std::string_view outcome);

  // local_answers.cpp: what the gateway says itself.
  Task<Result<void>> AnswerPreflight(Call& call);
  Task<Result<void>> AnswerLocally(Call& call);
  Task<Result<void>> CallApi(Call& call);
  Task<Result<std::string>> ReadApiBody(Call& call);

  // write_answer.cpp: bytes of our own answers.
  /// Fields of every answer, whoever made it: X-Request-ID, nosniff, CORS.
  static void AddCommonFields(const Call& call, http::FieldLines& fields);
  /// And of every answer that we make: Date, Sallyport-Source, no-store.
  void AddOwnFields(const Call& call, http::FieldLines& fields);
  Task<Result<void>> WriteAnswer(Call& call, http::ApiResponse response);
  Task<Result<void>> WriteProblem(Call& call, Error error);

  // finish.cpp: what remains of a call.
  void LogFailure(const Call& call, const Error& error);
  void WriteAccessLine(const Call& call, double duration_ms);

  std::unique_ptr<UpstreamClient> upstream_;
  JsonApi& api_;
  Operations& operations_;
  observe::Log& log_;
  observe::ShardMetrics& metrics_;
  const Clock& clock_;
  SettingsPointer settings_;
  store::SnapshotPointer snapshot_;
  request::ProxyOptions proxy_options_;
  TlsProfiles tls_profiles_;
  BufferPool buffers_;
  DateField date_;
  RequestIds request_ids_;
};

/// A write that fails means that the caller is gone or takes nothing; only a bug of ours (internal)
/// is a failure to be reported.
void NoteWriteFailure(Call& call, const Result<void>& written);

/// The address for logs and the audit ("local" on the control socket).
[[nodiscard]] std::string PeerText(const Call& call);

}  // namespace sallyport::pipeline
