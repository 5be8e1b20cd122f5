// Names that lead nowhere, secrets that are shown, variables that are put in, URLs taken apart.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/request/template_fixture.h"

namespace sallyport::request::test {
namespace {

using Names = std::vector<std::string>;

TEST(MissingNames, TellsAValueThatLacksFromAVariableThatDoesNotExist) {
  const Value vars = ParsedValue(R"({"org":"acme"})");
  const Value params = ParsedValue(R"({"user":"bob","list":[1],"none":null})");
  Scope scope;
  scope.vars = &vars;
  scope.params = &params;
  MissingNames names;
  CollectMissing(CompiledText("{{ a }}{{ b }}{{ a }}{{ vars.none }}{{ vars.org }}"), scope, names);
  CollectMissing(CompiledText("{{ params.user.name }}{{ list.1 }}{{ list.0 }}{{ none.x }}"), scope,
                 names);
  CollectMissing(CompiledText("{{ user.id }}{-oauth_access_token-}"), scope, names);
  EXPECT_EQ(names.params, (Names{"a", "b", "user.name", "list.1"}));
  EXPECT_EQ(names.user, (Names{"user.id"}));
  EXPECT_EQ(names.unknown, (Names{"vars.none"}));
  EXPECT_EQ(CodeOf(names.Judge().error()), "error: unknown");
  names.unknown.clear();
  const Result<void> judged = names.Judge();
  ASSERT_FALSE(judged);
  EXPECT_EQ(judged.error().kind(), ErrorKind::kMissingParameter);
  ASSERT_EQ(judged.error().violations().size(), 5U);
  EXPECT_EQ(judged.error().violations()[2].pointer, "/params/user/name");
  EXPECT_EQ(judged.error().violations()[4].pointer, "/user/id") << "it is no param";
  EXPECT_NE(judged.error().hint(), "");
  EXPECT_TRUE(MissingNames().Judge());
}

TEST(CheckNames, FindsWhatNoCallCanGive) {
  const Value vars = ParsedValue(R"({"org":"acme"})");
  const auto complaints = [&](std::string_view text, const KnownNames& known) {
    std::vector<Violation> violations;
    CheckNames(CompiledText(text), known, "/path", violations);
    return violations.size();
  };
  const KnownNames all{&vars, false};
  EXPECT_EQ(complaints("{{ vars.org }}{{ x }}{{ user.id }}{{ user.attributes.a.b }}", all), 0U);
  for (const char* text : {"{{ vars.ogr }}", "{{ vars.org.x }}", "{{ user.name }}",
                           "{{ user.id.x }}", "{-oauth_access_token-}", "<-oauth_id_token->"}) {
    EXPECT_EQ(complaints(text, all), 1U) << text;
  }
  EXPECT_EQ(complaints("{{ vars.any }}{-oauth_id_token-}", {nullptr, true}), 0U);
  std::vector<Violation> violations;
  CheckNames(CompiledText("{{ vars.orgs }}"), all, "/path", violations);
  EXPECT_NE(violations.at(0).message.find("vars.org"), std::string::npos);
  EXPECT_EQ(violations[0].pointer, "/path");
}

std::string Shown(std::string_view text, Position position) {
  const Value params = ParsedValue(R"({"open":"a b","key":"s&cret","deep":{"k":["s&cret"]}})");
  const Secret access(std::string("s&cret"));
  const Names secrets{"key", "deep"};
  Scope scope;
  scope.params = &params;
  scope.access_token = &access;
  scope.secrets = &secrets;
  scope.masked = true;
  std::string out;
  const Result<void> done = Expand(CompiledText(text), scope, position, ArrayStyle::kRepeat, out);
  return done ? out : CodeOf(done.error());
}

TEST(Masked, StandsAsItIsInEveryPosition) {
  for (const Position position :
       {Position::kQuery, Position::kParam, Position::kHeader, Position::kCookieField,
        Position::kCookie, Position::kForm, Position::kMultipart, Position::kRaw, Position::kXml}) {
    const std::string text = "{{ key }}-{{ deep.k }}-{{ deep.k.0 }}-{-oauth_access_token-}";
    EXPECT_EQ(Shown(text, position), "********-********-********-********");
    EXPECT_EQ(Shown("{-oauth_id_token-}", position), "********") << "no token is needed to show";
  }
  EXPECT_EQ(Shown("/{{ key }}/{{ open }}", Position::kPath), "/********/a%20b");
  EXPECT_EQ(Shown("/{{ deep.k }}", Position::kPath), "error: invalid");
  EXPECT_EQ(Shown("{{ deep.none }}", Position::kRaw), "error: missing");
}

TEST(Masked, IsAStringInJson) {
  const Value params = ParsedValue(R"({"key":12345,"open":1.10})");
  const Names secrets{"key"};
  Scope scope;
  scope.params = &params;
  scope.secrets = &secrets;
  scope.masked = true;
  const Result<JsonTemplate> text = JsonTemplate::Compile(
      R"({"a":{{ key }},"b":"<{{ key }}>","c":{{ open }},"d":"{-oauth_id_token-}"})");
  ASSERT_TRUE(text);
  std::string out;
  ASSERT_TRUE(text->Expand(scope, out));
  EXPECT_EQ(out, R"({"a":"********","b":"<********>","c":1.10,"d":"********"})");
  const Result<JsonTreeTemplate> tree =
      JsonTreeTemplate::Compile(ParsedValue(R"({"a":"{{ key }}","b":"<{{ key }}>"})"));
  ASSERT_TRUE(tree);
  out.clear();
  ASSERT_TRUE(tree->Expand(scope, out));
  EXPECT_EQ(out, R"({"a":"********","b":"<********>"})");
}

TEST(Masked, AnArrayIsOneParameterSoThatItsLengthStaysUnknown) {
  const Value params = ParsedValue(R"({"keys":["a","b"]})");
  const Names secrets{"keys"};
  Scope scope;
  scope.params = &params;
  scope.secrets = &secrets;
  scope.masked = true;
  std::string query;
  const TemplateRow row{"k", CompiledText("{{ keys }}"), false};
  ASSERT_TRUE(ExpandParamRow(row, scope, ArrayStyle::kBrackets, false, query));
  EXPECT_EQ(query, "k%5B%5D=********");
}

TEST(FoldVariables, ExpandsToTheSameInEveryPosition) {
  const Value vars = ParsedValue(R"({"s":"a/b c%25&=;","n":5,"none":null,"list":[1]})");
  const Value params = ParsedValue(R"({"x":"p/q"})");
  Scope scope;
  scope.vars = &vars;
  scope.params = &params;
  for (const Position position :
       {Position::kPath, Position::kQuery, Position::kParam, Position::kHeader,
        Position::kCookieField, Position::kCookie, Position::kForm, Position::kMultipart,
        Position::kRaw, Position::kXml}) {
    const Template text = CompiledText("t {{ vars.s }} {{ x }} {{ vars.n }}");
    const Result<Template> folded = FoldVariables(text, vars, position);
    ASSERT_TRUE(folded);
    EXPECT_EQ(folded->pieces().size(), 3U);
    std::string expected;
    std::string actual;
    ASSERT_TRUE(Expand(text, scope, position, ArrayStyle::kJson, expected));
    ASSERT_TRUE(Expand(*folded, scope, position, ArrayStyle::kJson, actual));
    EXPECT_EQ(actual, expected) << static_cast<int>(position);
  }
  for (const char* stays : {"{{ vars.none }}", "{{ vars.list }}", "{{ vars.unknown }}"}) {
    const Result<Template> folded = FoldVariables(CompiledText(stays), vars, Position::kRaw);
    ASSERT_TRUE(folded);
    EXPECT_NE(folded->only_placeholder(), nullptr) << stays;
  }
  const Value dots = ParsedValue(R"({"s":".."})");
  EXPECT_FALSE(FoldVariables(CompiledText("{{ vars.s }}"), dots, Position::kPath));
}

TEST(CompileUrl, SplitsAtTheFirstMarkOutsidePlaceholders) {
  const Result<TemplateUrl> url = CompileUrl("/a/{{ x }}/b?c={{ y }}?d");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->path.WithStandIns(), "/a/x/b");
  EXPECT_EQ(url->query.WithStandIns(), "c=x?d");
  EXPECT_TRUE(url->has_query);
  EXPECT_FALSE(CompileUrl("/a")->has_query);
  EXPECT_TRUE(CompileUrl("/a?")->has_query);
  EXPECT_TRUE(CompileUrl("")->path.is_literal());
}

TEST(CompileUrl, RefusesTextThatLeavesItsPlaceWhateverTheValues) {
  for (const char* text :
       {"/a#b", "/a?b#c", "/../a", "/a/..", "..", ".", "/%2e%2E/{{ x }}", "/a\\b", "/a%5cb",
        "/a/..%2f{{ x }}", "/{{ x }}/./b", "/{{ x }}%2f..%2Fb"}) {
    const Result<TemplateUrl> url = CompileUrl(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind(), ErrorKind::kOutsideBaseUrl) << text;
  }
  for (const char* text : {"/a/...", "/a/..b/{{ x }}", "/{{ x }}.", "/.{{ x }}", "/..;a",
                           "/%252e%252e/a", "/a?b=../c\\"}) {
    EXPECT_TRUE(CompileUrl(text)) << text;
  }
  EXPECT_EQ(CodeOf(CompileUrl("/{{ x").error()), "error: validation");
}

TEST(MissingNames, TellsWhichMemberUsesAnUnknownVariable) {
  MissingNames names;
  CollectMissing(CompiledText("{{ vars.a }}"), {}, names, "/path");
  CollectMissing(CompiledText("{{ vars.b }}{{ vars.a }}"), {}, names, "/headers/X-A");
  const Result<void> judged = names.Judge();
  ASSERT_FALSE(judged);
  ASSERT_EQ(judged.error().violations().size(), 2U);
  EXPECT_EQ(judged.error().violations()[0].pointer, "/path");
  EXPECT_EQ(judged.error().violations()[1].pointer, "/headers/X-A");
}

TEST(MissingNames, AUserWhoIsThereIsNotAskedFor) {
  const Value user = ParsedValue(R"({"id":"ann","attributes":{}})");
  Scope scope;
  const auto hint = [&] {
    MissingNames names;
    CollectMissing(CompiledText("{{ user.attributes.team }}"), scope, names);
    return names.Judge().error().hint();
  };
  EXPECT_NE(hint().find("send Sallyport-User"), std::string::npos);
  scope.user = &user;
  EXPECT_EQ(hint().find("send Sallyport-User"), std::string::npos) << hint();
  EXPECT_NE(hint().find("attributes"), std::string::npos);
}

TEST(Expand, AnUnsafeValueOfTheUserIsNoParam) {
  const Value user = ParsedValue(R"({"id":"..","attributes":{}})");
  const Value params = ParsedValue(R"({"id":".."})");
  Scope scope;
  scope.user = &user;
  scope.params = &params;
  const auto pointer = [&](std::string_view text) {
    std::string out;
    return Expand(CompiledText(text), scope, Position::kPath, ArrayStyle::kJson, out)
        .error()
        .violations()
        .at(0)
        .pointer;
  };
  EXPECT_EQ(pointer("{{ user.id }}"), "/user/id");
  EXPECT_EQ(pointer("{{ id }}"), "/params/id");
}

}  // namespace
}  // namespace sallyport::request::test
