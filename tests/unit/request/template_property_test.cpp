// Whatever the values are, the shape of what goes out is the template's (contract section 6).
#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sallyport/base/json_scan.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/cookie.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/url.h"
#include "unit/request/template_fixture.h"

namespace sallyport::request::test {
namespace {

std::vector<std::string> NastyTexts() {
  return {"",
          ".",
          "..",
          "...",
          "/",
          "//evil",
          "@evil",
          "http://evil/",
          "\\evil",
          "a/../b",
          "%2e%2e",
          "%2F",
          "%252F",
          "%",
          "%zz",
          "a&b=c",
          "a=b",
          "?x",
          "#x",
          "a+b c",
          "a\r\nX: y",
          "\n",
          "a; b=c",
          "a,b",
          "\"",
          "\\\"",
          "\\",
          "\",\"x\":\"y",
          "{{ b }}",
          "{{ vars.v }}",
          "\\{{ b }}",
          "\t",
          "\x7F",
          "\xC3\xA9",
          "\xF0\x9F\x98\x80",
          "\xFF\xFE",
          "</a><b>",
          "]]>",
          "&amp;",
          "--b\r\n",
          "[]",
          "null",
          "undefined",
          "{-oauth_access_token-}",
          "<-oauth_id_token->",
          std::string("\0a", 2)};
}

/// The table and a few thousand pseudo-random texts, the same in every run.
std::vector<std::string> AllTexts() {
  std::vector<std::string> texts = NastyTexts();
  constexpr std::string_view kSpecial = "./\\%?#&=;, \"'{}[]<>\r\n\t:@+";
  std::mt19937 random(20240917);
  for (int i = 0; i < 4000; ++i) {
    // Every other text is UTF-8, as all that comes out of JSON is.
    const unsigned bytes = i % 2 == 0 ? 128 : 256;
    std::string text;
    for (std::size_t size = random() % 12; size > 0; --size) {
      text += random() % 2 == 0 ? kSpecial[random() % kSpecial.size()]
                                : static_cast<char>(random() % bytes);
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

/// Expands over one pair of values.
class Expander {
 public:
  Expander(const std::string& first, const std::string& second)
      : params_(Value::Object({{"a", Value::String(first)}, {"b", Value::String(second)}})) {
    scope_.params = &params_;
  }
  [[nodiscard]] const Scope& scope() const { return scope_; }

  bool Run(const Template& text, Position position, std::string& out) const {
    out.clear();
    const Result<void> done = Expand(text, scope_, position, ArrayStyle::kRepeat, out);
    if (done) return true;
    EXPECT_TRUE(done.error().kind() == ErrorKind::kUnsafeValue ||
                done.error().kind() == ErrorKind::kInvalidParameter);
    return false;
  }

 private:
  Value params_;
  Scope scope_;
};

template <typename Check>
void ForAllPairs(const Check& check) {
  const std::vector<std::string> texts = AllTexts();
  for (std::size_t i = 0; i < texts.size(); ++i)
    check(Expander(texts[i], texts[(i * 7) % texts.size()]));
}

std::size_t Count(std::string_view text, char c) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), c));
}

TEST(TemplateShape, APathKeepsItsSegmentsAndItsPlace) {
  const Template path = CompiledText("/v1/{{ a }}/x{{ b }}.json/{{ a }}{{ b }}");
  std::size_t sent = 0;
  ForAllPairs([&](const Expander& expander) {
    std::string out;
    if (!expander.Run(path, Position::kPath, out)) return;
    ++sent;
    EXPECT_EQ(Count(out, '/'), 4U) << out;
    EXPECT_TRUE(http::IsRequestTarget(out)) << out;
    EXPECT_EQ(out.find_first_of("?#\\&"), std::string::npos) << out;
    const std::size_t start = out.find('/', 1) + 1;
    const std::string first = out.substr(start, out.find('/', start) - start);
    EXPECT_FALSE(first.empty() || first == "." || first == "..") << out;
    EXPECT_EQ(http::PercentEncode(http::PercentDecode(first)), first);
  });
  EXPECT_GT(sent, 2000U);
}

TEST(TemplateShape, AQueryKeepsItsParametersAndTheirValues) {
  const TemplateRow row{"n&=", CompiledText("{{ a }}"), false};
  const TemplateRow mixed{"m", CompiledText("&={{ a }}#{{ b }}"), false};
  const Template query = CompiledText("q={{ a }}&{{ b }}=x{{ a }}");
  ForAllPairs([&](const Expander& expander) {
    const Scope& scope = expander.scope();
    std::string out;
    ASSERT_TRUE(ExpandParamRow(row, scope, ArrayStyle::kRepeat, false, out));
    ASSERT_TRUE(ExpandParamRow(mixed, scope, ArrayStyle::kRepeat, false, out));
    ASSERT_TRUE(ExpandQuery(query, scope, ArrayStyle::kRepeat, false, out));
    EXPECT_TRUE(http::IsRequestTarget(out)) << out;
    const std::vector<http::QueryPiece> pieces = http::SplitQuery(out);
    ASSERT_EQ(pieces.size(), 4U) << out;
    EXPECT_EQ(http::PercentDecode(pieces[0].name), "n&=");
    const std::string value = http::PercentDecode(pieces[0].value);
    EXPECT_EQ(value, scope.params->Find("a")->text());
    EXPECT_EQ(http::FormDecode(pieces[2].value), value);
    EXPECT_EQ(http::FormDecode(pieces[3].name), scope.params->Find("b")->text());
  });
}

TEST(TemplateShape, AHeaderStaysOneLineAndACookieOnePair) {
  const Template header = CompiledText("Bearer {{ a }}, {{ b }}");
  const Template cookie = CompiledText("{{ a }};{{ b }}");
  const Template field = CompiledText("one={{ a }}; two={{ b }}");
  ForAllPairs([&](const Expander& expander) {
    std::string out;
    if (expander.Run(header, Position::kHeader, out)) {
      EXPECT_TRUE(http::IsFieldValue(out));
      EXPECT_TRUE(IsUtf8(out));
      http::FieldLines lines;
      ASSERT_TRUE(lines.Add("X", out));
      EXPECT_EQ(Count(lines.bytes(), '\n'), 1U);
    }
    ASSERT_TRUE(expander.Run(cookie, Position::kCookie, out));
    EXPECT_TRUE(http::IsFieldValue(out));
    EXPECT_EQ(http::ParseCookies("c=" + out).size(), 1U) << out;
    ASSERT_TRUE(expander.Run(field, Position::kCookieField, out));
    EXPECT_TRUE(http::IsFieldValue(out));
    EXPECT_EQ(http::ParseCookies(out).size(), 2U) << out;
  });
}

TEST(TemplateShape, AFormKeepsItsFieldsAndXmlItsElements) {
  const Template form = CompiledText("{{ a }}&{{ b }}");
  const Template xml = CompiledText("<r x=\"{{ a }}\">{{ b }}</r>");
  ForAllPairs([&](const Expander& expander) {
    std::string out;
    ASSERT_TRUE(expander.Run(form, Position::kForm, out));
    EXPECT_EQ(out.find_first_of("&=;\r\n "), std::string::npos) << out;
    EXPECT_EQ(http::FormDecode(out), expander.scope().params->Find("a")->text() + "&" +
                                         expander.scope().params->Find("b")->text());
    if (!expander.Run(xml, Position::kXml, out)) return;
    EXPECT_EQ(Count(out, '<'), 2U) << out;
    EXPECT_EQ(Count(out, '"'), 2U) << out;
  });
}

/// The kinds and member names of a value, without what its scalars are.
std::string ShapeOf(const Value& value) {
  std::string shape(ToString(value.kind()));
  for (const Value& item : value.items()) shape += "[" + ShapeOf(item) + "]";
  for (const Value::Member& member : value.members())
    shape += "{" + member.first + ":" + ShapeOf(member.second) + "}";
  return shape;
}

TEST(TemplateShape, JsonStaysWhatTheTemplateShapes) {
  const Result<JsonTemplate> text =
      JsonTemplate::Compile(R"({"a":{{ a }},"b":["x{{ b }}y\"{{ a }}",1.10],"{{ b }}":null})");
  ASSERT_TRUE(text);
  const Result<JsonTreeTemplate> tree = JsonTreeTemplate::Compile(
      ParsedValue(R"({"a":"{{ a }}","b":["x{{ b }}y\"{{ a }}",1.10],"{{ b }}":null})"));
  ASSERT_TRUE(tree);
  std::size_t sent = 0;
  ForAllPairs([&](const Expander& expander) {
    const std::string& first = expander.scope().params->Find("a")->text();
    const std::string& second = expander.scope().params->Find("b")->text();
    std::string from_text;
    std::string from_tree;
    ASSERT_TRUE(text->Expand(expander.scope(), from_text));
    ASSERT_TRUE(tree->Expand(expander.scope(), from_tree));
    const bool utf8 = IsUtf8(first) && IsUtf8(second);
    EXPECT_EQ(!ScanJson(from_text, 8), utf8) << from_text;
    if (!utf8 || second == "a" || second == "b") return;  // a member name that stands twice
    ++sent;
    const Value parsed = ParsedValue(from_text);
    EXPECT_EQ(ShapeOf(parsed), "object{a:string}{b:array[string][number]}{" + second + ":null}");
    EXPECT_EQ(parsed.Find("a")->text(), first);
    EXPECT_EQ(parsed.Find("b")->items()[0].text(), "x" + second + "y\"" + first);
    EXPECT_EQ(ParsedValue(from_tree).Find("a")->text(), first);
    EXPECT_EQ(ShapeOf(ParsedValue(from_tree)),
              "object{a:string}{b:array[string][number]}{{{ b }}:null}");
  });
  EXPECT_GT(sent, 500U);
}

TEST(TemplateShape, AValueIsNeverExpandedAgainNorPutAsUndefined) {
  const Template text = CompiledText("<{{ a }}>");
  ForAllPairs([&](const Expander& expander) {
    for (const Position position : {Position::kRaw, Position::kMultipart}) {
      std::string out;
      ASSERT_TRUE(expander.Run(text, position, out));
      EXPECT_EQ(out, "<" + expander.scope().params->Find("a")->text() + ">");
    }
  });
}

}  // namespace
}  // namespace sallyport::request::test
