// What a query may not be, with the words that a caller reads.
#include "unit/admin/api_fixture.h"

namespace sallyport::admin {
namespace {

struct BadQuery {
  const char* members;  ///< of an otherwise right query
  const char* pointer;
  const char* message;
};

class QueryFields : public ApiTest, public testing::WithParamInterface<BadQuery> {};

TEST_P(QueryFields, ABadMemberIsNamedWithWhatWouldBeRight) {
  ASSERT_EQ(MakeGithub().status, 201);
  Json query = {{"slug", "q"}, {"path", "/x"}};
  query.update(Json::parse(GetParam().members));
  const Reply reply = Call("POST", "/api/v1/resources/github/queries", query.dump());
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(reply.kind, ErrorKind::kValidationFailed);
  ASSERT_EQ(reply.violations.size(), 1U) << reply.message;
  EXPECT_EQ(reply.violations[0].pointer, GetParam().pointer);
  EXPECT_EQ(reply.violations[0].message, GetParam().message);
}

const BadQuery kBadQueries[] = {
    {R"({"slug":"Q"})", "/slug",
     "must be 1 to 63 of a-z, 0-9, '_' and '-', and begin with a letter or digit"},
    {R"({"method":"CONNECT"})", "/method",
     "must not be CONNECT or TRACE: they are never forwarded"},
    {R"({"method":"trace"})", "/method", "must not be CONNECT or TRACE: they are never forwarded"},
    {R"({"method":"GET /"})", "/method",
     "must be a method such as GET: letters, digits and !#$%&'*+-.^_`|~, without blanks"},
    {R"({"mehtod":"GET"})", "/mehtod", "is not a known member; did you mean \"method\"?"},
    {R"({"timeout_ms":0})", "/timeout_ms", "must be from 1 to 86400000, not 0"},
    {R"({"timeout_ms":1.5})", "/timeout_ms", "must be an integer, without fraction"},
    {R"({"retries":11})", "/retries", "must be from 0 to 10, not 11"},
    {R"({"redirects":{"follow":"always"}})", "/redirects/follow",
     "must be one of \"none\", \"same_origin\", \"any\""},
    {R"({"array_style":"semicolon"})", "/array_style",
     "must be one of \"repeat\", \"brackets\", \"comma\", \"json\""},
    {R"({"headers":{"Host":"x"}})", "/headers/Host",
     "must not be Host: the gateway writes Host, Content-Length, Transfer-Encoding, Expect, "
     "Connection and other hop-by-hop fields itself ('_' counts as '-')"},
    {R"({"headers":[{"name":"expect","value":"100-continue"}]})", "/headers/0/name",
     "must not be expect: the gateway writes Host, Content-Length, Transfer-Encoding, Expect, "
     "Connection and other hop-by-hop fields itself ('_' counts as '-')"},
    {R"({"headers":[{"name":"A b","value":"x"}]})", "/headers/0/name",
     "must be a field name: letters, digits and !#$%&'*+-.^_`|~, without blanks or colon"},
    {R"({"cookies":[{"name":"a=b","value":"x"}]})", "/cookies/0/name",
     "must be a cookie name: letters, digits and !#$%&'*+-.^_`|~"},
    {R"({"body":{"type":"xml"}})", "/body/type",
     "must be one of \"none\", \"json\", \"form\", \"multipart\", \"raw\", \"binary\", "
     "\"graphql\""},
    {R"({"body":{"type":"raw","content_type":"text"}})", "/body/content_type",
     "must be a media type such as text/plain; charset=utf-8"},
    {R"({"body":{"type":"binary"}})", "/body/param", "is required"},
    {R"({"body":{"type":"graphql","query":""}})", "/body/query", "must not be empty"},
    {R"({"body":{"type":"graphql","query":"{me}","variables":[1]}})", "/body/variables",
     "must be an object"},
    {R"({"body":{"type":"multipart","fields":[{"name":"f","kind":"blob"}]}})",
     "/body/fields/0/kind", "must be one of \"text\", \"file\", \"json\""},
    {R"({"inputs":[{"name":"a.b"}]})", "/inputs/0/name",
     "must be letters, digits, '_' and '-', to be written as {{ params.name }}"},
    {R"({"inputs":[{"name":"a"},{"name":"a"}]})", "/inputs/1/name",
     "must be declared once: an earlier input is named \"a\""},
    {R"({"inputs":[{"name":"a","type":"int"}]})", "/inputs/0/type",
     "must be one of \"string\", \"integer\", \"number\", \"boolean\", \"object\", \"array\", "
     "\"file\""},
    {R"({"inputs":[{"name":"a","type":"integer","default":1.5}]})", "/inputs/0/default",
     "must be of the input's type, integer"},
    {R"({"inputs":[{"name":"a","default":5}]})", "/inputs/0/default",
     "must be of the input's type, string"},
    {R"({"inputs":[{"name":"a","type":"file","default":"x"}]})", "/inputs/0/default",
     "must be left out: a file has no default"},
    {R"({"inputs":[{"name":"a","secret":true,"default":"x"}]})", "/inputs/0/default",
     "must be left out: everyone who reads the query would see the value of a secret input"},
};

INSTANTIATE_TEST_SUITE_P(Table, QueryFields, testing::ValuesIn(kBadQueries));

class QueryTemplates : public ApiTest {};

TEST_F(QueryTemplates, AreJudgedAgainstTheResourceWhenAQueryIsSaved) {
  ASSERT_EQ(MakeGithub().status, 201);
  const auto refusal = [&](const char* members) {
    const Reply reply = Call("POST", "/api/v1/resources/github/queries", members);
    EXPECT_EQ(reply.status, 0) << reply.text;
    EXPECT_FALSE(reply.violations.empty()) << reply.message;
    return std::make_pair(reply.kind, reply.violations.empty() ? "" : reply.violations[0].pointer);
  };
  using Refusal = std::pair<ErrorKind, std::string>;
  EXPECT_EQ(refusal(R"({"slug":"q","path":"/{{ id"})"),
            Refusal(ErrorKind::kValidationFailed, "/path"));
  EXPECT_EQ(refusal(R"({"slug":"q","path":"/{{ vars.nothing }}"})"),
            Refusal(ErrorKind::kUnknownPlaceholder, "/path"));
  EXPECT_EQ(refusal(R"({"slug":"q","path":"https://evil.example/"})"),
            Refusal(ErrorKind::kOutsideBaseUrl, "/path"));
  EXPECT_EQ(refusal(R"({"slug":"q","params":{"a":"{-oauth_access_token-}"}})").second,
            "/params/0/value");
}

TEST_F(QueryTemplates, OfAResourceAreJudgedWhenItIsSaved) {
  const auto save = [&](const std::string& members) {
    return Call("PUT", "/api/v1/resources/r", "{" + members + "}");
  };
  const Reply unknown = save(R"("base_url":"https://{{ vars.host }}/")");
  EXPECT_EQ(unknown.kind, ErrorKind::kUnknownPlaceholder);
  ASSERT_FALSE(unknown.violations.empty());
  EXPECT_EQ(unknown.violations[0].pointer, "/base_url");
  const std::string rest =
      R"("base_url":"https://{{ vars.host }}/","auth":{"type":"bearer","token":"t"},)";
  ASSERT_EQ(save(rest + R"("variables":{"host":"a.example"})").status, 201);
  // The variable alone would send the stored token to another host.
  const Reply moved =
      Call("PATCH", "/api/v1/resources/r", R"({"variables":{"host":"evil.example"}})");
  EXPECT_EQ(moved.kind, ErrorKind::kSecretReentryRequired);
  EXPECT_EQ(Call("PATCH", "/api/v1/resources/r", R"({"variables":{"other":"x"}})").status, 200);
  EXPECT_EQ(Call("PATCH", "/api/v1/resources/r",
                 R"({"variables":{"host":"b.example"},"auth":{"token":"new"}})")
                .status,
            200);
}

}  // namespace
}  // namespace sallyport::admin
