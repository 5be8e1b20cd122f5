#include "sallyport/request/expand.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sallyport::request {
namespace {

Value Parsed(std::string_view json) {
  Result<Value> value = Value::Parse(json, 64);
  EXPECT_TRUE(value) << json;
  return value ? std::move(*value) : Value();
}

/// What `text` becomes at `position`; "error: <code>" when it is refused.
std::string Expanded(std::string_view text, std::string_view params, Position position,
                     ArrayStyle arrays = ArrayStyle::kRepeat) {
  Result<Template> compiled = Template::Compile(text);
  if (!compiled) return "error: compile";
  const Value values = Parsed(params);
  const Value user = Parsed(R"({"id":"alice","attributes":{"team":"blue"}})");
  const Value vars = Parsed(R"({"org":"acme"})");
  Scope scope;
  scope.params = &values;
  scope.user = &user;
  scope.vars = &vars;
  std::string out;
  const Result<void> done = Expand(*compiled, scope, position, arrays, out);
  if (done) return out;
  switch (done.error().kind()) {
    case ErrorKind::kMissingParameter:
      return "error: missing";
    case ErrorKind::kInvalidParameter:
      return "error: invalid";
    case ErrorKind::kUnsafeValue:
      return "error: unsafe";
    case ErrorKind::kUnknownPlaceholder:
      return "error: unknown";
    default:
      return "error: other";
  }
}

TEST(Value, KeepsTheSpellingOfNumbersAndTheOrderOfMembers) {
  for (const char* json :
       {"9007199254740993", "-0", "1.10", "1E400", "123456789012345678901234567890", "0.1e-7",
        R"({"z":1,"a":[true,null,"x\n"],"m":{}})"}) {
    EXPECT_EQ(Parsed(json).ToJson(), json);
  }
}

TEST(Value, RefusesDuplicatesAndLoneSurrogates) {
  for (const char* json : {R"({"a":1,"a":2})", R"("\ud800")", R"("\ud800\ud800")", R"("\udc00x")",
                           R"("\ud800\n")", "{", "[1,]"}) {
    EXPECT_FALSE(Value::Parse(json, 64)) << json;
  }
  EXPECT_EQ(Parsed(R"("\ud83d\ude00\u00e9\u20ac")").text(), "\xF0\x9F\x98\x80\xC3\xA9\xE2\x82\xAC");
}

TEST(Template, KnowsTheSpellingsOfAName) {
  for (const char* text :
       {"{{ params.id }}", "{{id}}", "{{  id}}", "{{params.id}}", "{{\tid\n}}"}) {
    EXPECT_EQ(Expanded(text, R"({"id":5})", Position::kRaw), "5") << text;
  }
  EXPECT_EQ(Expanded("{{ params.user.name }}", R"({"user":{"name":"bob"}})", Position::kRaw),
            "bob");
  EXPECT_EQ(Expanded("{{ ids.1 }}-{{ params.ids.0 }}", R"({"ids":[7,8]})", Position::kRaw), "8-7");
  EXPECT_EQ(Expanded("{{ vars.org }}", "{}", Position::kRaw), "acme");
}

TEST(Template, RefusesWhatIsUnclosedEmptyOrAnExpression) {
  for (const char* text :
       {"{{", "a {{ b", "{{}}", "{{  }}", "{{ a b }}", "{{ a + 1 }}", "{{ a..b }}", "{{ .a }}",
        "{{ params }}", "{{ user }}", "{{ vars }}", "{{ a[0] }}", "{{ {{ a }} }}"}) {
    EXPECT_FALSE(Template::Compile(text)) << text;
  }
  const Result<Template> flawed = Template::Compile("\xC3\xA9{{ }}");
  ASSERT_FALSE(flawed);
  EXPECT_NE(flawed.error().message().find("character 2"), std::string::npos)
      << flawed.error().message();
}

TEST(Template, TakesAnEscapedBraceAsText) {
  EXPECT_EQ(Expanded("\\{{ id }}", "{}", Position::kRaw), "{{ id }}");
  EXPECT_EQ(Expanded("a\\b { } }} {", "{}", Position::kRaw), "a\\b { } }} {");
}

TEST(Template, FindsEveryMagicString) {
  const Result<Template> compiled =
      Template::Compile("{-oauth_access_token-}<-oauth_access_token->{-oauth_id_token-}{-other-}");
  ASSERT_TRUE(compiled);
  ASSERT_EQ(compiled->pieces().size(), 4U);
  const Secret access(std::string("AT"));
  const Secret id(std::string("IT"));
  Scope scope;
  scope.access_token = &access;
  scope.id_token = &id;
  std::string out;
  ASSERT_TRUE(Expand(*compiled, scope, Position::kRaw, ArrayStyle::kRepeat, out));
  EXPECT_EQ(out, "ATATIT{-other-}");
}

TEST(Expand, NeverLooksAtAValueAgain) {
  EXPECT_EQ(Expanded("{{ a }}", R"({"a":"{{ b }}{-oauth_access_token-}","b":"x"})", Position::kRaw),
            "{{ b }}{-oauth_access_token-}");
}

TEST(Expand, NeverLetsAParameterShadowTheUserOrTheVariables) {
  const char* params = R"({"user":{"id":"mallory"},"vars":{"org":"evil"}})";
  EXPECT_EQ(
      Expanded("{{ user.id }} {{ vars.org }} {{ user.attributes.team }}", params, Position::kRaw),
      "alice acme blue");
  EXPECT_EQ(Expanded("{{ params.user.id }}", params, Position::kRaw), "mallory");
}

struct Row {
  const char* value;  ///< JSON of the parameter x
  const char* expected;
};

void ExpectRows(Position position, std::string_view text, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    EXPECT_EQ(Expanded(text, std::string(R"({"x":)") + row.value + "}", position), row.expected)
        << row.value;
  }
}

