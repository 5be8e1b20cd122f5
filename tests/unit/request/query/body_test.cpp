#include <gtest/gtest.h>

#include "unit/request/query/query_builder.h"

namespace sallyport::request::test {
namespace {

std::string QueryWith(const Json& body, const Json& more = Json::object()) {
  Json query = {{"method", "POST"}, {"body", body}};
  query.update(more);
  return query.dump();
}

std::string JsonText(std::string_view text) {
  return QueryWith({{"type", "json"}, {"text", std::string(text)}, {"value", nullptr}});
}

std::string JsonTree(std::string_view text) {
  return QueryWith({{"type", "json"}, {"text", nullptr}, {"value", std::string(text)}});
}

std::string Sent(std::string_view query, std::string_view params = "{}",
                 std::string_view resource = "{}") {
  const Result<OutgoingRequest> request = TryRun(Compile(resource), Query(query), params);
  return request ? BodyOf(*request) : "error: " + request.error().message();
}

TEST(NoBody, SendsNothing) {
  const OutgoingRequest request = Built(Compile("{}"), Query(R"({"method":"DELETE"})"));
  EXPECT_FALSE(request.body.present);
  EXPECT_EQ(ShownBody(request), "null");
}

TEST(JsonTextBody, KeepsEveryByteButThePlaceholders) {
  EXPECT_EQ(Sent(JsonText("{ \"b\" : 9007199254740993,\n\"a\":[1.10, 1E400, \"007\"] }")),
            "{ \"b\" : 9007199254740993,\n\"a\":[1.10, 1E400, \"007\"] }");
  EXPECT_EQ(Sent(JsonText(R"({"n":{{ n }},"s":{{ s }},"q":"{{ s }}","o":{{ o }},"z":{{ z }}})"),
                 R"({"n":9007199254740993,"s":"a\n\"b","o":{"k":[1.0,null]},"z":"007"})"),
            R"({"n":9007199254740993,"s":"a\n\"b","q":"a\n\"b","o":{"k":[1.0,null]},"z":"007"})");
}

TEST(JsonTextBody, NeverExpandsAValueAgain) {
  EXPECT_EQ(Sent(JsonText(R"({"a":"{{ x }}","b":{{ x }}})"), R"({"x":"{{ y }}"})"),
            R"({"a":"{{ y }}","b":"{{ y }}"})");
}

TEST(JsonTextBody, TellsWhereItIsNoJson) {
  const Result<OutgoingRequest> request =
      TryRun(Compile("{}"), Query(JsonText("{\"a\":\n -{{ x }}}")), R"({"x":"y"})");
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().kind(), ErrorKind::kInvalidParameter);
  EXPECT_NE(request.error().message().find("line 2, column 3"), std::string::npos)
      << request.error().message();
}

TEST(JsonTextBody, TakesNoValueThatIsNoUtf8) {
  const CompiledPointer resource = Compile("{}");
  const QueryPointer query = Query(JsonText(R"({"a":"{{ x }}"})"));
  Inputs inputs;
  inputs.params = Value::Object({{"x", Value::String("\xFF")}});
  EXPECT_EQ(KindOf(BuildOutgoing(*resource, *query, inputs, {})), ErrorKind::kInvalidParameter);
}

TEST(JsonTreeBody, TypesAStringThatIsOnePlaceholder) {
  EXPECT_EQ(
      Sent(JsonTree(R"({"a":"{{ n }}","b":"x{{ n }}","c":["{{ o }}",1.10,"{{ s }}"],"{{ n }}":1})"),
           R"({"n":12345678901234567890123,"o":{"k":true},"s":"a\"\n"})"),
      R"({"a":12345678901234567890123,"b":"x12345678901234567890123","c":[{"k":true},1.10,"a\"\n"],"{{ n }}":1})");
  EXPECT_EQ(Sent(JsonTree("null")), "null");
}

