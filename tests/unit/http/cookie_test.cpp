#include "sallyport/http/cookie.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::http {
namespace {

std::vector<std::pair<std::string_view, std::string_view>> Pairs(std::string_view field) {
  std::vector<std::pair<std::string_view, std::string_view>> pairs;
  for (const CookiePair& cookie : ParseCookies(field))
    pairs.emplace_back(cookie.name, cookie.value);
  return pairs;
}

TEST(ParseCookies, GivesPairsInOrderAndSkipsTheRest) {
  using ::testing::ElementsAre;
  using ::testing::Pair;
  EXPECT_THAT(Pairs("a=1; b=2"), ElementsAre(Pair("a", "1"), Pair("b", "2")));
  EXPECT_THAT(Pairs("a=1;b=2;a=3"), ElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("a", "3")));
  EXPECT_THAT(Pairs("a=b=c; d="), ElementsAre(Pair("a", "b=c"), Pair("d", "")));
  EXPECT_THAT(Pairs(" a = 1 ;\tb=\"x y\" "), ElementsAre(Pair("a", "1"), Pair("b", "\"x y\"")));
  EXPECT_THAT(Pairs("lone; =x; ;; ok=1;"), ElementsAre(Pair("ok", "1")));
  EXPECT_THAT(Pairs("A=1; a=2"), ElementsAre(Pair("A", "1"), Pair("a", "2")));
  EXPECT_THAT(Pairs(""), ElementsAre());
  EXPECT_THAT(Pairs(";"), ElementsAre());
}

TEST(SetCookieName, IsWhatStandsBeforeTheFirstEqualsSign) {
  const std::pair<std::string, std::string> rows[] = {
      {"sid=abc; Path=/; HttpOnly", "sid"},
      {" sid =abc", "sid"},
      {"sid=", "sid"},
      {"sid", ""},
      {"=abc", ""},
      {"sid; Path=/", ""},
      {"", ""},
      {"a=b=c", "a"},
  };
  for (const auto& [field, name] : rows) EXPECT_EQ(SetCookieName(field), name) << field;
}

TEST(EncodeCookieValue, EncodesWhatIsNoCookieOctet) {
  const std::pair<std::string, std::string> rows[] = {
      {"", ""},           {"plain-123", "plain-123"}, {"100%", "100%"},
      {"%41", "%41"},     {"a b", "a%20b"},           {"a;b,c\"d\\e", "a%3Bb%2Cc%22d%5Ce"},
      {"x=y&z", "x=y&z"}, {"\xC3\xA4", "%C3%A4"},     {"\r\n\t\x7F", "%0D%0A%09%7F"},
  };
  for (const auto& [value, encoded] : rows) EXPECT_EQ(EncodeCookieValue(value), encoded);
}

TEST(EncodeCookieValue, KeepsExactlyTheOctetsOfRfc6265) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool kept = byte == 0x21 || (byte >= 0x23 && byte <= 0x2B) ||
                      (byte >= 0x2D && byte <= 0x3A) || (byte >= 0x3C && byte <= 0x5B) ||
                      (byte >= 0x5D && byte <= 0x7E);
    EXPECT_EQ(EncodeCookieValue(std::string(1, static_cast<char>(byte))).size(), kept ? 1U : 3U)
        << byte;
  }
}

}  // namespace
}  // namespace sallyport::http
