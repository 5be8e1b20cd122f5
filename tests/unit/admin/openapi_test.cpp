#include <set>

#include "admin/answer_tables.h"
#include "admin/examples.h"
#include "admin/operation.h"
#include "sallyport/base/strings.h"
#include "sallyport/request/credential.h"
#include "unit/admin/api_fixture.h"

namespace sallyport::admin {
namespace {

class OpenApi : public ApiTest {
 protected:
  OpenApi() : document(Json::parse(api->openapi())) {}

  static std::vector<Operation> Operations() {
    std::vector<Operation> all = ResourceOperations();
    for (const auto& part : {QueryOperations(), RunOperations(), SessionOperations(),
                             ApiKeyOperations(), OverviewOperations()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }

  /// The template with names of the examples put in.
  static std::string Filled(std::string_view path) {
    std::string filled;
    for (const std::string_view segment : Split(path.substr(1), '/')) {
      filled += '/';
      filled += segment == "{q}" ? "get-user" : segment.front() == '{' ? "github" : segment;
    }
    return filled;
  }

  Json document;
};

void Collect(const Json& node, std::vector<std::string>& references) {
  if (node.is_object() && node.contains("$ref")) references.push_back(node["$ref"]);
  if (!node.is_structured()) return;
  for (const Json& child : node) Collect(child, references);
}

TEST_F(OpenApi, EveryReferenceLeadsSomewhere) {
  std::vector<std::string> references;
  Collect(document, references);
  EXPECT_GT(references.size(), 100U);
  for (const std::string& reference : references) {
    ASSERT_EQ(reference.substr(0, 2), "#/");
    EXPECT_TRUE(document.contains(Json::json_pointer(reference.substr(1)))) << reference;
  }
}

TEST_F(OpenApi, DescribesEveryRouteOfTheRouterAndOfTheService) {
  for (const Operation& operation : Operations()) {
    const Json& path = document["paths"][std::string(operation.path)];
    EXPECT_TRUE(path.contains(ToLowerAscii(operation.method)))
        << operation.method << operation.path;
  }
  for (const char* path :
       {"/proxy/{r}/{path}", "/healthz", "/readyz", "/metrics", "/openapi.json"}) {
    EXPECT_TRUE(document["paths"].contains(path)) << path;
  }
}

TEST_F(OpenApi, EveryPathParameterIsDeclaredAndEveryOperationAnswers) {
  std::set<std::string> ids;
  for (const auto& [path, item] : document["paths"].items()) {
    std::set<std::string> declared;
    for (const Json& parameter : item.value("parameters", Json::array())) {
      declared.insert(parameter["name"]);
      EXPECT_EQ(parameter["required"], true);
    }
    std::set<std::string> used;
    for (const std::string_view segment : Split(path, '/')) {
      if (segment.substr(0, 1) == "{") used.emplace(segment.substr(1, segment.size() - 2));
    }
    EXPECT_EQ(declared, used) << path;
    for (const auto& [method, operation] : item.items()) {
      if (method == "parameters") continue;
      EXPECT_TRUE(ids.insert(operation["operationId"]).second) << path << method;
      EXPECT_FALSE(operation["responses"].empty()) << path << method;
      EXPECT_TRUE(operation.contains("summary")) << path << method;
    }
  }
}

TEST_F(OpenApi, EveryKindOfAuthIsThere) {
  const Json& auth = document["components"]["schemas"]["Resource"]["properties"]["auth"];
  EXPECT_EQ(auth["oneOf"].size(), request::AuthKinds().size());
  for (const request::AuthKind& kind : request::AuthKinds()) {
    EXPECT_TRUE(auth["discriminator"]["mapping"].contains(std::string(kind.type))) << kind.type;
  }
}

TEST_F(OpenApi, ItsExamplesAreAccepted) {
  for (const Operation& operation : Operations()) {
    if (operation.body == Body::kNone) continue;
    const Json example = ExampleInput(operation.id);
    ASSERT_FALSE(example.is_null()) << operation.id;
    if (operation.service != Service::kApi) continue;  // served by the pipeline
    const std::string path = Filled(operation.path);
    const Reply reply = Call(std::string(operation.method), path, example.dump());
    EXPECT_TRUE(reply.status == 200 || reply.status == 201) << operation.id << reply.message;
  }
}

TEST_F(OpenApi, ExamplesOfUnsavedQueriesAreAccepted) {
  const std::string example = ExampleInput("runRequest")["query"].dump();
  const auto query = request::Value::Parse(example, 64);
  ASSERT_TRUE(query);
  EXPECT_TRUE(api->NormalizeQuery(*query));
}

TEST_F(OpenApi, RunsTakeJsonOrFilesAndAnswerAnEnvelopeOrTheTarget) {
  const Json& run = document["paths"]["/api/v1/resources/{r}/queries/{q}/run"];
  EXPECT_TRUE(run["post"]["requestBody"]["content"].contains("multipart/form-data"));
  EXPECT_TRUE(run["post"]["requestBody"]["content"].contains("application/json"));
  EXPECT_FALSE(run["get"].contains("requestBody"));
  for (const char* method : {"get", "post"}) {
    const Json& content = run[method]["responses"]["200"]["content"];
    EXPECT_EQ(content["application/json"]["schema"]["$ref"], "#/components/schemas/Envelope");
    EXPECT_TRUE(content.contains("*/*"));
  }
}

TEST_F(OpenApi, TimesOfARunAreNumbersWithAFraction) {
  const Json& timing = document["components"]["schemas"]["Timing"]["properties"];
  for (const char* name : {"dns_ms", "connect_ms", "tls_ms", "first_byte_ms", "total_ms"}) {
    EXPECT_EQ(timing[name]["type"], "number") << name;
    EXPECT_EQ(timing[name]["minimum"], 0) << name;
  }
  const Json& envelope = document["components"]["schemas"]["Envelope"]["properties"];
  EXPECT_EQ(envelope["size"]["type"], "integer");
}

TEST_F(OpenApi, OnlyWhatLooksAtAcceptAnswers406) {
  const std::string query = "/api/v1/resources/{r}/queries/{q}";
  const auto answers_406 = [&](const std::string& path, const char* method) {
    return document["paths"][path][method]["responses"].contains("406");
  };
  EXPECT_TRUE(answers_406(query, "get"));
  EXPECT_TRUE(answers_406(query, "delete"));
  EXPECT_FALSE(answers_406(query + "/run", "get"));
  EXPECT_FALSE(answers_406(query + "/run", "post"));
  EXPECT_FALSE(answers_406(query + "/preview", "post"));
  EXPECT_FALSE(answers_406("/api/v1/resources/{r}/request", "post"));
  EXPECT_FALSE(answers_406("/api/v1/resources/{r}/request/preview", "post"));
}

TEST_F(OpenApi, RealAnswersHaveTheMembersThatTheTablesSay) {
  MakeGithub();
  const auto check = [&](const std::string& schema, const Json& answer) {
    std::set<std::string> described;
    for (const auto& [name, value] :
         document["components"]["schemas"][schema]["properties"].items()) {
      described.insert(name);
    }
    for (const auto& [name, value] : answer.items()) {
      EXPECT_EQ(described.count(name), 1U) << schema << "." << name;
    }
    const Json required =
        document["components"]["schemas"][schema].value("required", Json::array());
    for (const Json& name : required) {
      EXPECT_TRUE(answer.contains(name.get<std::string>())) << schema << "." << name;
    }
  };
  check("Resource", Call("GET", "/api/v1/resources/github").body);
  const Json query = {{"slug", "get-user"}, {"path", "/users/{{ params.id }}"}};
  ASSERT_EQ(Call("POST", "/api/v1/resources/github/queries", query.dump()).status, 201);
  check("Query", Call("GET", "/api/v1/resources/github/queries/get-user").body);
  check("WhoAmI", Call("GET", "/api/v1/session").body);
  check("Status", Call("GET", "/api/v1/status").body);
  check("AuditEntry", Call("GET", "/api/v1/audit").body["items"][0]);
  const Json session = Call("POST", "/api/v1/sessions", R"({"user":"a"})").body;
  check("NewSession", session);
  check("Session", session["session"]);
  const Json key = Call("POST", "/api/v1/api-keys", R"({"name":"a"})").body;
  check("NewApiKey", key);
  check("ApiKey", key["api_key"]);
}

}  // namespace
}  // namespace sallyport::admin
