// Placeholders in resources: judged when saved, variables put in when compiled, the rest per call.
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "unit/request/resource_builder.h"
#include "unit/request/template_fixture.h"

namespace sallyport::request::test {
namespace {

std::string BaseOfText(std::string_view base_url, std::string_view vars = R"({"org":"acme"})") {
  Json body = Json::object();
  body["base_url"] = base_url;
  body["variables"] = Json::parse(vars);
  const Result<http::Url> base = BaseUrlOf(body);
  return base ? base->ToString() : CodeOf(base.error());
}

TEST(BaseUrl, TakesVariablesWithHostCharactersInItsHost) {
  EXPECT_EQ(BaseOfText("https://{{ vars.org }}.api.example/v1"), "https://acme.api.example/v1");
  EXPECT_EQ(BaseOfText("https://h:{{vars.port}}", R"({"port":"8443"})"), "https://h:8443/");
  EXPECT_EQ(BaseOfText(" https://api.example/{{ vars.org }}?o={{ vars.org }} "),
            "https://api.example/acme?o=acme");
  EXPECT_EQ(BaseOfText("https://api.example/{{ vars.o }}", R"({"o":"a/b ?"})"),
            "https://api.example/a%2Fb%20%3F");
  for (const char* value : {"evil.example/", "a@b", "a:1", "", "a b", "a\\\\b", "a#", "a?"}) {
    EXPECT_EQ(BaseOfText("https://{{ vars.o }}.example/", R"({"o":")" + std::string(value) + "\"}"),
              "error: validation")
        << value;
  }
  EXPECT_EQ(BaseOfText("https://{{ vars.none }}.example/"), "error: unknown");
  EXPECT_EQ(BaseOfText("https://{{ user.id }}.example/"), "error: validation");
  EXPECT_EQ(BaseOfText("https://{{ org }}.example/"), "error: validation");
  EXPECT_EQ(BaseOfText("https://h/{{ vars.o }}", R"({"o":".."})"), "error: validation");
}

TEST(BaseUrl, ShowsWhatIsLeftAsAStandIn) {
  EXPECT_EQ(BaseOfText("https://api.example/u/{{ user.id }}?k={{ user.attributes.k }}"),
            "https://api.example/u/x?k=x");
  EXPECT_EQ(BaseOfText("https://api.example/../x"), "error: validation");
  EXPECT_EQ(BaseOfText("https://api.example/{{ user.id"), "error: validation");
  EXPECT_EQ(BaseOfText("https://api.example/#{{ user.id }}"), "error: validation");
  EXPECT_EQ(BaseOfText("{{ vars.org }}"), "error: validation");
}

std::string Check(std::string_view members) {
  Json body = Json::parse(R"({"base_url":"https://h","variables":{"org":"acme"},
                              "auth":{"type":"none"}})");
  body.update(Json::parse(members));
  const Result<void> checked = CheckResourceTemplates(body);
  if (checked) return "ok";
  std::string text = CodeOf(checked.error());
  for (const Violation& violation : checked.error().violations()) text += " " + violation.pointer;
  return text;
}

TEST(CheckResourceTemplates, ListsEveryPlaceThatIsWrong) {
  EXPECT_EQ(Check(R"({"headers":[{"name":"X","value":"{{ vars.org }} {{ user.id }} {{ x }}"}]})"),
            "ok");
  EXPECT_EQ(Check(R"({"headers":[{"name":"X","value":"a"},{"name":"X","value":"{{ "}],
                      "params":[{"name":"p","value":"{{ vars.ogr }}"}]})"),
            "error: validation /params/0/value /headers/1/value");
  EXPECT_EQ(Check(R"({"cookies":[{"name":"c","value":"{{ user.name }}"}],
                      "body_fields":[{"name":"f","value":"{-oauth_access_token-}"}]})"),
            "error: unknown /cookies/0/value /body_fields/0/value");
  EXPECT_EQ(Check(R"({"base_url":"https://{{ vars.none }}/","login_test_url":"https://h/{{"})"),
            "error: validation /base_url /login_test_url");
  EXPECT_EQ(Check(R"({"auth":{"type":"oauth2"},
                      "params":[{"name":"t","value":"<-oauth_access_token->"}]})"),
            "ok");
}

TEST(CheckResourceTemplates, JudgesSecretRowsWithoutQuotingThem) {
  store::Document document;
  document.body = Json::parse(R"({"base_url":"https://h",
      "headers":[{"name":"K","value":"********","secret":true}]})");
  document.secrets.emplace("/headers/0/value", Secret("hush {{ hush hush"));
  const Result<void> checked = CheckResourceTemplates(document);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().message().find("hush"), std::string::npos);
  EXPECT_EQ(checked.error().violations().at(0).message.find("hush"), std::string::npos);
}

