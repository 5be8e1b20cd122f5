// The target's answer as an envelope: read to its end, decoded, shown.
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/this_coro.hpp>

#include "pipeline/envelope/body_decoder.h"
#include "pipeline/gateway_impl.h"
#include "pipeline/run/run.h"
#include "pipeline/run/wait.h"
#include "sallyport/request/answer_fields.h"

namespace sallyport::pipeline {
namespace {

/// Everything but the body: the head's views end with the first read of it.
ReceivedAnswer RecordHead(const Call& call) {
  const http::ResponseHead& head = call.answer->head();
  ReceivedAnswer answer;
  answer.status = head.status;
  answer.reason = head.reason;
  answer.fields = request::EnvelopeFields(*call.resource, head, call.run->outgoing().secrets);
  answer.content_type = head.fields.Find("Content-Type").value_or("");
  answer.timing = call.answer->timing();
  return answer;
}

/// Several fields of the name are one list.
std::string ContentEncoding(const http::FieldViews& fields) {
  std::string codings;
  for (const std::string_view value : fields.FindAll("Content-Encoding")) {
    if (!codings.empty()) codings += ", ";
    codings += value;
  }
  return codings;
}

http::FieldViews ViewsOf(const ReceivedAnswer& answer) {
  http::FieldViews views;
  views.Reserve(answer.fields.size());
  for (const auto& [name, value] : answer.fields) views.Add({name, value});
  return views;
}

}  // namespace

/// Under the run's time limit, like the waiting for the head.
Task<Result<void>> Gateway::Impl::ReadEnvelopeBody(Call& call) {
  Run& run = *call.run;
  run.answer = RecordHead(call);
  BodyDecoder decoder(ContentEncoding(call.answer->head().fields), call.settings->decoding);
  Result<void> arrived = decoder.Feed(call.answer->TakeArrived());
  if (!arrived) co_return arrived;
  // Small answers have come whole with their head.
  Block block;
  if (!call.answer->body_done()) block = blocks_.Take();
  const auto executor = co_await boost::asio::this_coro::executor;
  std::optional<TimeGuard> guard;
  while (!call.answer->body_done()) {
    const std::span<char> buffer = block.span();
    if (!guard && !call.answer->body_ready()) {
      guard.emplace(executor, run.budget->Left(clock_.Steady()), call.handle);
    }
    Result<std::size_t> read = co_await call.answer->ReadBody(buffer);
    if (!read) {
      const bool expired = guard && guard->expired();
      if (expired) co_return TimeIsUp(run.budget->LimitFrom(clock_.Steady()));
      co_return std::move(read.error());
    }
    if (*read == 0) break;
    Result<void> fed = decoder.Feed(std::string_view(buffer.data(), *read));
    if (!fed) co_return fed;
  }
  Result<void> finished = decoder.Finish();
  if (!finished) co_return finished;
  run.answer.left_encoded = decoder.left_encoded();
  if (!decoder.warning().empty()) run.answer.warnings.push_back(decoder.warning());
  run.answer.body = decoder.Take();
  EndUpstream(call, std::to_string(run.answer.status));
  co_return Result<void>();
}

std::string Gateway::Impl::RenderRun(const Call& call) const {
  const Run& run = *call.run;
  const std::string request =
      run.first_request ? *run.first_request : request::DescribeRequest(run.outgoing());
  EnvelopeParts parts;
  parts.status = run.answer.status;
  parts.reason = run.answer.reason;
  parts.headers = ViewsOf(run.answer);
  parts.content_type = run.answer.content_type;
  parts.body = run.answer.body;
  parts.left_encoded = run.answer.left_encoded;
  parts.warnings = run.first_request ? run.warnings : run.outgoing().warnings;
  parts.warnings.insert(parts.warnings.end(), run.answer.warnings.begin(),
                        run.answer.warnings.end());
  parts.request_json = request;
  parts.timing = run.answer.timing;
  const std::chrono::duration<double, std::milli> took = clock_.Steady() - call.started;
  parts.total_ms = took.count();
  parts.redirects = run.hops;
  parts.attempts = 1 + run.retry->used();
  if (call.tokens) {
    if (call.tokens->replayed) ++parts.attempts;
    parts.token = call.tokens->refreshed ? TokenUse::kRefreshed : TokenUse::kCached;
  }
  parts.request_id = call.request_id;
  return RenderEnvelope(parts);
}

Task<Result<void>> Gateway::Impl::AnswerEnvelope(Call& call) {
  http::ApiResponse response;
  response.body = RenderRun(call);
  call.run->answer.body = std::string();
  Result<void> written = co_await WriteAnswer(call, std::move(response));
  co_return written;
}

}  // namespace sallyport::pipeline
