// Every refusal of queries in one table: each names the field and says what would be right. The
// table is printed, to be read as the person reads it who gets these answers.
#include <gmock/gmock.h>

#include <cstdio>

#include "support/query_fixture.h"
#include "support/scripted_target.h"

namespace sallyport::test {
namespace {

struct Refusal {
  const char* what;
  int status;
  const char* code;
  const char* field;  ///< a key of `errors`; "" where no field is at fault
};

class QueryErrors : public QueryFixture {
 protected:
  void SetUp() override {
    StartGateway(std::string(kLoopbackConfig) + "limits: {api_body_bytes: 200000}\n");
    CreateResource("r", target_.url() + "/base", {{"variables", {{"org", "acme"}}}});
    CreateResource("broken", "http://127.0.0.1:1/{{ params.tenant }}");
  }

  void TearDown() override {
    // Whatever was wrong was wrong before anything was sent.
    EXPECT_EQ(target_.connections(), 0);
  }

  /// Judges one answer and prints its lines.
  static void Expect(const Refusal& wanted, const HttpResponse& response) {
    const TestJson problem = TestJson::parse(response.body, nullptr, false);
    ASSERT_TRUE(problem.is_object()) << wanted.what << ": " << response.status << response.body;
    std::printf("%-44s %d %-20s %s\n", wanted.what, response.status,
                problem.value("code", "").c_str(), problem.value("message", "").c_str());
    if (problem.contains("hint")) {
      std::printf("%67s hint: %s\n", "", problem["hint"].get<std::string>().c_str());
    }
    const TestJson errors = problem.value("errors", TestJson::object());
    for (const auto& [field, text] : errors.items()) {
      std::printf("%67s %s: %s\n", "", field.c_str(), text.get<std::string>().c_str());
    }
    Judge(wanted, response, problem);
  }

  static void Judge(const Refusal& wanted, const HttpResponse& response, const TestJson& problem) {
    const std::string message = problem.value("message", "");
    const TestJson errors = problem.value("errors", TestJson::object());
    EXPECT_EQ(response.status, wanted.status) << wanted.what;
    EXPECT_EQ(problem.value("code", ""), wanted.code) << wanted.what;
    EXPECT_GE(message.size(), 15U) << wanted.what;
    EXPECT_EQ(problem.value("detail", ""), message) << wanted.what;
    EXPECT_EQ(response.Header("Sallyport-Source"), "gateway") << wanted.what;
    for (const auto& [field, text] : errors.items()) {
      EXPECT_GE(text.get<std::string>().size(), 10U) << wanted.what << ": " << field;
    }
    if (*wanted.field != '\0') {
      EXPECT_TRUE(errors.contains(wanted.field)) << wanted.what << ": " << errors;
    }
  }

  HttpResponse Save(const TestJson& query) {
    return Api("POST", "/api/v1/resources/r/queries", query);
  }
  HttpResponse Send(const std::string& method, const std::string& path, const std::string& body,
                    const std::string& type) {
    HttpRequest request;
    request.method = method;
    request.url = gateway_->base_url() + "/api/v1/resources/" + path;
    request.headers = {Bearer(gateway_->admin_key())};
    if (!type.empty()) request.headers.emplace_back("Content-Type", type);
    request.body = body;
    return HttpSend(request);
  }