/// The head that passes through for a user; "error: ..." when it is refused.
std::string HeadFor(const CompiledPointer& resource, std::optional<std::string> user,
                    const Head& head) {
  const Value value = UserValue(user.value_or(""), Json{{"team", "blue & co"}, {"ids", {1, 2}}});
  const Value no_params = Value::Object({});
  Scope scope;
  scope.params = &no_params;
  scope.user = user ? &value : nullptr;
  scope.vars = &resource->variables;
  const Result<StaticParts> parts = ExpandParts(*resource, scope);
  if (!parts) return CodeOf(parts.error()) + " " + parts.error().message();
  const Result<ProxyRequest> built =
      BuildProxyRequest(*resource, *parts, head.get(), head.get().path.substr(8), Options());
  return built ? built->head : CodeOf(built.error());
}

TEST(ResourceTemplates, VariablesAloneLeaveAResourceStatic) {
  const CompiledPointer resource = Compile(
      R"({"base_url":"https://{{ vars.org }}.example/{{ vars.org }}","variables":{"org":"acme"},
          "headers":[{"name":"X","value":"o={{ vars.org }}"}],
          "params":[{"name":"p","value":"{{ vars.org }}"}]})");
  EXPECT_TRUE(resource->is_static);
  const Head head("GET", "/proxy/r/x", "");
  const Result<ProxyRequest> built = Build(resource, head);
  ASSERT_TRUE(built);
  EXPECT_EQ(built->target, "/acme/x?p=acme");
  EXPECT_EQ(FieldOf(built->head, "X"), "o=acme");
  EXPECT_EQ(FieldOf(built->head, "Host"), "acme.example");
}

/// Of a resource with oauth2 that is static but for its token, when it is called with one.
TEST(ResourceTemplates, ATokenForAFieldIsAddedToStaticParts) {
  const Head head("GET", "/proxy/r/x", "Authorization: Bearer of-the-caller\r\n");
  const Secret token("tok");
  const auto sent = [&](const CompiledPointer& resource) {
    const Result<ProxyRequest> built =
        BuildProxyRequest(*resource, resource->parts, head.get(), "/x", Options(), &token);
    return built ? FieldOf(built->head, "Authorization") : CodeOf(built.error());
  };
  const std::string base =
      R"({"base_url":"https://api.example","auth":{"type":"oauth2","attach":")";
  const std::string row = R"("},"headers":[{"name":"authorization","value":"of-the-row"}]})";
  for (const char* attach : {"auto", "header"}) {
    const CompiledPointer resource = Compile(base + attach + row);
    EXPECT_TRUE(resource->is_static) << attach;
    EXPECT_EQ(sent(resource), "Bearer tok") << attach;
    EXPECT_TRUE(resource->parts.headers.bytes().empty()) << attach << ": the row gives way";
  }
  const CompiledPointer never = Compile(base + "placeholder" + row);
  EXPECT_TRUE(never->is_static);
  EXPECT_EQ(sent(never), "-");
  EXPECT_EQ(never->parts.headers.bytes(), "authorization: of-the-row\r\n");
  const CompiledPointer held =
      Compile(base + R"(header"},"params":[{"name":"t","value":"{-oauth_access_token-}"}]})");
  EXPECT_FALSE(held->is_static);
  EXPECT_FALSE(held->adds_token) << "ExpandParts puts both in";
}

