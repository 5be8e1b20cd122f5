#include "sallyport/http/chunked.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sallyport/http/problem.h"

namespace sallyport::http {
namespace {

using namespace std::string_literals;

struct Outcome {
  std::string data;
  std::string rest;  ///< what was not consumed once done
  std::string error;
  bool done = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Outcome& o) {
    return out << "{data '" << o.data << "' rest '" << o.rest << "' error '" << o.error << "' done "
               << o.done << "}";
  }
};

/// Feeds the pieces one after the other, as a connection would.
Outcome Decode(const std::vector<std::string_view>& pieces) {
  ChunkDecoder decoder(ErrorSource::kCaller);
  Outcome outcome;
  for (std::string_view piece : pieces) {
    while (!piece.empty() && !decoder.done()) {
      const Result<ChunkDecoder::Step> step = decoder.Next(piece);
      if (!step) {
        outcome.error = step.error().message();
        return outcome;
      }
      EXPECT_GT(step->consumed, 0U);
      outcome.data += step->data;
      piece.remove_prefix(step->consumed);
    }
    outcome.rest += piece;
  }
  outcome.done = decoder.done();
  return outcome;
}

Outcome Decode(std::string_view whole) { return Decode(std::vector<std::string_view>{whole}); }

TEST(ChunkDecoder, GivesTheDataAndStopsAtTheEndOfTheMessage) {
  struct Row {
    std::string input, data, rest;
  };
  const Row rows[] = {
      {"0\r\n\r\n", "", ""},
      {"5\r\nhello\r\n0\r\n\r\n", "hello", ""},
      {"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET /", "hello world", "GET /"},
      {"00005\r\nhello\r\n000\r\n\r\n", "hello", ""},
      {"a\r\n0123456789\r\nB\r\n0123456789x\r\n0\r\n\r\n", "01234567890123456789x", ""},
      {"4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n", ""},
      {"5\r\n0\r\n\r\n\r\n0\r\n\r\n", "0\r\n\r\n", ""},
  };
  for (const Row& row : rows) {
    const Outcome outcome = Decode(row.input);
    EXPECT_EQ(outcome, (Outcome{row.data, row.rest, "", true})) << row.input;
  }
}

TEST(ChunkDecoder, DropsExtensionsAndTrailers) {
  const std::string rows[] = {
      "5;a=b\r\nhello\r\n0\r\n\r\n",
      "5;a=\"b;\tc\\\"\"\r\nhello\r\n0;last\r\n\r\n",
      "5 \t;a\r\nhello\r\n0\r\n\r\n",
      "5;\r\nhello\r\n0\r\n\r\n",
      "5\r\nhello\r\n0\r\nX: y\r\n\r\n",
      "5\r\nhello\r\n0\r\nContent-Length: 5\r\nTransfer-Encoding:\r\nX: \xC3\r\n\r\n",
  };
  for (const std::string& input : rows) {
    EXPECT_EQ(Decode(input), (Outcome{"hello", "", "", true})) << input;
  }
}

TEST(ChunkDecoder, RefusesEveryOtherSpelling) {
  const std::string rows[] = {
      "\r\nhello",
      "\n",
      "x\r\n",
      "g\r\n",
      "-5\r\nhello\r\n",
      "+5\r\nhello\r\n",
      " 5\r\nhello\r\n",
      "0x5\r\nhello\r\n",
      "5h\r\nhello\r\n",
      "5,5\r\nhello\r\n",
      ";a\r\n",
      "5 \r\nhello\r\n",
      "5\t\r\nhello\r\n",
      "5 5\r\nhello\r\n",
      "5\nhello\r\n0\r\n\r\n",
      "5\rhello\r\n0\r\n\r\n",
      "5\r\rhello",
      "5;a\nhello\r\n",
      "5;a\rb\r\nhello\r\n",
      "5;a\x01\r\nhello\r\n",
      "5;\0\r\nhello\r\n"s,
      "5;\x7F\r\nhello\r\n",
      "5\r\nhello0\r\n\r\n",
      "5\r\nhello\n0\r\n\r\n",
      "5\r\nhello\r0\r\n\r\n",
      "5\r\nhello!\r\n0\r\n\r\n",
      "4\r\nhello\r\n0\r\n\r\n",
      "0\r\n\n",
      "0\r\n\rx",
      "0\r\nX: y\n\r\n",
      "0\r\nX: y\rZ\r\n",
      "0\r\nX: \x01\r\n\r\n",
      "0\r\n X: y\r\n\r\n",
      "0\r\nX: y\r\n z\r\n\r\n",
      "0\r\nX : y\r\n\r\n",
      "0\r\n: y\r\n\r\n",
      "0\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",  // the final empty line is missing
  };
  for (const std::string& input : rows) {
    const Outcome outcome = Decode(input);
    EXPECT_NE(outcome.error, "") << ::testing::PrintToString(input);
    EXPECT_FALSE(outcome.done);
  }
}

TEST(ChunkDecoder, LimitsTheSizeToWhatASignedLengthHolds) {
  EXPECT_EQ(Decode("7fffffffffffffff\r\nabc"), (Outcome{"abc", "", "", false}));
  EXPECT_EQ(Decode("0007fffffffffffffff\r\nabc"), (Outcome{"abc", "", "", false}));
  for (const std::string size :
       {"8000000000000000", "ffffffffffffffff", "10000000000000005", "fffffffffffffffffff"}) {
    EXPECT_THAT(Decode(size + "\r\nhello").error, ::testing::HasSubstr("too large")) << size;
  }
}

TEST(ChunkDecoder, LimitsAChunkLineTo256Bytes) {
  const std::string rest = "\r\nhello\r\n0\r\n\r\n";
  EXPECT_TRUE(Decode("5;" + std::string(254, 'a') + rest).done);
  EXPECT_THAT(Decode("5;" + std::string(255, 'a') + rest).error, ::testing::HasSubstr("256"));
  EXPECT_TRUE(Decode(std::string(255, '0') + "5" + rest).done);
  EXPECT_THAT(Decode(std::string(256, '0') + "5" + rest).error, ::testing::HasSubstr("256"));
  EXPECT_TRUE(Decode("5" + std::string(254, ' ') + ";" + rest).done);
  EXPECT_NE(Decode("5" + std::string(255, ' ') + ";" + rest).error, "");
}

TEST(ChunkDecoder, CountsEachChunkLineByItself) {
  const std::string line = "1;" + std::string(200, 'a') + "\r\nx\r\n";
  EXPECT_EQ(Decode(line + line + line + "0\r\n\r\n"), (Outcome{"xxx", "", "", true}));
}

TEST(ChunkDecoder, LimitsTheTrailersTo8KiBTogether) {
  const std::string line = "X: " + std::string(4096 - 5, 'a') + "\r\n";  // 4096 bytes
  EXPECT_TRUE(Decode("0\r\n" + line + line + "\r\n").done);
  EXPECT_THAT(Decode("0\r\n" + line + line + "Y:\r\n\r\n").error, ::testing::HasSubstr("8192"));
  EXPECT_THAT(Decode("0\r\nX:" + std::string(8192, 'a')).error, ::testing::HasSubstr("8192"));
}

TEST(ChunkDecoder, GivesTheSameWhereverTheBytesAreSplit) {
  const std::string rows[] = {
      "5;ext=\"a\"\r\nhello\r\n1f \t;x\r\n0123456789abcdef0123456789abcde\r\n0\r\nA: "
      "b\r\nC:\r\n\r\nNEXT",
      "5\r\nhello!\r\n0\r\n\r\n",
      "5\r\nhello\r\n0\r\nbad line\r\n\r\n",
      "5\r\nhello\r\nZ\r\n",
  };
  for (const std::string& input : rows) {
    const Outcome whole = Decode(input);
    for (std::size_t a = 0; a <= input.size(); ++a) {
      for (std::size_t b = a; b <= input.size(); ++b) {
        const std::string_view view = input;
        ASSERT_EQ(Decode({view.substr(0, a), view.substr(a, b - a), view.substr(b)}), whole)
            << a << " " << b;
      }
    }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < input.size(); ++i) {
      bytes.push_back(std::string_view(input).substr(i, 1));
    }
    EXPECT_EQ(Decode(bytes), whole);
  }
}

