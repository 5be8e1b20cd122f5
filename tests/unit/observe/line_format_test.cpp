#include "observe/line_format.h"

#include <gtest/gtest.h>

namespace sallyport::observe {
namespace {

constexpr std::string_view kTime = "2026-01-31T12:00:00.000Z";

std::string Quote(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}

AccessRecord FullRecord() {
  AccessRecord record;
  record.request_id = "r-1";
  record.method = "GET";
  record.route = "/proxy/{r}/{path...}";
  record.resource = "github";
  record.user = "alice";
  record.peer = "127.0.0.1";
  record.status = 200;
  record.bytes_out = 1234;
  record.bytes_in = 5;
  record.duration_ms = 12.3456;
  record.upstream_ms = 11;
  return record;
}

TEST(JsonString, EscapesWhatJsonForbidsAndKeepsTheRest) {
  const struct {
    std::string_view text, expected;
  } cases[] = {
      {"", R"("")"},
      {"plain", R"("plain")"},
      {R"(a"b\c)", R"("a\"b\\c")"},
      {"a\nb\rc\td", R"("a\nb\rc\td")"},
      {std::string_view("\x00\x1f\x7f", 3), R"("\u0000\u001f\u007f")"},
      {"\x1b[31m", R"("\u001b[31m")"},
      {"é€😀", R"("é€😀")"},
      {"\xff", "\"\xEF\xBF\xBD\""},
      {"\xc0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},                  // overlong
      {"\xed\xa0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},  // surrogate
      {"a\xe2\x82", "\"a\xEF\xBF\xBD\xEF\xBF\xBD\""},                // cut short
      {"\xf4\x90\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
  };
  for (const auto& c : cases) EXPECT_EQ(Quote(c.text), c.expected);
}

TEST(Event, JsonPutsTheFixedMembersFirst) {
  const Json fields = {{"address", "127.0.0.1:1"}, {"count", 3}, {"on", true}};
  EXPECT_EQ(
      FormatEvent(Format::kJson, kTime, Level::kInfo, "listening", "", fields),
      R"({"ts":"2026-01-31T12:00:00.000Z","level":"info","msg":"listening","request_id":null,)"
      R"("address":"127.0.0.1:1","count":3,"on":true})");
}

TEST(Event, JsonNamesEveryLevel) {
  const std::pair<Level, std::string> cases[] = {{Level::kTrace, "trace"},
                                                 {Level::kDebug, "debug"},
                                                 {Level::kInfo, "info"},
                                                 {Level::kWarn, "warn"},
                                                 {Level::kError, "error"}};
  for (const auto& [level, name] : cases) {
    const Json line = Json::parse(FormatEvent(Format::kJson, kTime, level, "m", "id", {}));
    EXPECT_EQ(line["level"], name);
    EXPECT_EQ(line["request_id"], "id");
  }
}

TEST(Event, StaysOneLineInBothFormats) {
  const Json fields = {{"text", "a\nb\x1b"}};
  for (const Format format : {Format::kJson, Format::kText}) {
    const std::string line = FormatEvent(format, kTime, Level::kWarn, "x\ny", "", fields);
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
  }
}

TEST(Event, TextQuotesWhatCouldLookLikeAnotherMember) {
  const Json fields = {{"a", "word"}, {"b", "two words"}, {"c", "x=y"}, {"n", 7}};
  EXPECT_EQ(FormatEvent(Format::kText, kTime, Level::kError, "it failed", "r1", fields),
            "2026-01-31T12:00:00.000Z ERROR it failed a=word b=\"two words\" c=\"x=y\" n=7 "
            "request_id=r1");
}

TEST(AccessLine, HoldsEveryMember) {
  std::string line;
  AppendAccess(line, Format::kJson, kTime, FullRecord());
  EXPECT_EQ(line,
            R"({"ts":"2026-01-31T12:00:00.000Z","level":"info","msg":"request","request_id":"r-1",)"
            R"("method":"GET","route":"/proxy/{r}/{path...}","status":200,"bytes":1234,)"
            R"("bytes_in":5,"duration_ms":12.346,"upstream_ms":11.000,"resource":"github",)"
            R"("user":"alice","peer":"127.0.0.1","code":null})");
}

TEST(AccessLine, SaysNullForWhatThereIsNot) {
  AccessRecord record;
  record.method = "GET";
  record.status = 404;
  record.code = "not_found";
  std::string line;
  AppendAccess(line, Format::kJson, kTime, record);
  const Json json = Json::parse(line);
  for (const char* member : {"request_id", "route", "upstream_ms", "resource", "user", "peer"}) {
    ASSERT_TRUE(json.contains(member)) << member;
    EXPECT_TRUE(json[member].is_null()) << member;
  }
  EXPECT_EQ(json["code"], "not_found");
}

TEST(AccessLine, EscapesWhatACallerControls) {
  AccessRecord record = FullRecord();
  record.method = "GE\"T";
  record.user = "a\n{\"level\":\"error\"}\xff";
  std::string line;
  AppendAccess(line, Format::kJson, kTime, record);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const Json json = Json::parse(line);
  EXPECT_EQ(json["method"], "GE\"T");
  EXPECT_EQ(json["user"], "a\n{\"level\":\"error\"}\xEF\xBF\xBD");
}

TEST(AccessLine, TextLeavesOutWhatThereIsNot) {
  std::string line;
  AppendAccess(line, Format::kText, kTime, FullRecord());
  EXPECT_EQ(line,
            "2026-01-31T12:00:00.000Z INFO  GET /proxy/{r}/{path...} 200 bytes=1234 "
            "duration_ms=12.346 upstream_ms=11.000 resource=github user=alice peer=127.0.0.1 "
            "request_id=r-1");
}

}  // namespace
}  // namespace sallyport::observe
