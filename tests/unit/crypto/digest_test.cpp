#include "sallyport/crypto/digest.h"

#include <set>

#include <gtest/gtest.h>

#include "sallyport/base/encoding.h"

namespace sallyport::crypto {
namespace {

std::string HexOfSha256(std::string_view bytes) {
  const auto digest = Sha256(bytes);
  return HexEncode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

TEST(Digest, MatchesTheFips180Examples) {
  EXPECT_EQ(HexOfSha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexOfSha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HexOfSha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Random, GivesAsManyBytesAsAskedFor) {
  EXPECT_EQ(RandomBytes(0).size(), 0U);
  EXPECT_EQ(RandomBytes(1).size(), 1U);
  EXPECT_EQ(RandomBytes(4096).size(), 4096U);
}

TEST(Random, NeverRepeatsATokenOrId) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    seen.insert(RandomToken("spk_"));
    seen.insert(RandomId());
  }
  EXPECT_EQ(seen.size(), 2000U);
}

TEST(Random, TokensHoldPrefixAnd256BitsAsBase64Url) {
  const std::string token = RandomToken("sps_");
  ASSERT_EQ(token.substr(0, 4), "sps_");
  const auto bytes = Base64UrlDecode(token.substr(4));
  ASSERT_TRUE(bytes.has_value());
  EXPECT_EQ(bytes->size(), 32U);
}

TEST(Random, IdsAre128BitsAsLowerCaseHex) {
  const std::string id = RandomId();
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
}

}  // namespace
}  // namespace sallyport::crypto
