#include "sallyport/base/json_scan.h"

#include <string>

#include <gtest/gtest.h>

namespace sallyport {
namespace {

bool Passes(std::string_view text, std::size_t depth = 64) { return !ScanJson(text, depth); }

// The verdicts are those of RFC 8259's grammar, as JSONTestSuite lists them (y_ must pass, n_ must
// not).
TEST(ScanJson, PassesWhatTheGrammarAllows) {
  for (const char* text :
       {"[]",
        "{}",
        " [1] ",
        "[[]   ]",
        R"([""])",
        R"(["a"])",
        "[false]",
        "[null, 1, \"1\", {}]",
        "[1\n]",
        "[1,null,null,null,2]",
        "[123e65]",
        "[0e+1]",
        "[0e1]",
        "[ 4]",
        "[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]",
        "[20e1]",
        "[-0]",
        "[-123]",
        "[-1]",
        "[1E22]",
        "[1E-2]",
        "[1E+2]",
        "[123.456e78]",
        "[123.456789]",
        "[1e999]",
        "[123456789012345678901234567890]",
        R"({"a":"b","a":"c"})",
        R"({"":0})",
        R"({"foo\u0000bar": 42})",
        R"(["\u0060\u012a\u12AB"])",
        R"(["\uD801\udc37"])",
        R"(["\ud800"])",
        R"(["\"\\\/\b\f\n\r\t"])",
        "[\"\xE2\x82\xAC\"]",
        "42",
        "-0.1",
        "null",
        "\"asd\"",
        "true",
        "\"\"",
        "[\"a\x7f\"]",
        "[\"\xF0\x9F\x98\x80\"]"}) {
    EXPECT_TRUE(Passes(text)) << text;
  }
}

TEST(ScanJson, RefusesWhatTheGrammarDoesNotAllow) {
  for (const char* text : {"",
                           " ",
                           "[1 true]",
                           "[\"\": 1]",
                           "[\"\"],",
                           "[,1]",
                           "[1,,2]",
                           "[\"x\",,]",
                           "[\"x\"]]",
                           "[\"\",]",
                           "[\"x\"",
                           "[x",
                           "[3[4]]",
                           "[,]",
                           "[1,]",
                           "[*]",
                           "[\"\"",
                           "[1,\n",
                           "[fals]",
                           "[nul]",
                           "[tru]",
                           "[++1234]",
                           "[+1]",
                           "[-01]",
                           "[-1.0.]",
                           "[-2.]",
                           "[-NaN]",
                           "[.-1]",
                           "[.2e-3]",
                           "[0.1.2]",
                           "[0.3e+]",
                           "[0.3e]",
                           "[0.e1]",
                           "[0E+]",
                           "[0e]",
                           "[1.0e+]",
                           "[1eE2]",
                           "[2.e3]",
                           "[9.e+]",
                           "[Inf]",
                           "[NaN]",
                           "[1+2]",
                           "[0x1]",
                           "[Infinity]",
                           "[-foo]",
                           "[- 1]",
                           "[-012]",
                           "[012]",
                           "[-.123]",
                           "[1.2a-3]",
                           "{[: \"x\"}",
                           "{\"x\", null}",
                           "{\"x\"::\"b\"}",
                           "{\"a\":\"a\" 123}",
                           "{key: 'value'}",
                           "{\"a\" b}",
                           "{:\"b\"}",
                           "{\"a\" \"b\"}",
                           "{\"a\":",
                           "{\"a\"",
                           "{1:1}",
                           "{\"id\":0,,,,,}",
                           "{'a':0}",
                           "{\"id\":0,}",
                           "{\"a\":\"b\"}#",
                           "{\"a\":\"b\",,\"c\":\"d\"}",
                           "{a: \"b\"}",
                           "{\"a\":\"a",
                           "{ \"foo\" : \"bar\", \"a\" }",
                           "{\"a\":\"b\"}/**/",
                           "[\"\\uD800\\u\"]",
                           "[\"\\u1\"]",
                           "[\"\\x00\"]",
                           "[\"\\a\"]",
                           "[\"\\\"]",
                           "[\"\\u00A\"]",
                           "[\"\\",
                           "\"",
                           "['single quote']",
                           "abc",
                           "[\"a\nb\"]",
                           "[\"\t\"]",
                           "[\xE2\x81\xA0]",
                           "\xEF\xBB\xBF{}",
                           "[1]x",
                           "<.>",
                           "[True]",
                           "1]",
                           "{\"x\": true,",
                           "[[]",
                           "]",
                           "{}}",
                           "*",
                           "[\"\xFF\"]",
                           "[\"\xC0\xAF\"]",
                           "[\"\xE0\xFF\"]",
                           "[\"\xED\xA0\x80\"]"}) {
    EXPECT_FALSE(Passes(text)) << text;
  }
  EXPECT_FALSE(Passes(std::string_view("123\0", 4)));
  EXPECT_FALSE(Passes(std::string_view("[\"a\0a\"]", 7)));
}

TEST(ScanJson, BoundsTheDepthExactlyAndSurvivesDeepInput) {
  EXPECT_TRUE(Passes("[[[1]]]", 3));
  EXPECT_FALSE(Passes("[[[[1]]]]", 3));
  EXPECT_FALSE(Passes(std::string(1000000, '['), 1000000));
  EXPECT_FALSE(Passes(std::string(1000000, '{'), 1000000));
}

TEST(ScanJson, SaysWhere) {
  const auto flaw = ScanJson("{\"a\": 01}", 64);
  ASSERT_TRUE(flaw);
  EXPECT_EQ(flaw->offset, 7U);
  EXPECT_EQ(flaw->description, "a number may not start with 0");
}

TEST(ScanJson, SaysWhereAStringIsWrongWhereverItStands) {
  struct Case {
    std::string_view bad, description;
  };
  const Case cases[] = {{"\xFF", "the text is not UTF-8"},
                        {"\xE2\x82", "the text is not UTF-8"},
                        {"\x1F", "a control character in a string must be escaped"}};
  for (const Case& c : cases) {
    for (std::size_t before = 0; before < 40; ++before) {
      const std::string text =
          "\"" + std::string(before, 'a') + std::string(c.bad) + std::string(20, 'b') + "\"";
      const auto flaw = ScanJson(text, 64);
      ASSERT_TRUE(flaw) << before;
      EXPECT_EQ(flaw->offset, before + 1) << c.description;
      EXPECT_EQ(flaw->description, c.description) << before;
    }
  }
}

TEST(PlainJsonPrefix, EndsAtTheFirstByteThatNeedsAnEscape) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool plain = byte >= 0x20 && byte != '"' && byte != '\\';
    for (std::size_t before = 0; before < 20; ++before) {
      const std::string text =
          std::string(before, '\xC3') + static_cast<char>(byte) + std::string(17, '~');
      EXPECT_EQ(PlainJsonPrefix(text), plain ? text.size() : before) << byte << " at " << before;
    }
  }
  EXPECT_EQ(PlainJsonPrefix(""), 0U);
}

TEST(ScanJson, RefusesEveryCutOfAContainer) {
  const std::string whole = R"({"a":[1,-2.5e3,"x\u0041\n",true,false,null],"b":{"c":{}}})";
  ASSERT_TRUE(Passes(whole));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(Passes(whole.substr(0, size))) << size;
}

}  // namespace
}  // namespace sallyport
