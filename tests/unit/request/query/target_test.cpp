#include <gtest/gtest.h>

#include "unit/request/query/query_builder.h"

namespace sallyport::request::test {
namespace {

std::string UrlOf(std::string_view resource, std::string_view query,
                  std::string_view params = "{}") {
  const Result<OutgoingRequest> request = TryRun(Compile(resource), Query(query), params);
  if (request) return request->url.ToString();
  switch (request.error().kind()) {
    case ErrorKind::kOutsideBaseUrl:
      return "outside";
    case ErrorKind::kUnsafeValue:
      return "unsafe";
    case ErrorKind::kInvalidParameter:
      return "invalid";
    case ErrorKind::kMissingParameter:
      return "missing";
    case ErrorKind::kUnknownPlaceholder:
      return "unknown";
    default:
      return "error";
  }
}

std::string PathQuery(std::string_view path) { return Json{{"path", std::string(path)}}.dump(); }

struct Row {
  const char* input;
  const char* expected;
};

TEST(Target, JoinsBaseAndPathWithExactlyOneSlash) {
  for (const Row& row :
       std::vector<Row>{{"users", "https://api.example/v1/users"},
                        {"/users", "https://api.example/v1/users"},
                        {"//evil.example/x", "https://api.example/v1/evil.example/x"},
                        {"", "https://api.example/v1"},
                        {"/", "https://api.example/v1/"},
                        {"?a=b", "https://api.example/v1?a=b"},
                        {"users/", "https://api.example/v1/users/"},
                        {"@evil.example", "https://api.example/v1/@evil.example"},
                        {"a b/%25/\xC3\xA9", "https://api.example/v1/a%20b/%25/%C3%A9"},
                        {"https://api.example/v1/users", "https://api.example/v1/users"},
                        {"https://api.example/v1", "https://api.example/v1"},
                        {"https://api.example/v1?x=y", "https://api.example/v1?x=y"},
                        {"https://api.example/v2", "outside"},
                        {"https://evil.example/v1", "outside"},
                        {"https://api.example", "outside"}}) {
    EXPECT_EQ(UrlOf("{}", PathQuery(row.input)), row.expected) << row.input;
  }
  EXPECT_EQ(UrlOf(R"({"base_url":"https://api.example/v1/"})", PathQuery("/a")),
            "https://api.example/v1/a");
  EXPECT_EQ(UrlOf(R"({"base_url":"https://api.example"})", PathQuery("https://api.example")),
            "https://api.example/");
  EXPECT_EQ(UrlOf(R"({"base_url":"http://[::1]:9000"})", PathQuery("/a")), "http://[::1]:9000/a");
}

TEST(Target, KeepsAValueInItsSegment) {
  for (const Row& row :
       std::vector<Row>{{R"("5")", "https://api.example/v1/u/5/x"},
                        {"5", "https://api.example/v1/u/5/x"},
                        {"9007199254740993", "https://api.example/v1/u/9007199254740993/x"},
                        {R"("007")", "https://api.example/v1/u/007/x"},
                        {R"("a/b c")", "https://api.example/v1/u/a%2Fb%20c/x"},
                        {R"("a%2Fb")", "https://api.example/v1/u/a%252Fb/x"},
                        {R"("http://evil")", "https://api.example/v1/u/http%3A%2F%2Fevil/x"},
                        {R"("//evil")", "https://api.example/v1/u/%2F%2Fevil/x"},
                        {R"("@evil")", "https://api.example/v1/u/%40evil/x"},
                        {R"("\\evil")", "https://api.example/v1/u/%5Cevil/x"},
                        {R"("a?b#c")", "https://api.example/v1/u/a%3Fb%23c/x"},
                        {R"("..")", "unsafe"},
                        {R"(".")", "unsafe"},
                        {R"("")", "unsafe"},
                        {R"("../..")", "outside"},
                        {R"("a/../b")", "outside"},
                        {R"("..\\x")", "outside"},
                        {"[1]", "invalid"},
                        {"{}", "invalid"},
                        {"null", "missing"}}) {
    EXPECT_EQ(UrlOf("{}", PathQuery("/u/{{ x }}/x"), std::string(R"({"x":)") + row.input + "}"),
              row.expected)
        << row.input;
  }
}

TEST(Target, JudgesWhatTextAndValuesMakeTogether) {
  EXPECT_EQ(UrlOf("{}", PathQuery("/.{{ x }}/y"), R"({"x":"."})"), "unsafe");
  EXPECT_EQ(UrlOf("{}", PathQuery("/.{{ x }}/y"), R"({"x":"git"})"),
            "https://api.example/v1/.git/y");
  EXPECT_EQ(UrlOf("{}", PathQuery("/%2e{{ x }}y"), R"({"x":"./"})"), "outside");
}

TEST(Target, SendsTheQueryInTheOrderOfTheContract) {
  EXPECT_EQ(UrlOf(R"({"base_url":"https://api.example/v1?base=0",
                "params":[{"name":"r","value":"2"},{"name":"r","value":"3"}],
                "auth":{"type":"api_key","send_as":"query","name":"key","value":"5"}})",
                  R"({"path":"/a?path=1","params":[{"name":"q","value":"4"}]})"),
            "https://api.example/v1/a?base=0&path=1&r=2&r=3&q=4&key=5");
}

TEST(Target, LetsTheQuerysRowsReplaceTheResourcesOfTheSameName) {
  const char* resource = R"({"params":[{"name":"a","value":"1"},{"name":"A","value":"2"},
                                       {"name":"a","value":"3"},{"name":"b","value":"4"}]})";
  EXPECT_EQ(UrlOf(resource, R"({"params":[{"name":"a","value":"x"},{"name":"a","value":"y"}]})"),
            "https://api.example/v1?A=2&b=4&a=x&a=y");
  EXPECT_EQ(UrlOf(resource, R"({"params":[{"name":"a","value":"x","enabled":false}]})"),
            "https://api.example/v1?A=2&b=4");
}

TEST(Target, LetsTheCredentialWinOverEveryParameterOfItsName) {
  EXPECT_EQ(UrlOf(R"({"base_url":"https://api.example/v1?key=0&x=1",
                      "params":[{"name":"key","value":"1"}],
                      "auth":{"type":"api_key","send_as":"query","name":"key","value":"a&b=c"}})",
                  R"({"path":"/a?k%65y=2&y=1","params":[{"name":"key","value":"3"}]})"),
            "https://api.example/v1/a?x=1&y=1&key=a%26b%3Dc");
}

TEST(Target, EncodesParametersOnce) {
  EXPECT_EQ(
      UrlOf("{}", R"({"params":[{"name":"a b","value":"{{ x }}&c"}]})", R"({"x":"%2F +=/\u00e9"})"),
      "https://api.example/v1?a%20b=%252F%20%2B%3D%2F%C3%A9%26c");
  EXPECT_EQ(UrlOf("{}", R"({"params":[{"name":"filter[a]","value":""}]})"),
            "https://api.example/v1?filter%5Ba%5D=");
}

TEST(Target, WritesArraysInTheirStyle) {
  const std::vector<std::pair<const char*, const char*>> styles{
      {"repeat", "a=1&a=x%2C"},
      {"brackets", "a%5B%5D=1&a%5B%5D=x%2C"},
      {"comma", "a=1%2Cx%2C"},
      {"json", "a=%5B1%2C%22x%2C%22%5D"}};
  for (const auto& [style, expected] : styles) {
    const Json query = {{"array_style", style},
                        {"params", Json::array({{{"name", "a"}, {"value", "{{ x }}"}}})}};
    EXPECT_EQ(UrlOf("{}", query.dump(), R"({"x":[1,"x,"]})"),
              std::string("https://api.example/v1?") + expected);
    EXPECT_EQ(UrlOf("{}", query.dump(), R"({"x":[]})"), "https://api.example/v1");
  }
}

TEST(Target, LeavesOutRowsThatStandForNothing) {
  const std::string inputs =
      R"("inputs":[{"name":"x","required":false},{"name":"y","required":false}])";
  const std::string params =
      R"("path":"/a?p={{ x }}","params":[{"name":"x","value":"{{ x }}"},{"name":"y","value":"{{ y }}"},
         {"name":"z","value":"-{{ x }}"}],)";
  EXPECT_EQ(UrlOf("{}", "{" + params + inputs + "}"), "https://api.example/v1/a?z=-");
  EXPECT_EQ(UrlOf("{}", "{" + params + inputs + "}", R"({"x":"","y":null})"),
            "https://api.example/v1/a?p=&x=&z=-");
  EXPECT_EQ(UrlOf("{}", "{\"omit_empty_params\":true," + params + inputs + "}", R"({"x":""})"),
            "https://api.example/v1/a?z=-");
}