TEST(JsonBody, SetsItsTypeUnlessARowDoes) {
  EXPECT_EQ(SentField(Built(Compile("{}"), Query(JsonText("{}"))), "Content-Type"),
            "application/json");
  const Json row = {
      {"headers", Json::array({{{"name", "cOnTeNt-TyPe"}, {"value", "application/x+json"}}})}};
  const OutgoingRequest request =
      Built(Compile("{}"), Query(QueryWith({{"type", "json"}, {"text", "{}"}}, row)));
  EXPECT_EQ(SentField(request, "cOnTeNt-TyPe"), "application/x+json");
  EXPECT_EQ(SentField(request, "Content-Type"), "-");
  EXPECT_EQ(SentField(request, "Content-Length"), "2");
  EXPECT_EQ(SentField(Built(Compile(R"({"headers":[{"name":"content-type","value":"a/b"}]})"),
                            Query(JsonText("{}"))),
                      "content-type"),
            "a/b");
}

TEST(BodyFields, AreAppendedToAJsonObject) {
  const char* resource =
      R"({"body_fields":[{"name":"k","value":"v\"1"},{"name":"n","value":"{{ vars.n }}"},
          {"name":"u","value":"{{ user.id }}"},{"name":"a","value":"x"}],"variables":{"n":"7"}})";
  EXPECT_EQ(Sent(JsonText("{ \"a\" : 1.0 }\n"), "{}", resource),
            "{ \"a\" : 1.0 ,\"k\":\"v\\\"1\",\"n\":\"7\",\"u\":\"alice\"}\n");
  EXPECT_EQ(Sent(JsonTree("{}"), "{}", resource), R"({"k":"v\"1","n":"7","u":"alice","a":"x"})");
  EXPECT_EQ(Sent(JsonText(R"({"x":{"k":[{"n":1}]},"\u006b":2,"u":"}"})"), "{}", resource),
            R"({"x":{"k":[{"n":1}]},"\u006b":2,"u":"}","n":"7","a":"x"})");
  for (const char* text : {"[1]", "5", "\"{}\"", "null"}) {
    EXPECT_EQ(Sent(JsonText(text), "{}", resource), text);
  }
}

TEST(BodyFields, KeepTheTypeOfASinglePlaceholder) {
  EXPECT_EQ(
      Sent(
          QueryWith({{"type", "json"}, {"text", R"({"x":{{ x }}})"}}), R"({"x":1.50})",
          R"({"body_fields":[{"name":"y","value":"{{ params.x }}"},{"name":"z","value":"-{{ x }}"}]})"),
      R"({"x":1.50,"y":1.50,"z":"-1.50"})");
}

TEST(BodyFields, NeedNoValueWhereTheBodyHasItsOwn) {
  const char* resource = R"({"body_fields":[{"name":"k","value":"{{ user.attributes.none }}"}]})";
  EXPECT_EQ(Sent(JsonText(R"({"k":1})"), "{}", resource), R"({"k":1})");
  EXPECT_EQ(KindOf(TryRun(Compile(resource), Query(JsonText("{}")))), ErrorKind::kMissingParameter);
}

TEST(BodyFields, AreNeverSentWithGetOrHead) {
  const char* resource = R"({"body_fields":[{"name":"k","value":"v"}]})";
  const Json body = {{"type", "json"}, {"text", "{}"}};
  EXPECT_EQ(Sent(QueryWith(body, {{"method", "GET"}}), "{}", resource), "{}");
  EXPECT_EQ(Sent(QueryWith(body, {{"method", "HEAD"}}), "{}", resource), "{}");
  EXPECT_EQ(Sent(QueryWith(body, {{"method", "DELETE"}}), "{}", resource), R"({"k":"v"})");
  EXPECT_FALSE(Built(Compile(resource), Query(R"({"method":"POST"})")).body.present);
}

TEST(BodyFields, AreNoPartOfGraphqlRawAndBinary) {
  const char* resource = R"({"body_fields":[{"name":"k","value":"v"}]})";
  EXPECT_EQ(
      Sent(QueryWith({{"type", "graphql"}, {"query", "{a}"}, {"variables", "{}"}}), "{}", resource),
      R"({"query":"{a}","variables":{}})");
  EXPECT_EQ(Sent(QueryWith({{"type", "raw"}, {"text", "{}"}, {"content_type", "application/json"}}),
                 "{}", resource),
            "{}");
}

