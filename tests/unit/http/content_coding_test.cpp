#include "sallyport/http/content_coding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "sallyport/base/encoding.h"

namespace sallyport::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kGzip = 15 + 16;
constexpr int kZlib = 15;
constexpr int kRaw = -15;

const std::string kText =
    R"({"message":"The quick brown fox jumps over the lazy dog","n":9007199254740993})";
/// kText, nothing, and 8 MiB of 'a', by the reference encoder.
const std::string kBrotli =
    "134d000044d139659beac1818dbe304090c3069c084594058233dd53f6adf88866c4b82ee0ff225da76b4439dd688f"
    "61de309dc5fac338f4c9fb209f2a0a8e8c42c3f063acebf88e1186f60f";
const std::string kBrotliOfNothing = "06";
const std::string kBrotliBomb =
    "a3ffff0340222c1e0b24f7fe40ffff078004401c1680eefd81feff0f000980382c00ddfb03fdff1f001200715800ba"
    "f707faff3f002400e2b00074ef0ff4ff7f004800c46101e8de1fe8ffff00900088c302d0bd3fd0ffff012001108705"
    "a07b7fa0ffff034002200e0b40f7fe40ffff078004401c1680eefd81feff0f000980382c00ddfb03fdff1f00120071"
    "5800baf707faff3f002400e2b00074ef0ff4ff7f004800c46101e8de1fe8ffff00900088c302d0bd3fa8ffff032001"
    "108705a07b7f00";

std::string Bytes(const std::string& hex) { return HexDecode(hex).value(); }

std::string Deflate(const std::string& text, int window_bits) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

struct Outcome {
  std::string text;
  std::string error;
  ErrorKind kind = ErrorKind::kInternal;
};

/// Decodes in pieces of `size` bytes.
Outcome Decode(std::string_view coding, std::string_view encoded, std::size_t size = SIZE_MAX,
               DecodeLimits limits = {}) {
  const std::unique_ptr<ContentDecoder> decoder = MakeDecoder(coding, limits);
  Outcome outcome;
  while (!encoded.empty()) {
    const std::string piece(encoded.substr(0, size));  // its own memory, for the sanitizers
    encoded.remove_prefix(piece.size());
    if (const Result<void> decoded = decoder->Decode(piece, outcome.text); !decoded) {
      return {outcome.text, decoded.error().message(), decoded.error().kind()};
    }
  }
  if (const Result<void> finished = decoder->Finish(); !finished) {
    return {outcome.text, finished.error().message(), finished.error().kind()};
  }
  return outcome;
}

TEST(ContentCodings, AreNamedInOrderWithoutIdentity) {
  EXPECT_THAT(ContentCodings("gzip"), ElementsAre("gzip"));
  EXPECT_THAT(ContentCodings("GZip, BR"), ElementsAre("gzip", "br"));
  EXPECT_THAT(ContentCodings(" deflate ,, identity,x-gzip\t"), ElementsAre("deflate", "x-gzip"));
  EXPECT_THAT(ContentCodings("identity"), IsEmpty());
  EXPECT_THAT(ContentCodings(""), IsEmpty());
  EXPECT_THAT(ContentCodings("zstd"), ElementsAre("zstd"));
}

TEST(ContentCodings, AreKnownOrNot) {
  for (const std::string coding : {"gzip", "x-gzip", "deflate", "br"}) {
    EXPECT_TRUE(IsKnownCoding(coding)) << coding;
  }
  for (const std::string coding : {"", "identity", "zstd", "compress", "GZIP", "aes128gcm"}) {
    EXPECT_FALSE(IsKnownCoding(coding)) << coding;
  }
}

struct Sample {
  std::string coding, encoded, text;
};

