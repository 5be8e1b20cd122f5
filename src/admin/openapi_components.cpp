#include <array>

#include "admin/answer_tables.h"
#include "admin/caller_tables.h"
#include "admin/oauth_tables.h"
#include "admin/openapi.h"
#include "admin/query_table.h"
#include "admin/resource_table.h"
#include "admin/run_tables.h"

namespace sallyport::admin {
namespace {

struct ErrorAnswer {
  int status;
  std::string_view name;
  std::string_view description;
};

constexpr std::array<ErrorAnswer, 18> kErrorAnswers = {{
    {400, "BadRequest", "malformed_request or malformed_json."},
    {401, "Unauthenticated", "unauthenticated: no valid caller."},
    {403, "Forbidden", "forbidden: this caller may not."},
    {404, "NotFound", "not_found."},
    {405, "MethodNotAllowed", "method_not_allowed, with Allow."},
    {406, "NotAcceptable", "not_acceptable: Accept rules application/json out."},
    {409, "Conflict", "conflict: the name is taken, or the state does not allow it."},
    {412, "PreconditionFailed", "precondition_failed: If-Match or If-None-Match does not hold."},
    {413, "PayloadTooLarge", "payload_too_large: limits.api_body_bytes."},
    {414, "UriTooLong", "uri_too_long: limits.target_bytes."},
    {415, "UnsupportedMediaType", "unsupported_media_type."},
    {422, "Unprocessable",
     "validation_failed and others: `violations` names every field that is wrong."},
    {424, "FailedDependency", "login_required or token_refresh_failed."},
    {429, "RateLimited", "rate_limited, with Retry-After."},
    {501, "NotImplemented", "not_implemented, e.g. a WebSocket upgrade."},
    {502, "BadGateway", "The target could not be used: egress_denied, dns_failed, tls_failed, ..."},
    {503, "Unavailable", "overloaded, draining or store_unavailable, with Retry-After."},
    {504, "GatewayTimeout", "connect_timeout, first_byte_timeout or upstream_timeout."},
}};

Json Header(std::string_view description) {
  return Json{{"description", description}, {"schema", Json{{"type", "string"}}}};
}

Json DescribeErrorAnswer(const ErrorAnswer& answer) {
  Json described = {{"description", answer.description}};
  Json& headers = described["headers"];
  headers["X-Request-ID"] = ComponentReference("headers", "RequestId");
  if (answer.status == 401) {
    headers["WWW-Authenticate"] = ComponentReference("headers", "WWWAuthenticate");
  }
  if (answer.status == 429 || answer.status == 503) {
    headers["Retry-After"] = ComponentReference("headers", "RetryAfter");
  }
  described["content"]["application/problem+json"]["schema"] =
      ComponentReference("schemas", "Problem");
  return described;
}

Json DescribeHeaders() {
  Json headers = Json::object();
  headers["ETag"] = Header("Strong; for If-Match and If-None-Match.");
  headers["Location"] = Header("Path of what was made.");
  headers["RequestId"] = Header("The caller's own, if it was sent and well-formed.");
  headers["RetryAfter"] =
      Json{{"description", "Seconds."}, {"schema", Json{{"type", "integer"}, {"minimum", 0}}}};
  headers["SessionCookie"] = Header("Starts or ends the session cookie.");
  headers["WWWAuthenticate"] = Header("Bearer");
  return headers;
}

Json Parameter(std::string_view name, std::string_view in, std::string_view description,
               Json schema) {
  return Json{
      {"name", name}, {"in", in}, {"description", description}, {"schema", std::move(schema)}};
}

Json DescribeParameters() {
  const Json text = {{"type", "string"}};
  Json parameters = Json::object();
  parameters["limit"] =
      Parameter("limit", "query", "Items of a page.",
                Json{{"type", "integer"}, {"minimum", 1}, {"maximum", 200}, {"default", 50}});
  parameters["cursor"] = Parameter("cursor", "query", "next_cursor of the page before.", text);
  parameters["q"] =
      Parameter("q", "query", "Finds in slugs, names and the like, without case.", text);
  parameters["IfMatch"] =
      Parameter("If-Match", "header", "ETags, or *: 412 when the stored one is another.", text);
  parameters["IfNoneMatch"] =
      Parameter("If-None-Match", "header", "ETags: 304 when the stored one is among them.", text);
  parameters["CreateOnly"] =
      Parameter("If-None-Match", "header", "*: 412 when it exists already.", text);
  parameters["raw"] =
      Parameter("raw", "query",
                "1: the target's status, headers and body instead of the envelope; so does the "
                "field Prefer: raw, which is the one to use when an input is named raw.",
                text);
  Json params = Parameter("params", "query", "The params of the run, each by its own name.",
                          Json{{"type", "object"}, {"additionalProperties", true}});
  params["style"] = "form";
  params["explode"] = true;
  parameters["params"] = std::move(params);
  return parameters;
}

Json DescribeSecurity() {
  Json schemes = Json::object();
  schemes["bearer"] = Json{{"type", "http"},
                           {"scheme", "bearer"},
                           {"description", "An API key (spk_...) or a session's token (sps_...)."}};
  schemes["session"] =
      Json{{"type", "apiKey"},
           {"in", "cookie"},
           {"name", "sallyport_session"},
           {"description",
            "A session's token when public_url is http. Unsafe methods need a same-origin Origin "
            "or Sec-Fetch-Site."}};
  schemes["secure_session"] =
      Json{{"type", "apiKey"},
           {"in", "cookie"},
           {"name", "__Host-sallyport_session"},
           {"description", "A session's token when public_url is https; else as session."}};
  return schemes;
}

}  // namespace

std::string_view ErrorAnswerName(int status) {
  for (const ErrorAnswer& answer : kErrorAnswers) {
    if (answer.status == status) return answer.name;
  }
  return "BadRequest";
}

Json DescribeComponents() {
  Json schemas = Json::object();
  schema::Describe(ResourceTable(), schemas);
  schema::DescribePatch(ResourceTable(), schemas);
  schema::Describe(QueryTable(), schemas);
  schema::DescribePatch(QueryTable(), schemas);
  for (const schema::Object* table : RunTables()) schema::Describe(*table, schemas);
  schema::Describe(SessionTable(), schemas);
  schema::Describe(ApiKeyTable(), schemas);
  schema::Describe(LoginTable(), schemas);
  for (const schema::Object* table : AnswerTables()) schema::Describe(*table, schemas);
  schemas["Problem"] = ProblemSchema();

  Json components = Json::object();
  components["schemas"] = std::move(schemas);
  components["securitySchemes"] = DescribeSecurity();
  components["headers"] = DescribeHeaders();
  components["parameters"] = DescribeParameters();
  for (const ErrorAnswer& answer : kErrorAnswers) {
    components["responses"][std::string(answer.name)] = DescribeErrorAnswer(answer);
  }
  return components;
}

}  // namespace sallyport::admin
