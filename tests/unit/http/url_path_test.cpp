#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sallyport/http/url.h"

namespace sallyport::http {
namespace {

TEST(LeavesItsPlace, SeesDotSegmentsHoweverTheyAreSpelled) {
  for (const std::string path :
       {".",         "..",      "/.",     "/..",       "/./",         "/../",
        "/a/..",     "/a/../b", "/a/./b", "../a",      "a/..",        "/%2e",
        "/%2E%2e/",  "/.%2e/",  "/%2e./", "/a/%2E%2E", "/a%2f..%2fb", "/a%2F%2e%2e%2Fb",
        "/a/..%2fb", "/a%2f..", "/..%2F", "/%2e%2f",   "//..//",      "/a//../b"}) {
    EXPECT_TRUE(LeavesItsPlace(path)) << path;
  }
}

TEST(LeavesItsPlace, SeesBackslashesAndHashes) {
  for (const std::string path : {"\\", "/a\\b", "/%5c", "/a%5Cb", "/..%5c", "/a#b", "#"}) {
    EXPECT_TRUE(LeavesItsPlace(path)) << path;
  }
}

TEST(LeavesItsPlace, LeavesOtherPathsAlone) {
  for (const std::string path : {"",
                                 "/",
                                 "/a",
                                 "/a/",
                                 "//a",
                                 "/...",
                                 "/.a",
                                 "/a.",
                                 "/..a",
                                 "/a..",
                                 "/.../b",
                                 "/a..b/c",
                                 "/.well-known/x",
                                 "/a%2fb",
                                 "/%2f",
                                 "/%252e%252e/",
                                 "/%25%32%65",
                                 "/..;/a",
                                 "/..%3b/",
                                 "/%23",
                                 "/%2",
                                 "/%",
                                 "/%2g./a",
                                 "/.%00",
                                 "/.%20",
                                 "/%e2%80%a6",
                                 "/@evil",
                                 "/.%09./"}) {
    EXPECT_FALSE(LeavesItsPlace(path)) << path;
  }
}

TEST(JoinPath, PutsExactlyOneSlashBetween) {
  struct Row {
    std::string base, path, joined;
  };
  const Row rows[] = {
      {"/v1/", "/users", "/v1/users"},
      {"/v1", "users", "/v1/users"},
      {"/v1", "/users", "/v1/users"},
      {"/v1/", "users", "/v1/users"},
      {"/v1//", "//users", "/v1/users"},
      {"/", "/users", "/users"},
      {"/", "users/", "/users/"},
      {"", "users", "/users"},
      {"/v1", "", "/v1"},
      {"/v1/", "", "/v1/"},
      {"/", "", "/"},
      {"", "", "/"},
      {"/v1", "/", "/v1/"},
      {"/v1/", "/", "/v1/"},
      {"/", "/", "/"},
      {"/v1", "a//b/%2F", "/v1/a//b/%2F"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(JoinPath(row.base, row.path), row.joined) << row.base << " + " << row.path;
  }
}

TEST(JoinPath, NeverLetsTheSecondPathNameAnotherHost) {
  const Url base = *ParseUrl("https://good.example");
  for (const std::string path : {"//evil.example", "@evil.example", "http://evil.example",
                                 ".evil.example", ":81/", "///evil.example/x"}) {
    const std::string joined = base.origin.ToString() + JoinPath(base.path, path);
    const Result<Url> url = ParseUrl(joined);
    ASSERT_TRUE(url) << joined;
    EXPECT_EQ(url->origin, base.origin) << joined;
    EXPECT_FALSE(url->path.starts_with("//")) << joined;
  }
}

TEST(AppendPath, KeepsTheBytesOfTheSecondPath) {
  struct Row {
    std::string base, rest, whole;
  };
  const Row rows[] = {
      {"/v1", "", "/v1"},       {"/v1/", "", "/v1/"},
      {"/v1", "/", "/v1/"},     {"/v1/", "/", "/v1/"},
      {"/v1", "/x", "/v1/x"},   {"/v1/", "/x", "/v1/x"},
      {"/v1", "//x", "/v1//x"}, {"/v1/", "//x", "/v1//x"},
      {"/v1", "///", "/v1///"}, {"/v1", "/a//b", "/v1/a//b"},
      {"/", "", "/"},           {"/", "/", "/"},
      {"/", "/x", "/x"},        {"/", "//x", "//x"},
      {"", "//x", "//x"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(AppendPath(row.base, row.rest), row.whole) << row.base << " + " << row.rest;
  }
}

TEST(AppendPath, ADoubleSlashBehindAnOriginNamesNoOtherHost) {
  const Url base = *ParseUrl("https://good.example");
  const Result<Url> url =
      ParseUrl(base.origin.ToString() + AppendPath(base.path, "//evil.example/x"));
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin, base.origin);
  EXPECT_EQ(url->path, "//evil.example/x");
}

TEST(PathHasPrefix, ComparesWholeSegments) {
  struct Row {
    std::string path, prefix;
    bool holds;
  };
  const Row rows[] = {
      {"/", "/", true},         {"/a", "/", true},        {"", "/", true},
      {"/a", "/a", true},       {"/a/", "/a", true},      {"/a/b", "/a", true},
      {"/ab", "/a", false},     {"/", "/a", false},       {"/a", "/a/b", false},
      {"/a/b/c", "/a/b", true}, {"/a/bc", "/a/b", false}, {"/a", "/a/", true},
      {"/a/b", "/a/", true},    {"/ab", "/a/", false},    {"/A", "/a", false},
      {"/%61", "/a", false},    {"//a", "/a", false},     {"/a", "", false},
      {"/a", "a", false},       {"/a;x", "/a", false},    {"/a%2fb", "/a", false},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(PathHasPrefix(row.path, row.prefix), row.holds) << row.path << " in " << row.prefix;
  }
}

TEST(PercentEncode, KeepsUnreservedOnly) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool kept = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                      c == '-' || c == '.' || c == '_' || c == '~';
    EXPECT_EQ(PercentEncode(std::string(1, c)).size(), kept ? 1U : 3U) << byte;
    EXPECT_EQ(PercentDecode(PercentEncode(std::string(1, c))), std::string(1, c)) << byte;
  }
  EXPECT_EQ(PercentEncode("a b/\xC3\xA4%+"), "a%20b%2F%C3%A4%25%2B");
}

TEST(PercentDecode, KeepsWhatIsMalformed) {
  const std::pair<std::string, std::string> rows[] = {
      {"", ""},       {"%41%62", "Ab"}, {"%", "%"},       {"%4", "%4"},   {"%4g", "%4g"},
      {"%g1", "%g1"}, {"%%41", "%A"},   {"%2541", "%41"}, {"a+b", "a+b"}, {"%c3%A4", "\xC3\xA4"},
  };
  for (const auto& [text, decoded] : rows) EXPECT_EQ(PercentDecode(text), decoded) << text;
}

TEST(FormDecode, TakesPlusAsABlank) {
  EXPECT_EQ(FormDecode("a+b%2Bc%20d+"), "a b+c d ");
  EXPECT_EQ(PercentDecode("%00"), std::string(1, '\0'));
}

TEST(SplitQuery, KeepsPiecesRawAndInOrder) {
  std::vector<std::string> seen;
  for (const QueryPiece& piece : SplitQuery("a=1&b=x%20y+z&a=2&&flag&=v&c==d&")) {
    seen.push_back(std::string(piece.raw) + "|" + std::string(piece.name) + "|" +
                   std::string(piece.value));
  }
  EXPECT_THAT(seen, ::testing::ElementsAre("a=1|a|1", "b=x%20y+z|b|x%20y+z", "a=2|a|2",
                                           "flag|flag|", "=v||v", "c==d|c|=d"));
  EXPECT_TRUE(SplitQuery("").empty());
  EXPECT_TRUE(SplitQuery("&&").empty());
}

}  // namespace
}  // namespace sallyport::http
