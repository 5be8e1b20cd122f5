#include <gtest/gtest.h>

#include "sallyport/request/credential.h"

namespace sallyport::request {
namespace {

class TextSink final : public CredentialSink {
 public:
  void SetHeader(std::string name, std::string value) override {
    text += "header " + name + "=" + value;
  }
  void SetParam(std::string name, std::string value) override {
    text += "param " + name + "=" + value;
  }
  void SetCookie(std::string name, std::string value) override {
    text += "cookie " + name + "=" + value;
  }
  std::string text;
};

std::string Applied(std::string_view auth, const store::Secrets& secrets) {
  const Json document = Json::parse(auth);
  TextSink sink;
  FindAuthKind(document["type"].get<std::string>())->make(document, secrets)->Apply(sink);
  return sink.text;
}

TEST(Credential, EveryKindIsInTheRegistryOnce) {
  std::vector<std::string> types;
  for (const AuthKind& kind : AuthKinds()) types.emplace_back(kind.type);
  EXPECT_EQ(types, (std::vector<std::string>{"none", "basic", "bearer", "api_key", "oauth2"}));
  EXPECT_EQ(FindAuthKind("digest"), nullptr);
}

TEST(Credential, NoneSetsNothing) { EXPECT_EQ(Applied(R"({"type":"none"})", {}), ""); }

TEST(Credential, BasicEncodesUtf8AndTakesEmptyParts) {
  EXPECT_EQ(Applied(R"({"type":"basic","username":"Aladdin","password":"********"})",
                    {{"/auth/password", Secret("open sesame")}}),
            "header Authorization=Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(Applied(R"({"type":"basic","username":"test","password":"********"})",
                    {{"/auth/password", Secret("123\u00a3")}}),
            "header Authorization=Basic dGVzdDoxMjPCow==");  // RFC 7617 §2.1
  EXPECT_EQ(Applied(R"({"type":"basic","username":"","password":""})", {}),
            "header Authorization=Basic Og==");
}

TEST(Credential, OneBlankFollowsThePrefixUnlessItNeedsNone) {
  struct Case {
    std::string_view prefix, expected;
  };
  for (const Case& c :
       {Case{"Bearer", "Bearer t"}, Case{"", "t"}, Case{"Token token=", "Token token=t"},
        Case{"key:", "key:t"}, Case{"Bearer ", "Bearer t"}}) {
    const std::string auth =
        R"({"type":"bearer","token":"********","prefix":")" + std::string(c.prefix) + "\"}";
    EXPECT_EQ(Applied(auth, {{"/auth/token", Secret("t")}}),
              "header Authorization=" + std::string(c.expected));
  }
}

TEST(Credential, ApiKeyGoesWhereItIsTold) {
  const store::Secrets secrets{{"/auth/value", Secret("v")}};
  const auto auth = [](std::string_view send_as, std::string_view prefix) {
    return R"({"type":"api_key","name":"k","value":"********","send_as":")" + std::string(send_as) +
           R"(","prefix":")" + std::string(prefix) + "\"}";
  };
  EXPECT_EQ(Applied(auth("header", ""), secrets), "header k=v");
  EXPECT_EQ(Applied(auth("header", "ApiKey"), secrets), "header k=ApiKey v");
  EXPECT_EQ(Applied(auth("query", "p-"), secrets), "param k=p-v");
  EXPECT_EQ(Applied(auth("cookie", ""), secrets), "cookie k=v");
}

TEST(Credential, ApiKeyNamesAreJudgedByWhereTheyGo) {
  const AuthKind& kind = *FindAuthKind("api_key");
  const auto violations = [&](std::string_view send_as, std::string_view name) {
    Json auth = Json::object();
    auth["send_as"] = send_as;
    auth["name"] = name;
    return kind.check(auth).size();
  };
  EXPECT_EQ(violations("query", "any thing"), 0U);
  EXPECT_EQ(violations("header", "X-Api-Key"), 0U);
  for (const std::string_view name : {"X Key", "a:b", "Host", "connection", "Content-Length"}) {
    EXPECT_EQ(violations("header", name), 1U) << name;
  }
  EXPECT_EQ(violations("cookie", "a;b"), 1U);
  EXPECT_EQ(violations("cookie", "Host"), 0U);
}

}  // namespace
}  // namespace sallyport::request
