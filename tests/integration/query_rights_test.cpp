// Who may run what, and as whom.
#include <gmock/gmock.h>

#include "support/query_fixture.h"
#include "support/scripted_target.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;

class QueryRights : public QueryFixture {
 protected:
  void SetUp() override {
    StartGateway();
    CreateResource("open", target_.url());
    CreateResource("other", target_.url());
    for (const char* resource : {"open", "other"}) {
      SaveQuery(resource, "get", {{"path", "/things"}});
    }
    SaveQuery("open", "mine",
              {{"path", "/of/{{ user.id }}"},
               {"params", {{{"name", "team"}, {"value", "{{ user.attributes.team }}"}}}}});
    SaveQuery("open", "change", {{"method", "DELETE"}, {"path", "/things"}});
    runner_ = NewKey(
        {{"name", "r"}, {"role", "runner"}, {"resources", {"open"}}, {"act_as_users", true}});
    plain_ = NewKey({{"name", "p"}, {"role", "runner"}, {"resources", {"open"}}});
  }

  std::string NewKey(const TestJson& key) {
    const HttpResponse made = Api("POST", "/api/v1/api-keys", key);
    EXPECT_EQ(made.status, 201) << made.body;
    return TestJson::parse(made.body).value("key", "");
  }

  HttpResponse As(const std::string& token, const std::string& method, const std::string& path,
                  HeaderList headers = {}, const std::string& body = "{}") {
    headers.push_back(Bearer(token));
    return HttpJson(method, gateway_->base_url() + "/api/v1/resources/" + path,
                    method == "GET" ? "" : body, std::move(headers));
  }

  ScriptedTarget target_{ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")};
  std::string runner_, plain_;
};

TEST_F(QueryRights, LetRunnersRunAndPreviewWhatIsSaved) {
  EXPECT_EQ(As(runner_, "POST", "open/queries/get/run").status, 200);
  EXPECT_EQ(As(runner_, "GET", "open/queries/get/run").status, 200);
  EXPECT_EQ(As(runner_, "POST", "open/queries/change/run").status, 200)
      << "a saved query needs no consent of the proxy";
  EXPECT_EQ(As(runner_, "POST", "open/queries/get/run?raw=1").status, 200);
  const HttpResponse preview = As(runner_, "POST", "open/queries/get/preview");
  EXPECT_EQ(preview.status, 200);
  EXPECT_THAT(preview.body, HasSubstr(target_.url() + "/things"));
}

TEST_F(QueryRights, KeepConfigurationAndUnsavedQueriesFromRunners) {
  const struct {
    const char* method;
    const char* path;
  } kAdmins[] = {{"GET", "open/queries"},       {"POST", "open/queries"},
                 {"GET", "open/queries/get"},   {"PUT", "open/queries/get"},
                 {"PATCH", "open/queries/get"}, {"DELETE", "open/queries/get"},
                 {"POST", "open/request"},      {"POST", "open/request/preview"}};
  for (const auto& [method, path] : kAdmins) {
    const HttpResponse response = As(runner_, method, path);
    EXPECT_EQ(response.status, 403) << method << " " << path << response.body;
    EXPECT_EQ(CodeOf(response), "forbidden");
  }
  EXPECT_EQ(target_.connections(), 0);
}

TEST_F(QueryRights, HideResourcesThatAreNotTheCallers) {
  for (const char* path : {"other/queries/get/run", "none/queries/get/run", "open/queries/none/run",
                           "other/queries/get/preview"}) {
    const HttpResponse response = As(runner_, "POST", path);
    EXPECT_EQ(response.status, 404) << path << response.body;
    EXPECT_EQ(CodeOf(response), "not_found");
  }
  EXPECT_EQ(As("spk_wrong", "POST", "open/queries/get/run").status, 401);
  EXPECT_EQ(target_.connections(), 0);
}

TEST_F(QueryRights, PutTheActedForUserIntoTheRequest) {
  const HttpResponse nobody = As(runner_, "POST", "open/queries/mine/run");
  EXPECT_EQ(nobody.status, 422);
  EXPECT_EQ(CodeOf(nobody), "missing_parameter");
  EXPECT_THAT(nobody.body, HasSubstr("user.id"));

  const HttpResponse foreign =
      As(plain_, "POST", "open/queries/mine/run", {{"Sallyport-User", "alice"}});
  EXPECT_EQ(foreign.status, 403) << "only a key that may act for users";

  // A param never shadows the user.
  const HttpResponse shadowed = As(plain_, "POST", "open/queries/mine/run", {},
                                   R"({"params":{"user":{"id":"mallory"},"user.id":"mallory"}})");
  EXPECT_EQ(shadowed.status, 422) << shadowed.body;
  EXPECT_EQ(target_.connections(), 0);
}

TEST_F(QueryRights, PutASessionsUserAndAttributesIntoTheRequest) {
  HeaderList headers = {Bearer(runner_)};
  const HttpResponse made =
      HttpJson("POST", gateway_->base_url() + "/api/v1/sessions",
               R"({"user":"bob/1","attributes":{"team":"a&b"}})", std::move(headers));
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string token = TestJson::parse(made.body)["token"];
  const HttpResponse ran = As(token, "POST", "open/queries/mine/run");
  EXPECT_EQ(ran.status, 200) << ran.body;
  EXPECT_THAT(target_.received(), HasSubstr("GET /of/bob%2F1?team=a%26b HTTP/1.1"));
  EXPECT_EQ(As(token, "POST", "open/request").status, 403);
  EXPECT_EQ(As(token, "POST", "other/queries/get/run").status, 404);
}

}  // namespace
}  // namespace sallyport::test
