// A REST database behind the proxy: what an admin frontend does all day.
#include "support/gateway_fixture.h"
#include "support/target_servers.h"

namespace sallyport::test {
namespace {

class JsonServerProxy : public GatewayFixture {
 protected:
  void SetUp() override {
    StartGateway();
    CreateResource("db", server_.url());
  }
  HttpResponse Send(const std::string& method, const std::string& path, const TestJson& body) {
    return Proxy(method, path, body.dump(), {{"Content-Type", "application/json"}});
  }

  JsonServer server_{R"({"posts":[{"id":1,"title":"one"},{"id":2,"title":"two"}]})"};
};

TEST_F(JsonServerProxy, CreatesReadsUpdatesAndDeletes) {
  const HttpResponse created = Send("POST", "db/posts", {{"title", "thr\u00e9e"}});
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(TestJson::parse(created.body)["id"], 3);

  const HttpResponse patched = Send("PATCH", "db/posts/3", {{"author", "x"}});
  EXPECT_EQ(TestJson::parse(patched.body),
            TestJson({{"id", 3}, {"title", "thr\u00e9e"}, {"author", "x"}}));
  const HttpResponse put = Send("PUT", "db/posts/3", {{"title", "3"}});
  EXPECT_EQ(TestJson::parse(put.body), TestJson({{"id", 3}, {"title", "3"}}));

  EXPECT_EQ(Proxy("DELETE", "db/posts/3").status, 200);
  EXPECT_EQ(Proxy("GET", "db/posts/3").status, 404);
}

TEST_F(JsonServerProxy, FiltersAndPagesByTheCallersParameters) {
  const HttpResponse filtered = Proxy("GET", "db/posts?title=two");
  EXPECT_EQ(TestJson::parse(filtered.body), TestJson::parse(R"([{"id":2,"title":"two"}])"));
  const HttpResponse page = Proxy("GET", "db/posts?_page=1&_limit=1");
  EXPECT_EQ(TestJson::parse(page.body).size(), 1U);
  EXPECT_EQ(page.Header("X-Total-Count"), "2");
}

TEST_F(JsonServerProxy, AnswersConditionalRequestsOfTheTarget) {
  const HttpResponse first = Proxy("GET", "db/posts");
  const std::string tag = first.Header("ETag").value_or("");
  ASSERT_NE(tag, "");
  const HttpResponse again = Proxy("GET", "db/posts", "", {{"If-None-Match", tag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
}

TEST_F(JsonServerProxy, ReusesConnectionsToTheTarget) {
  for (int i = 0; i < 20; ++i) ASSERT_EQ(Proxy("GET", "db/posts/1").status, 200);
  const HttpResponse metrics = Api("GET", "/metrics");
  EXPECT_NE(metrics.body.find("sallyport_"), std::string::npos) << metrics.body;
}

}  // namespace
}  // namespace sallyport::test
