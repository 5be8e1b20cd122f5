// What an admin frontend does with saved queries: lists, creates, changes and deletes records of a
// REST service.
#include "support/query_fixture.h"
#include "support/target_servers.h"

namespace sallyport::test {
namespace {

class JsonServerQuery : public QueryFixture {
 protected:
  void SetUp() override {
    StartGateway();
    CreateResource("db", server_.url(), {{"params", {{{"name", "_sort"}, {"value", "id"}}}}});
    SaveQuery("db", "list",
              {{"path", "/posts"},
               {"params",
                {{{"name", "title"}, {"value", "{{ title }}"}},
                 {{"name", "_page"}, {"value", "{{ page }}"}},
                 {{"name", "_limit"}, {"value", "2"}}}},
               {"inputs",
                {{{"name", "title"}, {"type", "string"}, {"required", false}},
                 {{"name", "page"}, {"type", "integer"}, {"default", 1}}}}});
    SaveQuery("db", "get", {{"path", "/posts/{{ id }}"}});
    SaveQuery("db", "create", {{"method", "POST"}, {"path", "/posts"}, {"body", Whole()}});
    SaveQuery("db", "replace", {{"method", "PUT"}, {"path", "/posts/{{ id }}"}, {"body", Whole()}});
    SaveQuery("db", "rename",
              {{"method", "PATCH"},
               {"path", "/posts/{{ id }}"},
               {"body", {{"type", "json"}, {"value", {{"title", "{{ title }}"}}}}}});
    SaveQuery("db", "delete", {{"method", "DELETE"}, {"path", "/posts/{{ id }}"}});
  }

  static TestJson Whole() { return {{"type", "json"}, {"value", "{{ post }}"}}; }

  JsonServer server_{
      R"({"posts":[{"id":1,"title":"one"},{"id":2,"title":"two"},{"id":3,"title":"three"}]})"};
};

TEST_F(JsonServerQuery, CreatesReadsChangesAndDeletesARecord) {
  const TestJson created =
      EnvelopeOf(Run("db", "create", {{"post", {{"title", "n\u00e9w \"{{ x }}\""}, {"n", 1}}}}));
  EXPECT_EQ(created["status"], 201);
  ASSERT_EQ(created["body"]["id"], 4) << created;
  const TestJson id = {{"id", 4}};
  EXPECT_EQ(EnvelopeOf(Run("db", "get", id))["body"]["title"], "n\u00e9w \"{{ x }}\"");

  EXPECT_EQ(EnvelopeOf(Run("db", "rename", {{"id", 4}, {"title", "t"}}))["body"],
            TestJson({{"id", 4}, {"title", "t"}, {"n", 1}}));
  EXPECT_EQ(EnvelopeOf(Run("db", "replace", {{"id", 4}, {"post", {{"title", "u"}}}}))["body"],
            TestJson({{"id", 4}, {"title", "u"}}));
  EXPECT_EQ(EnvelopeOf(Run("db", "delete", id))["status"], 200);
  EXPECT_EQ(EnvelopeOf(Run("db", "get", id))["status"], 404);
}

TEST_F(JsonServerQuery, ListsFilteredPagesByDefaultsAndOptionalInputs) {
  const TestJson first = EnvelopeOf(GetRun("db", "list"));
  EXPECT_EQ(first["body"].size(), 2U);
  EXPECT_EQ(HeaderOf(first, "x-total-count"), "3");
  EXPECT_EQ(EnvelopeOf(GetRun("db", "list", "?page=2"))["body"],
            TestJson::parse(R"([{"id":3,"title":"three"}])"));
  EXPECT_EQ(EnvelopeOf(GetRun("db", "list", "?title=two"))["body"],
            TestJson::parse(R"([{"id":2,"title":"two"}])"));
}

TEST_F(JsonServerQuery, RunsAQueryThatMayChangeSomethingByPostOnly) {
  const HttpResponse response = GetRun("db", "delete", "?id=1");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(CodeOf(response), "method_not_allowed");
  EXPECT_NE(response.Header("Allow").value_or("").find("POST"), std::string::npos);
  EXPECT_EQ(EnvelopeOf(Run("db", "get", {{"id", 1}}))["status"], 200);
}

TEST_F(JsonServerQuery, SendsNothingWhenAnInputIsMissing) {
  const HttpResponse response = Run("db", "rename", {{"title", nullptr}});
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(CodeOf(response), "missing_parameter");
  const TestJson errors = TestJson::parse(response.body)["errors"];
  EXPECT_TRUE(errors.contains("params.id") && errors.contains("params.title")) << errors;
  EXPECT_EQ(EnvelopeOf(Run("db", "list"))["body"][0]["title"], "one");
}

}  // namespace
}  // namespace sallyport::test
