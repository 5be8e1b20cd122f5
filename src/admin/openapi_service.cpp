#include "admin/openapi.h"

namespace sallyport::admin {
namespace {

Json Anyone(Json operation) {
  operation["security"] = Json::array();
  return operation;
}

Json Operational(std::string_view id, std::string_view summary) {
  return Json{{"operationId", id}, {"tags", Json::array({"operations"})}, {"summary", summary}};
}

Json Answer(std::string_view description, std::string_view media_type, Json schema) {
  Json answer = {{"description", description}};
  answer["content"][std::string(media_type)]["schema"] = std::move(schema);
  return answer;
}

Json TextSchema() { return Json{{"type", "string"}}; }

Json ObjectSchema() { return Json{{"type", "object"}}; }

Json HealthPath() {
  Json operation = Operational("getHealth", "Is the process alive?");
  operation["responses"]["200"] = Answer("It is.", "application/json", ObjectSchema());
  return Json{{"get", Anyone(std::move(operation))}};
}

Json ReadyPath() {
  Json operation = Operational("getReadiness", "Are calls served?");
  Json verbose = {{"name", "verbose"},
                  {"in", "query"},
                  {"allowEmptyValue", true},
                  {"description", "Shows every check; for admins, and for anyone on ops_listen."}};
  verbose["schema"] = TextSchema();
  operation["parameters"] = Json::array({std::move(verbose)});
  Json& responses = operation["responses"];
  responses["200"] = Answer("Ready.", "application/json", ObjectSchema());
  responses["401"] = ComponentReference("responses", "Unauthenticated");
  responses["403"] = ComponentReference("responses", "Forbidden");
  responses["503"] = Answer("Not ready, or draining.", "application/json", ObjectSchema());
  return Json{{"get", Anyone(std::move(operation))}};
}

Json MetricsPath() {
  Json operation = Operational("getMetrics", "Metrics; for admins, and for anyone on ops_listen");
  Json& responses = operation["responses"];
  responses["200"] = Answer("Prometheus text format.", "text/plain", TextSchema());
  responses["401"] = ComponentReference("responses", "Unauthenticated");
  responses["403"] = ComponentReference("responses", "Forbidden");
  return Json{{"get", std::move(operation)}};
}

Json DocumentPath() {
  Json operation = Operational("getOpenApi", "This document");
  operation["responses"]["200"] = Answer("OpenAPI 3.1.", "application/json", ObjectSchema());
  return Json{{"get", Anyone(std::move(operation))}};
}

Json ProxyOperation(std::string_view method, bool has_body) {
  Json operation = {{"operationId", std::string(method) + "Proxy"},
                    {"tags", Json::array({"proxy"})},
                    {"summary", "Send a call to the target API"}};
  operation["description"] =
      "Streams both ways. Admins always may; runners where proxy.enabled and method and path fit "
      "(else 403). The caller's query follows the resource's. Redirects are passed on. Of the "
      "target's answer only hop-by-hop fields, cookies outside forward_cookies and CORS fields are "
      "dropped.";
  if (has_body) {
    operation["requestBody"]["content"]["*/*"] = Json::object();
  }
  Json& responses = operation["responses"];
  for (const int status : {400, 401, 403, 404, 413, 422, 424, 429, 501, 502, 503, 504}) {
    responses[std::to_string(status)] = ComponentReference("responses", ErrorAnswerName(status));
  }
  responses["default"] =
      Json{{"description", "Whatever the target answers, with Sallyport-Source: upstream."}};
  return operation;
}

Json ProxyPath() {
  Json path = Json::object();
  Json resource = {{"name", "r"}, {"in", "path"}, {"required", true}};
  resource["description"] = "Slug of the resource.";
  resource["schema"] = TextSchema();
  Json rest = {{"name", "path"}, {"in", "path"}, {"required", true}};
  rest["description"] = "Path below base_url; may hold slashes. Its bytes are kept.";
  rest["schema"] = TextSchema();
  path["parameters"] = Json::array({std::move(resource), std::move(rest)});
  for (const std::string_view method : {"get", "head", "options", "delete"}) {
    path[std::string(method)] = ProxyOperation(method, false);
  }
  for (const std::string_view method : {"post", "put", "patch"}) {
    path[std::string(method)] = ProxyOperation(method, true);
  }
  return path;
}

}  // namespace

void DescribeServicePaths(Json& paths) {
  paths["/proxy/{r}/{path}"] = ProxyPath();
  paths["/healthz"] = HealthPath();
  paths["/readyz"] = ReadyPath();
  paths["/metrics"] = MetricsPath();
  paths["/openapi.json"] = DocumentPath();
}

}  // namespace sallyport::admin
