// Params that the resource itself needs, names of params that hold placeholders, and paths whose
// bytes are kept: as they arrive at a target.
#include <gmock/gmock.h>

#include "support/query_fixture.h"
#include "support/recording_target.h"

namespace sallyport::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class QueryResourceParams : public QueryFixture {
 protected:
  void SetUp() override {
    StartGateway();
    CreateResource("t", target_.url() + "/{{ params.tenant }}",
                   {{"params", {{{"name", "region"}, {"value", "{{ region }}"}}}},
                    {"headers", {{{"name", "X-Trace"}, {"value", "{{ trace }}"}}}}});
  }

  /// What arrived since the last call.
  std::vector<std::string> Arrived() {
    std::vector<std::string> targets;
    for (const RecordedRequest& request : target_.requests()) targets.push_back(request.target());
    target_.Clear();
    return targets;
  }

  RecordingTarget target_;
};

TEST_F(QueryResourceParams, AreInputsOfItsQueries) {
  SaveQuery("t", "get",
            {{"path", "/{{ id }}"}, {"headers", {{{"name", "x-trace"}, {"enabled", false}}}}});
  const TestJson params = {{"id", 5}, {"tenant", "a b"}, {"region", "eu"}};
  EXPECT_EQ(Run("t", "get", params).status, 200);
  EXPECT_EQ(GetRun("t", "get", "?id=5&tenant=a%20b&region=eu").status, 200);
  const TestJson inline_query = {{"path", "/{{ id }}"},
                                 {"headers", {{{"name", "X-Trace"}, {"value", "1"}}}}};
  EXPECT_EQ(Request("t", inline_query, params).status, 200);
  EXPECT_EQ(RunForm("t", "get",
                    {{"params", R"({"id":5,"tenant":"a b"})", "", ""}, {"region", "eu", "", ""}})
                .status,
            200);
  const std::string target = "/a%20b/5?region=eu";
  EXPECT_THAT(Arrived(), ElementsAre(target, target, target, target));
  const TestJson problem = TestJson::parse(Run("t", "get").body);
  EXPECT_EQ(problem["code"], "missing_parameter");
  EXPECT_EQ(problem["errors"].size(), 3U) << problem;
}

TEST_F(QueryResourceParams, MustBeDeclaredWhereInputsAre) {
  const HttpResponse saved = Api(
      "POST", "/api/v1/resources/t/queries",
      {{"slug", "narrow"}, {"path", "/{{ id }}"}, {"inputs", TestJson::array({{{"name", "id"}}})}});
  ASSERT_EQ(saved.status, 201) << saved.body;
  EXPECT_THAT(TestJson::parse(saved.body)["warnings"].dump(),
              testing::AllOf(HasSubstr("base_url uses {{ params.tenant }}"),
                             HasSubstr("declare it in inputs")));
  for (const TestJson& params : {TestJson{{"id", "5"}}, TestJson{{"id", "5"}, {"tenant", "x"}}}) {
    const HttpResponse response = Run("t", "narrow", params);
    EXPECT_EQ(response.status, 422) << response.body;
    const TestJson problem = TestJson::parse(response.body);
    EXPECT_THAT(problem.value("hint", ""), HasSubstr("declare \"tenant\"")) << problem;
    EXPECT_THAT(problem["errors"]["params.tenant"].dump(), HasSubstr("base_url"));
  }
  EXPECT_THAT(Arrived(), ElementsAre());
}

TEST_F(QueryResourceParams, NamesOfParamsAreExpandedAndPathsKept) {
  CreateResource(
      "p", target_.url() + "/base",
      {{"params", {{{"name", "v-{{ vars.v }}"}, {"value", "1"}}}}, {"variables", {{"v", "x"}}}});
  SaveQuery("p", "names",
            {{"path", "/a?x=1|2&&f[y]={z}"},
             {"params", {{{"name", "{{ field }}"}, {"value", "{{ value }}"}}}}});
  EXPECT_EQ(Run("p", "names", {{"field", "f&="}, {"value", "1"}}).status, 200);
  EXPECT_EQ(Run("p", "names", {{"field", "v-x"}, {"value", "2"}}).status, 200);
  EXPECT_EQ(Proxy("GET", "p//x//y").status, 200);
  EXPECT_EQ(Proxy("GET", "p").status, 200);
  EXPECT_EQ(Proxy("GET", "p/").status, 200);
  EXPECT_EQ(Proxy("GET", "p//../x").status, 422);
  EXPECT_THAT(Arrived(), ElementsAre("/base/a?x=1%7C2&&f[y]=%7Bz%7D&v-x=1&f%26%3D=1",
                                     "/base/a?x=1%7C2&&f[y]=%7Bz%7D&v-x=2", "/base//x//y?v-x=1",
                                     "/base?v-x=1", "/base/?v-x=1"));
}

}  // namespace
}  // namespace sallyport::test
