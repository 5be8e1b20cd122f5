// A text is found in content that passes, however the content is cut into pieces.
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "sallyport/http/multipart.h"

namespace sallyport::http {
namespace {

bool SeesIn(std::string_view content, std::size_t piece) {
  TextWatch watch("--own");
  bool seen = false;
  for (std::size_t at = 0; at < content.size(); at += piece) {
    seen = watch.Sees(content.substr(at, piece)) || seen;
  }
  return seen;
}

TEST(TextWatch, FindsTheTextWhereverAPieceEnds) {
  for (const std::string_view content :
       {"--own", "--own--", "aaaa--own", "--own aaaa", "-----own", "--o--own", "a--ow--owna"}) {
    for (std::size_t piece = 1; piece <= content.size(); ++piece) {
      EXPECT_TRUE(SeesIn(content, piece)) << content << " in pieces of " << piece;
    }
  }
}

TEST(TextWatch, FindsNothingElse) {
  for (const std::string_view content :
       {"", "own", "--ow", "--ow n", "- -own", "-own--ow", "--oown"}) {
    for (std::size_t piece = 1; piece <= 7; ++piece) {
      EXPECT_FALSE(SeesIn(content, piece)) << content << " in pieces of " << piece;
    }
  }
}

TEST(TextWatch, SeesAnEmptyPieceBetweenTwoHalves) {
  TextWatch watch("--own");
  EXPECT_FALSE(watch.Sees("x--o"));
  EXPECT_FALSE(watch.Sees(""));
  EXPECT_TRUE(watch.Sees("wn"));
}

}  // namespace
}  // namespace sallyport::http
