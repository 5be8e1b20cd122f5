#include <gtest/gtest.h>

#include "unit/request/query/query_builder.h"

namespace sallyport::request::test {
namespace {

using Next = Result<std::optional<OutgoingRequest>>;

constexpr RedirectRules kAny{Follow::kAny, 5};
constexpr RedirectRules kSame{Follow::kSameOrigin, 5};

CompiledPointer Target() {
  return Compile(R"({"extra_origins":["https://cdn.example"],
                     "headers":[{"name":"X-Secret","value":"s","secret":true},
                                {"name":"X-Plain","value":"p"}],
                     "cookies":[{"name":"c","value":"1"}],
                     "auth":{"type":"bearer","token":"tok","prefix":"Bearer"}})");
}

OutgoingRequest First(std::string_view members = R"({"path":"/a/b?x=1"})") {
  return Built(Target(), Query(members));
}

Next Hop(const OutgoingRequest& request, int status, std::string_view location,
         const RedirectRules& rules = kAny, const std::vector<FileValue>& files = {}) {
  return FollowRedirect(request, status, location, rules, *Target(), files);
}

std::string UrlAfter(std::string_view location, const RedirectRules& rules = kAny) {
  const Next next = Hop(First(), 302, location, rules);
  if (!next) return next.error().kind() == ErrorKind::kRedirectRefused ? "refused" : "error";
  return *next ? (*next)->url.ToString() : "not followed";
}

TEST(FollowRedirect, ResolvesReferences) {
  const std::vector<std::pair<const char*, const char*>> rows{
      {"https://api.example/x?y=z", "https://api.example/x?y=z"},
      {"/x", "https://api.example/x"},
      {"c", "https://api.example/v1/a/c"},
      {"./c?d", "https://api.example/v1/a/c?d"},
      {"../c", "https://api.example/v1/c"},
      {"../../../../c", "https://api.example/c"},
      {"?q=2", "https://api.example/v1/a/b?q=2"},
      {"#top", "https://api.example/v1/a/b?x=1"},
      {"/x#top", "https://api.example/x"},
      {"//other.example/x", "https://other.example/x"},
      {"https://other.example/a/../x", "https://other.example/x"},
      {"HTTPS://API.EXAMPLE:443", "https://api.example/"},
      {" /x ", "https://api.example/x"},
      {"/\xC3\xA9 b", "https://api.example/%C3%A9%20b"},
      {"", "not followed"},
      {"ftp://api.example/x", "refused"},
      {"javascript:alert(1)", "refused"},
      {"https://user:pass@api.example/x", "refused"},
      {"https://api.example\\@evil/x", "refused"},
      {"/a/%2e%2e/x", "refused"},
      {"http://127.1/x", "refused"},
  };
  for (const auto& [location, expected] : rows) EXPECT_EQ(UrlAfter(location), expected) << location;
}

TEST(FollowRedirect, GivesNoAdviceAboutAUrlThatTheTargetWrote) {
  for (const char* location : {"https://user:pass@api.example/x", "https://api.example\\@evil/x"}) {
    const Next next = Hop(First(), 302, location);
    ASSERT_FALSE(next);
    const std::string& message = next.error().message();
    EXPECT_NE(message.find("must not hold"), std::string::npos) << message;
    EXPECT_EQ(message.find(';'), std::string::npos) << message;
  }
}

TEST(FollowRedirect, KeepsToTheRule) {
  EXPECT_EQ(UrlAfter("https://api.example/x", kSame), "https://api.example/x");
  for (const char* other :
       {"http://api.example/x", "https://api.example:8443/x", "https://sub.api.example/x",
        "//evil.example", "https://cdn.example/"}) {
    EXPECT_EQ(UrlAfter(other, kSame), "refused") << other;
    EXPECT_NE(UrlAfter(other, kAny), "refused") << other;
  }
  EXPECT_EQ(UrlAfter("/x", {Follow::kNone, 5}), "not followed");
}

TEST(FollowRedirect, FollowsRedirectsOnly) {
  for (const int status : {301, 302, 303, 307, 308}) {
    const Next next = Hop(First(), status, "/x");
    EXPECT_TRUE(next && *next) << status;
  }
  for (const int status : {200, 201, 300, 304, 305, 306, 309, 399, 400}) {
    const Next next = Hop(First(), status, "/x");
    EXPECT_TRUE(next && !*next) << status;
  }
}

TEST(FollowRedirect, ChangesTheMethodAsBrowsersDo) {
  struct Row {
    const char* method;
    int status;
    const char* expected;
    bool body;
  };
  for (const Row& row : std::vector<Row>{{"POST", 301, "GET", false},
                                         {"POST", 302, "GET", false},
                                         {"POST", 303, "GET", false},
                                         {"POST", 307, "POST", true},
                                         {"POST", 308, "POST", true},
                                         {"PUT", 301, "PUT", true},
                                         {"PATCH", 302, "PATCH", true},
                                         {"PUT", 303, "GET", false},
                                         {"DELETE", 303, "GET", false},
                                         {"GET", 303, "GET", true},
                                         {"HEAD", 303, "HEAD", true},
                                         {"HEAD", 302, "HEAD", true}}) {
    const Json query = {{"method", row.method},
                        {"headers", Json::array({{{"name", "content-language"}, {"value", "en"}}})},
                        {"body", {{"type", "json"}, {"text", "[1]"}}}};
    const Next next = Hop(First(query.dump()), row.status, "/x");
    ASSERT_TRUE(next && *next) << row.method << row.status;
    EXPECT_EQ((*next)->method, row.expected) << row.method << row.status;
    EXPECT_EQ((*next)->body.present, row.body) << row.method << row.status;
    EXPECT_EQ(SentField(**next, "Content-Type"), row.body ? "application/json" : "-");
    EXPECT_EQ(SentField(**next, "content-language"), row.body ? "en" : "-");
    EXPECT_EQ(SentField(**next, "Content-Length"), row.body ? "3" : "-");
  }
}

TEST(FollowRedirect, SendsSecretsToTrustedOriginsOnly) {
  for (const char* trusted : {"/x", "https://cdn.example/x"}) {
    const Next next = Hop(First(), 302, trusted);
    ASSERT_TRUE(next && *next);
    EXPECT_TRUE((*next)->trusted);
    EXPECT_EQ(SentField(**next, "Authorization"), "Bearer tok") << trusted;
    EXPECT_EQ(SentField(**next, "X-Secret"), "s");
    EXPECT_EQ(SentField(**next, "Cookie"), "c=1");
  }
  for (const char* other : {"https://evil.example/x", "http://api.example/x",
                            "https://api.example:444/x", "https://api.example.evil/x"}) {
    const Next next = Hop(First(), 307, other);
    ASSERT_TRUE(next && *next);
    EXPECT_FALSE((*next)->trusted);
    for (const char* name : {"Authorization", "X-Secret", "Cookie"}) {
      EXPECT_EQ(SentField(**next, name), "-") << other << name;
    }
    EXPECT_EQ(SentField(**next, "X-Plain"), "p");
    EXPECT_EQ(ShownField(**next, "authorization"), "-");
    const Next back = Hop(**next, 302, "https://api.example/x");
    ASSERT_TRUE(back && *back);
    EXPECT_EQ(SentField(**back, "Authorization"), "-") << "once gone, gone for good";
  }
}

TEST(FollowRedirect, KeepsABodyOnlyWhereItMayGo) {
  const Json secret = {
      {"method", "POST"},
      {"body", {{"type", "raw"}, {"text", "{{ s }}"}, {"content_type", "text/plain"}}},
      {"inputs", Json::array({{{"name", "s"}, {"secret", true}}})}};
  const OutgoingRequest request = Built(Target(), Query(secret.dump()), R"({"s":"x"})");
  EXPECT_EQ(KindOf(Hop(request, 307, "https://evil.example/")), ErrorKind::kRedirectRefused);
  EXPECT_TRUE(Hop(request, 307, "https://cdn.example/"));
  EXPECT_TRUE(Hop(request, 302, "https://evil.example/"));

  const Json file = {{"method", "PUT"}, {"body", {{"type", "binary"}, {"param", "f"}}}};
  const std::vector<FileValue> streamed{{"f", "n", "", 3, std::nullopt}};
  const std::vector<FileValue> held{HeldFile("f", "n", "", "123")};
  const OutgoingRequest upload = Built(Target(), Query(file.dump()), "{}", streamed);
  EXPECT_EQ(KindOf(Hop(upload, 308, "/x", kAny, streamed)), ErrorKind::kRedirectRefused);
  EXPECT_TRUE(Hop(upload, 308, "/x", kAny, held));
  EXPECT_TRUE(Hop(upload, 303, "/x", kAny, streamed));
}

TEST(FollowRedirect, MasksSecretParametersThatTheTargetRepeats) {
  const CompiledPointer resource = Compile(
      R"({"auth":{"type":"api_key","send_as":"query","name":"key","value":"k&\"ey","prefix":""}})");
  const OutgoingRequest request = Built(resource, Query(R"({"path":"/a"})"));
  const Next next = FollowRedirect(
      request, 302, "/p/k%26%22ey?other=k%26%22ey&back=/a%3Fkey%3Dk&x=1", kSame, *resource, {});
  ASSERT_TRUE(next && *next);
  EXPECT_EQ((*next)->shown_url,
            "https://api.example/p/********?other=********&back=/a%3Fkey%3Dk&x=1");
}

}  // namespace
}  // namespace sallyport::request::test
