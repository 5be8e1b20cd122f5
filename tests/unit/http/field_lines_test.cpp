#include "sallyport/http/field_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::http {
namespace {

using namespace std::string_literals;

TEST(FieldLines, WritesLinesInOrder) {
  FieldLines lines;
  EXPECT_TRUE(lines.empty());
  EXPECT_TRUE(lines.Add("X-A", "1"));
  EXPECT_TRUE(lines.Add("x-b", ""));
  EXPECT_TRUE(lines.Add("X-C", "\t \xC3\xA4\xFF~"));
  lines.AddNumber("Content-Length", 18446744073709551615U);
  FieldLines more;
  EXPECT_TRUE(more.Add("Y", "2"));
  lines.Append(more);
  EXPECT_EQ(lines.bytes(),
            "X-A: 1\r\nx-b: \r\nX-C: \t \xC3\xA4\xFF~\r\nContent-Length: 18446744073709551615\r\n"
            "Y: 2\r\n");
}

TEST(FieldLines, AddsNothingWhenAByteIsForbidden) {
  const std::pair<std::string, std::string> rows[] = {
      {"X", "a\r\nEvil: 1"}, {"X", "a\r"},  {"X", "a\n"},       {"X", "a\0b"s},
      {"X", "a\x7F"},        {"X", "\x1F"}, {"X\r\nEvil", "1"}, {"X:", "1"},
      {"X Y", "1"},          {"", "1"},     {"X\0"s, "1"},      {"\xC3\xA4", "1"},
  };
  for (const auto& [name, value] : rows) {
    FieldLines lines;
    const Result<void> result = lines.Add(name, value);
    ASSERT_FALSE(result) << ::testing::PrintToString(name + ": " + value);
    EXPECT_EQ(result.error().kind(), ErrorKind::kUnsafeValue);
    EXPECT_TRUE(lines.empty());
  }
}

TEST(FieldLines, NamesTheFieldButNeverItsValue) {
  FieldLines lines;
  const Result<void> result = lines.Add("X-Token", "s3cret\n");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message(), ::testing::HasSubstr("X-Token"));
  EXPECT_THAT(result.error().message(), ::testing::Not(::testing::HasSubstr("s3cret")));
}

TEST(ByteRules, HoldForEveryByte) {
  const std::string_view specials = "!#$%&'*+-.^_`|~";
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = "a"s + static_cast<char>(byte);
    const bool alphanumeric = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
                              (byte >= 'a' && byte <= 'z');
    EXPECT_EQ(IsToken(text), alphanumeric || (byte != 0 && specials.find(static_cast<char>(byte)) !=
                                                               std::string_view::npos))
        << byte;
    EXPECT_EQ(IsFieldValue(text), byte == 9 || (byte >= 32 && byte != 127)) << byte;
    EXPECT_EQ(IsRequestTarget(text), byte >= 0x21 && byte <= 0x7E && byte != '#') << byte;
  }
  EXPECT_FALSE(IsToken(""));
  EXPECT_TRUE(IsFieldValue(""));
  EXPECT_FALSE(IsRequestTarget(""));
}

TEST(ByteRules, HoldWhereverAByteStandsInAValue) {
  for (std::size_t size = 1; size <= 25; ++size) {
    for (std::size_t place = 0; place < size; ++place) {
      for (const auto& [byte, allowed] :
           {std::pair{'\n', false}, std::pair{'\x7F', false}, std::pair{'\t', true},
            std::pair{'\xFF', true}, std::pair{'\0', false}}) {
        std::string text(size, 'a');
        text[place] = byte;
        EXPECT_EQ(IsFieldValue(text), allowed) << size << " " << place << " " << int{byte};
      }
    }
  }
}

TEST(HopByHop, IsTheConnectionsOwnFieldsWithoutCase) {
  for (const std::string name :
       {"Connection", "KEEP-ALIVE", "proxy-connection", "Proxy-Authenticate", "te", "Trailer",
        "Transfer-Encoding", "upgrade"}) {
    EXPECT_TRUE(IsHopByHop(name)) << name;
  }
  for (const std::string name :
       {"Host", "Content-Length", "Proxy-Authorization", "Via", "Cookie", "Connection2", "T", ""}) {
    EXPECT_FALSE(IsHopByHop(name)) << name;
  }
}

TEST(WriteRequestHead, PutsHostFirst) {
  FieldLines fields;
  ASSERT_TRUE(fields.Add("Accept", "*/*"));
  const Result<std::string> head = WriteRequestHead("GET", "/a?b=c", "a.example:8443", fields);
  ASSERT_TRUE(head);
  EXPECT_EQ(*head, "GET /a?b=c HTTP/1.1\r\nHost: a.example:8443\r\nAccept: */*\r\n\r\n");
  EXPECT_TRUE(WriteRequestHead("X-M", "*", "[::1]", fields));
}

TEST(WriteRequestHead, RefusesWhatWouldStartASecondLine) {
  struct Row {
    std::string method, target, host;
  };
  const Row rows[] = {
      {"", "/", "a"},      {"G T", "/", "a"},         {"GET\r\n", "/", "a"}, {"GET", "", "a"},
      {"GET", "/ x", "a"}, {"GET", "/\r\nX: y", "a"}, {"GET", "/#x", "a"},   {"GET", "/\xC3", "a"},
      {"GET", "/", ""},    {"GET", "/", "a\r\nX: y"}, {"GET", "/", "a b"},   {"GET", "/", "u@a"},
  };
  for (const Row& row : rows) {
    const Result<std::string> head = WriteRequestHead(row.method, row.target, row.host, {});
    ASSERT_FALSE(head) << row.method << row.target << row.host;
    EXPECT_EQ(head.error().kind(), ErrorKind::kUnsafeValue);
  }
}

TEST(WriteResponseHead, WritesTheStatusLineAndDropsAnUnsafeReason) {
  FieldLines fields;
  ASSERT_TRUE(fields.Add("X", "y"));
  EXPECT_EQ(WriteResponseHead(200, "OK", fields), "HTTP/1.1 200 OK\r\nX: y\r\n\r\n");
  EXPECT_EQ(WriteResponseHead(299, "", {}), "HTTP/1.1 299 \r\n\r\n");
  EXPECT_EQ(WriteResponseHead(200, "a\r\nX: y", {}), "HTTP/1.1 200 \r\n\r\n");
  EXPECT_EQ(WriteResponseHead(200, "a\0"s, {}), "HTTP/1.1 200 \r\n\r\n");
}

TEST(ReasonPhrase, IsTheStandardOne) {
  const std::pair<int, std::string> rows[] = {
      {100, "Continue"},
      {200, "OK"},
      {204, "No Content"},
      {304, "Not Modified"},
      {422, "Unprocessable Content"},
      {424, "Failed Dependency"},
      {431, "Request Header Fields Too Large"},
      {505, "HTTP Version Not Supported"},
      {511, "Network Authentication Required"},
      {99, ""},
      {299, ""},
      {306, ""},
      {599, ""},
      {0, ""},
  };
  for (const auto& [status, phrase] : rows) EXPECT_EQ(ReasonPhrase(status), phrase) << status;
}

}  // namespace
}  // namespace sallyport::http
