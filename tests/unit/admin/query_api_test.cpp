#include "support/reveal.h"
#include "unit/admin/api_fixture.h"

namespace sallyport::admin {
namespace {

constexpr const char* kQueries = "/api/v1/resources/github/queries";

class QueryApi : public ApiTest {
 protected:
  QueryApi() { EXPECT_EQ(MakeGithub().status, 201); }

  Reply Save(const std::string& slug, Json query) {
    return Call("PUT", std::string(kQueries) + "/" + slug, query.dump());
  }
  Reply Read(const std::string& slug) { return Call("GET", std::string(kQueries) + "/" + slug); }
};

TEST_F(QueryApi, AQueryIsMadeReadListedAndDeleted) {
  const Reply made = Call("POST", kQueries,
                          R"({"slug":"get-user","path":"/users/{{ params.id }}",
                              "inputs":[{"name":"id","type":"integer"}]})");
  ASSERT_EQ(made.status, 201) << made.message;
  EXPECT_EQ(made.Field("Location"), "/api/v1/resources/github/queries/get-user");
  EXPECT_FALSE(made.Field("ETag").empty());
  EXPECT_EQ(made.body["name"], "get-user");
  EXPECT_EQ(made.body["method"], "GET");
  EXPECT_EQ(made.body["body"], Json::parse(R"({"type":"none"})"));
  EXPECT_EQ(made.body["inputs"],
            Json::parse(R"([{"name":"id","type":"integer","required":true,"default":null,
                             "secret":false}])"));
  for (const char* member : {"timeout_ms", "redirects"}) {
    EXPECT_TRUE(made.body[member].is_null()) << member;
  }
  EXPECT_EQ(made.body["retries"], 0);
  EXPECT_EQ(made.body["omit_empty_params"], false);
  EXPECT_EQ(made.body["array_style"], "repeat");
  EXPECT_EQ(made.body["version"], 1);
  EXPECT_TRUE(made.body["warnings"].is_array());

  const Reply read = Read("get-user");
  EXPECT_EQ(read.body, made.body);
  EXPECT_EQ(read.Field("ETag"), made.Field("ETag"));
  const Reply list = Call("GET", std::string(kQueries) + "?q=GET-U");
  ASSERT_EQ(list.body["items"].size(), 1U);
  EXPECT_FALSE(list.body["items"][0].contains("warnings"));
  EXPECT_EQ(Call("DELETE", std::string(kQueries) + "/get-user").status, 204);
  EXPECT_EQ(Read("get-user").kind, ErrorKind::kNotFound);
}

TEST_F(QueryApi, WhatIsMissingIsNamed) {
  EXPECT_EQ(Read("absent").message, "no query \"absent\"");
  for (const char* method : {"GET", "POST"}) {
    const Reply reply = Call(method, "/api/v1/resources/absent/queries", "{}");
    EXPECT_EQ(reply.kind, ErrorKind::kNotFound);
    EXPECT_EQ(reply.message, "no resource \"absent\"");
  }
  for (const char* method : {"GET", "PUT", "PATCH", "DELETE"}) {
    const Reply reply = Call(method, "/api/v1/resources/absent/queries/q", "{}");
    EXPECT_EQ(reply.message, "no resource \"absent\"") << method;
  }
}

TEST_F(QueryApi, QueriesAreForAdmins) {
  for (const char* method : {"GET", "POST"}) {
    EXPECT_EQ(Send(Request(method, kQueries), Runner()).kind, ErrorKind::kForbidden) << method;
  }
  EXPECT_EQ(Send(Request("GET", std::string(kQueries) + "/q"), Runner()).kind,
            ErrorKind::kForbidden);
}

TEST_F(QueryApi, PreconditionsAndPatchesWorkAsForResources) {
  const Reply first = Save("users", {{"path", "/users"}});
  ASSERT_EQ(first.status, 201) << first.message;
  http::ApiRequest create_only =
      Request("PUT", std::string(kQueries) + "/users", R"({"path":"/x"})");
  create_only.if_none_match = "*";
  EXPECT_EQ(Send(create_only, Admin()).kind, ErrorKind::kPreconditionFailed);
  http::ApiRequest unchanged = Request("GET", std::string(kQueries) + "/users");
  unchanged.if_none_match = first.Field("ETag");
  EXPECT_EQ(Send(unchanged, Admin()).status, 304);

  const Reply patched =
      Call("PATCH", std::string(kQueries) + "/users", R"({"slug":"people","retries":3})");
  ASSERT_EQ(patched.status, 200) << patched.message;
  EXPECT_EQ(patched.body["retries"], 3);
  EXPECT_EQ(patched.body["path"], "/users");
  EXPECT_EQ(patched.body["version"], 2);
  EXPECT_EQ(Read("users").kind, ErrorKind::kNotFound);
  http::ApiRequest stale = Request("DELETE", std::string(kQueries) + "/people");
  stale.if_match = first.Field("ETag");
  EXPECT_EQ(Send(stale, Admin()).kind, ErrorKind::kPreconditionFailed);
}