TEST(ExpandPath, EncodesAValueAsOneSegment) {
  ExpectRows(Position::kPath, "/users/{{ x }}",
             {{"5", "/users/5"},
              {"true", "/users/true"},
              {R"("a/b")", "/users/a%2Fb"},
              {R"("a b?c#d%25")", "/users/a%20b%3Fc%23d%2525"},
              {R"("\u00e9")", "/users/%C3%A9"},
              {R"("~-._")", "/users/~-._"},
              {R"("//evil")", "/users/%2F%2Fevil"},
              {R"("@evil\\")", "/users/%40evil%5C"},
              {R"("...")", "/users/..."},
              {R"("")", "error: unsafe"},
              {R"(".")", "error: unsafe"},
              {R"("..")", "error: unsafe"},
              {"null", "error: unsafe"},
              {"[1]", "error: invalid"},
              {"{}", "error: invalid"}});
}

TEST(ExpandPath, KeepsLiteralTextAndEncodesWhatIsIllegal) {
  EXPECT_EQ(Expanded("/a b/%25/%zz/\xC3\xA9/x:y@z", "{}", Position::kPath),
            "/a%20b/%25/%25zz/%C3%A9/x:y@z");
}

TEST(ExpandParam, EncodesOnceWithTwentyForBlanks) {
  ExpectRows(Position::kParam, "{{ x }}",
             {{R"("a b+c=d&e")", "a%20b%2Bc%3Dd%26e"},
              {R"("%2F")", "%252F"},
              {"1.50", "1.50"},
              {"null", ""},
              {"[1,\"a\"]", "%5B1%2C%22a%22%5D"},
              {R"({"k":1})", "%7B%22k%22%3A1%7D"}});
  EXPECT_EQ(Expanded("{{ x }}", R"({"x":[1,"a b"]})", Position::kParam, ArrayStyle::kComma),
            "1%2Ca%20b");
  EXPECT_EQ(Expanded("a b{{ x }}", R"({"x":1})", Position::kParam), "a%20b1");
}

TEST(ExpandHeader, RefusesControlBytesButTab) {
  ExpectRows(Position::kHeader, "p {{ x }}",
             {{R"("a\tb")", "p a\tb"},
              {R"("\u00e9")", "p \xC3\xA9"},
              {R"("a\r\nX: 1")", "error: unsafe"},
              {R"("a\nb")", "error: unsafe"},
              {R"("\u0000")", "error: unsafe"},
              {R"("\u007f")", "error: unsafe"},
              {"5", "p 5"}});
}

TEST(ExpandCookie, EncodesWhatIsNoCookieOctet) {
  ExpectRows(Position::kCookie, "{{ x }}",
             {{R"("a b;c,d\"e\\f")", "a%20b%3Bc%2Cd%22e%5Cf"},
              {R"("50%")", "50%"},
              {R"("\r\n")", "%0D%0A"}});
}

TEST(ExpandForm, EncodesAsFormsDo) {
  ExpectRows(Position::kForm, "{{ x }}",
             {{R"("a b&c=d+e~*")", "a+b%26c%3Dd%2Be%7E*"}, {R"("\n")", "%0A"}});
}

TEST(ExpandRaw, InsertsAsIsAndEscapesInXml) {
  ExpectRows(Position::kRaw, "<a>{{ x }}</a>", {{R"("<b>&\"'")", "<a><b>&\"'</a>"}});
  ExpectRows(
      Position::kXml, "<a>{{ x }}</a>",
      {{R"("<b>&\"'")", "<a>&lt;b&gt;&amp;&quot;&apos;</a>"}, {R"("\u0001")", "error: unsafe"}});
}

TEST(ExpandHost, TakesHostCharactersOnly) {
  ExpectRows(Position::kHost, "{{ x }}.example",
             {{R"("a-1.b")", "a-1.b.example"},
              {R"("a/b")", "error: unsafe"},
              {R"("a@b")", "error: unsafe"},
              {R"("")", "error: unsafe"}});
}

TEST(Expand, NamesWhatIsMissingAndNeverTheValue) {
  EXPECT_EQ(Expanded("{{ x }}", "{}", Position::kRaw), "error: missing");
  EXPECT_EQ(Expanded("{{ x.y.z }}", R"({"x":{"y":1}})", Position::kRaw), "error: missing");
  EXPECT_EQ(Expanded("{{ vars.none }}", "{}", Position::kRaw), "error: unknown");
}

std::string ExpandedJson(std::string_view text, std::string_view params) {
  Result<JsonTemplate> compiled = JsonTemplate::Compile(text);
  if (!compiled) return "error: compile";
  const Value values = Parsed(params);
  Scope scope;
  scope.params = &values;
  std::string out;
  return compiled->Expand(scope, out) ? out : "error";
}

TEST(JsonTemplate, TypesOutsideQuotesAndEscapesInside) {
  EXPECT_EQ(ExpandedJson(R"({ "a" : {{ x }}, "b":"<{{ x }}>" })", R"({"x":9007199254740993})"),
            R"({ "a" : 9007199254740993, "b":"<9007199254740993>" })");
  EXPECT_EQ(ExpandedJson(R"({"a":{{ x }},"b":"{{ x }}"})", R"({"x":"q\"\n\\"})"),
            R"({"a":"q\"\n\\","b":"q\"\n\\"})");
  EXPECT_EQ(ExpandedJson(R"([{{ x }},"{{ x }}"])", R"({"x":{"k":"v"}})"),
            R"([{"k":"v"},"{\"k\":\"v\"}"])");
  EXPECT_EQ(ExpandedJson(R"(["\"{{ x }}",{{ x }}])", R"({"x":null})"), R"(["\"",null])");
}

std::string ExpandedTree(std::string_view tree, std::string_view params) {
  Result<JsonTreeTemplate> compiled = JsonTreeTemplate::Compile(Parsed(tree));
  if (!compiled) return "error: compile";
  const Value values = Parsed(params);
  Scope scope;
  scope.params = &values;
  std::string out;
  return compiled->Expand(scope, out) ? out : "error";
}

TEST(JsonTreeTemplate, GivesAWholePlaceholderItsType) {
  EXPECT_EQ(ExpandedTree(R"({"a":"{{ x }}","b":"n{{ x }}","{{ x }}":1.0,"c":["\\{{ x }}",null]})",
                         R"({"x":12})"),
            R"({"a":12,"b":"n12","{{ x }}":1.0,"c":["{{ x }}",null]})");
}

TEST(Value, IsNoMoreThanAMillionValues) {
  // One for the list itself.
  const auto parse = [](std::size_t items) {
    std::string json = "[";
    for (std::size_t i = 0; i < items; ++i) json += i == 0 ? "1" : ",1";
    return Value::Parse(json + "]", 64);
  };
  EXPECT_TRUE(parse(Value::kMostValues - 1));
  const Result<Value> refused = parse(Value::kMostValues);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kMalformedJson);
  EXPECT_NE(refused.error().message().find("more than 1000000 values"), std::string::npos);
}

}  // namespace
}  // namespace sallyport::request