TEST(FormBody, EncodesFieldsInOrder) {
  const Json fields = Json::array({{{"name", "a b"}, {"value", "{{ x }}"}},
                                   {{"name", "c"}, {"value", "1&2=\xC3\xA9"}},
                                   {{"name", "c"}, {"value", ""}},
                                   {{"name", "o"}, {"value", "{{ o }}"}},
                                   {{"name", "off"}, {"value", "x"}, {"enabled", false}}});
  const OutgoingRequest request = Built(
      Compile(R"({"body_fields":[{"name":"k","value":"v w"},{"name":"c","value":"no"},
                                     {"name":"off","value":"no"}]})"),
      Query(QueryWith({{"type", "form"}, {"fields", fields}})), R"({"x":"+ ~*\n","o":{"p":1.0}})");
  EXPECT_EQ(BodyOf(request), "k=v+w&a+b=%2B+%7E*%0A&c=1%262%3D%C3%A9&c=&o=%7B%22p%22%3A1.0%7D");
  EXPECT_EQ(SentField(request, "Content-Type"), "application/x-www-form-urlencoded");
}

TEST(FormBody, WritesArraysInTheirStyle) {
  const Json fields = Json::array({{{"name", "a"}, {"value", "{{ x }}"}}});
  const std::vector<std::pair<const char*, const char*>> styles{
      {"repeat", "a=1&a=%2C"},
      {"brackets", "a%5B%5D=1&a%5B%5D=%2C"},
      {"comma", "a=1%2C%2C"},
      {"json", "a=%5B1%2C%22%2C%22%5D"}};
  for (const auto& [style, expected] : styles) {
    const std::string query =
        QueryWith({{"type", "form"}, {"fields", fields}}, {{"array_style", style}});
    EXPECT_EQ(Sent(query, R"({"x":[1,","]})"), expected);
    EXPECT_EQ(Sent(query, R"({"x":[]})"), "");
  }
}

Json Part(const char* name, const char* kind, const char* value) {
  return {{"name", name}, {"kind", kind}, {"value", value}};
}

TEST(MultipartBody, WritesEveryKindOfPart) {
  const std::vector<FileValue> files{{"f", "p\"q.png", "image/png", std::nullopt, std::nullopt}};
  Json typed = Part("note", "text", "a");
  typed["content_type"] = "text/markdown";
  const Json fields =
      Json::array({Part("t", "text", "{{ x }}"), Part("j", "json", "{\"a\":{{ x }}}"),
                   Part("f", "file", "{{ f }}"), typed});
  const OutgoingRequest request = Built(
      Compile(R"({"body_fields":[{"name":"k","value":"v"},{"name":"t","value":"no"}]})"),
      Query(QueryWith({{"type", "multipart"}, {"fields", fields}})), R"({"x":"a\"\r\n&"})", files);
  EXPECT_EQ(BodyOf(request),
            "--XX\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\nv\r\n"
            "--XX\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\na\"\r\n&\r\n"
            "--XX\r\nContent-Disposition: form-data; name=\"j\"\r\n"
            "Content-Type: application/json\r\n\r\n{\"a\":\"a\\\"\\r\\n&\"}\r\n"
            "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"p%22q.png\"\r\n"
            "Content-Type: image/png\r\n\r\n<0>\r\n"
            "--XX\r\nContent-Disposition: form-data; name=\"note\"\r\n"
            "Content-Type: text/markdown\r\n\r\na\r\n"
            "--XX--\r\n");
  EXPECT_EQ(SentField(request, "Content-Type", files), "multipart/form-data; boundary=XX");
  EXPECT_NE(ShownBody(request).find("<p\"q.png, image/png>"), std::string::npos);
}

TEST(MultipartBody, LetsTemplatesNameAFile) {
  Json file = Part("f", "file", "{{ f }}");
  file["filename"] = "{{ n }}.txt";
  file["content_type"] = "text/{{ t }}";
  const std::string query = QueryWith({{"type", "multipart"}, {"fields", Json::array({file})}});
  const OutgoingRequest request = Built(Compile("{}"), Query(query), R"({"n":"a/b","t":"x"})",
                                        {HeldFile("f", "orig", "image/png", "123")});
  EXPECT_NE(BodyOf(request).find("filename=\"a/b.txt\"\r\nContent-Type: text/x\r\n"),
            std::string::npos)
      << BodyOf(request);
  const OutgoingRequest bare =
      Built(Compile("{}"),
            Query(QueryWith(
                {{"type", "multipart"}, {"fields", Json::array({Part("f", "file", "{{ f }}")})}})),
            "{}", {HeldFile("f", "", "", "123")});
  EXPECT_NE(BodyOf(bare).find("Content-Type: application/octet-stream"), std::string::npos);
}

