#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/request/template_fixture.h"

namespace sallyport::request::test {
namespace {

struct Style {
  ArrayStyle arrays = ArrayStyle::kRepeat;
  bool omit_empty = false;
};

/// The query that one row becomes.
std::string RowOf(std::string_view text, std::string_view params, Style style = {},
                  std::string_view name = "n") {
  const Value values = ParsedValue(params);
  Scope scope;
  scope.params = &values;
  const TemplateRow row{std::string(name), CompiledText(text), false};
  std::string query;
  const Result<void> done = ExpandParamRow(row, scope, style.arrays, style.omit_empty, query);
  return done ? query : CodeOf(done.error());
}

std::string QueryOf(std::string_view text, std::string_view params, Style style = {}) {
  const Value values = ParsedValue(params);
  Scope scope;
  scope.params = &values;
  std::string query;
  const Result<void> done =
      ExpandQuery(CompiledText(text), scope, style.arrays, style.omit_empty, query);
  return done ? query : CodeOf(done.error());
}

TEST(ParamRow, WritesAnArrayInTheStyleAskedFor) {
  const char* params = R"({"x":[1,"a b",true]})";
  EXPECT_EQ(RowOf("{{ x }}", params, {ArrayStyle::kRepeat}), "n=1&n=a%20b&n=true");
  EXPECT_EQ(RowOf("{{ x }}", params, {ArrayStyle::kBrackets}),
            "n%5B%5D=1&n%5B%5D=a%20b&n%5B%5D=true");
  EXPECT_EQ(RowOf("{{ x }}", params, {ArrayStyle::kComma}), "n=1%2Ca%20b%2Ctrue");
  EXPECT_EQ(RowOf("{{ x }}", params, {ArrayStyle::kJson}), "n=%5B1%2C%22a%20b%22%2Ctrue%5D");
}

TEST(ParamRow, DropsAnEmptyArrayInEveryStyleAndKeepsOneOfOne) {
  for (const ArrayStyle arrays :
       {ArrayStyle::kRepeat, ArrayStyle::kBrackets, ArrayStyle::kComma, ArrayStyle::kJson}) {
    EXPECT_EQ(RowOf("{{ x }}", R"({"x":[]})", {arrays}), "");
  }
  EXPECT_EQ(RowOf("{{ x }}", R"({"x":[1]})"), "n=1");
  EXPECT_EQ(RowOf("{{ x }}", R"({"x":[""]})"), "n=");
}

TEST(ParamRow, WritesStructuresInsideAsJson) {
  EXPECT_EQ(RowOf("{{ x }}", R"({"x":{"a":1}})"), "n=%7B%22a%22%3A1%7D");
  EXPECT_EQ(RowOf("{{ x }}", R"({"x":[[1],{"a":2}]})"), "n=%5B1%5D&n=%7B%22a%22%3A2%7D");
  EXPECT_EQ(RowOf("in {{ x }}", R"({"x":[1,2]})"), "n=in%20%5B1%2C2%5D");
  EXPECT_EQ(RowOf("in {{ x }}", R"({"x":[1,2]})", {ArrayStyle::kComma}), "n=in%201%2C2");
}

TEST(ParamRow, LeavesOutNullAndOnlyOnDemandTheEmptyText) {
  EXPECT_EQ(RowOf("{{ x }}", R"({"x":null})"), "");
  EXPECT_EQ(RowOf("{{ x }}", R"({"x":""})"), "n=");
  EXPECT_EQ(RowOf("{{ x }}", R"({"x":""})", {ArrayStyle::kRepeat, true}), "");
  EXPECT_EQ(RowOf("{{ x }}", R"({"x":false})", {ArrayStyle::kRepeat, true}), "n=false");
  EXPECT_EQ(RowOf("{{ x }}", R"({"x":0})", {ArrayStyle::kRepeat, true}), "n=0");
  // Text that is there is sent, and an empty literal is a value that somebody wrote.
  EXPECT_EQ(RowOf("a{{ x }}", R"({"x":null})", {ArrayStyle::kRepeat, true}), "n=a");
  EXPECT_EQ(RowOf("", "{}", {ArrayStyle::kRepeat, true}), "n=");
  // What is below an omitted input is omitted with it; a member that lacks is an error.
  EXPECT_EQ(RowOf("{{ x.y }}", R"({"x":null})"), "");
  EXPECT_EQ(RowOf("{{ x.y }}", R"({"x":{}})"), "error: missing");
  EXPECT_EQ(RowOf("{{ x.y.z }}", R"({"x":{"y":null}})"), "error: missing");
}

TEST(ParamRow, EncodesNamesAndLiteralTextOnce) {
  EXPECT_EQ(RowOf("a=b&c d%20+/", "{}", {}, "k[]&="), "k%5B%5D%26%3D=a%3Db%26c%20d%2520%2B%2F");
  EXPECT_EQ(RowOf("{{ x }}", R"({"x":"%2F=+&# \u00e9"})"), "n=%252F%3D%2B%26%23%20%C3%A9");
}

TEST(ParamRow, StandsBehindWhatIsThereAlready) {
  const Value values = ParsedValue(R"({"x":[1,2],"none":null})");
  Scope scope;
  scope.params = &values;
  std::string query = "a=1";
  const TemplateRow row{"a", CompiledText("{{ x }}"), false};
  const TemplateRow none{"a", CompiledText("{{ none }}"), false};
  ASSERT_TRUE(ExpandParamRow(row, scope, ArrayStyle::kRepeat, false, query));
  ASSERT_TRUE(ExpandParamRow(none, scope, ArrayStyle::kRepeat, false, query));
  EXPECT_EQ(query, "a=1&a=1&a=2");
}

TEST(PathQuery, KeepsItsTextAndEncodesItsValues) {
  EXPECT_EQ(QueryOf("a=b%20c&d[]=e+f&g&h=", "{}"), "a=b%20c&d[]=e+f&g&h=");
  EXPECT_EQ(QueryOf("a={{ x }}&b=1", R"({"x":"1&c=2#"})"), "a=1%26c%3D2%23&b=1");
  EXPECT_EQ(QueryOf("{{ k }}={{ x }}", R"({"k":"a=b","x":"c"})"), "a%3Db=c");
  EXPECT_EQ(QueryOf("{{ x }}", R"({"x":"a=b"})"), "a%3Db");
  EXPECT_EQ(QueryOf("a=b c\"<\xC3\xA9", "{}"), "a=b%20c%22%3C%C3%A9");
}

TEST(PathQuery, FollowsTheRulesOfRows) {
  EXPECT_EQ(QueryOf("a={{ x }}&b=1", R"({"x":[1,2]})"), "a=1&a=2&b=1");
  EXPECT_EQ(QueryOf("a={{ x }}&b=1", R"({"x":[1,2]})", {ArrayStyle::kBrackets}),
            "a%5B%5D=1&a%5B%5D=2&b=1");
  EXPECT_EQ(QueryOf("a={{ x }}&b=1", R"({"x":null})"), "b=1");
  EXPECT_EQ(QueryOf("a={{ x }}&b=1", R"({"x":""})", {ArrayStyle::kRepeat, true}), "b=1");
  EXPECT_EQ(QueryOf("a=p{{ x }}", R"({"x":null})"), "a=p");
  EXPECT_EQ(QueryOf("a={{ x }}", "{}"), "error: missing");
}

TEST(PathQuery, EncodesWhatIsIllegalInAUrlButNotBrackets) {
  EXPECT_EQ(QueryOf("f[a]=1|2^`\"<>{-x-} \\&b=\x7F", "{}"),
            "f[a]=1%7C2%5E%60%22%3C%3E%7B-x-%7D%20%5C&b=%7F");
}

TEST(PathQuery, KeepsItsEmptyPieces) {
  EXPECT_EQ(QueryOf("a=1&&b=2&", "{}"), "a=1&&b=2&");
  EXPECT_EQ(QueryOf("&a=1", "{}"), "&a=1");
  EXPECT_EQ(QueryOf("", "{}"), "");
  // What is left out takes its '&' with it.
  EXPECT_EQ(QueryOf("a={{ x }}&&b={{ x }}&c=1", R"({"x":null})"), "&c=1");
  EXPECT_EQ(QueryOf("a={{ x }}", R"({"x":[]})"), "");
}

TEST(ParamRow, ExpandsItsNameByTheSameRule) {
  const auto row_of = [](std::string_view name, std::string_view params) {
    const Value values = ParsedValue(params);
    Scope scope;
    scope.params = &values;
    TemplateRow row{"", CompiledText("{{ v }}"), false};
    SetName(row, CompiledText(name));
    std::string query;
    const Result<void> done = ExpandParamRow(row, scope, ArrayStyle::kBrackets, false, query);
    return done ? query : CodeOf(done.error());
  };
  EXPECT_EQ(row_of("filter[{{ n }}]", R"({"n":"a b&=","v":1})"), "filter%5Ba%20b%26%3D%5D=1");
  EXPECT_EQ(row_of("{{ n }}", R"({"n":5,"v":[1,2]})"), "5%5B%5D=1&5%5B%5D=2");
  EXPECT_EQ(row_of("\\{{ n }}", R"({"v":1})"), "%7B%7B%20n%20%7D%7D=1");
  EXPECT_EQ(row_of("{{ n }}", R"({"n":"","v":1})"), "") << "no name, no parameter";
  EXPECT_EQ(row_of("{{ n }}", R"({"v":1})"), "error: missing");
}

}  // namespace
}  // namespace sallyport::request::test