TEST_F(QueryApi, NumbersKeepTheirSpellingThroughSavesReadsAndPatches) {
  const std::string value =
      R"({"big":123456789012345678901234567890,"cents":1.10,"far":1E400,"n":-0,"s":"1.10"})";
  const std::string body = R"({"slug":"q","method":"POST","body":{"type":"json","value":)" + value +
                           R"(},"inputs":[{"name":"d","type":"number","default":2.50}]})";
  const auto shows = [&](const Reply& reply, const std::string& part) {
    EXPECT_NE(reply.text.find(part), std::string::npos) << reply.message << reply.text;
  };
  shows(Call("POST", kQueries, body), "\"value\":" + value);
  Result<http::ApiResponse> raw =
      test::RunTask(context_, api->Handle(Request("GET", std::string(kQueries) + "/q"), Admin()));
  ASSERT_TRUE(raw);
  EXPECT_NE(raw->body.find("\"value\":" + value), std::string::npos) << raw->body;
  EXPECT_NE(raw->body.find("\"default\":2.50"), std::string::npos) << raw->body;
  // What was read can be put back.
  shows(Call("PUT", std::string(kQueries) + "/q", raw->body), "\"value\":" + value);
  const Reply patched = Call("PATCH", std::string(kQueries) + "/q",
                             R"({"body":{"value":{"far":null,"n":null,"new":3.0}}})");
  shows(patched,
        R"("value":{"big":123456789012345678901234567890,"cents":1.10,"s":"1.10","new":3.0})");
}

TEST_F(QueryApi, AJsonBodyHasTextOrValueAndNullIsAValue) {
  const auto body_of = [&](const std::string& body) {
    const Reply reply =
        Call("PUT", std::string(kQueries) + "/q", R"({"method":"POST","body":)" + body + "}");
    return reply.status == 0 ? reply.message : reply.body["body"].dump();
  };
  EXPECT_EQ(body_of(R"({"type":"json","value":null})"), R"({"type":"json","value":null})");
  EXPECT_EQ(body_of(R"({"type":"json","text":"[1, 2]"})"), R"({"type":"json","text":"[1, 2]"})");
  EXPECT_EQ(body_of(R"({"type":"json","text":"[]","value":null})"),
            R"({"type":"json","text":"[]"})");
  EXPECT_EQ(body_of(R"({"type":"json","value":"","text":null})"), R"({"type":"json","value":""})");
  EXPECT_EQ(body_of(R"({"type":"json","text":"[]","value":[]})"),
            "body must have text or value, not both");
  EXPECT_EQ(body_of(R"({"type":"json"})"),
            "body must have text (a JSON template, sent as it is written) or value (a JSON tree)");
}

TEST_F(QueryApi, SecretRowsAreMaskedAndKeptByTheMask) {
  const Json query = {
      {"path", "/x"},
      {"headers", {{"Authorization", "Bearer t0k3n"}, {"X-Plain", "p"}}},
      {"params", Json::array({Json{{"name", "k"}, {"value", "s3cret"}, {"secret", true}}})},
      {"body", {{"type", "form"}, {"fields", {{"password", "pw"}}}}},
      {"method", "POST"}};
  const Reply made = Save("q", query);
  ASSERT_EQ(made.status, 201) << made.message;
  EXPECT_EQ(made.body["headers"][0]["value"], "********");
  EXPECT_EQ(made.body["headers"][1]["value"], "p");
  EXPECT_EQ(made.body["params"][0]["value"], "********");
  EXPECT_EQ(made.body["body"]["fields"][0]["value"], "********");
  for (const char* secret : {"t0k3n", "s3cret", "\"pw\""}) {
    EXPECT_EQ(made.text.find(secret), std::string::npos) << secret;
    EXPECT_EQ(Call("GET", "/api/v1/audit").text.find(secret), std::string::npos) << secret;
  }
  Json again = made.body;
  again["path"] = "/y";
  const Reply kept = Save("q", again);
  ASSERT_EQ(kept.status, 200) << kept.message;
  const auto stored = repository->GetQuery("github", "q", store::WithSecrets::kYes);
  EXPECT_EQ(test::Reveal(stored->document.secrets.at("/headers/0/value")), "Bearer t0k3n");
  EXPECT_EQ(test::Reveal(stored->document.secrets.at("/body/fields/0/value")), "pw");
  const Reply unknown = Save("other", {{"headers", {{"Authorization", "********"}}}});
  EXPECT_EQ(unknown.message, "headers.0.value must be entered: no value is stored for it");
}

