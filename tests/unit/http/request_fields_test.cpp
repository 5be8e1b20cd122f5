#include "head_test_tools.h"

namespace sallyport::http {
namespace {

using namespace std::string_literals;

TEST(RequestFields, KeepsNamesAsReceivedAndTrimsValues) {
  const std::string raw = WithFields(
      "X-One: a\r\nx-two:b\r\nX-Three:  \t c d \t \r\nX-Empty:\r\nX-Blank:   \r\n"
      "!#$%&'*+-.^_`|~09AZaz: x\r\nX-Utf8: \xC3\xA4\xFF\x80\r\n");
  const Result<RequestHead> head = Request(raw);
  ASSERT_TRUE(head) << head.error().message();
  std::vector<std::pair<std::string_view, std::string_view>> seen;
  for (const FieldView& field : head->fields) seen.emplace_back(field.name, field.value);
  EXPECT_THAT(seen, ::testing::ElementsAre(
                        ::testing::Pair("Host", "a.example"), ::testing::Pair("X-One", "a"),
                        ::testing::Pair("x-two", "b"), ::testing::Pair("X-Three", "c d"),
                        ::testing::Pair("X-Empty", ""), ::testing::Pair("X-Blank", ""),
                        ::testing::Pair("!#$%&'*+-.^_`|~09AZaz", "x"),
                        ::testing::Pair("X-Utf8", "\xC3\xA4\xFF\x80")));
}

TEST(RequestFields, AdmitsExactlyTokenBytesInNames) {
  const std::string_view specials = "!#$%&'*+-.^_`|~";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (c == ':') continue;  // ends the name
    const bool allowed = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                         (c >= 'a' && c <= 'z') ||
                         (c != 0 && specials.find(c) != std::string_view::npos);
    const std::string raw = WithFields("X"s + c + "Y: v\r\n");
    EXPECT_EQ(CodeOfRequest(raw), allowed ? "" : "malformed_request") << byte;
  }
}

TEST(RequestFields, AdmitsNoControlByteButTabInValues) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool allowed = byte == '\t' || (byte >= 0x20 && byte != 0x7F);
    for (const std::string before : {"", "a"}) {
      const std::string raw = WithFields("X: " + before + static_cast<char>(byte) + "b\r\n");
      EXPECT_EQ(CodeOfRequest(raw), allowed ? "" : "malformed_request") << byte;
    }
  }
}

TEST(RequestFields, SeesAForbiddenByteAtEveryPlaceOfALongValue) {
  for (std::size_t at = 0; at < 40; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string value(40, at % 2 == 0 ? ' ' : '\xFF');
      value[at] = static_cast<char>(byte);
      const bool allowed = byte == '\t' || (byte >= 0x20 && byte != 0x7F);
      ASSERT_EQ(CodeOfRequest(WithFields("X: a" + value + "b\r\n")),
                allowed ? "" : "malformed_request")
          << byte << " at " << at;
    }
  }
}

TEST(RequestFields, RefusesLinesThatReadersUnderstandDifferently) {
  struct Row {
    std::string lines;
    std::string rule;
  };
  const Row rows[] = {
      {"X : a\r\n", "blank stands before the colon"},
      {"X\t: a\r\n", "blank stands before the colon"},
      {"Transfer-Encoding : chunked\r\n", "blank stands before the colon"},
      {" X: a\r\n", "may not be folded"},
      {"X: a\r\n b\r\n", "may not be folded"},
      {"X: a\r\n\tb\r\n", "may not be folded"},
      {"X: a\r\n \r\n", "may not be folded"},
      {": a\r\n", "has no name"},
      {"X\r\n", "has no colon"},
      {"X Y: a\r\n", "blank stands before the colon"},
      {"X: a\nY: b\r\n", "LF without CR"},
      {"X: a\n", "LF without CR"},
      {"X\nY: b\r\n", "LF without CR"},
      {"\nX: a\r\n", "LF without CR"},
      {"X: a\rY: b\r\n", "CR without LF"},
      {"X: a\r\r\n", "CR without LF"},
      {"X\rY: a\r\n", "CR without LF"},
      {"\rX: a\r\n", "CR without LF"},
      {"X: a\0b\r\n"s, "control byte"},
      {"X\0: a\r\n"s, "no token"},
      {"\"X\": a\r\n", "no token"},
      {"X\xC3\xA4: a\r\n", "no token"},
  };
  for (const Row& row : rows) {
    const std::string raw = WithFields(row.lines);
    EXPECT_EQ(CodeOfRequest(raw), "malformed_request") << Shown(raw);
    EXPECT_THAT(MessageOfRequest(raw), ::testing::HasSubstr(row.rule)) << Shown(raw);
  }
}

