// What the gateway answers itself: probes, documents, the JSON API.
#include <array>
#include <string>
#include <utility>

#include "pipeline/authenticate.h"
#include "pipeline/cors.h"
#include "pipeline/gateway_impl.h"
#include "sallyport/http/charset.h"

namespace sallyport::pipeline {
namespace {

http::ApiResponse NoContent(std::string_view allow) {
  http::ApiResponse response;
  response.status = 204;
  response.fields.emplace_back("Allow", allow);
  return response;
}

http::ApiRequest ToApiRequest(const Call& call, std::string body) {
  const http::RequestHead& head = call.head();
  http::ApiRequest request;
  request.method = call.route.method;
  request.path = head.path;
  request.query = head.query;
  request.body = std::move(body);
  request.content_type = head.fields.Find("Content-Type").value_or("");
  if (const auto value = head.fields.Find("If-Match")) request.if_match = std::string(*value);
  if (const auto value = head.fields.Find("If-None-Match")) {
    request.if_none_match = std::string(*value);
  }
  request.accept = head.fields.Find("Accept").value_or("");
  request.request_id = call.request_id;
  request.peer = PeerText(call);
  for (const std::string_view value : head.fields.FindAll("Cookie")) {
    request.cookies.emplace_back(value);
  }
  if (const auto value = head.fields.Find("Origin")) request.origin = std::string(*value);
  if (const auto value = head.fields.Find("Sec-Fetch-Site")) {
    request.fetch_site = std::string(*value);
  }
  request.head_only = head.method == "HEAD";
  request.prefetch = head.fields.Find("Sec-Purpose").value_or("").starts_with("prefetch");
  return request;
}

/// A body without Content-Type is taken for JSON: the parser judges it.
bool IsSaidToBeJson(const http::FieldViews& fields) {
  const std::string_view type = fields.Find("Content-Type").value_or("");
  return type.empty() || http::IsJsonType(http::ParseMediaType(type).essence);
}

}  // namespace

Task<Result<void>> Gateway::Impl::AnswerPreflight(Call& call) {
  call.route.label = "(preflight)";
  http::FieldLines fields;
  AddPreflightFields(fields, call.head().fields);
  AddOwnFields(call, fields);
  call.status = 204;
  const std::string_view reason = http::ReasonPhrase(call.status);
  const net::BodyLength length = net::BodyLength::None();
  Result<void> written =
      co_await call.exchange.WriteHead(call.status, reason, fields, length, std::string_view());
  if (written) written = co_await call.exchange.FinishBody();
  NoteWriteFailure(call, written);
  co_return written;
}

Task<Result<void>> Gateway::Impl::AnswerLocally(Call& call) {
  http::ApiResponse response;
  if (call.head().method == "OPTIONS") {
    response = NoContent(call.route.allow);
  } else if (call.route.kind == RouteKind::kHealth) {
    response.body = R"({"status":"ok"})";
  } else if (call.route.kind == RouteKind::kReadiness) {
    response = co_await operations_.Readiness(call.route.verbose);
  } else if (call.route.kind == RouteKind::kMetrics) {
    response.body = co_await operations_.RenderMetrics();
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  } else {
    response.body = api_.openapi();
  }
  Result<void> written = co_await WriteAnswer(call, std::move(response));
  co_return written;
}

Task<Result<std::string>> Gateway::Impl::ReadApiBody(Call& call) {
  const std::size_t limit = call.settings->api_body_bytes;
  const http::RequestHead& head = call.head();
  std::string body;
  if (head.framing == http::BodyFraming::kNone) co_return body;
  Result<void> plain = JudgeCoding(head);
  if (!plain) co_return std::move(plain.error());
  if (!IsSaidToBeJson(head.fields)) {
    co_return Error(ErrorKind::kUnsupportedMediaType, ErrorSource::kCaller,
                    call.run ? "The request body must be JSON or a form: send Content-Type: "
                               "application/json, or multipart/form-data with files."
                             : "The request body must be JSON: send Content-Type: "
                               "application/json.");
  }
  if (head.framing == http::BodyFraming::kLength && head.content_length > limit) {
    co_return TooLarge("api_body_bytes", limit);
  }
  std::array<char, 8192> piece;
  while (true) {
    const std::span<char> room(piece);
    Result<std::size_t> read = co_await call.exchange.ReadBody(room);
    if (!read) co_return std::move(read.error());
    if (*read == 0) co_return body;
    if (body.size() + *read > limit) co_return TooLarge("api_body_bytes", limit);
    body.append(piece.data(), *read);
  }
}

Task<Result<void>> Gateway::Impl::CallApi(Call& call) {
  if (call.route.method == "OPTIONS") {
    http::ApiResponse allowed = NoContent(call.route.allow);
    Result<void> answered = co_await WriteAnswer(call, std::move(allowed));
    co_return answered;
  }
  std::string body;
  if (call.route.has_body) {
    Result<std::string> read = co_await ReadApiBody(call);
    if (!read) co_return std::move(read.error());
    body = std::move(*read);
  }
  http::ApiRequest request = ToApiRequest(call, std::move(body));
  if (call.route.is_public) {
    Result<std::optional<std::string>> user =
        UserOfProxy(call.head(), call.exchange.peer(), *call.settings);
    if (!user) co_return std::move(user.error());
    request.proxy_user = std::move(*user);
  }
  if (call.route.kind == RouteKind::kControl) {
    Result<http::ApiResponse> controlled = co_await operations_.Control(std::move(request));
    if (!controlled) co_return std::move(controlled.error());
    Result<void> answered = co_await WriteAnswer(call, std::move(*controlled));
    co_return answered;
  }
  store::Caller caller = call.caller();
  Result<http::ApiResponse> response = co_await api_.Handle(std::move(request), std::move(caller));
  if (!response) co_return std::move(response.error());
  Result<void> written = co_await WriteAnswer(call, std::move(*response));
  co_return written;
}

}  // namespace sallyport::pipeline