TEST(Target, ListsEverythingThatIsMissing) {
  const Result<OutgoingRequest> request =
      TryRun(Compile(R"({"params":[{"name":"r","value":"{{ user.attributes.none }}"}]})"),
             Query(R"({"path":"/{{ a.name }}","params":[{"name":"x","value":"{{ b.0 }}"}]})"),
             R"({"a":{},"b":[]})");
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().kind(), ErrorKind::kMissingParameter);
  ASSERT_EQ(request.error().violations().size(), 3U);
  for (const char* name : {"a.name", "b.0", "user.attributes.none"}) {
    EXPECT_NE(request.error().message().find(name), std::string::npos) << name;
  }
}

TEST(Target, KnowsOnlyTheVariablesOfTheResource) {
  EXPECT_EQ(UrlOf(R"({"variables":{"org":"acme"}})", PathQuery("/{{ vars.org }}")),
            "https://api.example/v1/acme");
  EXPECT_EQ(UrlOf("{}", PathQuery("/{{ vars.org }}")), "unknown");
  const auto request = TryRun(Compile("{}"), Query(PathQuery("/{{ vars.org }}")));
  EXPECT_EQ(request.error().violations().at(0).pointer, "/path");
}

TEST(Target, PutsTheUserWhereAParameterCannotReach) {
  EXPECT_EQ(UrlOf("{}", PathQuery("/{{ user.id }}/{{ user.attributes.team }}/{{ params.user.id }}"),
                  R"({"user":{"id":"mallory"}})"),
            "https://api.example/v1/alice/blue/mallory");
}