std::vector<Sample> Samples() {
  const std::string long_text(100'000, 'x');
  return {
      {"gzip", Deflate(kText, kGzip), kText},
      {"x-gzip", Deflate(kText, kGzip), kText},
      {"gzip", Deflate("", kGzip), ""},
      {"gzip", Deflate("one ", kGzip) + Deflate("", kGzip) + Deflate("two", kGzip), "one two"},
      {"gzip", Deflate(long_text, kGzip), long_text},
      {"deflate", Deflate(kText, kZlib), kText},
      {"deflate", Deflate(kText, kRaw), kText},
      {"deflate", Deflate("", kRaw), ""},
      {"deflate", Deflate("", kZlib), ""},
      {"deflate", Deflate(long_text, kRaw), long_text},
      {"br", Bytes(kBrotli), kText},
      {"br", Bytes(kBrotliOfNothing), ""},
      {"", kText, kText},
  };
}

TEST(ContentDecoder, GivesTheTextWhateverThePieces) {
  for (const Sample& sample : Samples()) {
    for (const std::size_t size : {SIZE_MAX, std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
      const Outcome outcome = Decode(sample.coding, sample.encoded, size);
      EXPECT_EQ(outcome.error, "") << sample.coding << " " << size;
      EXPECT_EQ(outcome.text, sample.text) << sample.coding << " " << size;
    }
  }
}

TEST(ContentDecoder, RefusesABodyThatIsCutAnywhere) {
  for (const Sample& sample : Samples()) {
    if (sample.coding.empty() || sample.encoded.size() > 1000) continue;
    if (sample.text == "one two") continue;  // may end with any of its members
    for (std::size_t size = 1; size < sample.encoded.size(); ++size) {
      const Outcome outcome = Decode(sample.coding, sample.encoded.substr(0, size));
      EXPECT_EQ(outcome.kind, ErrorKind::kDecodeFailed) << sample.coding << " " << size;
    }
  }
}

TEST(ContentDecoder, LetsABodyWithoutAnyBytePass) {
  for (const std::string coding : {"", "gzip", "deflate", "br"}) {
    EXPECT_EQ(Decode(coding, "").error, "") << coding;
  }
}

TEST(ContentDecoder, RefusesWhatFollowsTheEnd) {
  for (const Sample& sample : Samples()) {
    if (sample.coding.empty()) continue;
    for (const std::size_t size : {SIZE_MAX, std::size_t{1}}) {
      const Outcome outcome = Decode(sample.coding, sample.encoded + "garbage", size);
      EXPECT_EQ(outcome.kind, ErrorKind::kDecodeFailed) << sample.coding << " " << outcome.error;
    }
  }
}

TEST(ContentDecoder, RefusesWhatIsNotOfItsCoding) {
  std::string broken = Deflate(kText, kGzip);
  broken[broken.size() - 5] ^= 1;  // the checksum
  std::string with_dictionary = Deflate(kText, kZlib);
  with_dictionary[1] = '\xBB';  // 0x78BB: zlib with a preset dictionary
  const Sample rows[] = {
      {"gzip", kText, ""},
      {"gzip", broken, ""},
      {"gzip", Deflate(kText, kZlib), ""},
      {"deflate", kText, ""},
      {"deflate", Deflate(kText, kGzip), ""},
      {"deflate", with_dictionary, ""},
      {"br", Deflate(kText, kGzip), ""},
  };
  for (const Sample& row : rows) {
    for (const std::size_t size : {SIZE_MAX, std::size_t{1}}) {
      const Outcome outcome = Decode(row.coding, row.encoded, size);
      EXPECT_EQ(outcome.kind, ErrorKind::kDecodeFailed) << row.coding;
      EXPECT_THAT(outcome.error, HasSubstr("Content-Encoding")) << row.coding;
    }
  }
}

TEST(ContentDecoder, StopsABombBeforeItUsesMemory) {
  const std::string zeros(8 * 1024 * 1024, '\0');
  const Sample bombs[] = {{"gzip", Deflate(zeros, kGzip), ""},
                          {"deflate", Deflate(zeros, kZlib), ""},
                          {"deflate", Deflate(zeros, kRaw), ""},
                          {"br", Bytes(kBrotliBomb), ""}};
  for (const Sample& bomb : bombs) {
    const Outcome outcome = Decode(bomb.coding, bomb.encoded);
    EXPECT_EQ(outcome.kind, ErrorKind::kUpstreamTooLarge) << bomb.coding;
    EXPECT_THAT(outcome.error, HasSubstr("limits.decode_ratio")) << bomb.coding;
    EXPECT_LE(outcome.text.size(), 1024U * 1024 + 16384) << bomb.coding;
  }
}

TEST(ContentDecoder, JudgesTheRatioBeyondOneMebibyteOnly) {
  constexpr std::size_t kMebibyte = 1024 * 1024;
  for (const int wrapper : {kGzip, kZlib, kRaw}) {
    const std::string coding = wrapper == kGzip ? "gzip" : "deflate";
    EXPECT_EQ(Decode(coding, Deflate(std::string(kMebibyte, 'a'), wrapper)).error, "");
    EXPECT_EQ(Decode(coding, Deflate(std::string(kMebibyte + 1, 'a'), wrapper)).kind,
              ErrorKind::kUpstreamTooLarge);
  }
  EXPECT_EQ(Decode("br", Bytes("a3ffff0340222c1e0b24f7fea0feff0f8004401c1680eefd01")).text.size(),
            kMebibyte);
  EXPECT_EQ(
      Decode("br", Bytes("a3ffff0340222c1e0b24f7fe40ffff078004401c1680eefd010000026103")).kind,
      ErrorKind::kUpstreamTooLarge);
}

TEST(ContentDecoder, TakesARatioThatIsAllowed) {
  const std::string encoded = Deflate(std::string(4 * 1024 * 1024, 'a'), kGzip);  // about 1:1000
  const DecodeLimits wide{.ratio = 1100};
  EXPECT_EQ(Decode("gzip", encoded, SIZE_MAX, wide).text.size(), 4U * 1024 * 1024);
}

TEST(ContentDecoder, LimitsTheDecodedBytesExactly) {
  const DecodeLimits exact{.bytes = kText.size()};
  const DecodeLimits less{.bytes = kText.size() - 1};
  for (const Sample& sample : Samples()) {
    if (sample.text != kText) continue;
    EXPECT_EQ(Decode(sample.coding, sample.encoded, 5, exact).error, "") << sample.coding;
    const Outcome outcome = Decode(sample.coding, sample.encoded, 5, less);
    EXPECT_EQ(outcome.kind, ErrorKind::kUpstreamTooLarge) << sample.coding;
    EXPECT_THAT(outcome.error, HasSubstr("limits.envelope_bytes")) << sample.coding;
  }
}

}  // namespace
}  // namespace sallyport::http