TEST(MultipartBody, KnowsItsLengthOnceEveryFileIsKnown) {
  const QueryPointer query = Query(
      QueryWith({{"type", "multipart"}, {"fields", Json::array({Part("f", "file", "{{ f }}")})}}));
  const std::vector<FileValue> held{HeldFile("f", "n", "", "12345")};
  const std::vector<FileValue> streamed{{"f", "n", "", std::nullopt, std::nullopt}};
  const OutgoingRequest one = Built(Compile("{}"), query, "{}", held);
  EXPECT_EQ(one.body.Length(held), BodyOf(one).size() - std::string("<0>").size() + 5);
  EXPECT_TRUE(one.body.replayable(held));
  EXPECT_FALSE(one.body.Length(streamed));
  EXPECT_FALSE(one.body.replayable(streamed));
  EXPECT_EQ(FieldOf(HeadOf(one, streamed), "Transfer-Encoding"), "chunked");
  EXPECT_EQ(FieldOf(HeadOf(one, streamed), "Content-Length"), "-");
}

TEST(MultipartBody, LeavesOutAnOmittedFileAndSplitsArrays) {
  const Json fields = Json::array({Part("a", "text", "{{ x }}"), Part("f", "file", "{{ f }}")});
  const std::string query = QueryWith(
      {{"type", "multipart"}, {"fields", fields}},
      {{"array_style", "brackets"},
       {"inputs", Json::array({{{"name", "x"}, {"type", "array"}},
                               {{"name", "f"}, {"type", "file"}, {"required", false}}})}});
  EXPECT_EQ(Sent(query, R"({"x":["1",2]})"),
            "--XX\r\nContent-Disposition: form-data; name=\"a[]\"\r\n\r\n1\r\n"
            "--XX\r\nContent-Disposition: form-data; name=\"a[]\"\r\n\r\n2\r\n--XX--\r\n");
}

TEST(MultipartBody, TakesADataUrlForAnUndeclaredFile) {
  const std::string query =
      QueryWith({{"type", "multipart"}, {"fields", Json::array({Part("f", "file", "{{ f }}")})}});
  EXPECT_EQ(Sent(query, R"({"f":"data:text/plain;name=a.txt;base64,aGk="})"),
            "--XX\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n"
            "Content-Type: text/plain\r\n\r\nhi\r\n--XX--\r\n");
  EXPECT_EQ(KindOf(TryRun(Compile("{}"), Query(query), R"({"f":"hello"})")),
            ErrorKind::kInvalidParameter);
}

TEST(MultipartBody, GivesARowsTypeTheBoundaryItLacks) {
  const auto type = [](const char* row) {
    const Json headers = {{"headers", Json::array({{{"name", "content-type"}, {"value", row}}})}};
    const OutgoingRequest request = Built(
        Compile("{}"),
        Query(QueryWith({{"type", "multipart"}, {"fields", Json::array({Part("a", "text", "b")})}},
                        headers)));
    return SentField(request, "content-type") + " | " + BodyOf(request).substr(0, 6);
  };
  EXPECT_EQ(type("multipart/form-data"), "multipart/form-data; boundary=XX | --XX\r\n");
  EXPECT_EQ(type("Multipart/Mixed; x=y"), "Multipart/Mixed; x=y; boundary=XX | --XX\r\n");
  EXPECT_EQ(type("multipart/form-data; boundary=\"own\""),
            "multipart/form-data; boundary=\"own\" | --own\r");
}

TEST(MultipartBody, RefusesAValueThatHoldsTheRowsBoundary) {
  const Json headers = {
      {"headers",
       Json::array({{{"name", "Content-Type"}, {"value", "multipart/form-data; boundary=own"}}})}};
  const std::string query = QueryWith(
      {{"type", "multipart"}, {"fields", Json::array({Part("a", "text", "{{ x }}")})}}, headers);
  const auto refused = TryRun(Compile("{}"), Query(query), R"({"x":"\r\n--own--\r\n"})");
  ASSERT_EQ(KindOf(refused), ErrorKind::kUnsafeValue);
  EXPECT_EQ(refused.error().violations().at(0).pointer, "/body/fields/a");
}