TEST(Target, ExpandsNamesOfParamsAndComparesThemExpanded) {
  const char* resource = R"({"params":[{"name":"{{ vars.v }}","value":"1"},
                                       {"name":"f[{{ k }}]","value":"2"}],
                             "variables":{"v":"ver"}})";
  EXPECT_EQ(UrlOf(resource, "{}", R"({"k":"a b"})"), "https://api.example/v1?ver=1&f%5Ba%20b%5D=2");
  EXPECT_EQ(
      UrlOf(resource, R"({"params":[{"name":"{{ n }}","value":"3"}]})", R"({"k":"x","n":"ver"})"),
      "https://api.example/v1?f%5Bx%5D=2&ver=3");
  EXPECT_EQ(UrlOf(resource, R"({"params":[{"name":"f[{{ n }}]","enabled":false}]})",
                  R"({"k":"x","n":"x"})"),
            "https://api.example/v1?ver=1");
  EXPECT_EQ(UrlOf("{}", R"({"params":[{"name":"{{ n }}","value":"3"}]})", R"({"n":""})"),
            "https://api.example/v1");
  EXPECT_EQ(UrlOf("{}", R"({"params":[{"name":"{{ n }}","value":"3"}]})"), "missing");
  EXPECT_EQ(UrlOf("{}", R"({"headers":[{"name":"X","value":"{{ n }}"}],
                             "cookies":[{"name":"a","value":"1"}]})",
                  R"({"n":"v"})"),
            "https://api.example/v1");
}

TEST(Target, TheCredentialWinsOverAnExpandedName) {
  EXPECT_EQ(
      UrlOf(R"({"auth":{"type":"api_key","send_as":"query","name":"key","value":"v","prefix":""}})",
            R"({"params":[{"name":"{{ n }}","value":"mine"}]})", R"({"n":"key"})"),
      "https://api.example/v1?key=v");
}

TEST(Target, NamesThePathThatLeadsOutside) {
  const auto request = TryRun(Compile("{}"), Query(PathQuery("/{{ x }}")), R"({"x":"a/../b"})");
  ASSERT_EQ(KindOf(request), ErrorKind::kOutsideBaseUrl);
  EXPECT_EQ(request.error().violations().at(0).pointer, "/path");
}

TEST(Target, NeverExpandsAValueAgain) {
  EXPECT_EQ(UrlOf("{}", R"({"params":[{"name":"a","value":"{{ x }}"}]})",
                  R"({"x":"{{ user.id }}{-oauth_access_token-}"})"),
            "https://api.example/v1?a=%7B%7B%20user.id%20%7D%7D%7B-oauth_access_token-%7D");
}

TEST(ShownUrl, MasksSecretsWhateverTheyHold) {
  const CompiledPointer resource = Compile(
      R"({"base_url":"https://api.example/v1?token=t%26u",
          "params":[{"name":"page","value":"1"},{"name":"sig","value":"a&b\"c","secret":true}],
          "auth":{"type":"api_key","send_as":"query","name":"key","value":"k&e=y"}})");
  const QueryPointer query = Query(
      R"({"path":"/{{ s }}/x?in={{ s }}&plain=2","params":[{"name":"q","value":"v-{{ s }}"},
            {"name":"l","value":"{{ l }}"}],
          "inputs":[{"name":"s","secret":true},{"name":"l","type":"array","secret":true}]})");
  const OutgoingRequest request = Built(resource, query, R"({"s":"p&q r","l":["m&n","o"]})");
  EXPECT_EQ(request.url.ToString(),
            "https://api.example/v1/p%26q%20r/x?token=t%26u&in=p%26q%20r&plain=2&page=1&"
            "sig=a%26b%22c&q=v-p%26q%20r&l=m%26n&l=o&key=k%26e%3Dy");
  EXPECT_EQ(request.shown_url,
            "https://api.example/v1/********/x?token=********&in=********&plain=2&page=1&"
            "sig=********&q=v-********&l=********&key=********");
}

TEST(ShownUrl, MasksASecretThatIsAName) {
  const QueryPointer query = Query(R"({"params":[{"name":"a{{ s }}","value":"1"},
      {"name":"b{{ s }}","value":"2","secret":true}],"inputs":[{"name":"s","secret":true}]})");
  const OutgoingRequest request = Built(Compile("{}"), query, R"({"s":"p&q"})");
  EXPECT_EQ(request.url.ToString(), "https://api.example/v1?ap%26q=1&bp%26q=2");
  EXPECT_EQ(request.shown_url, "https://api.example/v1?a********=1&b********=********");
}

}  // namespace
}  // namespace sallyport::request::test
