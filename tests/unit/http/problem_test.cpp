#include "sallyport/http/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sallyport/base/json.h"

namespace sallyport::http {
namespace {

Json Render(const Error& error, std::string_view instance = "/api/v1/x",
            std::string_view request_id = "r-1") {
  return Json::parse(RenderProblem(error, instance, request_id));
}

std::vector<std::string> Names(const Json& body) {
  std::vector<std::string> names;
  for (const auto& member : body.items()) names.push_back(member.key());
  return names;
}

// The table of the contract, section 3.
TEST(Problem, HasTheStatusAndCodeOfTheContract) {
  struct Row {
    ErrorKind kind;
    int status;
    std::string code;
  };
  const Row rows[] = {
      {ErrorKind::kMalformedRequest, 400, "malformed_request"},
      {ErrorKind::kMalformedJson, 400, "malformed_json"},
      {ErrorKind::kInvalidState, 400, "invalid_state"},
      {ErrorKind::kUnauthenticated, 401, "unauthenticated"},
      {ErrorKind::kForbidden, 403, "forbidden"},
      {ErrorKind::kNotFound, 404, "not_found"},
      {ErrorKind::kMethodNotAllowed, 405, "method_not_allowed"},
      {ErrorKind::kNotAcceptable, 406, "not_acceptable"},
      {ErrorKind::kRequestTimeout, 408, "request_timeout"},
      {ErrorKind::kConflict, 409, "conflict"},
      {ErrorKind::kPreconditionFailed, 412, "precondition_failed"},
      {ErrorKind::kPayloadTooLarge, 413, "payload_too_large"},
      {ErrorKind::kUriTooLong, 414, "uri_too_long"},
      {ErrorKind::kUnsupportedMediaType, 415, "unsupported_media_type"},
      {ErrorKind::kValidationFailed, 422, "validation_failed"},
      {ErrorKind::kMissingParameter, 422, "missing_parameter"},
      {ErrorKind::kUnknownParameter, 422, "unknown_parameter"},
      {ErrorKind::kInvalidParameter, 422, "invalid_parameter"},
      {ErrorKind::kUnknownPlaceholder, 422, "unknown_placeholder"},
      {ErrorKind::kUnsafeValue, 422, "unsafe_value"},
      {ErrorKind::kOutsideBaseUrl, 422, "outside_base_url"},
      {ErrorKind::kSecretReentryRequired, 422, "secret_reentry_required"},
      {ErrorKind::kLoginRequired, 424, "login_required"},
      {ErrorKind::kTokenRefreshFailed, 424, "token_refresh_failed"},
      {ErrorKind::kPreconditionRequired, 428, "precondition_required"},
      {ErrorKind::kRateLimited, 429, "rate_limited"},
      {ErrorKind::kHeadersTooLarge, 431, "headers_too_large"},
      {ErrorKind::kInternal, 500, "internal_error"},
      {ErrorKind::kNotImplemented, 501, "not_implemented"},
      {ErrorKind::kEgressDenied, 502, "egress_denied"},
      {ErrorKind::kDnsFailed, 502, "dns_failed"},
      {ErrorKind::kConnectFailed, 502, "connect_failed"},
      {ErrorKind::kTlsFailed, 502, "tls_failed"},
      {ErrorKind::kUpstreamReset, 502, "upstream_reset"},
      {ErrorKind::kUpstreamProtocolError, 502, "upstream_protocol_error"},
      {ErrorKind::kUpstreamTooLarge, 502, "upstream_too_large"},
      {ErrorKind::kTooManyRedirects, 502, "too_many_redirects"},
      {ErrorKind::kRedirectRefused, 502, "redirect_refused"},
      {ErrorKind::kDecodeFailed, 502, "decode_failed"},
      {ErrorKind::kOverloaded, 503, "overloaded"},
      {ErrorKind::kDraining, 503, "draining"},
      {ErrorKind::kStoreUnavailable, 503, "store_unavailable"},
      {ErrorKind::kConnectTimeout, 504, "connect_timeout"},
      {ErrorKind::kFirstByteTimeout, 504, "first_byte_timeout"},
      {ErrorKind::kUpstreamTimeout, 504, "upstream_timeout"},
      {ErrorKind::kHttpVersionNotSupported, 505, "http_version_not_supported"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(StatusOf(row.kind), row.status) << row.code;
    EXPECT_EQ(CodeOf(row.kind), row.code);
    EXPECT_NE(TitleOf(row.kind), "") << row.code;
    const Json body = Render(Error(row.kind, ErrorSource::kCaller, "text"));
    EXPECT_EQ(body["status"], row.status);
    EXPECT_EQ(body["code"], row.code);
    EXPECT_EQ(body["type"], "urn:sallyport:error:" + row.code);
  }
}

TEST(Problem, HasTheMembersOfTheContractInAFixedOrder) {
  const Json body = Render(Error(ErrorKind::kNotFound, ErrorSource::kCaller, "no such resource"));
  EXPECT_THAT(Names(body), ::testing::ElementsAre("type", "title", "status", "detail", "instance",
                                                  "code", "message", "request_id"));
  EXPECT_EQ(body["detail"], "no such resource");
  EXPECT_EQ(body["message"], "no such resource");
  EXPECT_EQ(body["instance"], "/api/v1/x");
  EXPECT_EQ(body["request_id"], "r-1");
}

TEST(Problem, ShowsTheHintButNeverTheDetailForTheLog) {
  const std::string text =
      RenderProblem(Error(ErrorKind::kDnsFailed, ErrorSource::kTarget, "no such name")
                        .WithHint("check base_url")
                        .WithDetail("resolver 10.0.0.2 said NXDOMAIN"),
                    "/", "r");
  EXPECT_EQ(Json::parse(text)["hint"], "check base_url");
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("10.0.0.2")));
}

TEST(Problem, ListsViolationsByPointerAndByDottedField) {
  const Json body = Render(Error(ErrorKind::kValidationFailed, ErrorSource::kCaller, "2 problems")
                               .WithViolation({"/headers/0/name", "format", "must be a token"})
                               .WithViolation({"/headers/0/name", "length", "is too long"})
                               .WithViolation({"/slug", "required", "is missing"}));
  EXPECT_EQ(body["errors"], Json::parse(R"({"headers.0.name":"must be a token; is too long",
                                            "slug":"is missing"})"));
  EXPECT_EQ(body["violations"], Json::parse(R"([
      {"pointer":"/headers/0/name","code":"format","message":"must be a token"},
      {"pointer":"/headers/0/name","code":"length","message":"is too long"},
      {"pointer":"/slug","code":"required","message":"is missing"}])"));
}

TEST(Problem, TellsNoMoreViolationsThanAnybodyReads) {
  std::vector<Violation> violations;
  for (std::size_t i = 0; i <= kMostViolations; ++i) {
    violations.push_back({"/m" + std::to_string(i), "unknown_member", "is unknown"});
  }
  const Json body = Render(Error(ErrorKind::kValidationFailed, ErrorSource::kCaller, "many")
                               .WithViolations(std::move(violations)));
  EXPECT_EQ(body["errors"].size(), kMostViolations);
  EXPECT_EQ(body["violations"].size(), kMostViolations);
}

TEST(Problem, HasErrorsForEveryValidationFailure) {
  const Json body = Render(Error(ErrorKind::kValidationFailed, ErrorSource::kCaller, "bad"));
  EXPECT_EQ(body["errors"], Json::object());
  EXPECT_EQ(body["violations"], Json::array());
}

TEST(Problem, HasErrorsForOtherKindsOnlyWithViolations) {
  EXPECT_FALSE(
      Render(Error(ErrorKind::kMissingParameter, ErrorSource::kCaller, "x")).contains("errors"));
  const Json body = Render(Error(ErrorKind::kMissingParameter, ErrorSource::kCaller, "x")
                               .WithViolation({"/params/id", "required", "is missing"}));
  EXPECT_EQ(body["errors"]["params.id"], "is missing");
}

TEST(Problem, SaysSomethingEvenWithoutAMessage) {
  const Json body = Render(Error(ErrorKind::kForbidden, ErrorSource::kCaller, ""));
  EXPECT_EQ(body["message"], "Not allowed");
  EXPECT_EQ(body["detail"], "Not allowed");
}

TEST(Problem, KeepsInternalErrorsToTheLog) {
  const std::string text =
      RenderProblem(Error(ErrorKind::kInternal, ErrorSource::kGateway, "bad alloc at s3cret.cpp")
                        .WithHint("s3cret")
                        .WithViolation({"/s3cret", "s3cret", "s3cret"}),
                    "/", "r-7");
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("s3cret")));
  EXPECT_THAT(text, ::testing::HasSubstr("internal_error"));
  EXPECT_THAT(text, ::testing::HasSubstr("r-7"));
}

TEST(Problem, EscapesTextAndReplacesInvalidUtf8) {
  const Json body = Render(
      Error(ErrorKind::kForbidden, ErrorSource::kCaller, "quote \" line\n bad \xFF end"), "/a\"b");
  EXPECT_EQ(body["message"], "quote \" line\n bad \xEF\xBF\xBD end");
  EXPECT_EQ(body["instance"], "/a\"b");
}

}  // namespace
}  // namespace sallyport::http
