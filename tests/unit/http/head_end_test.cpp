#include <gtest/gtest.h>

#include <string>

#include "sallyport/http/message_head.h"

namespace sallyport::http {
namespace {

using namespace std::string_literals;

std::optional<std::size_t> EndOf(std::string_view bytes) {
  std::size_t scan_from = 0;
  return FindHeadEnd(bytes, scan_from);
}

TEST(FindHeadEnd, FindsTheEmptyLineAndLeavesWhatFollows) {
  struct Row {
    std::string bytes;
    std::optional<std::size_t> end;
  };
  const Row rows[] = {
      {"", std::nullopt},
      {"GET / HTTP/1.1\r\nHost: x\r\n", std::nullopt},
      {"GET / HTTP/1.1\r\nHost: x\r\n\r", std::nullopt},
      {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27},
      {"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /next", 27},
      {"A\r\n\r\nB\r\n\r\n", 5},
      {"\r\n", std::nullopt},
      {"\r\nGET / HTTP/1.1\r\n", std::nullopt},
      {"\r\nA\r\n\r\n", 7},
      {"\r\n\r\n", 4},
      {"\r\r\r\r", std::nullopt},
      {"A\r\n \r\n", std::nullopt},
  };
  for (const Row& row : rows) EXPECT_EQ(EndOf(row.bytes), row.end) << row.bytes;
}

TEST(FindHeadEnd, FindsABareLineFeedEndSoThatTheJudgeCanRefuseIt) {
  EXPECT_EQ(EndOf("GET / HTTP/1.1\nHost: x\n\nbody"), 24);
  EXPECT_EQ(EndOf("GET / HTTP/1.1\nHost: x\n\r\nbody"), 25);
  EXPECT_EQ(EndOf("GET / HTTP/1.1\r\nHost: x\r\n\nbody"), 26);
  EXPECT_EQ(EndOf("\n\n"), 2);
}

TEST(FindHeadEnd, GivesTheSameEndWhereverTheBytesAreSplit) {
  for (const std::string& bytes :
       {"GET / HTTP/1.1\r\nHost: x\r\n\r\n"s, "A: b\n\n"s, "A\r\nB\n\r\n"s, "\r\n\r\n"s}) {
    for (std::size_t first = 0; first < bytes.size(); ++first) {
      std::size_t scan_from = 0;
      EXPECT_EQ(FindHeadEnd(std::string_view(bytes).substr(0, first), scan_from), std::nullopt);
      EXPECT_LE(scan_from, first);
      EXPECT_EQ(FindHeadEnd(bytes, scan_from), bytes.size()) << bytes << " split at " << first;
      EXPECT_EQ(scan_from, 0U);
    }
  }
}

TEST(FindHeadEnd, LooksAtNoByteAgainButTheLastUndecidedLine) {
  // One byte at a time: the place to go on from never lags more than the two bytes of "\n\r".
  const std::string bytes =
      "GET /" + std::string(5000, 'a') + " HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n";
  std::size_t scan_from = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_EQ(FindHeadEnd(std::string_view(bytes).substr(0, size), scan_from), std::nullopt);
    ASSERT_GE(scan_from + 2, size);
  }
  EXPECT_EQ(FindHeadEnd(bytes, scan_from), bytes.size());
}

}  // namespace
}  // namespace sallyport::http