TEST(MultipartBody, RefusesAHeldFileThatHoldsTheRowsBoundary) {
  const auto query = [](const char* type) {
    return Query(QueryWith(
        {{"type", "multipart"}, {"fields", Json::array({Part("a", "file", "{{ doc }}")})}},
        {{"headers", Json::array({{{"name", "Content-Type"}, {"value", type}}})}}));
  };
  const std::string evil = "x\r\n--own\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1";
  const QueryPointer own = query("multipart/form-data; boundary=own");
  const std::string data_url = R"({"doc":"data:;base64,LS1vd24="})";  // --own
  for (const auto& refused : {TryRun(Compile("{}"), own, "{}", {HeldFile("doc", "", "", evil)}),
                              TryRun(Compile("{}"), own, data_url)}) {
    ASSERT_EQ(KindOf(refused), ErrorKind::kUnsafeValue);
    EXPECT_EQ(refused.error().violations().at(0).pointer, "/params/doc");
  }
  EXPECT_TRUE(TryRun(Compile("{}"), own, "{}", {HeldFile("doc", "", "", "my own - words")}));
  EXPECT_EQ(Built(Compile("{}"), own, "{}", {HeldFile("doc", "", "", "")}).body.row_delimiter,
            "--own");
  // Nobody knows the gateway's own boundary, so nobody can write it.
  const OutgoingRequest free =
      Built(Compile("{}"), query("multipart/form-data"), "{}", {HeldFile("doc", "", "", "--XX")});
  EXPECT_EQ(free.body.row_delimiter, "");
}

TEST(MultipartBody, DrawsARandomBoundary) {
  const QueryPointer query = Query(QueryWith({{"type", "multipart"}, {"fields", Json::array()}}));
  const Result<OutgoingRequest> one = BuildOutgoing(*Compile("{}"), *query, {}, {});
  const Result<OutgoingRequest> other = BuildOutgoing(*Compile("{}"), *query, {}, {});
  ASSERT_TRUE(one && other);
  EXPECT_NE(BodyOf(*one), BodyOf(*other));
  EXPECT_GE(BodyOf(*one).size(), 40U);
}

TEST(RawBody, InsertsValuesAsTheyAreAndEscapesThemInXml) {
  const auto sent = [](const char* type) {
    return Sent(
        QueryWith({{"type", "raw"}, {"text", "<a b='&amp;'>{{ x }}</a>"}, {"content_type", type}}),
        R"({"x":"<&>\"'\n"})");
  };
  EXPECT_EQ(sent("text/plain"), "<a b='&amp;'><&>\"'\n</a>");
  EXPECT_EQ(sent(""), "<a b='&amp;'><&>\"'\n</a>");
  for (const char* type : {"application/xml", "text/XML; charset=utf-8", "application/soap+xml"}) {
    EXPECT_EQ(sent(type), "<a b='&amp;'>&lt;&amp;&gt;&quot;&apos;\n</a>") << type;
  }
}

TEST(RawBody, JudgesTheTypeThatIsSent) {
  const Json headers = {
      {"headers", Json::array({{{"name", "Content-Type"}, {"value", "text/xml"}}})}};
  EXPECT_EQ(Sent(QueryWith({{"type", "raw"}, {"text", "{{ x }}"}, {"content_type", "text/plain"}},
                           headers),
                 R"({"x":"<"})"),
            "&lt;");
}

TEST(BinaryBody, SendsTheFileWithItsOwnType) {
  const QueryPointer query = Query(QueryWith({{"type", "binary"}, {"param", "f"}}));
  const std::vector<FileValue> files{{"f", "a.png", "image/png", std::nullopt, std::nullopt}};
  const OutgoingRequest request = Built(Compile("{}"), query, "{}", files);
  EXPECT_EQ(BodyOf(request), "<0>");
  const std::vector<FileValue> untyped{HeldFile("f", "a", "", "x")};
  EXPECT_EQ(SentField(Built(Compile("{}"), query, "{}", untyped), "Content-Type", untyped),
            "application/octet-stream");
  EXPECT_EQ(FieldOf(HeadOf(request, files), "Content-Type"), "image/png");
  EXPECT_EQ(FieldOf(HeadOf(request, files), "Transfer-Encoding"), "chunked");
  EXPECT_EQ(ShownBody(request), "<a.png, image/png>");
}

