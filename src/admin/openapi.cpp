#include "admin/openapi.h"

#include <algorithm>
#include <set>

#include "admin/examples.h"
#include "sallyport/base/strings.h"

namespace sallyport::admin {
namespace {

Json JsonContent(Json schema) {
  return Json{{"application/json", Json{{"schema", std::move(schema)}}}};
}

Json PageOf(std::string_view item) {
  Json schema = {{"type", "object"}, {"required", Json::array({"items", "next_cursor"})}};
  schema["properties"]["items"] =
      Json{{"type", "array"}, {"items", ComponentReference("schemas", item)}};
  schema["properties"]["next_cursor"] =
      Json{{"type", Json::array({"string", "null"})},
           {"description", "For the next page; null on the last one."}};
  return schema;
}

Json PathParameters(std::string_view path) {
  Json parameters = Json::array();
  for (const std::string_view segment : Split(path.substr(1), '/')) {
    if (segment.empty() || segment.front() != '{') continue;
    const std::string name(segment.substr(1, segment.size() - 2));
    parameters.push_back(Json{
        {"name", name}, {"in", "path"}, {"required", true}, {"schema", Json{{"type", "string"}}}});
  }
  return parameters;
}

bool IsRun(const Operation& operation) {
  return operation.service == Service::kRun || operation.service == Service::kRunUnsaved;
}

Json Parameters(const Operation& operation) {
  Json parameters = Json::array();
  const auto add = [&](std::string_view name) {
    parameters.push_back(ComponentReference("parameters", name));
  };
  if (operation.list) {
    add("limit");
    add("cursor");
    add("q");
  }
  if (IsRun(operation)) add("raw");
  if (IsRun(operation) && operation.body == Body::kNone) add("params");
  switch (operation.conditions) {
    case Conditions::kNone:
      break;
    case Conditions::kRead:
      add("IfNoneMatch");
      break;
    case Conditions::kWrite:
      add("IfMatch");
      break;
    case Conditions::kCreateOrWrite:
      add("IfMatch");
      add("CreateOnly");
      break;
  }
  return parameters;
}

/// Parts of JSON under their names, then the files.
Json MultipartRun(const Operation& operation) {
  Json schema = {{"type", "object"}};
  const std::string members =
      "#/components/schemas/" + std::string(operation.input) + "/properties/";
  Json& parts = schema["properties"];
  parts["params"] = Json{{"$ref", members + "params"}};
  if (operation.service == Service::kRunUnsaved) {
    parts["query"] = Json{{"$ref", members + "query"}};
    schema["required"] = Json::array({"query"});
  }
  schema["additionalProperties"] =
      Json{{"type", "string"}, {"format", "binary"}, {"description", "One part per file input."}};
  return Json{{"schema", std::move(schema)}};
}

Json RequestBody(const Operation& operation) {
  Json media = {{"schema", ComponentReference("schemas", operation.input)}};
  const Json example = ExampleInput(operation.id);
  if (!example.is_null()) media["example"] = example;
  Json content = Json::object();
  if (operation.body == Body::kRun) content["multipart/form-data"] = MultipartRun(operation);
  if (operation.body == Body::kMergePatch) content["application/merge-patch+json"] = media;
  content["application/json"] = std::move(media);
  return Json{{"required", true}, {"content", std::move(content)}};
}

/// Is a resource or query made by it?
bool IsDocument(const Operation& operation) {
  return operation.answer == "Resource" || operation.answer == "Query";
}

std::string_view SuccessText(int status) {
  switch (status) {
    case 201:
      return "Made.";
    case 204:
      return "Done; no body.";
    default:
      return "OK.";
  }
}

Json Success(const Operation& operation, int status) {
  Json answer = {{"description", SuccessText(status)}};
  const bool made = status == 201 && IsDocument(operation);
  if (made || (operation.conditions != Conditions::kNone && status != 204)) {
    answer["headers"]["ETag"] = ComponentReference("headers", "ETag");
  }
  if (made) {
    answer["headers"]["Location"] = ComponentReference("headers", "Location");
  }
  if (operation.id == "createSession" || operation.id == "endSession") {
    answer["headers"]["Set-Cookie"] = ComponentReference("headers", "SessionCookie");
  }
  if (operation.answer.empty()) return answer;
  answer["content"] = JsonContent(operation.list ? PageOf(operation.answer)
                                                 : ComponentReference("schemas", operation.answer));
  if (IsRun(operation)) answer["content"]["*/*"] = Json::object();  // raw
  return answer;
}

std::set<int> ErrorStatuses(const Operation& operation) {
  std::set<int> statuses(operation.errors.begin(), operation.errors.end());
  statuses.insert({429, 503});
  if (operation.access == Access::kPublic) return statuses;
  statuses.insert(401);
  if (operation.access != Access::kAnyCaller) statuses.insert(403);
  // Runs and previews do not look at Accept: what they answer is the target's affair.
  if (operation.service == Service::kApi) statuses.insert(406);
  if (operation.body != Body::kNone) statuses.insert({400, 413, 415, 422});
  if (operation.conditions != Conditions::kNone) statuses.insert(400);
  if (operation.conditions == Conditions::kWrite ||
      operation.conditions == Conditions::kCreateOrWrite) {
    statuses.insert(412);
  }
  return statuses;
}

/// Pages for browsers.
void DescribePages(Json& described) {
  described["security"] = Json::array();
  const Json html = {{"text/html", Json{{"schema", Json{{"type", "string"}}}}}};
  Json& responses = described["responses"];
  responses["200"] = Json{{"description", "A page."}, {"content", html}};
  responses["302"] = Json{{"description", "On the way."}};
  responses["400"] = Json{{"description", "A page that says what is wrong."}, {"content", html}};
}

Json DescribeOperation(const Operation& operation) {
  Json described = Json::object();
  described["operationId"] = operation.id;
  described["tags"] = Json::array({operation.tag});
  described["summary"] = operation.summary;
  if (!operation.note.empty()) described["description"] = operation.note;
  Json parameters = Parameters(operation);
  if (!parameters.empty()) described["parameters"] = std::move(parameters);
  if (operation.body != Body::kNone) described["requestBody"] = RequestBody(operation);
  Json& responses = described["responses"];
  for (const int status : operation.statuses) {
    responses[std::to_string(status)] = Success(operation, status);
  }
  if (operation.conditions == Conditions::kRead) {
    responses["304"] = Json{{"description", "Unchanged: If-None-Match holds."}};
  }
  for (const int status : ErrorStatuses(operation)) {
    responses[std::to_string(status)] = ComponentReference("responses", ErrorAnswerName(status));
  }
  if (operation.access == Access::kPublic) DescribePages(described);
  return described;
}

Json DescribePaths(const Router& router) {
  Json paths = Json::object();
  for (const Route& route : router.routes()) {
    Json& item = paths[std::string(route.path)];
    Json parameters = PathParameters(route.path);
    if (!parameters.empty()) item["parameters"] = std::move(parameters);
    for (const Operation& operation : route.operations) {
      item[ToLowerAscii(operation.method)] = DescribeOperation(operation);
    }
  }
  DescribeServicePaths(paths);
  return paths;
}

Json Tag(std::string_view name, std::string_view description) {
  return Json{{"name", name}, {"description", description}};
}

}  // namespace

Json ComponentReference(std::string_view group, std::string_view name) {
  return Json{{"$ref", "#/components/" + std::string(group) + "/" + std::string(name)}};
}

std::string DescribeApi(const Router& router, std::string_view version) {
  Json document = Json::object();
  document["openapi"] = "3.1.0";
  document["info"] = Json{
      {"title", "Sallyport"},
      {"version", version.empty() ? std::string("0") : std::string(version)},
      {"summary", "A gateway that keeps the credentials of target APIs."},
      {"description",
       "Every GET may be sent as HEAD. Errors are application/problem+json. Every answer carries "
       "X-Request-ID and Sallyport-Source (gateway, or upstream for what a target said)."}};
  document["servers"] = Json::array({Json{{"url", "/"}}});
  document["security"] =
      Json::array({Json{{"bearer", Json::array()}}, Json{{"session", Json::array()}},
                   Json{{"secure_session", Json::array()}}});
  document["tags"] = Json::array(
      {Tag("resources", "Target APIs"), Tag("queries", "Saved requests, and running them"),
       Tag("sessions", "Sessions of end users"), Tag("api-keys", "Keys of programs"),
       Tag("connections", "Sign-ins at target APIs (OAuth 2.0)"),
       Tag("proxy", "Calls to target APIs"), Tag("operations", "Health, metrics, audit")});
  document["paths"] = DescribePaths(router);
  document["components"] = DescribeComponents();
  return document.dump(2) + "\n";
}

}  // namespace sallyport::admin
