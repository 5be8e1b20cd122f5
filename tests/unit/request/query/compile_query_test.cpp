#include <gtest/gtest.h>

#include "sallyport/http/method.h"
#include "unit/request/query/query_builder.h"

namespace sallyport::request::test {
namespace {

struct Refusal {
  const char* members;
  ErrorKind kind;
  const char* pointer;
};

void ExpectRefusals(const std::vector<Refusal>& rows, const CompiledResource* resource = nullptr) {
  for (const Refusal& row : rows) {
    const Result<QueryPointer> query = TryQuery(row.members, {}, resource);
    ASSERT_FALSE(query) << row.members;
    EXPECT_EQ(query.error().kind(), row.kind) << row.members << ": " << query.error().message();
    ASSERT_FALSE(query.error().violations().empty()) << row.members;
    EXPECT_EQ(query.error().violations().front().pointer, row.pointer) << row.members;
    EXPECT_FALSE(query.error().violations().front().message.empty());
  }
}

TEST(CompileQuery, NamesThePlaceOfAFlawedTemplate) {
  constexpr auto kInvalid = ErrorKind::kValidationFailed;
  ExpectRefusals({
      {R"({"path":"/{{ a"})", kInvalid, "/path"},
      {R"({"params":[{"name":"a","value":"1"},{"name":"b","value":"{{ }}"}]})", kInvalid,
       "/params/1/value"},
      {R"({"headers":[{"name":"a","value":"{{ x y }}"}]})", kInvalid, "/headers/0/value"},
      {R"({"cookies":[{"name":"a","value":"{{"}]})", kInvalid, "/cookies/0/value"},
      {R"({"body":{"type":"json","text":"{\"a\":{{}}}"}})", kInvalid, "/body/text"},
      {R"({"body":{"type":"json","value":"{\"a\":\"{{\"}"}})", kInvalid, "/body/value"},
      {R"({"body":{"type":"raw","text":"{{","content_type":"text/plain"}})", kInvalid,
       "/body/text"},
      {R"({"body":{"type":"raw","text":"","content_type":"{{"}})", kInvalid, "/body/content_type"},
      {R"({"body":{"type":"form","fields":[{"name":"a","value":"{{"}]}})", kInvalid,
       "/body/fields/0/value"},
      {R"({"body":{"type":"multipart","fields":[{"name":"a","kind":"text","value":"","filename":"{{"}]}})",
       kInvalid, "/body/fields/0/filename"},
      {R"({"body":{"type":"graphql","query":"{{","variables":"{}"}})", kInvalid, "/body/query"},
      {R"({"body":{"type":"graphql","query":"{a}","variables":"{\"x\":\"{{\"}"}})", kInvalid,
       "/body/variables"},
      {R"({"headers":[{"name":"a","value":"x\ny"}]})", kInvalid, "/headers/0/value"},
  });
}

TEST(CompileQuery, TellsAllFlawsAtOnce) {
  const Result<QueryPointer> query = TryQuery(
      R"({"path":"/{{","params":[{"name":"a","value":"{{"}],"headers":[{"name":"b","value":"{{"}]})");
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().violations().size(), 3U);
}

TEST(CompileQuery, RefusesNamesThatNoRunCanFill) {
  constexpr auto kUnknown = ErrorKind::kUnknownPlaceholder;
  ExpectRefusals({
      {R"({"path":"/{{ user.email }}"})", kUnknown, "/path"},
      {R"({"path":"/{{ user.id.x }}"})", kUnknown, "/path"},
      {R"({"path":"/{{ idd }}","inputs":[{"name":"id","type":"integer"}]})", kUnknown, "/path"},
      {R"({"params":[{"name":"a","value":"{{ params.b }}"}],"inputs":[{"name":"id"}]})", kUnknown,
       "/params/0/value"},
  });
  const CompiledPointer resource = Compile(R"({"variables":{"org":"acme"}})");
  ExpectRefusals({{R"({"path":"/{{ vars.orgg }}"})", kUnknown, "/path"},
                  {R"({"headers":[{"name":"A","value":"{-oauth_access_token-}"}]})", kUnknown,
                   "/headers/0/value"}},
                 resource.get());
  EXPECT_TRUE(TryQuery(R"({"path":"/{{ vars.org }}"})", {}, resource.get()));
  EXPECT_TRUE(TryQuery(R"({"path":"/{{ vars.any }}{-oauth_access_token-}"})"));
}

TEST(CompileQuery, RefusesAPathThatLeavesBaseUrl) {
  constexpr auto kOutside = ErrorKind::kOutsideBaseUrl;
  ExpectRefusals({
      {R"({"path":"/a/../b"})", kOutside, "/path"},
      {R"({"path":"/a/%2e%2E/b"})", kOutside, "/path"},
      {R"({"path":"/a/..%2fb"})", kOutside, "/path"},
      {R"({"path":"/a\\b"})", kOutside, "/path"},
      {R"({"path":"/a%5Cb"})", kOutside, "/path"},
      {R"({"path":"/a#b"})", kOutside, "/path"},
      {R"({"path":"/a?b#c"})", kOutside, "/path"},
      {R"({"path":"ftp://api.example/v1/a"})", kOutside, "/path"},
      {R"({"path":"https://user@api.example/v1/a"})", kOutside, "/path"},
      {R"({"path":"https://{{ host }}/v1/a"})", kOutside, "/path"},
      {R"({"path":"https:///v1"})", kOutside, "/path"},
  });
  const CompiledPointer resource = Compile("{}");
  ExpectRefusals({{R"({"path":"https://evil.example/v1/a"})", kOutside, "/path"},
                  {R"({"path":"http://api.example/v1/a"})", kOutside, "/path"},
                  {R"({"path":"https://api.example:8443/v1/a"})", kOutside, "/path"},
                  {R"({"path":"https://api.example/v2/a"})", kOutside, "/path"},
                  {R"({"path":"https://api.example/v11"})", kOutside, "/path"},
                  {R"({"path":"https://api.example"})", kOutside, "/path"}},
                 resource.get());
  EXPECT_TRUE(
      TryQuery(R"({"path":"HTTPS://API.example:443/v1/a/{{ id }}?x=1"})", {}, resource.get()));
}

TEST(CompileQuery, TakesFilesOnlyWhereTheyCanBeSent) {
  constexpr auto kInvalid = ErrorKind::kValidationFailed;
  const std::string inputs = R"("inputs":[{"name":"f","type":"file"},{"name":"s"}])";
  const auto with = [&](const std::string& members) { return "{" + members + "," + inputs + "}"; };
  const std::vector<std::pair<std::string, const char*>> refused{
      {R"("path":"/{{ f }}")", "/path"},
      {R"("params":[{"name":"a","value":"{{ f }}"}])", "/params/0/value"},
      {R"("body":{"type":"json","text":"{{ f }}"})", "/body/text"},
      {R"("body":{"type":"multipart","fields":[{"name":"a","kind":"text","value":"{{ f }}"}]})",
       "/body/fields/0/value"},
      {R"("body":{"type":"multipart","fields":[{"name":"a","kind":"file","value":"x{{ f }}"}]})",
       "/body/fields/0/value"},
      {R"("body":{"type":"multipart","fields":[{"name":"a","kind":"file","value":"text"}]})",
       "/body/fields/0/value"},
      {R"("body":{"type":"multipart","fields":[{"name":"a","kind":"file","value":"{{ s }}"}]})",
       "/body/fields/0/value"},
      {R"("body":{"type":"binary","param":"x y"})", "/body/param"},
  };
  for (const auto& [members, pointer] : refused) {
    ExpectRefusals({{with(members).c_str(), kInvalid, pointer}});
  }
  ExpectRefusals({{with(R"("body":{"type":"binary","param":"nope"})").c_str(),
                   ErrorKind::kUnknownPlaceholder, "/body/param"}});
  for (const char* param : {"f", "params.f", "{{ f }}", "{{ params.f }}", "s"}) {
    EXPECT_TRUE(TryQuery(with(R"("body":{"type":"binary","param":")" + std::string(param) + "\"}")))
        << param;
  }
}

TEST(CompileQuery, FindsTheInputsInOrderOfAppearance) {
  const QueryPointer query = Query(
      R"({"path":"/{{ p }}?q={{ q }}","params":[{"name":"a","value":"{{ params.r.x }}{{ p }}"}],
          "headers":[{"name":"h","value":"{{ h }}"}],"cookies":[{"name":"c","value":"{{ c }}"}],
          "body":{"type":"multipart","fields":[{"name":"t","kind":"text","value":"{{ t }}"},
            {"name":"f","kind":"file","value":"{{ f }}","filename":"{{ n }}"}]}})");
  EXPECT_EQ(query->inputs.implied,
            (std::vector<std::string>{"p", "q", "r", "h", "c", "t", "f", "n"}));
  EXPECT_EQ(query->inputs.FileInputs(), std::vector<std::string>{"f"});
}

TEST(CompileQuery, ReadsInputsAndSettings) {
  const QueryPointer query = Query(
      R"({"method":"POST","timeout_ms":250,"retries":2,"array_style":"comma",
          "redirects":{"follow":"any","max":2},"omit_empty_params":true,
          "inputs":[{"name":"n","type":"number","required":false,"default":"1.10","secret":false},
                    {"name":"s","type":"string","required":true,"default":null,"secret":true}]})");
  EXPECT_EQ(query->timeout, Milliseconds(250));
  EXPECT_EQ(query->retries, 2);
  EXPECT_EQ(query->array_style, ArrayStyle::kComma);
  ASSERT_TRUE(query->redirects);
  EXPECT_EQ(query->redirects->follow, Follow::kAny);
  EXPECT_EQ(query->redirects->max, 2);
  EXPECT_TRUE(query->omit_empty_params);
  ASSERT_EQ(query->inputs.declared.size(), 2U);
  EXPECT_EQ(query->inputs.declared[0].default_value.ToJson(), "1.10");
  EXPECT_FALSE(query->inputs.declared[0].required);
  EXPECT_TRUE(query->inputs.declared[1].secret);
  EXPECT_FALSE(query->is_safe());
  EXPECT_FALSE(http::IsIdempotent(query->method));
  EXPECT_TRUE(http::IsIdempotent(Query(R"({"method":"PUT"})")->method));
  EXPECT_TRUE(Query(R"({"method":"OPTIONS"})")->is_safe());
}

TEST(CompileQuery, NeverQuotesASecret) {
  store::Secrets secrets;
  secrets.emplace("/headers/0/value", Secret(std::string("sesame {{ open it }}")));
  const Result<QueryPointer> query = TryQuery(
      R"({"headers":[{"name":"X-Token","value":"********","secret":true}]})", std::move(secrets));
  ASSERT_FALSE(query);
  EXPECT_EQ(query.error().message().find("open"), std::string::npos) << query.error().message();
}

TEST(CompileQuery, RefusesALiteralJsonTextThatIsNone) {
  ExpectRefusals({{R"({"body":{"type":"json","text":"{\"a\":}"}})", ErrorKind::kValidationFailed,
                   "/body/text"}});
  EXPECT_TRUE(Query(R"({"body":{"type":"json","text":"{\"a\":{{ x }}}"}})")->notes.empty());
  EXPECT_TRUE(Query(R"({"body":{"type":"json","text":"{ {{ k }}:1}"}})")->notes.empty());
  EXPECT_TRUE(
      Query(R"({"body":{"type":"json","text":"[-{{ x }}.5,\"{{ y }}\"]"}})")->notes.empty());
  EXPECT_EQ(Query(R"({"body":{"type":"json","text":"{\"a\":{{ x }}"}})")->notes.size(), 1U);
}

TEST(CompileQuery, SaysHowBracesAreEscapedInAJsonText) {
  const Result<QueryPointer> query =
      TryQuery(R"({"body":{"type":"json","text":"{\"a\":\"\\\\{{ x }}\"}"}})");
  ASSERT_FALSE(query);
  EXPECT_NE(query.error().message().find("\\{{ stands for the braces"), std::string::npos)
      << query.error().message();
}

TEST(CompileQuery, WarnsOfAKeyThatLooksExpanded) {
  const QueryPointer query = Query(
      R"({"body":{"type":"json","text":null,"value":"{\"a\":[{\"k{{ x }}\":\"{{ x }}\"}]}"}})");
  ASSERT_EQ(query->notes.size(), 1U);
  EXPECT_NE(query->notes[0].find("\"k{{ x }}\""), std::string::npos) << query->notes[0];
  EXPECT_NE(query->notes[0].find("body.value"), std::string::npos);
}

TEST(CompileQuery, JudgesNamesOfParams) {
  ExpectRefusals({{R"({"params":[{"name":"a{{","value":"1"}]})", ErrorKind::kValidationFailed,
                   "/params/0/name"},
                  {R"({"params":[{"name":"{{ b }}","value":"1"}],"inputs":[{"name":"a"}]})",
                   ErrorKind::kUnknownPlaceholder, "/params/0/name"}});
  EXPECT_EQ(Query(R"({"params":[{"name":"{{ n }}","value":"{{ v }}"}]})")->inputs.implied,
            (std::vector<std::string>{"n", "v"}));
  EXPECT_TRUE(Query(R"({"headers":[{"name":"X","value":"1"}]})")->inputs.implied.empty());
}

TEST(PrepareQuery, KeepsAQueryThatNoLongerCompilesAsOneThatCannotRun) {
  store::Query stored;
  stored.slug = "q";
  stored.document = QueryDocument(R"({"path":"/{{"})");
  const auto query = std::dynamic_pointer_cast<const CompiledQuery>(PrepareQuery(stored));
  ASSERT_TRUE(query);
  ASSERT_TRUE(query->problem);
  const Result<OutgoingRequest> request = BuildOutgoing(*Compile("{}"), *query, {}, {});
  EXPECT_EQ(KindOf(request), ErrorKind::kValidationFailed);
}

TEST(PrepareQuery, CannotRunWithoutItsSecret) {
  store::Query stored;
  stored.document =
      QueryDocument(R"({"headers":[{"name":"X-Token","value":"********","secret":true}]})");
  const auto query = std::dynamic_pointer_cast<const CompiledQuery>(PrepareQuery(stored));
  ASSERT_TRUE(query && query->problem);
  EXPECT_EQ(query->problem->kind(), ErrorKind::kStoreUnavailable);
}

}  // namespace
}  // namespace sallyport::request::test