TEST(ResourceTemplates, TheUserIsPutInForEachCall) {
  const CompiledPointer resource = Compile(
      R"({"base_url":"https://api.example/u/{{ user.id }}?q={{ user.attributes.team }}",
          "headers":[{"name":"X-User","value":"{{ user.id }}"},
                     {"name":"Cookie","value":"t={{ user.attributes.team }}; z=1"}],
          "params":[{"name":"ids","value":"{{ user.attributes.ids }}"}],
          "cookies":[{"name":"u","value":"{{ user.id }}"}]})");
  EXPECT_FALSE(resource->is_static);
  EXPECT_FALSE(resource->problem);
  const Head head("GET", "/proxy/r/x?ids=9&other=1", "X-User: mallory\r\n");
  const std::string sent = HeadFor(resource, "a/b;c", head);
  EXPECT_TRUE(
      sent.starts_with("GET /u/a%2Fb%3Bc/x?q=blue%20%26%20co&ids=1&ids=2&other=1 HTTP/1.1\r\n"))
      << sent;
  EXPECT_EQ(FieldOf(sent, "X-User"), "a/b;c");
  EXPECT_EQ(FieldOf(sent, "Cookie"), "t=blue%20&%20co; z=1; u=a/b%3Bc");
  EXPECT_TRUE(HeadFor(resource, std::nullopt, head).starts_with("error: missing"));
  EXPECT_TRUE(HeadFor(resource, "..", head).starts_with("error: unsafe"));
  EXPECT_TRUE(HeadFor(resource, "../admin", head).starts_with("error: outside"));
  EXPECT_TRUE(HeadFor(resource, "a\\..\\b", head).starts_with("error: outside"));
  EXPECT_TRUE(HeadFor(resource, "CORP\\alice", head).starts_with("GET /u/CORP%5Calice/x?"));
  EXPECT_TRUE(HeadFor(resource, "a\r\nX: y", head).starts_with("error: unsafe"));
}

TEST(ResourceTemplates, AParameterIsMissingOnTheProxy) {
  const CompiledPointer resource =
      Compile(R"({"headers":[{"name":"X","value":"{{ params.a }}{{ b }}"}]})");
  const Head head("GET", "/proxy/r/x", "");
  const std::string refused = HeadFor(resource, "u", head);
  EXPECT_TRUE(refused.starts_with("error: missing")) << refused;
  EXPECT_NE(refused.find("\"a\", \"b\""), std::string::npos) << refused;
}

TEST(ResourceTemplates, SecretParametersOfACallStayOutOfALocation) {
  const CompiledPointer resource =
      Compile(R"({"params":[{"name":"key","value":"{{ user.id }}","secret":true}]})");
  const Value user = UserValue("s&t", Json());
  Scope scope;
  scope.user = &user;
  const Result<StaticParts> parts = ExpandParts(*resource, scope);
  ASSERT_TRUE(parts);
  const std::string bytes =
      "HTTP/1.1 302 Found\r\nLocation: https://else.example/?key=s%26t&a=1\r\n\r\n";
  const Result<http::ResponseHead> head = http::ParseResponseHead(bytes, "GET", {});
  ASSERT_TRUE(head);
  EXPECT_EQ(FilterAnswer(*resource, *parts, *head, "/v1/x").bytes(),
            "Location: https://else.example/?a=1\r\n");
}

TEST(ResourceTemplates, ATextThatDoesNotParseRefusesCallsAndIsNotQuotedWhenSecret) {
  const CompiledPointer open = Compile(R"({"headers":[{"name":"X","value":"{{ "}]})");
  ASSERT_TRUE(open->problem);
  const CompiledPointer secret =
      Compile(R"({"headers":[{"name":"X","value":"********","secret":true}]})",
              {{"/headers/0/value", Secret("hush {{ hush")}});
  ASSERT_TRUE(secret->problem);
  EXPECT_EQ(secret->problem->message().find("hush"), std::string::npos);
}

TEST(ResourceTemplates, TrustIsByOrigin) {
  const CompiledPointer resource = Compile(R"({"extra_origins":["https://o.example"]})");
  EXPECT_TRUE(IsTrusted(*resource, {"https", "api.example", 443}));
  EXPECT_TRUE(IsTrusted(*resource, {"https", "o.example", 443}));
  EXPECT_FALSE(IsTrusted(*resource, {"http", "o.example", 80}));
  EXPECT_FALSE(IsTrusted(*resource, {"https", "api.example", 8443}));
}

TEST(ResourceTemplates, NamesOfParamsAreTemplates) {
  const CompiledPointer resource = Compile(
      R"({"params":[{"name":"{{ vars.v }}","value":"1"},{"name":"{{ vars.none }}","value":"2"},
                    {"name":"u-{{ user.id }}","value":"3"}],
          "variables":{"v":"a b","none":""}})");
  ASSERT_FALSE(resource->is_static);
  ASSERT_EQ(resource->params.size(), 2U) << "one without a name is none";
  const Value user = UserValue("ann", nullptr);
  Scope scope;
  scope.user = &user;
  const Result<StaticParts> parts = ExpandParts(*resource, scope);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->query_front, "a%20b=1&u-ann=3");
  EXPECT_TRUE(parts->param_names.Has("u-ann"));
  EXPECT_FALSE(CheckResourceTemplates(Json::parse(
      R"({"base_url":"https://a.example","params":[{"name":"{{ vars.x }}","value":"1"}]})")));
}

}  // namespace
}  // namespace sallyport::request::test
