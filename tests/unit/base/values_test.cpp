// Encodings, addresses, times, secrets and results.
#include <string>
#include <type_traits>
#include <utility>

#include <gtest/gtest.h>

#include "sallyport/base/clock.h"
#include "sallyport/base/encoding.h"
#include "sallyport/base/ip_address.h"
#include "sallyport/base/result.h"
#include "sallyport/base/secret.h"

namespace sallyport {
namespace {

TEST(Base64, MatchesTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(Base64Encode(plain), encoded);
    EXPECT_EQ(Base64Decode(encoded), plain);
  }
  EXPECT_EQ(Base64UrlEncode("\xfb\xff"), "-_8");
  EXPECT_EQ(Base64UrlDecode("-_8"), "\xfb\xff");
  EXPECT_EQ(Base64Decode("Zg"), "f");
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (const char* text :
       {"Z", "Zg=", "Zg===", "Z===", "Zh==", "Z g=", "Zm9v\n", "-_8", "=", "Zg==Zg=="}) {
    EXPECT_FALSE(Base64Decode(text)) << text;
  }
}

TEST(Hex, RoundTripsAndRefuses) {
  EXPECT_EQ(HexEncode(std::string("\x00\xab\xff", 3)), "00abff");
  EXPECT_EQ(HexDecode("00ABff"), std::string("\x00\xab\xff", 3));
  EXPECT_FALSE(HexDecode("0"));
  EXPECT_FALSE(HexDecode("0g"));
}

TEST(IpAddress, TakesStrictFormsOnly) {
  EXPECT_EQ(IpAddress::Parse("10.0.0.1")->v4(), 0x0A000001U);
  EXPECT_EQ(IpAddress::Parse("::FFFF:1.2.3.4")->ToString(), "::ffff:1.2.3.4");
  EXPECT_EQ(IpAddress::Parse("2001:DB8:0:0::1")->ToString(), "2001:db8::1");
  for (const char* text : {"", "127.1", "0x7f.0.0.1", "0177.0.0.1", "127.0.0.01", "256.0.0.1",
                           "1.2.3.4.5", "1.2.3", "1.2.3.", "[::1]", "fe80::1%eth0",
                           ":::", "1::2::3", "2130706433", " 1.2.3.4", "1.2.3.4 "}) {
    EXPECT_FALSE(IpAddress::Parse(text)) << text;
  }
}

TEST(IpBlock, HoldsBothEndsAndNotTheirNeighbors) {
  const auto block = IpBlock::Parse("172.16.0.0/12");
  ASSERT_TRUE(block);
  EXPECT_FALSE(block->Contains(*IpAddress::Parse("172.15.255.255")));
  EXPECT_TRUE(block->Contains(*IpAddress::Parse("172.16.0.0")));
  EXPECT_TRUE(block->Contains(*IpAddress::Parse("172.31.255.255")));
  EXPECT_FALSE(block->Contains(*IpAddress::Parse("172.32.0.0")));
  EXPECT_FALSE(block->Contains(*IpAddress::Parse("::ffff:172.16.0.1")));
  EXPECT_TRUE(IpBlock::Parse("0.0.0.0/0")->Contains(*IpAddress::Parse("255.255.255.255")));
  EXPECT_TRUE(IpBlock::Parse("::1")->Contains(*IpAddress::Parse("::1")));
  for (const char* text :
       {"10.0.0.1/8", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "x/8", "10/8"}) {
    EXPECT_FALSE(IpBlock::Parse(text)) << text;
  }
}

TEST(Time, FormatsAndParsesRfc3339) {
  const SystemTime time{std::chrono::milliseconds(1767225600123)};
  EXPECT_EQ(FormatTime(time), "2026-01-01T00:00:00.123Z");
  EXPECT_EQ(ParseTime("2026-01-01T00:00:00.123Z"), time);
  EXPECT_EQ(ParseTime("2026-01-01t02:00:00.1234+02:00"), time);
  EXPECT_EQ(ParseTime("2025-12-31T23:30:00.123-00:30"), time);
  EXPECT_EQ(FormatTime(SystemTime{std::chrono::milliseconds(-1)}), "1969-12-31T23:59:59.999Z");
  for (const char* text :
       {"", "2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z", "2026-1-1T00:00:00Z",
        "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+2:00", "2026-13-01T00:00:00Z"}) {
    EXPECT_FALSE(ParseTime(text)) << text;
  }
}

TEST(Secret, RevealsWhatItHoldsAndIsEmptyAfterAMove) {
  Secret secret(std::string("a-rather-long-secret-that-is-not-inline"));
  Secret moved(std::move(secret));
  EXPECT_TRUE(secret.empty());  // NOLINT(bugprone-use-after-move): the point of the test
  EXPECT_TRUE(moved.Reveal(
      [](std::string_view bytes) { return bytes == "a-rather-long-secret-that-is-not-inline"; }));
  Secret copy;
  copy = moved;
  EXPECT_EQ(copy.size(), moved.size());
}

TEST(Secret, WipesAShortValueThatAMoveLeavesBehind) {
  alignas(Secret) unsigned char storage[sizeof(Secret)];
  auto* original = new (storage) Secret(std::string("hunter2"));
  Secret moved(std::move(*original));
  original->~Secret();
  const std::string_view left(reinterpret_cast<const char*>(storage), sizeof(storage));
  EXPECT_EQ(left.find("hunter2"), std::string_view::npos);
}

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Printable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);

TEST(ConstantTimeEqual, Compares) {
  EXPECT_TRUE(ConstantTimeEqual("", ""));
  EXPECT_TRUE(ConstantTimeEqual("abc", "abc"));
  EXPECT_FALSE(ConstantTimeEqual("abc", "abd"));
  EXPECT_FALSE(ConstantTimeEqual("abc", "ab"));
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good = 5;
  const Result<int> bad = Error(ErrorKind::kNotFound, ErrorSource::kCaller, "no such thing");
  EXPECT_TRUE(good);
  EXPECT_EQ(*good, 5);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message(), "no such thing");
  EXPECT_TRUE(Result<void>());
}

}  // namespace
}  // namespace sallyport
