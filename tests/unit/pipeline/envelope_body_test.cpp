#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/envelope/body_decoder.h"
#include "pipeline/envelope/shown_body.h"
#include "sallyport/base/encoding.h"

namespace sallyport::pipeline {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

/// "encoding:content", and "!" behind it when there is a warning.
std::string Show(std::string_view content_type, std::string_view body) {
  ShownBody shown;
  ShowBody(content_type, body, shown);
  return std::string(ToString(shown.encoding)) + ":" + std::string(shown.content) +
         (shown.warning.empty() ? "" : "!");
}

struct Row {
  std::string type, body, shown;
};

TEST(ShownBody, GivesJsonTypesAsJson) {
  const Row rows[] = {
      {"application/json", R"({"b":1,"a":9007199254740993})",
       R"(json:{"b":1,"a":9007199254740993})"},
      {"application/json", " [1.0, 1e5,\n\t-0 ] ", "json: [1.0, 1e5,\n\t-0 ] "},
      {"application/json", R"({"a":1,"a":2,"s":"\ud800"})", R"(json:{"a":1,"a":2,"s":"\ud800"})"},
      {"APPLICATION/JSON; charset=UTF-8", "\"\xC3\xBC\"", "json:\"\xC3\xBC\""},
      {"application/problem+json; version=\"1;2\"", "{}", "json:{}"},
      {"text/json", "null", "json:null"},
      {"application/json", "\xEF\xBB\xBF{}", "json:{}"},
      {"application/json; charset=iso-8859-1", "\"Z\xFCrich\"", "json:\"Z\xC3\xBCrich\""},
      {"application/json; charset=utf-16", "\xFF\xFE[\x00]\x00"s, "json:[]"},
      {"application/json", "\xFE\xFF\x00[\x00]"s, "json:[]"},
      {"application/json; charset=none-such", "{}", "json:{}"},
  };
  for (const Row& row : rows) EXPECT_EQ(Show(row.type, row.body), row.shown) << row.type;
}

TEST(ShownBody, GivesInvalidJsonAsTextAndWarns) {
  const Row rows[] = {
      {"application/json", "{", "text:{!"},
      {"application/json", "{'a':1}", "text:{'a':1}!"},
      {"application/json", "{}{}", "text:{}{}!"},
      {"application/json", " ", "text: !"},
      {"application/json", "NaN", "text:NaN!"},
      {"application/json", "<html>", "text:<html>!"},
      {"application/json", "\"Z\xFCrich\"", "text:\"Z\xC3\xBCrich\"!"},
      {"application/json; charset=utf-16", "x\0"s, "text:x!"},
      {"application/json; charset=utf-8", "\"\xFC\"", "base64:\"\xFC\"!"},
      {"application/json; charset=none-such", "{", "base64:{!"},
  };
  for (const Row& row : rows) EXPECT_EQ(Show(row.type, row.body), row.shown) << row.type;
}

TEST(ShownBody, GivesJsonThatIsDeeperThanParsersReadAsText) {
  const std::string deepest = std::string(512, '[') + std::string(512, ']');
  EXPECT_EQ(Show("application/json", deepest), "json:" + deepest);
  const std::string deeper = "[" + deepest + "]";
  EXPECT_EQ(Show("application/json", deeper), "text:" + deeper + "!");
}

TEST(ShownBody, GivesTextInUtf8) {
  const Row rows[] = {
      {"text/plain", "Z\xC3\xBCrich", "text:Z\xC3\xBCrich"},
      {"text/plain", "\xEF\xBB\xBFx", "text:x"},
      {"text/plain", "Z\xFCrich", "text:Z\xC3\xBCrich!"},
      {"text/html; charset=ISO-8859-1", "Z\xFCrich", "text:Z\xC3\xBCrich"},
      {"text/html; charset=\"latin1\"", "\xFC", "text:\xC3\xBC"},
      {"text/csv; charset=windows-1252", "\x80", "text:\xE2\x82\xAC"},
      {"text/plain; charset=utf-16", "\xFF\xFE\xFC\x00"s, "text:\xC3\xBC"},
      {"text/plain; charset=utf-16be", "\x00\xFC"s, "text:\xC3\xBC"},
      {"text/plain", "\xFF\xFE\xFC\x00"s, "text:\xC3\xBC"},
      {"application/xml", "<a/>", "text:<a/>"},
      {"application/soap+xml; charset=utf-8", "<a/>", "text:<a/>"},
      {"image/svg+xml", "<svg/>", "text:<svg/>"},
      {"application/javascript", "f()", "text:f()"},
      {"text/plain", "a\0b"s, "text:a\0b"s},
      {"text/plain; charset=utf-8", "\xFC", "base64:\xFC!"},
      {"text/plain; charset=us-ascii", "\xFC", "base64:\xFC!"},
      {"text/plain; charset=none-such", "x", "base64:x!"},
      {"text/plain; charset=utf-16", "odd", "base64:odd!"},
      {"text/plain; charset=utf-16le", "\x00\xD8"s, "base64:\x00\xD8!"s},
  };
  for (const Row& row : rows) EXPECT_EQ(Show(row.type, row.body), row.shown) << row.type;
}

TEST(ShownBody, GivesTheRestAsBase64WithoutAWarning) {
  for (const std::string type :
       {"", "application/octet-stream", "image/png", "application/pdf",
        "application/pdf; charset=utf-8", "Application/PDF;charset=x", "application/zip",
        "application/jsonx", "nonsense", "application/json, text/plain", "multipart/mixed"}) {
    EXPECT_EQ(Show(type, "{}"), "base64:{}") << type;
  }
}

TEST(ShownBody, IsNoneWithoutAByte) {
  for (const std::string type : {"", "application/json", "text/plain", "image/png"}) {
    EXPECT_EQ(Show(type, ""), "none:") << type;
  }
}

/// What `encoded` decodes to, fed in pieces of `size`, or the kind of error.
struct Decoded {
  std::string body;
  bool left = false;
  std::string warning;
  ErrorKind error = ErrorKind::kInternal;
};
Decoded Decode(std::string_view codings, std::string_view encoded, std::size_t size = SIZE_MAX,
               http::DecodeLimits limits = {}) {
  BodyDecoder decoder(codings, limits);
  while (!encoded.empty()) {
    const Result<void> fed = decoder.Feed(encoded.substr(0, size));
    if (!fed) return {"", false, "", fed.error().kind()};
    encoded.remove_prefix(std::min(size, encoded.size()));
  }
  if (const Result<void> finished = decoder.Finish(); !finished) {
    return {"", false, "", finished.error().kind()};
  }
  return {decoder.Take(), decoder.left_encoded(), decoder.warning()};
}

/// "hello hello" as gzip -9n and the reference encoder of br write it; then the former in the
/// latter.
const std::string kGzip =
    HexDecode("1f8b0800000000000203cb48cdc9c957c800910040a62d010b000000").value();
const std::string kBrotli = HexDecode("130a000024406a9045eaf09c0e").value();
const std::string kBrotliOfGzip =
    HexDecode("830d801f8b0800000000000203cb48cdc9c957c800910040a62d010b00000003").value();

TEST(BodyDecoder, PassesABodyWithoutCoding) {
  for (const std::string codings : {"", "identity", " , "}) {
    const Decoded decoded = Decode(codings, "hello", 2);
    EXPECT_EQ(decoded.body, "hello");
    EXPECT_FALSE(decoded.left);
    EXPECT_EQ(decoded.warning, "");
  }
}

TEST(BodyDecoder, UndoesOneCoding) {
  EXPECT_EQ(Decode("gzip", kGzip).body, "hello hello");
  EXPECT_EQ(Decode("GZIP", kGzip, 1).body, "hello hello");
  EXPECT_EQ(Decode("br", kBrotli, 1).body, "hello hello");
}

TEST(BodyDecoder, UndoesTheLastCodingFirst) {
  for (const std::size_t size : {SIZE_MAX, std::size_t{1}}) {
    EXPECT_EQ(Decode("gzip, br", kBrotliOfGzip, size).body, "hello hello");
  }
  EXPECT_EQ(Decode("br, gzip", kBrotliOfGzip).error, ErrorKind::kDecodeFailed);
}

TEST(BodyDecoder, LeavesABodyWhoseCodingItDoesNotKnow) {
  for (const std::string codings :
       {"zstd", "gzip, zstd", "zstd, gzip", "utf-8", "gzip, gzip, gzip, gzip, gzip, gzip"}) {
    const Decoded decoded = Decode(codings, kGzip, 3);
    EXPECT_EQ(decoded.body, kGzip) << codings;
    EXPECT_TRUE(decoded.left) << codings;
    EXPECT_THAT(decoded.warning, HasSubstr("Content-Encoding")) << codings;
  }
}

TEST(BodyDecoder, HasNothingToSayAboutAnEmptyBody) {
  for (const std::string codings : {"gzip", "br", "deflate", "gzip, br", "zstd"}) {
    const Decoded decoded = Decode(codings, "");
    EXPECT_EQ(decoded.body, "") << codings;
    EXPECT_EQ(decoded.warning, "") << codings;
    EXPECT_EQ(decoded.error, ErrorKind::kInternal) << codings;
  }
}

TEST(BodyDecoder, FailsOnABodyThatIsNotWhatItSays) {
  EXPECT_EQ(Decode("gzip", "hello").error, ErrorKind::kDecodeFailed);
  EXPECT_EQ(Decode("gzip", kGzip.substr(0, 20)).error, ErrorKind::kDecodeFailed);
  EXPECT_EQ(Decode("gzip, br", kGzip).error, ErrorKind::kDecodeFailed);
}

TEST(BodyDecoder, LimitsTheDecodedBodyAndOneThatStaysAsItIs) {
  const http::DecodeLimits limits{.bytes = 10};
  for (const std::string codings : {"", "gzip"}) {
    const std::string body = codings.empty() ? "hello hello" : kGzip;
    EXPECT_EQ(Decode(codings, body, 4, limits).error, ErrorKind::kUpstreamTooLarge) << codings;
  }
  EXPECT_EQ(Decode("zstd", "hello hello", 4, limits).error, ErrorKind::kUpstreamTooLarge);
  EXPECT_EQ(Decode("", "hello hell", 4, limits).body, "hello hell");
}

}  // namespace
}  // namespace sallyport::pipeline