TEST(ChunkDecoder, NeedsMoreUntilTheVeryLastByte) {
  const std::string input = "5\r\nhello\r\n0\r\nX: y\r\n\r\n";
  for (std::size_t size = 0; size < input.size(); ++size) {
    const Outcome outcome = Decode(input.substr(0, size));
    EXPECT_FALSE(outcome.done) << size;
    EXPECT_EQ(outcome.error, "") << size;
  }
}

TEST(ChunkDecoder, ConsumesNothingOnceDone) {
  ChunkDecoder decoder(ErrorSource::kCaller);
  ASSERT_TRUE(decoder.Next("0\r\n\r\n"));
  const Result<ChunkDecoder::Step> step = decoder.Next("GET / HTTP/1.1\r\n");
  ASSERT_TRUE(step);
  EXPECT_EQ(step->event, ChunkDecoder::Event::kDone);
  EXPECT_EQ(step->consumed, 0U);
}

TEST(ChunkDecoder, StaysFailed) {
  ChunkDecoder decoder(ErrorSource::kCaller);
  EXPECT_FALSE(decoder.Next("x"));
  EXPECT_FALSE(decoder.Next("0\r\n\r\n"));
  EXPECT_FALSE(decoder.Next(""));
  EXPECT_FALSE(decoder.done());
}

TEST(ChunkDecoder, BlamesWhoSentTheBody) {
  ChunkDecoder from_caller(ErrorSource::kCaller);
  EXPECT_EQ(from_caller.Next("x").error().kind(), ErrorKind::kMalformedRequest);
  ChunkDecoder from_target(ErrorSource::kTarget);
  EXPECT_EQ(from_target.Next("x").error().kind(), ErrorKind::kUpstreamProtocolError);
}

TEST(ChunkHeader, IsHexAndALineEnd) {
  EXPECT_EQ(ChunkHeader(1), "1\r\n");
  EXPECT_EQ(ChunkHeader(255), "ff\r\n");
  EXPECT_EQ(ChunkHeader(65536), "10000\r\n");
  EXPECT_EQ(ChunkHeader(SIZE_MAX), "ffffffffffffffff\r\n");
}

}  // namespace
}  // namespace sallyport::http
