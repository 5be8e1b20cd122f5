#include "admin/message.h"

#include <gtest/gtest.h>

#include "admin/audit.h"
#include "admin/entity_tag.h"
#include "admin/list_query.h"
#include "admin/session_cookie.h"
#include "admin/time_text.h"

namespace sallyport::admin {
namespace {

TEST(ContentType, IsJsonAndForPatchesMergePatchToo) {
  struct Case {
    const char* type;
    bool json;
    bool patch;
  };
  const Case cases[] = {
      {"application/json", true, true},
      {"Application/JSON", true, true},
      {"application/json; charset=utf-8", true, true},
      {"application/json ;charset=\"UTF-8\"", true, true},
      {"application/json;profile=x", true, true},
      {"application/merge-patch+json", false, true},
      {"application/merge-patch+json; charset=utf-8", false, true},
      {"", false, false},
      {"application/json; charset=latin1", false, false},
      {"application/json-patch+json", false, false},
      {"application/x-www-form-urlencoded", false, false},
      {"text/json", false, false},
      {"application/jsonx", false, false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(JudgeContentType(Body::kJson, c.type).has_value(), c.json) << c.type;
    EXPECT_EQ(JudgeContentType(Body::kMergePatch, c.type).has_value(), c.patch) << c.type;
  }
  EXPECT_EQ(JudgeContentType(Body::kJson, "").error().kind(), ErrorKind::kUnsupportedMediaType);
}

TEST(Accept, RefusesOnlyWhatRulesJsonOut) {
  for (const char* accept : {"", " ", "*/*", "application/json", "APPLICATION/JSON;q=0.1",
                             "application/*", "text/html, */*;q=0.8", "text/html,application/json",
                             "*/*;q=0, application/json", "application/json, text/html;q=0"}) {
    EXPECT_TRUE(JudgeAccept(accept)) << accept;
  }
  for (const char* accept : {"text/html", "image/*", "application/json;q=0", "*/*;q=0.0",
                             "application/json;q=0, */*", "application/xml"}) {
    EXPECT_FALSE(JudgeAccept(accept)) << accept;
  }
  EXPECT_EQ(JudgeAccept("text/html").error().kind(), ErrorKind::kNotAcceptable);
}

TEST(EntityTags, AreListsOrAStar) {
  for (const char* value :
       {"*", " * ", "\"1-1\"", "W/\"1-1\"", "\"a\", \"b\"", "\"a\",,\"b\" ,", "\"\"", "\"a,b\""}) {
    EXPECT_TRUE(ParseTags("If-Match", value)) << value;
  }
  for (const char* value : {"", ",", "1-1", "\"1", "*, \"1\"", "\"1\" \"2\"", "w/\"1\"", "W/1"}) {
    const auto tags = ParseTags("If-Match", value);
    ASSERT_FALSE(tags) << value;
    EXPECT_EQ(tags.error().kind(), ErrorKind::kMalformedRequest) << value;
    EXPECT_NE(tags.error().message().find("If-Match"), std::string::npos) << value;
  }
}

TEST(EntityTags, IfMatchIsStrongAndIfNoneMatchWeak) {
  const TagList weak = *ParseTags("If-Match", "W/\"1-1\"");
  EXPECT_FALSE(weak.HoldsStrongly("\"1-1\""));
  EXPECT_TRUE(weak.HoldsWeakly("\"1-1\""));
  const TagList list = *ParseTags("If-Match", "\"1-1\", \"1-2\"");
  EXPECT_TRUE(list.HoldsStrongly("\"1-2\""));
  EXPECT_FALSE(list.HoldsStrongly("\"1-3\""));
  const TagList any = *ParseTags("If-Match", "*");
  EXPECT_TRUE(any.HoldsStrongly("\"1-3\""));
  EXPECT_FALSE(any.HoldsStrongly(""));
}

TEST(ListQuery, TakesLimitCursorAndSearch) {
  const auto list = ParseListQuery("limit=200&cursor=abc&q=M%C3%BCnchen+%2B");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->limit, 200U);
  EXPECT_EQ(list->cursor, "abc");
  EXPECT_EQ(list->search, "München +");
  EXPECT_EQ(ParseListQuery("")->limit, 50U);
  EXPECT_TRUE(ParseListQuery("limit=1&cursor=&q="));
}

TEST(ListQuery, NamesWhatIsWrong) {
  struct Case {
    const char* query;
    ErrorKind kind;
    const char* pointer;
  };
  const Case cases[] = {
      {"limit=0", ErrorKind::kInvalidParameter, "/limit"},
      {"limit=201", ErrorKind::kInvalidParameter, "/limit"},
      {"limit=-1", ErrorKind::kInvalidParameter, "/limit"},
      {"limit=ten", ErrorKind::kInvalidParameter, "/limit"},
      {"limit=", ErrorKind::kInvalidParameter, "/limit"},
      {"limit=5&limit=6", ErrorKind::kInvalidParameter, "/limit"},
      {"q=%ff", ErrorKind::kInvalidParameter, "/q"},
      {"sort=name", ErrorKind::kUnknownParameter, "/sort"},
      {"limt=5", ErrorKind::kUnknownParameter, "/limt"},
  };
  for (const Case& c : cases) {
    const auto list = ParseListQuery(c.query);
    ASSERT_FALSE(list) << c.query;
    EXPECT_EQ(list.error().kind(), c.kind) << c.query;
    ASSERT_EQ(list.error().violations().size(), 1U) << c.query;
    EXPECT_EQ(list.error().violations()[0].pointer, c.pointer) << c.query;
  }
}

TEST(Time, FollowsRfc3339) {
  struct Case {
    const char* text;
    const char* time;
  };
  const Case cases[] = {
      {"2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"},
      {"2026-01-31t12:00:00.5z", "2026-01-31T12:00:00.500Z"},
      {"2026-01-31 12:00:00.123456Z", "2026-01-31T12:00:00.123Z"},
      {"2026-01-31T12:00:00+02:30", "2026-01-31T09:30:00.000Z"},
      {"2026-01-31T23:30:00-01:00", "2026-02-01T00:30:00.000Z"},
      {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"},
      {"2026-12-31T23:59:60Z", "2027-01-01T00:00:00.000Z"},
  };
  for (const Case& c : cases) {
    const auto time = ParseTime(c.text);
    ASSERT_TRUE(time) << c.text;
    EXPECT_EQ(FormatTime(*time), c.time) << c.text;
  }
  for (const char* text :
       {"", "2026-01-31", "2026-01-31T12:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00Zx", "26-01-01T00:00:00Z", "2026-01-01T00:00:00+0100", "tomorrow"}) {
    EXPECT_FALSE(ParseTime(text)) << text;
  }
}

TEST(SessionCookie, IsSecureAndPrefixedOverHttps) {
  EXPECT_EQ(StartCookie("http://127.0.0.1:8080", "sps_x", std::chrono::seconds(60)),
            "sallyport_session=sps_x; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
  EXPECT_EQ(StartCookie("https://gw.example", "sps_x", std::chrono::seconds(60)),
            "__Host-sallyport_session=sps_x; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(EndCookie("http://127.0.0.1:8080"),
            "sallyport_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
}

TEST(Difference, HoldsOnlyWhatDiffers) {
  const Json before = Json::parse(R"({"a":1,"b":{"c":1,"d":[1]},"gone":true})");
  const Json after = Json::parse(R"({"a":1,"b":{"c":1,"d":[2]},"new":null})");
  EXPECT_EQ(Difference(before, after), Json::parse(R"({"before":{"b":{"d":[1]},"gone":true},
                            "after":{"b":{"d":[2]},"new":null}})"));
  EXPECT_EQ(Difference(Json(), after), (Json{{"after", after}}));
  EXPECT_EQ(Difference(before, Json()), (Json{{"before", before}}));
}

}  // namespace
}  // namespace sallyport::admin