TEST(RequestFields, RefusesAFoldedFirstLine) {
  EXPECT_THAT(MessageOfRequest("GET / HTTP/1.1\r\n Host: x\r\n\r\n"),
              ::testing::HasSubstr("line 2"));
}

TEST(RequestFields, RefusesBareLineEndsAtTheEndOfTheHead) {
  for (const std::string end : {"\n", "\r", "\r\r\n", "\n\r\n"}) {
    const std::string raw = "GET / HTTP/1.1\r\nHost: x\r\n" + end;
    EXPECT_EQ(CodeOfRequest(raw), "malformed_request") << Shown(raw);
  }
  EXPECT_EQ(CodeOfRequest("GET / HTTP/1.1\r\nHost: x\n\r\n"), "malformed_request");
  EXPECT_EQ(CodeOfRequest("GET / HTTP/1.1\r\nHost: x\n\n"), "malformed_request");
}

TEST(RequestFields, RefusesEveryTruncationAndWhateverFollows) {
  const std::string whole = WithFields("Content-Length: 5\r\nX: y\r\n");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(CodeOfRequest(whole.substr(0, size)), "malformed_request") << size;
  }
  EXPECT_EQ(CodeOfRequest(whole), "");
  EXPECT_EQ(CodeOfRequest(whole + "x"), "malformed_request");
  EXPECT_EQ(CodeOfRequest(whole + "\r\n"), "malformed_request");
  EXPECT_EQ(CodeOfRequest(whole + "X: y\r\n\r\n"), "malformed_request");
}

TEST(RequestFields, LimitsTheirNumber) {
  HeadLimits limits;
  limits.fields = 3;
  EXPECT_EQ(CodeOfRequest(WithFields("A: 1\r\nB: 2\r\n"), limits), "");
  EXPECT_EQ(CodeOfRequest(WithFields("A: 1\r\nB: 2\r\nC: 3\r\n"), limits), "headers_too_large");
}

TEST(RequestFields, LimitsTheHead) {
  const std::string raw = WithFields("A: 1\r\n");
  HeadLimits limits;
  limits.head_bytes = raw.size();
  EXPECT_EQ(CodeOfRequest(raw, limits), "");
  limits.head_bytes = raw.size() - 1;
  EXPECT_EQ(CodeOfRequest(raw, limits), "headers_too_large");
}

TEST(RequestFields, NeverShowsWhatTheHeadHolds) {
  const std::string raw = WithFields("Authorization: Bearer s3cret\x01\r\n");
  EXPECT_EQ(MessageOfRequest(raw), "request head, line 3: the field value holds a control byte");
}

TEST(FieldViews, FindsWithoutCaseAndInOrder) {
  FieldViews fields;
  fields.Add({"Accept", "a"});
  fields.Add({"ACCEPT", "b"});
  fields.Add({"Connection", "Keep-Alive, , X-Drop ,te"});
  fields.Add({"connection", "last"});
  EXPECT_EQ(fields.Find("accept"), "a");
  EXPECT_EQ(fields.Find("accep"), std::nullopt);
  EXPECT_THAT(fields.FindAll("Accept"), ::testing::ElementsAre("a", "b"));
  EXPECT_TRUE(fields.Has("CONNECTION"));
  EXPECT_FALSE(fields.Has(""));
  for (const std::string token : {"keep-alive", "x-drop", "TE", "last"}) {
    EXPECT_TRUE(fields.HasToken("Connection", token)) << token;
  }
  for (const std::string token : {"keep", "drop", "", "a"}) {
    EXPECT_FALSE(fields.HasToken("Connection", token)) << token;
  }
}

}  // namespace
}  // namespace sallyport::http
