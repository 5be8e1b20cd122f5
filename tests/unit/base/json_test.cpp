#include "sallyport/base/json.h"

#include <string>

#include <gtest/gtest.h>

namespace sallyport {
namespace {

std::string ProblemOf(std::string_view text, std::size_t depth = 64) {
  const Result<Json> parsed = ParseJson(text, depth);
  return parsed ? "" : parsed.error().message();
}

TEST(ParseJson, KeepsTheOrderOfMembers) {
  const Result<Json> parsed = ParseJson(R"({"z":1,"a":2,"m":{"y":[1,{"x":null}],"b":true}})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(DumpJson(*parsed), R"({"z":1,"a":2,"m":{"y":[1,{"x":null}],"b":true}})");
}

TEST(ParseJson, FindsMembersThatItAppended) {
  const Result<Json> parsed = ParseJson(R"({"a":1,"b":{"c":"d"}})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->at("b").at("c").get<std::string>(), "d");
}

TEST(ParseJson, RefusesDuplicateMembersAtAnyDepth) {
  EXPECT_NE(ProblemOf(R"({"a":1,"a":1})").find("\"a\" stands twice"), std::string::npos);
  EXPECT_NE(ProblemOf(R"([{"x":{"b":1,"c":2,"b":3}}])").find("\"b\" stands twice"),
            std::string::npos);
  EXPECT_NE(ProblemOf(R"({"a":1,"\u0061":2})").find("stands twice"), std::string::npos);
  EXPECT_EQ(ProblemOf(R"([{"a":1},{"a":1}])"), "");
}

TEST(ParseJson, RefusesLoneSurrogatesAndBadUtf8) {
  for (const char* text : {R"("\ud800")", R"("\udc00")", R"("\ud800\u0041")", "\"\xff\"",
                           "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\""}) {
    EXPECT_NE(ProblemOf(text), "") << text;
  }
  EXPECT_EQ(ProblemOf(R"("\ud83d\ude00")"), "");
}

TEST(ParseJson, RefusesWhatIsNotExactlyOneValue) {
  for (const char* text :
       {"", "  ", "{", "{}x", "[1,]", "{'a':1}", "NaN", "01", "1 2", "\xEF\xBB\xBF{}", "\"a\nb\"",
        "// c\n{}", "+1", ".5", "1.", "\"\\x\"", "tru"}) {
    EXPECT_NE(ProblemOf(text), "") << text;
  }
}

TEST(ParseJson, LooksBehindANulByte) {
  using namespace std::string_literals;
  EXPECT_NE(ProblemOf("{}\0x"s), "");
  EXPECT_NE(ProblemOf("{}\0"s), "");
  EXPECT_NE(ProblemOf("\0{}"s), "");
  EXPECT_NE(ProblemOf("\"\0\""s), "");
  EXPECT_EQ(ProblemOf(R"("\u0000")"), "");
}

TEST(ParseJson, NamesLineAndColumn) {
  EXPECT_NE(ProblemOf("{\n  \"a\": ,\n}").find("line 2, column 8"), std::string::npos)
      << ProblemOf("{\n  \"a\": ,\n}");
}

TEST(ParseJson, NeverQuotesTheInput) {
  EXPECT_EQ(ProblemOf(R"({"password":"hunter2" "x"})").find("hunter2"), std::string::npos);
  EXPECT_EQ(ProblemOf(R"({"password":hunter2})").find("hunter2"), std::string::npos);
  EXPECT_EQ(ProblemOf("{\"password\":\"hunter2\x01\"}").find("hunter2"), std::string::npos);
}

TEST(ParseJson, BoundsTheDepthExactly) {
  EXPECT_EQ(ProblemOf("[[[1]]]", 3), "");
  EXPECT_NE(ProblemOf("[[[[1]]]]", 3).find("deeper than 3"), std::string::npos);
  EXPECT_NE(ProblemOf(std::string(100000, '['), 64).find("deeper than 64"), std::string::npos);
}

TEST(JsonPointer, RoundTripsIntoTheDottedField) {
  EXPECT_EQ(EscapePointerToken("a/b~c"), "a~1b~0c");
  EXPECT_EQ(DottedField("/headers/0/name"), "headers.0.name");
  EXPECT_EQ(DottedField("/variables/a~1b~0c"), "variables.a/b~c");
  EXPECT_EQ(DottedField(""), "");
}

TEST(DumpJson, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(DumpJson(Json("a\xff")), "\"a\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace sallyport