  ScriptedTarget target_{ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")};
};

TestJson Rows(const std::string& name, const std::string& value) {
  return TestJson::array({{{"name", name}, {"value", value}}});
}

TEST_F(QueryErrors, NameTheFieldWhenAQueryIsSaved) {
  const struct {
    Refusal wanted;
    TestJson query;
  } kCases[] = {
      {{"no slug", 422, "validation_failed", "slug"}, {{"path", "/"}}},
      {{"bad slug", 422, "validation_failed", "slug"}, {{"slug", "Get User"}}},
      {{"unknown member", 422, "validation_failed", "headrs"},
       {{"slug", "q"}, {"headrs", TestJson::array()}}},
      {{"method CONNECT", 422, "validation_failed", "method"},
       {{"slug", "q"}, {"method", "CONNECT"}}},
      {{"method with a blank", 422, "validation_failed", "method"},
       {{"slug", "q"}, {"method", "G ET"}}},
      {{"path leaves base_url", 422, "outside_base_url", "path"},
       {{"slug", "q"}, {"path", "/../x"}}},
      {{"path leaves, encoded", 422, "outside_base_url", "path"},
       {{"slug", "q"}, {"path", "/a/%2e%2e/%2E%2E/x"}}},
      {{"path with a backslash", 422, "outside_base_url", "path"},
       {{"slug", "q"}, {"path", "/a\\b"}}},
      {{"path with a fragment", 422, "outside_base_url", "path"},
       {{"slug", "q"}, {"path", "/a#b"}}},
      {{"absolute URL elsewhere", 422, "outside_base_url", "path"},
       {{"slug", "q"}, {"path", "https://elsewhere.example/x"}}},
      {{"unclosed placeholder", 422, "validation_failed", "path"},
       {{"slug", "q"}, {"path", "/a/{{ id"}}},
      {{"empty placeholder", 422, "validation_failed", "params.0.value"},
       {{"slug", "q"}, {"params", Rows("a", "{{ }}")}}},
      {{"expression in a placeholder", 422, "validation_failed", "params.0.value"},
       {{"slug", "q"}, {"params", Rows("a", "{{ a + 1 }}")}}},
      {{"unknown variable", 422, "unknown_placeholder", "headers.0.value"},
       {{"slug", "q"}, {"headers", Rows("X-A", "{{ vars.orgg }}")}}},
      {{"unknown member of user", 422, "unknown_placeholder", "headers.0.value"},
       {{"slug", "q"}, {"headers", Rows("X-A", "{{ user.mail }}")}}},
      {{"undeclared input", 422, "unknown_placeholder", "path"},
       {{"slug", "q"}, {"path", "/{{ idd }}"}, {"inputs", TestJson::array({{{"name", "id"}}})}}},
      {{"token without oauth2", 422, "unknown_placeholder", "headers.0.value"},
       {{"slug", "q"}, {"headers", Rows("X-A", "{-oauth_access_token-}")}}},
      {{"header name with a blank", 422, "validation_failed", "headers.0.name"},
       {{"slug", "q"}, {"headers", Rows("X A", "1")}}},
      {{"header Host", 422, "validation_failed", "headers.0.name"},
       {{"slug", "q"}, {"headers", Rows("host", "x")}}},
      {{"header Content-Length", 422, "validation_failed", "headers.0.name"},
       {{"slug", "q"}, {"headers", Rows("Content-Length", "1")}}},
      {{"header Expect", 422, "validation_failed", "headers.0.name"},
       {{"slug", "q"}, {"headers", Rows("expect", "100-continue")}}},
      {{"header Content_Length", 422, "validation_failed", "headers.0.name"},
       {{"slug", "q"}, {"headers", Rows("Content_Length", "1")}}},
      {{"unclosed name of a param", 422, "validation_failed", "params.0.name"},
       {{"slug", "q"}, {"params", Rows("a{{", "1")}}},
      {{"cookie name", 422, "validation_failed", "cookies.0.name"},
       {{"slug", "q"}, {"cookies", Rows("a;b", "1")}}},
      {{"body of no known type", 422, "validation_failed", "body.type"},
       {{"slug", "q"}, {"body", {{"type", "xml"}}}}},
      {{"json without text and value", 422, "validation_failed", "body"},
       {{"slug", "q"}, {"body", {{"type", "json"}}}}},
      {{"raw with a bad content_type", 422, "validation_failed", "body.content_type"},
       {{"slug", "q"}, {"body", {{"type", "raw"}, {"text", "x"}, {"content_type", "a b"}}}}},
      {{"binary of an undeclared input", 422, "unknown_placeholder", "body.param"},
       {{"slug", "q"},
        {"body", {{"type", "binary"}, {"param", "file"}}},
        {"inputs", TestJson::array({{{"name", "doc"}, {"type", "file"}}})}}},
      {{"file field that is text", 422, "validation_failed", "body.fields.0.value"},
       {{"slug", "q"},
        {"body",
         {{"type", "multipart"},
          {"fields", TestJson::array({{{"name", "f"}, {"kind", "file"}, {"value", "x.png"}}})}}}}},
      {{"file field of a string input", 422, "validation_failed", "body.fields.0.value"},
       {{"slug", "q"},
        {"body",
         {{"type", "multipart"},
          {"fields", TestJson::array({{{"name", "f"}, {"kind", "file"}, {"value", "{{ s }}"}}})}}},
        {"inputs", TestJson::array({{{"name", "s"}}})}}},
      {{"file input in the path", 422, "validation_failed", "path"},
       {{"slug", "q"},
        {"path", "/{{ doc }}"},
        {"inputs", TestJson::array({{{"name", "doc"}, {"type", "file"}}})}}},
      {{"input twice", 422, "validation_failed", "inputs.1.name"},
       {{"slug", "q"}, {"inputs", TestJson::array({{{"name", "a"}}, {{"name", "a"}}})}}},
      {{"input of no known type", 422, "validation_failed", "inputs.0.type"},
       {{"slug", "q"}, {"inputs", TestJson::array({{{"name", "a"}, {"type", "int"}}})}}},
      {{"default of another type", 422, "validation_failed", "inputs.0.default"},
       {{"slug", "q"},
        {"inputs", TestJson::array({{{"name", "a"}, {"type", "integer"}, {"default", "5"}}})}}},
      {{"array_style", 422, "validation_failed", "array_style"},
       {{"slug", "q"}, {"array_style", "csv"}}},
      {{"retries", 422, "validation_failed", "retries"}, {{"slug", "q"}, {"retries", 11}}},
      {{"timeout_ms", 422, "validation_failed", "timeout_ms"}, {{"slug", "q"}, {"timeout_ms", 0}}},
      {{"redirects", 422, "validation_failed", "redirects.follow"},
       {{"slug", "q"}, {"redirects", {{"follow", "all"}}}}},
      {{"mask with nothing stored", 422, "validation_failed", "headers.0.value"},
       {{"slug", "q"}, {"headers", Rows("X-Api-Key", "********")}}},
  };
  for (const auto& [wanted, query] : kCases) Expect(wanted, Save(query));
}

TEST_F(QueryErrors, KeepAPathThatLooksLikeAnotherHostInsideBaseUrl) {
  for (const char* path : {"//elsewhere.example/x", "@elsewhere.example/x", ":80/x"}) {
    const HttpResponse preview =
        Api("POST", "/api/v1/resources/r/request/preview", {{"query", {{"path", path}}}});
    ASSERT_EQ(preview.status, 200) << path << preview.body;
    const std::string url = TestJson::parse(preview.body)["request"]["url"];
    EXPECT_THAT(url, testing::StartsWith(target_.url() + "/base/")) << path;
  }
}

TEST_F(QueryErrors, NameTheFieldWhenAQueryIsRun) {
  SaveQuery("r", "typed",
            {{"path", "/{{ id }}"},
             {"headers", Rows("X-A", "{{ text }}")},
             {"inputs",
              {{{"name", "id"}, {"type", "integer"}},
               {{"name", "text"}, {"type", "string"}, {"default", "d"}},
               {{"name", "doc"}, {"type", "file"}, {"required", false}}}}});
  SaveQuery(
      "r", "free",
      {{"path", "/{{ id }}/{{ user.id }}"}, {"params", Rows("n", "{{ params.person.name }}")}});
  SaveQuery("r", "segment", {{"path", "/{{ id }}"}});
  SaveQuery("r", "json",
            {{"method", "POST"},
             {"path", "/"},
             {"body", {{"type", "json"}, {"text", R"({"a": {{ a }} {{ b }}})"}}}});
  SaveQuery("r", "variable", {{"path", "/{{ vars.org }}"}});
  ASSERT_EQ(Api("PATCH", "/api/v1/resources/r", {{"variables", {{"org", nullptr}}}}).status, 200);

  const struct {
    Refusal wanted;
    const char* query;
    TestJson params;
  } kCases[] = {
      {{"missing input", 422, "missing_parameter", "params.id"}, "typed", TestJson::object()},
      {{"null for a required input", 422, "missing_parameter", "params.id"},
       "typed",
       {{"id", nullptr}}},
      {{"all missing at once", 422, "missing_parameter", "params.person"},
       "free",
       TestJson::object()},
      {{"the user is told with the params", 422, "missing_parameter", "user.id"},
       "free",
       TestJson::object()},
      {{"missing member", 422, "missing_parameter", "params.person.name"},
       "free",
       {{"id", 1}, {"person", TestJson::object()}}},
      {{"nobody to act for", 422, "missing_parameter", "user.id"},
       "free",
       {{"id", 1}, {"person", {{"name", "x"}}}}},
      {{"unknown param", 422, "unknown_parameter", "params.idd"}, "typed", {{"id", 1}, {"idd", 1}}},
      {{"text for an integer", 422, "invalid_parameter", "params.id"}, "typed", {{"id", "5"}}},
      {{"fraction for an integer", 422, "invalid_parameter", "params.id"}, "typed", {{"id", 1.5}}},
      {{"no file", 422, "invalid_parameter", "params.doc"}, "typed", {{"id", 1}, {"doc", "text"}}},
      {{"array in the path", 422, "invalid_parameter", "params.id"}, "segment", {{"id", {1, 2}}}},
      {{"dots in the path", 422, "unsafe_value", "params.id"}, "segment", {{"id", ".."}}},
      {{"empty segment", 422, "unsafe_value", "params.id"}, "segment", {{"id", ""}}},
      {{"line end in a header", 422, "unsafe_value", "params.text"},
       "typed",
       {{"id", 1}, {"text", "a\r\nX: b"}}},
      {{"no JSON after expansion", 422, "invalid_parameter", ""}, "json", {{"a", 1}, {"b", 2}}},
      {{"variable that is gone", 422, "unknown_placeholder", "path"},
       "variable",
       TestJson::object()},
      {{"a value that leads outside", 422, "outside_base_url", "path"},
       "segment",
       {{"id", "a/../b"}}},
  };
  for (const auto& [wanted, query, params] : kCases) {
    Expect(wanted, Run("r", query, params));
    // A preview refuses the same in the same words.
    const HttpResponse preview = Preview("r", query, params);
    Judge(wanted, preview, TestJson::parse(preview.body, nullptr, false));
  }
  Expect({"base_url with a param", 422, "missing_parameter", "params.tenant"},
         Request("broken", {{"path", "/"}}));
}

TEST_F(QueryErrors, SayWhatIsWrongWithTheCallItself) {
  SaveQuery("r", "get", {{"path", "/{{ id }}"}});
  SaveQuery("r", "post", {{"method", "POST"}, {"path", "/"}});
  SaveQuery("r", "file",
            {{"method", "PUT"},
             {"path", "/"},
             {"body", {{"type", "binary"}, {"param", "doc"}}},
             {"inputs",
              {{{"name", "doc"}, {"type", "file"}},
               {{"name", "n"}, {"type", "integer"}, {"default", 1}}}}});
  const std::string json = "application/json";
  const std::string form = FormType().second;
  const auto part = [](const FormPart& item) { return FormBody({item}); };
  const std::string large(300000, 'x');
  const struct {
    Refusal wanted;
    const char* method;
    const char* path;
    std::string body;
    std::string type;
  } kCases[] = {
      {{"no such resource", 404, "not_found", ""}, "POST", "none/queries/get/run", "{}", json},
      {{"no such query", 404, "not_found", ""}, "POST", "r/queries/none/run", "{}", json},
      {{"no such query to read", 404, "not_found", ""}, "GET", "r/queries/none", "", ""},
      {{"no such query to preview", 404, "not_found", ""},
       "POST",
       "r/queries/none/preview",
       "{}",
       json},
      {{"GET of an unsafe query", 405, "method_not_allowed", ""},
       "GET",
       "r/queries/post/run",
       "",
       ""},
      {{"PUT on run", 405, "method_not_allowed", ""}, "PUT", "r/queries/get/run", "{}", json},
      {{"GET on preview", 405, "method_not_allowed", ""}, "GET", "r/queries/get/preview", "", ""},
      {{"GET on request", 405, "method_not_allowed", ""}, "GET", "r/request", "", ""},
      {{"slug is taken", 409, "conflict", ""}, "POST", "r/queries", R"({"slug":"get"})", json},
      {{"body too large", 413, "payload_too_large", ""},
       "POST",
       "r/queries/get/run",
       R"({"params":{"id":")" + large + "\"}}",
       json},
      {{"file before params, too large", 413, "payload_too_large", ""},
       "POST",
       "r/queries/file/run",
       FormBody({{"doc", large, "f", ""}, {"params", "{}", "", ""}}),
       form},
      {{"another media type", 415, "unsupported_media_type", ""},
       "POST",
       "r/queries/get/run",
       "id=5",
       "application/x-www-form-urlencoded"},
      {{"multipart to a save", 415, "unsupported_media_type", ""},
       "POST",
       "r/queries",
       part({"params", "{}", "", ""}),
       form},
      {{"no JSON", 400, "malformed_json", ""},
       "POST",
       "r/queries/get/run",
       R"({"params":{"id":5})",
       json},
      {{"a member twice", 400, "malformed_json", ""},
       "POST",
       "r/queries/get/run",
       R"({"params":{"id":5,"id":6}})",
       json},
      {{"nested too deeply", 400, "malformed_json", ""},
       "POST",
       "r/queries/get/run",
       R"({"params":{"id":)" + std::string(70, '[') + std::string(70, ']') + "}}",
       json},
      {{"no object", 422, "validation_failed", ""}, "POST", "r/queries/get/run", "[1]", json},
      {{"params is no object", 422, "validation_failed", "params"},
       "POST",
       "r/queries/get/run",
       R"({"params":[1]})",
       json},
      {{"unknown member of a run", 422, "validation_failed", "id"},
       "POST",
       "r/queries/get/run",
       R"({"id":5})",
       json},
      {{"unsaved without a query", 422, "validation_failed", "query"},
       "POST",
       "r/request",
       "{}",
       json},
      {{"unsaved with a bad query", 422, "validation_failed", "query.method"},
       "POST",
       "r/request",
       R"({"query":{"method":"G ET"}})",
       json},
      {{"unsaved, outside", 422, "outside_base_url", "query.path"},
       "POST",
       "r/request",
       R"({"query":{"path":"/../x"}})",
       json},
      {{"multipart without boundary", 400, "malformed_request", ""},
       "POST",
       "r/queries/file/run",
       "x",
       "multipart/form-data"},
      {{"multipart without delimiter", 400, "malformed_request", ""},
       "POST",
       "r/queries/file/run",
       "nothing of the kind",
       form},
      {{"multipart that is cut", 400, "malformed_request", ""},
       "POST",
       "r/queries/file/run",
       FormPartHead({"doc", "", "f", ""}) + "x",
       form},
      {{"params part that is no JSON", 400, "malformed_json", ""},
       "POST",
       "r/queries/file/run",
       part({"params", "{", "", ""}),
       form},
      {{"part that no input takes", 422, "unknown_parameter", "params.dok"},
       "POST",
       "r/queries/file/run",
       part({"dok", "x", "f", ""}),
       form},
      {{"file for a number", 422, "invalid_parameter", "params.n"},
       "POST",
       "r/queries/file/run",
       FormBody({{"n", "x", "f", ""}, {"doc", "x", "f", ""}}),
       form},
      {{"file twice", 422, "invalid_parameter", "params.doc"},
       "POST",
       "r/queries/file/run",
       FormBody({{"doc", "x", "f", ""}, {"doc", "x", "f", ""}}),
       form},
      {{"no file at all", 422, "missing_parameter", "params.doc"},
       "POST",
       "r/queries/file/run",
       part({"params", "{}", "", ""}),
       form},
  };
  for (const auto& [wanted, method, path, body, type] : kCases)
    Expect(wanted, Send(method, path, body, type));
  Expect({"changed by someone else", 412, "precondition_failed", ""},
         Api("PUT", QueryPath("r", "get"), {{"path", "/x"}}, {{"If-Match", "\"999\""}}));
}

TEST_F(QueryErrors, NeverQuoteASecretValue) {
  SaveQuery("r", "pin",
            {{"path", "/{{ pin }}"},
             {"headers", Rows("X-A", "{{ other }}")},
             {"inputs",
              {{{"name", "pin"}, {"type", "string"}, {"secret", true}},
               {{"name", "other"}, {"type", "integer"}, {"secret", true}}}}});
  for (const TestJson& params :
       {TestJson{{"pin", "hunter2\r\n"}, {"other", "hunter2"}},
        TestJson{{"pin", {"hunter2"}}, {"other", 1}}, TestJson{{"hunter", "hunter2"}}}) {
    const HttpResponse response = Run("r", "pin", params);
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(response.body.find("hunter2"), std::string::npos) << response.body;
  }
}

}  // namespace
}  // namespace sallyport::test
