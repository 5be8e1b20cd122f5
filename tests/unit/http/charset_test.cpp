#include "sallyport/http/charset.h"

#include <gtest/gtest.h>

namespace sallyport::http {
namespace {

using namespace std::string_literals;

constexpr const char* kNone = "(none)";

std::string Convert(std::string_view text, std::string_view charset) {
  return ToUtf8(text, charset).value_or(kNone);
}

TEST(Charset, ConvertsToUtf8) {
  struct Row {
    std::string charset, text, utf8;
  };
  const Row rows[] = {
      {"utf-8", "Z\xC3\xBCrich", "Z\xC3\xBCrich"},
      {"UTF8", "\xEF\xBB\xBFx", "x"},
      {"utf-8", "\xFC", kNone},
      {"utf-8", "\xED\xA0\x80", kNone},
      {"us-ascii", "plain", "plain"},
      {"us-ascii", "Z\xFCrich", kNone},
      {"iso-8859-1", "Z\xFCrich \x80", "Z\xC3\xBCrich \xC2\x80"},
      {"ISO-8859-1", "\xFF", "\xC3\xBF"},
      {"latin1", "\xE9", "\xC3\xA9"},
      {"windows-1252", "\x80 \x93\xE9\x94 \x81",
       "\xE2\x82\xAC \xE2\x80\x9C\xC3\xA9\xE2\x80\x9D \xC2\x81"},
      {"cp1252", "\x9F", "\xC5\xB8"},
      {"utf-16", "\xFF\xFE\x41\x00"s, "A"},
      {"utf-16", "\xFE\xFF\x00\x41"s, "A"},
      {"utf-16", "A\0\xFC\0"s, "A\xC3\xBC"},
      {"utf-16le", "\xFF\xFE\x3D\xD8\x00\xDE"s, "\xF0\x9F\x98\x80"},
      {"utf-16le", "\x3D\xD8\x00\xDE"s, "\xF0\x9F\x98\x80"},
      {"utf-16be", "\xFE\xFF\xD8\x3D\xDE\x00"s, "\xF0\x9F\x98\x80"},
      {"utf-16be", "\x20\xAC"s, "\xE2\x82\xAC"},
      {"utf-16", "A", kNone},
      {"utf-16", "A\0B"s, kNone},
      {"utf-16le", "\x3D\xD8"s, kNone},          // a high surrogate last
      {"utf-16le", "\x3D\xD8\x41\x00"s, kNone},  // and before a letter
      {"utf-16le", "\x00\xDE"s, kNone},          // a low one alone
      {"utf-16", "", ""},
      {"koi8-r", "\xF2\xD5\xD3", "\xD0\xA0\xD1\x83\xD1\x81"},
      {"shift_jis", "\x93\xFA", "\xE6\x97\xA5"},
      {"shift_jis", "\x93", kNone},
      {"gb18030", "\xC4\xE3", "\xE4\xBD\xA0"},
      {"utf-32le", "\x41\0\0\0"s, "A"},
      {"iso-8859-15", "\xA4", "\xE2\x82\xAC"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(Convert(row.text, row.charset), row.utf8)
        << row.charset << " " << ::testing::PrintToString(row.text);
  }
}

TEST(Charset, IsRefusedUnlessItIsAPlainName) {
  const std::string names[] = {
      "",
      "x",
      "none-such",
      "utf-8//TRANSLIT",
      "iso-8859-2//IGNORE",
      "koi8-r,",
      "koi8-r ",
      "../../etc/passwd",
      "koi8-r\0"s,
      "\xFC",
      std::string(65, 'a'),
  };
  for (const std::string& name : names) EXPECT_EQ(Convert("x", name), kNone) << name;
}

TEST(Charset, ConvertsMoreThanOneBufferOfText) {
  std::string text;
  std::string utf8;
  for (int i = 0; i < 100'000; ++i) {
    text += '\xF2';
    utf8 += "\xD0\xA0";
  }
  EXPECT_EQ(Convert(text, "koi8-r"), utf8);
}

TEST(Charset, IsToldByAByteOrderMark) {
  EXPECT_EQ(CharsetOfMark("\xEF\xBB\xBF{}"), "utf-8");
  EXPECT_EQ(CharsetOfMark("\xFF\xFE{\0"s), "utf-16le");
  EXPECT_EQ(CharsetOfMark("\xFE\xFF\0{"s), "utf-16be");
  EXPECT_EQ(CharsetOfMark("{}"), "");
  EXPECT_EQ(CharsetOfMark("\xEF\xBB"), "");
  EXPECT_EQ(CharsetOfMark(""), "");
}

}  // namespace
}  // namespace sallyport::http