TEST(BinaryBody, TakesADataUrlInAString) {
  const QueryPointer query =
      Query(QueryWith({{"type", "binary"}, {"param", "f"}, {"content_type", "application/{{ t }}"}},
                      {{"inputs", Json::array({{{"name", "f"}}, {{"name", "t"}}})}}));
  const OutgoingRequest request =
      Built(Compile("{}"), query, R"({"f":"data:image/png;base64,AP8=","t":"zip"})");
  EXPECT_EQ(BodyOf(request), std::string("\x00\xFF", 2));
  EXPECT_EQ(SentField(request, "Content-Type"), "application/zip");
  EXPECT_EQ(SentField(request, "Content-Length"), "2");
}

TEST(GraphqlBody, KeepsTypedVariables) {
  const OutgoingRequest request =
      Built(Compile("{}"),
            Query(QueryWith({{"type", "graphql"},
                             {"query", "query($id: ID!) { user(id: $id) { name } }"},
                             {"variables", R"({"id":"{{ id }}","f":{"n":"x{{ id }}"}})"}})),
            R"({"id":9007199254740993})");
  EXPECT_EQ(
      BodyOf(request),
      R"({"query":"query($id: ID!) { user(id: $id) { name } }","variables":{"id":9007199254740993,"f":{"n":"x9007199254740993"}}})");
  EXPECT_EQ(SentField(request, "Content-Type"), "application/json");
}

TEST(ShownBody, MasksSecrets) {
  const Json inputs = {
      {"inputs",
       Json::array({{{"name", "s"}, {"type", "string"}, {"secret", true}}, {{"name", "p"}}})}};
  const char* params = R"({"s":"a&b\"c","p":"a&b"})";
  const auto shown = [&](const Json& body, const char* resource = "{}") {
    const OutgoingRequest request =
        Built(Compile(resource), Query(QueryWith(body, inputs)), params);
    EXPECT_TRUE(request.body.confined) << body;
    return ShownBody(request);
  };
  EXPECT_EQ(shown({{"type", "json"}, {"text", R"({"s":{{ s }},"t":"x{{ s }}","p":"{{ p }}"})"}}),
            R"({"s":"********","t":"x********","p":"a&b"})");
  EXPECT_EQ(shown({{"type", "json"}, {"value", R"({"s":"{{ s }}","p":"{{ p }}"})"}}),
            R"({"s":"********","p":"a&b"})");
  EXPECT_EQ(shown({{"type", "form"},
                   {"fields", Json::array({{{"name", "s"}, {"value", "{{ s }}"}},
                                           {{"name", "k"}, {"value", "a&b"}, {"secret", true}},
                                           {{"name", "p"}, {"value", "{{ p }}"}}})}}),
            "s=********&k=********&p=a%26b");
  EXPECT_EQ(shown({{"type", "raw"}, {"text", "{{ s }}/{{ p }}"}, {"content_type", "text/xml"}}),
            "********/a&amp;b");
  EXPECT_EQ(shown({{"type", "json"}, {"text", "{}"}},
                  R"({"body_fields":[{"name":"k","value":"v&\"","secret":true}]})"),
            R"({"k":"********"})");
}

TEST(ShownBody, CountsBytesThatAreNoText) {
  OutgoingRequest request;
  request.method = "POST";
  request.body.present = true;
  request.body.pieces = {{"\xFF\xFE", std::nullopt}};
  EXPECT_EQ(ShownBody(request), "<2 bytes>");
}

TEST(ShownBody, IsCutBetweenCharacters) {
  OutgoingRequest request;
  request.body.present = true;
  std::string text(1024 * 1024 - 1, 'a');
  text += "\xC3\xA9";
  request.body.pieces = {{text, std::nullopt}};
  EXPECT_EQ(ShownBody(request), std::string(1024 * 1024 - 1, 'a') + "... <1048577 bytes>");
}

}  // namespace
}  // namespace sallyport::request::test