TEST_F(QueryApi, ItsSecretsDoNotFollowTheResourceToAnotherOrigin) {
  ASSERT_EQ(Save("open", {{"headers", {{"X-Plain", "p"}}}}).status, 201);
  const auto move = [&](const char* patch) {
    return Call("PATCH", "/api/v1/resources/github", patch);
  };
  constexpr const char* kMoved = R"({"base_url":"https://other.example","auth":{"type":"none"}})";
  ASSERT_EQ(move(kMoved).status, 200) << "no query has a secret";

  ASSERT_EQ(Save("q", {{"headers", {{"X-Token", "t0k3n"}}}}).status, 201);
  EXPECT_EQ(move(R"({"base_url":"https://other.example/v2"})").status, 200);
  for (const char* patch : {R"({"base_url":"https://evil.example"})",
                            R"({"extra_origins":["https://evil.example"]})"}) {
    const Reply refused = move(patch);
    EXPECT_EQ(refused.kind, ErrorKind::kSecretReentryRequired) << patch;
    ASSERT_EQ(refused.violations.size(), 1U) << patch;
    EXPECT_EQ(refused.violations[0].pointer, "/queries/q/headers/0/value") << patch;
  }
  EXPECT_EQ(move(R"({"login_test_url":"https://evil.example"})").status, 200)
      << "rows of queries do not go there";
  ASSERT_EQ(Save("q", {{"headers", Json::array()}}).status, 200);
  EXPECT_EQ(move(R"({"base_url":"https://evil.example"})").status, 200);
}

TEST_F(QueryApi, AnInputIsRequiredUnlessItHasADefault) {
  const Reply made = Save("q", Json::parse(R"({"path":"/x","inputs":[
      {"name":"a"},{"name":"b","default":"x"},{"name":"c","required":false},
      {"name":"d","type":"integer","default":5,"required":true}]})"));
  ASSERT_EQ(made.status, 201) << made.message;
  std::vector<bool> required;
  for (const Json& input : made.body["inputs"]) required.push_back(input["required"]);
  EXPECT_EQ(required, (std::vector<bool>{true, false, false, true}));
  EXPECT_EQ(made.body["inputs"][1]["default"], "x");
  EXPECT_EQ(made.body["inputs"][3]["default"], 5);
}

TEST_F(QueryApi, TheAuditLogSaysWhatChangedInWhichQuery) {
  Save("q", {{"path", "/x"}});
  Call("PATCH", std::string(kQueries) + "/q", R"({"path":"/y"})");
  Call("DELETE", std::string(kQueries) + "/q");
  const Json items = Call("GET", "/api/v1/audit").body["items"];
  EXPECT_EQ(items[0]["action"], "query.delete");
  EXPECT_EQ(items[1]["action"], "query.update");
  EXPECT_EQ(items[1]["change"]["before"], Json::parse(R"({"path":"/x"})"));
  EXPECT_EQ(items[1]["change"]["after"], Json::parse(R"({"path":"/y"})"));
  EXPECT_EQ(items[2]["action"], "query.create");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(items[i]["object"], "github/q");
}

TEST_F(QueryApi, LostSecretsOfAQueryAreNamedAndCanBeEnteredAgain) {
  Save("q", {{"headers", {{"Authorization", "t"}}}});
  repository->BreakQuery("github", "q");
  const Reply kept = Call("PATCH", std::string(kQueries) + "/q", R"({"path":"/y"})");
  EXPECT_EQ(kept.message, "headers.0.value must be entered again: the stored value does not open");
  EXPECT_EQ(Save("q", {{"headers", {{"Authorization", "new"}}}}).status, 200);
}

TEST_F(QueryApi, RunsAreRoutedToThePipelineWithTheirPathValues) {
  const std::string run = std::string(kQueries) + "/get%2Duser/run";
  const RouteVerdict verdict = api->Judge("POST", run);
  EXPECT_EQ(verdict.service, Service::kRun);
  EXPECT_EQ(verdict.path_values, (std::vector<std::string>{"github", "get-user"}));
  EXPECT_TRUE(verdict.has_body);
  EXPECT_EQ(api->Judge("HEAD", run).service, Service::kRun);
  EXPECT_FALSE(api->Judge("GET", run).has_body);
  EXPECT_FALSE(api->Judge("DELETE", run).method_allowed);
  EXPECT_EQ(api->Judge("POST", std::string(kQueries) + "/q/preview").service, Service::kPreview);
  const std::string request = "/api/v1/resources/github/request";
  EXPECT_EQ(api->Judge("POST", request).service, Service::kRunUnsaved);
  EXPECT_EQ(api->Judge("POST", request + "/preview").service, Service::kPreviewUnsaved);
  EXPECT_EQ(api->Judge("GET", kQueries).service, Service::kApi);

  const auto snapshot = store_->snapshot();
  const auto right = [&](const std::string& path, const store::Caller& caller) {
    const Result<void> judged = api->JudgeRight("POST", path, caller, *snapshot);
    return judged ? std::string("allowed") : judged.error().message();
  };
  store::Caller stranger = Runner();
  stranger.resources = {"jira"};
  EXPECT_EQ(right(run, Runner()), "allowed");
  EXPECT_EQ(right(run, stranger), "There is no resource \"github\" that this caller may use.");
  EXPECT_EQ(right("/api/v1/resources/absent/queries/q/run", Admin()), "no resource \"absent\"");
  EXPECT_EQ(right(request, Admin()), "allowed");
  EXPECT_EQ(right(request, Runner()), "this needs the role admin; the caller has the role runner");
}

}  // namespace
}  // namespace sallyport::admin
