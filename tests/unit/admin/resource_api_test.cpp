#include "unit/admin/api_fixture.h"

namespace sallyport::admin {
namespace {

using ResourceApi = ApiTest;

TEST_F(ResourceApi, AResourceIsMadeReadListedAndDeleted) {
  const Reply made = MakeGithub();
  ASSERT_EQ(made.status, 201) << made.message;
  EXPECT_EQ(made.Field("Location"), "/api/v1/resources/github");
  EXPECT_EQ(made.Field("ETag"), "\"1-1\"");
  EXPECT_EQ(made.body["auth"]["token"], "********");
  EXPECT_EQ(made.body["name"], "github");
  EXPECT_EQ(made.body["version"], 1);
  EXPECT_EQ(made.text.find("s3cr3t"), std::string::npos);

  const Reply read = Call("GET", "/api/v1/resources/git%68ub");
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(read.text, made.text);
  EXPECT_EQ(Call("HEAD", "/api/v1/resources/github").Field("ETag"), "\"1-1\"");

  const Reply list = Call("GET", "/api/v1/resources?limit=50&cursor=&q=GIT");
  ASSERT_EQ(list.body["items"].size(), 1U);
  EXPECT_EQ(list.body["items"][0], made.body);
  EXPECT_TRUE(list.body["next_cursor"].is_null());

  const Reply deleted = Call("DELETE", "/api/v1/resources/github");
  EXPECT_EQ(deleted.status, 204);
  EXPECT_EQ(deleted.text, "");
  EXPECT_EQ(Call("GET", "/api/v1/resources/github").kind, ErrorKind::kNotFound);
  EXPECT_EQ(Call("DELETE", "/api/v1/resources/github").kind, ErrorKind::kNotFound);
}

TEST_F(ResourceApi, ListsPageByACursorThatOnlyTheyUnderstand) {
  for (const char* slug : {"a", "b", "c"}) {
    Call("PUT", "/api/v1/resources/" + std::string(slug), R"({"base_url":"https://x.example"})");
  }
  const Reply first = Call("GET", "/api/v1/resources?limit=2");
  EXPECT_EQ(first.body["items"].size(), 2U);
  const std::string cursor = first.body["next_cursor"];
  const Reply second = Call("GET", "/api/v1/resources?limit=2&cursor=" + cursor);
  ASSERT_EQ(second.body["items"].size(), 1U);
  EXPECT_EQ(second.body["items"][0]["slug"], "c");
  EXPECT_TRUE(second.body["next_cursor"].is_null());
  for (const char* list : {"resources?cursor=x", "sessions?cursor=x", "api-keys?cursor=x"}) {
    const Reply foreign = Call("GET", "/api/v1/" + std::string(list));
    EXPECT_EQ(foreign.kind, ErrorKind::kInvalidParameter) << list;
    EXPECT_EQ(foreign.violations.at(0).pointer, "/cursor");
  }
  EXPECT_EQ(Call("GET", "/api/v1/audit?cursor=" + cursor).kind, ErrorKind::kInvalidParameter);
}

TEST_F(ResourceApi, ATextThatIsTooLongIsToldHowLongItMayBe) {
  const auto put = [&](std::size_t bytes) {
    const Json body = {{"base_url", "https://a.example"}, {"name", std::string(bytes, 'n')}};
    return Call("PUT", "/api/v1/resources/a", body.dump());
  };
  EXPECT_EQ(put(1025).message, "name must be at most 1024 bytes long, not 1025");
  EXPECT_EQ(put(1024).status, 201);
}

TEST_F(ResourceApi, ATakenSlugIsAConflict) {
  MakeGithub();
  const Reply again = MakeGithub();
  EXPECT_EQ(again.kind, ErrorKind::kConflict);
  EXPECT_NE(again.message.find("github"), std::string::npos);
  Call("PUT", "/api/v1/resources/other", R"({"base_url":"https://x.example"})");
  EXPECT_EQ(Call("PATCH", "/api/v1/resources/other", R"({"slug":"github"})").kind,
            ErrorKind::kConflict);
}

TEST_F(ResourceApi, APutCreatesOrReplacesAndTheSlugInTheUrlCounts) {
  const Reply made = Call("PUT", "/api/v1/resources/jira",
                          R"({"slug":"OTHER!","base_url":"https://jira.example","version":99,
                              "created_at":"x","id":5})");
  ASSERT_EQ(made.status, 201) << made.message;
  EXPECT_EQ(made.Field("Location"), "/api/v1/resources/jira");
  EXPECT_EQ(made.body["slug"], "jira");
  EXPECT_EQ(made.body["version"], 1);
  Json again = made.body;
  again["description"] = "x";
  const Reply replaced = Call("PUT", "/api/v1/resources/jira", again.dump());
  ASSERT_EQ(replaced.status, 200) << replaced.message;
  EXPECT_EQ(replaced.body["version"], 2);
  EXPECT_EQ(replaced.Field("ETag"), "\"1-2\"");
  const Reply bad = Call("PUT", "/api/v1/resources/Jira", R"({"base_url":"https://x.example"})");
  EXPECT_EQ(bad.kind, ErrorKind::kValidationFailed);
  EXPECT_EQ(bad.violations.at(0).pointer, "/slug");
}

TEST_F(ResourceApi, APatchMergesAndNullResets) {
  MakeGithub();
  const Reply patched = Call("PATCH", "/api/v1/resources/github",
                             R"({"name":"Hub","timeouts":{"total_ms":5},"redirects":{"max":1}})");
  ASSERT_EQ(patched.status, 200) << patched.message;
  EXPECT_EQ(patched.body["name"], "Hub");
  EXPECT_EQ(patched.body["timeouts"]["total_ms"], 5);
  EXPECT_EQ(patched.body["timeouts"]["connect_ms"], 5000);
  EXPECT_EQ(patched.body["redirects"]["follow"], "same_origin");
  EXPECT_EQ(patched.body["auth"]["token"], "********");
  const Reply reset =
      Call("PATCH", "/api/v1/resources/github", R"({"name":null,"timeouts":null,"auth":null})");
  EXPECT_EQ(reset.body["name"], "github");
  EXPECT_EQ(reset.body["timeouts"]["total_ms"], 60000);
  EXPECT_EQ(reset.body["auth"], Json::parse(R"({"type":"none"})"));
  EXPECT_EQ(Call("PATCH", "/api/v1/resources/github", R"({"base_url":null})").kind,
            ErrorKind::kValidationFailed);
  EXPECT_EQ(Call("PATCH", "/api/v1/resources/absent", "{}").kind, ErrorKind::kNotFound);
}

TEST_F(ResourceApi, APatchMayRename) {
  MakeGithub();
  const Reply renamed = Call("PATCH", "/api/v1/resources/github", R"({"slug":"hub"})");
  EXPECT_EQ(renamed.body["slug"], "hub");
  EXPECT_EQ(Call("GET", "/api/v1/resources/github").kind, ErrorKind::kNotFound);
  EXPECT_EQ(Call("GET", "/api/v1/resources/hub").body["auth"]["token"], "********");
}

TEST_F(ResourceApi, PreconditionsHoldOrNothingChanges) {
  const std::string body = R"({"base_url":"https://x.example"})";
  const auto send = [&](const std::string& method, const char* if_match,
                        const char* if_none_match) {
    http::ApiRequest request = Request(method, "/api/v1/resources/x", body);
    if (if_match != nullptr) request.if_match = if_match;
    if (if_none_match != nullptr) request.if_none_match = if_none_match;
    const Reply reply = Send(std::move(request), Admin());
    return reply.status != 0 ? reply.status
                             : (reply.kind == ErrorKind::kPreconditionFailed ? 412 : 0);
  };
  EXPECT_EQ(send("PUT", "*", nullptr), 412);
  EXPECT_EQ(send("PUT", "\"1-1\"", nullptr), 412);
  EXPECT_EQ(send("PUT", nullptr, "*"), 201);
  EXPECT_EQ(send("PUT", nullptr, "*"), 412);
  EXPECT_EQ(send("PUT", "\"9-9\", \"1-1\"", nullptr), 200);
  EXPECT_EQ(send("PUT", "\"1-1\"", nullptr), 412);
  EXPECT_EQ(send("PATCH", "W/\"1-2\"", nullptr), 412);
  EXPECT_EQ(send("PATCH", "*", nullptr), 200);
  EXPECT_EQ(send("GET", nullptr, "\"1-3\""), 304);
  EXPECT_EQ(send("GET", nullptr, "W/\"1-3\""), 304);
  EXPECT_EQ(send("GET", nullptr, "\"1-2\""), 200);
  EXPECT_EQ(send("DELETE", "\"1-2\"", nullptr), 412);
  EXPECT_EQ(send("DELETE", "\"1-3\"", nullptr), 204);
  EXPECT_EQ(send("PUT", nullptr, nullptr), 201);
  EXPECT_EQ(send("PUT", "\"1-1\"", nullptr), 412) << "made again: another resource";
}

TEST_F(ResourceApi, NoConcurrentPatchIsLost) {
  MakeGithub();
  int others = 3;
  repository->before_update = [&] {
    if (others == 0) return;
    --others;
    const auto hook = std::exchange(repository->before_update, nullptr);
    auto current = repository->GetResource("github", store::WithSecrets::kYes);
    current->document.body["description"] = "other " + std::to_string(others);
    EXPECT_TRUE(repository->UpdateResource("github", "github", current->document, {},
                                           store::KeepTokens::kYes, {}));
    repository->before_update = hook;
  };
  const Reply patched = Call("PATCH", "/api/v1/resources/github", R"({"name":"mine"})");
  ASSERT_EQ(patched.status, 200) << patched.message;
  EXPECT_EQ(patched.body["name"], "mine");
  EXPECT_EQ(patched.body["description"], "other 0");
  EXPECT_EQ(patched.body["version"], 5);
}

TEST_F(ResourceApi, APatchNeverMixesIntoAResourceThatTookThePlaceOfTheOneItRead) {
  MakeGithub();
  repository->before_update = [&] {
    repository->before_update = nullptr;
    EXPECT_TRUE(repository->DeleteResource("github", {}, {}));
    store::Document other;
    other.body = Json::parse(R"({"slug":"github","name":"anew","base_url":"https://b.example"})");
    EXPECT_TRUE(repository->CreateResource("github", other, {}));
  };
  const Reply patched = Call("PATCH", "/api/v1/resources/github", R"({"description":"mine"})");
  ASSERT_EQ(patched.status, 200) << patched.message;
  EXPECT_EQ(patched.body["name"], "anew");
  EXPECT_EQ(patched.body["base_url"], "https://b.example");
  EXPECT_EQ(patched.body["auth"]["type"], "none") << "no secret of the first one came along";
}

TEST_F(ResourceApi, BodiesThatCannotBeReadSayWhy) {
  struct Case {
    const char* type;
    std::string body;
    ErrorKind kind;
  };
  const Case cases[] = {
      {"application/json", "", ErrorKind::kMalformedJson},
      {"application/json", "{", ErrorKind::kMalformedJson},
      {"application/json", R"({"a":1,"a":2})", ErrorKind::kMalformedJson},
      {"application/json", R"({"a":"\ud800"})", ErrorKind::kMalformedJson},
      {"application/json", std::string(65, '[') + std::string(65, ']'), ErrorKind::kMalformedJson},
      {"application/json", "[]", ErrorKind::kValidationFailed},
      {"application/json", "null", ErrorKind::kValidationFailed},
      {"", "{}", ErrorKind::kUnsupportedMediaType},
      {"text/plain", "{}", ErrorKind::kUnsupportedMediaType},
      {"application/merge-patch+json", "{}", ErrorKind::kUnsupportedMediaType},
      {"application/json; charset=utf-8", "{}", ErrorKind::kValidationFailed},
  };
  for (const Case& c : cases) {
    http::ApiRequest request = Request("POST", "/api/v1/resources", c.body);
    request.content_type = c.type;
    EXPECT_EQ(Send(std::move(request), Admin()).kind, c.kind) << c.type << " " << c.body;
  }
  MakeGithub();
  http::ApiRequest request = Request("PATCH", "/api/v1/resources/github", "{}");
  request.content_type = "application/merge-patch+json; charset=utf-8";
  EXPECT_EQ(Send(std::move(request), Admin()).status, 200);
}

TEST_F(ResourceApi, AChangedOriginAsksForTheSecretAgain) {
  MakeGithub();
  const Reply refused =
      Call("PATCH", "/api/v1/resources/github", R"({"base_url":"https://evil.example"})");
  EXPECT_EQ(refused.kind, ErrorKind::kSecretReentryRequired);
  Json masked = Call("GET", "/api/v1/resources/github").body;
  masked["base_url"] = "https://evil.example";
  EXPECT_EQ(Call("PUT", "/api/v1/resources/github", masked.dump()).kind,
            ErrorKind::kSecretReentryRequired);
  masked["auth"]["token"] = "again";
  EXPECT_EQ(Call("PUT", "/api/v1/resources/github", masked.dump()).status, 200);
}

TEST_F(ResourceApi, LostSecretsAreNamedAndCanBeEnteredAgain) {
  MakeGithub();
  repository->Break("github");
  EXPECT_EQ(Call("GET", "/api/v1/resources/github").status, 200);
  EXPECT_EQ(Call("PATCH", "/api/v1/resources/github", R"({"name":"x"})").kind,
            ErrorKind::kValidationFailed);
  EXPECT_EQ(Call("PATCH", "/api/v1/resources/github", R"({"auth":{"token":"new"}})").status, 200);
  EXPECT_EQ(Call("PATCH", "/api/v1/resources/github", R"({"name":"x"})").status, 200);
}

TEST_F(ResourceApi, TheAuditLogSaysWhoChangedWhatWithoutSecrets) {
  MakeGithub();
  Call("PATCH", "/api/v1/resources/github", R"({"name":"Hub","auth":{"token":"n3w-token"}})");
  Call("DELETE", "/api/v1/resources/github");
  const Reply audit = Call("GET", "/api/v1/audit?limit=2");
  ASSERT_EQ(audit.status, 200);
  ASSERT_EQ(audit.body["items"].size(), 2U);
  EXPECT_FALSE(audit.body["next_cursor"].is_null());
  EXPECT_EQ(audit.body["items"][0]["action"], "resource.delete");
  const Json& update = audit.body["items"][1];
  EXPECT_EQ(update["action"], "resource.update");
  EXPECT_EQ(update["object"], "github");
  EXPECT_EQ(update["actor"], Json::parse(R"({"kind":"api_key","id":"bootstrap",
                                             "name":"bootstrap"})"));
  EXPECT_EQ(update["peer"], "192.0.2.1");
  EXPECT_EQ(update["request_id"], "req-1");
  EXPECT_EQ(update["change"], Json::parse(R"({"before":{"name":"github"},"after":{"name":"Hub"},
                                              "new_secrets":["auth.token"]})"));
  EXPECT_EQ(Call("GET", "/api/v1/audit").text.find("s3cr3t"), std::string::npos);
  EXPECT_EQ(Call("GET", "/api/v1/audit").text.find("n3w"), std::string::npos);
}

}  // namespace
}  // namespace sallyport::admin
