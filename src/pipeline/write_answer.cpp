// Answers that the gateway makes itself, as bytes.
#include <string>
#include <utility>

#include "pipeline/cors.h"
#include "pipeline/gateway_impl.h"
#include "pipeline/own_field.h"
#include "sallyport/http/problem.h"

namespace sallyport::pipeline {
namespace {

constexpr std::size_t kUsualFieldBytes = 512;

}  // namespace

void Gateway::Impl::AddCommonFields(const Call& call, http::FieldLines& fields) {
  static const http::FieldLines kOfEveryAnswer =
      ReadyFields({{"X-Content-Type-Options", "nosniff"}});
  AddOwn(fields, "X-Request-ID", call.request_id);
  fields.Append(kOfEveryAnswer);
  AddCorsFields(fields, call.head().fields, call.settings->cors_origins);
}

void Gateway::Impl::AddOwnFields(const Call& call, http::FieldLines& fields) {
  static const http::FieldLines kOfOwnAnswers =
      ReadyFields({{"Sallyport-Source", "gateway"}, {"Cache-Control", "no-store"}});
  AddOwn(fields, "Date", date_.Now());
  fields.Append(kOfOwnAnswers);
  AddCommonFields(call, fields);
}

void NoteWriteFailure(Call& call, const Result<void>& written) {
  if (!written && written.error().kind() != ErrorKind::kInternal) call.caller_gone = true;
}

Task<Result<void>> Gateway::Impl::WriteAnswer(Call& call, http::ApiResponse response) {
  http::FieldLines fields;
  fields.Reserve(kUsualFieldBytes);
  for (const auto& [name, value] : response.fields) {
    Result<void> added = fields.Add(name, value);
    if (!added) {
      co_return Error(ErrorKind::kInternal, ErrorSource::kGateway, "The gateway failed.")
          .WithDetail("answer field " + name + ": " + added.error().message());
    }
  }
  AddOwnFields(call, fields);

  const bool bodiless = response.status == 204 || response.status == 304;
  if (!bodiless) AddOwn(fields, "Content-Type", response.content_type);
  // The session leaves the body of an answer to HEAD out and keeps its length.
  const net::BodyLength length =
      bodiless ? net::BodyLength::None() : net::BodyLength::Known(response.body.size());
  const std::string_view body = bodiless ? std::string_view() : std::string_view(response.body);
  call.status = response.status;
  const std::string_view reason = http::ReasonPhrase(response.status);
  Result<void> written =
      co_await call.exchange.WriteHead(response.status, reason, fields, length, body);
  if (written && !call.exchange.answer_complete()) written = co_await call.exchange.FinishBody();
  NoteWriteFailure(call, written);
  if (call.caller_gone) call.status = 0;  // it went out in one write, and nobody took it
  co_return written;
}

Task<Result<void>> Gateway::Impl::WriteProblem(Call& call, Error error) {
  http::ApiResponse response;
  response.status = http::StatusOf(error.kind());
  response.content_type = http::kProblemJson;
  response.body = http::RenderProblem(error, call.head().path, call.request_id);
  if (response.status == 401) response.fields.emplace_back("WWW-Authenticate", "Bearer");
  if (!error.allow().empty()) response.fields.emplace_back("Allow", error.allow());
  if (error.retry_after()) {
    response.fields.emplace_back("Retry-After", std::to_string(*error.retry_after()));
  } else if (response.status == 503 || response.status == 429) {
    response.fields.emplace_back("Retry-After", "1");
  }
  // A request body that stopped coming, or that is no body: nobody knows where the next request
  // would start.
  if (error.kind() == ErrorKind::kRequestTimeout) call.exchange.CloseAfter();
  Result<void> written = co_await WriteAnswer(call, std::move(response));
  co_return written;
}

}  // namespace sallyport::pipeline
