// The stages of a shard's gateway. Read pipeline.cpp first: it says in which order they run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/body_blocks.h"
#include "pipeline/call.h"
#include "pipeline/date_field.h"
#include "pipeline/request_id.h"
#include "pipeline/tls_profiles.h"
#include "pipeline/total_limit.h"
#include "sallyport/pipeline/gateway.h"
#include "sallyport/pipeline/upstream_client.h"

namespace sallyport::pipeline {

class Gateway::Impl {
 public:
  Impl(std::unique_ptr<UpstreamClient> upstream, const GatewayParts& parts,
       SettingsPointer settings, store::SnapshotPointer snapshot);

  void SetSettings(SettingsPointer settings);
  void SetSnapshot(store::SnapshotPointer snapshot) { snapshot_ = std::move(snapshot); }
  Task<void> Handle(net::ServerExchange& exchange);
  Task<void> HandleBadHead(net::ServerExchange& exchange, Error error);

 private:
  // pipeline.cpp: the order of the stages, the one place for errors, the end.
  Result<void> Judge(Call& call);
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
  Result<void> LimitCaller(Call& call);
  Result<void> LimitResource(Call& call);
  Result<void> JudgeRight(Call& call);
  Result<void> FindResource(Call& call, const std::string& slug);
  static Result<void> RefuseBroken(const Call& call);
  Result<void> LoadForProxy(Call& call);

  // authorize.cpp: the OAuth tokens of a call.
  Result<void> FindTokens(Call& call);
  Task<Result<void>> ObtainTokens(Call& call, TimeLimit* limit);
  static bool AreTokensRefused(const Call& call);
  Task<Result<bool>> RenewRefusedTokens(Call& call, TimeLimit* limit);
  Task<Error> OfferLogin(Call& call, Error error);

  // build.cpp: the request of a pass-through call.
  static Result<void> JudgeArrivedBody(Call& call);
  Result<void> Build(Call& call);
  [[nodiscard]] static bool IsHeld(const Call& call);
  Task<Result<void>> HoldBody(Call& call);
  Result<net::OutboundCall> PrepareOutbound(Call& call);

  // forward.cpp: any request to a target, bounded and sent.
  Result<net::OutboundCall> OutboundTo(Call& call, const http::Origin& origin,
                                       std::string_view method);
  Task<Result<std::unique_ptr<net::UpstreamAnswer>>> Send(Call& call, net::OutboundCall&& outbound,
                                                          TimeLimit limit);
  Task<void> DropAnswer(Call& call, std::string outcome);

  // run/run.cpp: the order of a run; the other files of run/ are its stages.
  Task<Result<void>> RunQuery(Call& call);
  Result<void> FindTokensOfRun(Call& call);
  Task<Result<void>> AuthorizeRun(Call& call);
  // run/load_run.cpp
  Result<void> LoadRun(Call& call);
  Result<const request::CompiledQuery*> FindQuery(Call& call, const std::string& slug);
  static void JudgeAnswerForm(Call& call, const request::CompiledQuery* query);
  // run/read_inputs.cpp
  Task<Result<void>> ReadInputs(Call& call);
  Task<Result<void>> ReadDocument(Call& call);
  Task<Result<void>> ReadForm(Call& call, std::string boundary);
  Result<void> AdoptQuery(Call& call, const request::Value& query);
  // run/preview.cpp
  Task<Result<void>> AnswerPreview(Call& call);
  // run/send_run.cpp
  Task<Result<void>> SendRun(Call& call);
  Task<Result<void>> SendOnce(Call& call);
  Result<net::OutboundCall> PrepareAttempt(Call& call);
  Task<Result<bool>> ChangeRequest(Call& call);
  Task<Result<bool>> FollowHop(Call& call);
  std::optional<Milliseconds> WaitBeforeRetry(Call& call, const Result<void>& r);
  // run/answer_envelope.cpp
  Task<Result<void>> ReadEnvelopeBody(Call& call);
  [[nodiscard]] std::string RenderRun(const Call& call) const;
  Task<Result<void>> AnswerEnvelope(Call& call);

  // relay.cpp: the target's answer to the caller.
  Task<Result<void>> Relay(Call& call);
  http::FieldLines RelayFields(const Call& call);
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
  TokenSource& tokens_;
  CallLimits& limits_;
  observe::Log& log_;
  observe::ShardMetrics& metrics_;
  const Clock& clock_;
  SettingsPointer settings_;
  store::SnapshotPointer snapshot_;
  request::ProxyOptions proxy_options_;
  TlsProfiles tls_profiles_;
  BodyBlocks blocks_;
  DateField date_;
  RequestIds request_ids_;
};

/// timeouts.total of a call to a resource.
[[nodiscard]] TimeLimit TotalFor(const Settings& settings, const request::TargetTimeouts& own);

/// store_unavailable: sealed values of "resource" or "query" that no configured key opens.
[[nodiscard]] Error SecretsDoNotOpen(std::string_view what);

/// A write that fails means that the caller is gone or takes nothing; only a bug of ours (internal)
/// is a failure to be reported.
void NoteWriteFailure(Call& call, const Result<void>& written);

/// The address for logs and the audit ("local" on the control socket).
[[nodiscard]] std::string PeerText(const Call& call);

}  // namespace sallyport::pipeline
