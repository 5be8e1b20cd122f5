#include <set>

#include <gtest/gtest.h>

#include "sallyport/base/encoding.h"
#include "sallyport/crypto/digest.h"
#include "sallyport/crypto/keyring.h"
#include "support/reveal.h"

namespace sallyport::crypto {
namespace {

std::string Hex(std::string_view text) { return HexDecode(text).value(); }

struct KnownAnswer {
  const char* name;
  const char* key;
  const char* nonce;
  const char* associated_data;
  const char* plaintext;
  const char* ciphertext;
  const char* tag;
};

// Test cases 13 to 16 of "The Galois/Counter Mode of Operation" and the first of NIST's
// gcmEncryptExtIV256.rsp.
constexpr KnownAnswer kKnownAnswers[] = {
    {"Case13", "0000000000000000000000000000000000000000000000000000000000000000",
     "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {"Case14", "0000000000000000000000000000000000000000000000000000000000000000",
     "000000000000000000000000", "", "00000000000000000000000000000000",
     "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"},
    {"Case15", "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
     "cafebabefacedbaddecaf888", "",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
     "b094dac5d93471bdec1a502270e3cc6c"},
    {"Case16", "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
     "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
    {"ExtIv256", "b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4",
     "516c33929df5a3284ff463d7", "", "", "", "bdc1ac884d332457a1d2664f168c76f0"},
};

class AeadKnownAnswer : public testing::TestWithParam<KnownAnswer> {};

TEST_P(AeadKnownAnswer, OpensToThePlaintext) {
  const KnownAnswer& answer = GetParam();
  const std::string sealed = Hex(answer.nonce) + Hex(answer.ciphertext) + Hex(answer.tag);
  const auto opened = AeadOpen(Secret(Hex(answer.key)), sealed, Hex(answer.associated_data));
  ASSERT_TRUE(opened);
  EXPECT_EQ(test::Reveal(*opened), Hex(answer.plaintext));
}

TEST_P(AeadKnownAnswer, DoesNotOpenWithAnyBitFlipped) {
  const KnownAnswer& answer = GetParam();
  const std::string sealed = Hex(answer.nonce) + Hex(answer.ciphertext) + Hex(answer.tag);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    for (const int bit : {0x01, 0x80}) {
      std::string damaged = sealed;
      damaged[i] = static_cast<char>(damaged[i] ^ bit);
      EXPECT_FALSE(AeadOpen(Secret(Hex(answer.key)), damaged, Hex(answer.associated_data))) << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Nist, AeadKnownAnswer, testing::ValuesIn(kKnownAnswers),
                         [](const auto& test) { return test.param.name; });

/// The ways in which Wycheproof's vectors for AES-GCM change a tag.
TEST(Aead, RefusesEveryTagThatIsNotTheOne) {
  const KnownAnswer& answer = kKnownAnswers[3];
  const Secret key(Hex(answer.key));
  const std::string data = Hex(answer.associated_data);
  const std::string before = Hex(answer.nonce) + Hex(answer.ciphertext);
  const std::string tag = Hex(answer.tag);
  const auto with_all_bytes = [&](int bits) {
    std::string changed = tag;
    for (char& byte : changed) byte = static_cast<char>(byte ^ bits);
    return changed;
  };
  const std::pair<const char*, std::string> tags[] = {
      {"inverted", with_all_bytes(0xFF)},
      {"high bits", with_all_bytes(0x80)},
      {"low bits", with_all_bytes(0x01)},
      {"all zero", std::string(16, '\0')},
      {"all one", std::string(16, '\xFF')},
      {"halves swapped", tag.substr(8) + tag.substr(0, 8)},
      {"reversed", {tag.rbegin(), tag.rend()}},
      {"cut to 15 bytes", tag.substr(0, 15)},
      {"cut to 12 bytes", tag.substr(0, 12)},
      {"cut to 4 bytes", tag.substr(0, 4)},
      {"none", ""},
      {"one byte more", tag + '\0'},
      {"twice", tag + tag},
  };
  ASSERT_TRUE(AeadOpen(key, before + tag, data));
  for (const auto& [what, changed] : tags) {
    EXPECT_FALSE(AeadOpen(key, before + changed, data)) << what;
  }
  for (const std::string& other : {std::string(), data + '\0', data.substr(1)}) {
    EXPECT_FALSE(AeadOpen(key, before + tag, other)) << other.size();
  }
}

TEST(Aead, RoundTripsEveryLengthAroundTheBlockSize) {
  const Secret key(RandomBytes(kKeyBytes));
  for (const std::size_t size : {0, 1, 15, 16, 17, 31, 32, 33, 1000, 1 << 20}) {
    const std::string plaintext = RandomBytes(size);
    const std::string sealed = AeadSeal(key, plaintext, "context");
    EXPECT_EQ(sealed.size(), size + 28);
    const auto opened = AeadOpen(key, sealed, "context");
    ASSERT_TRUE(opened) << size;
    EXPECT_EQ(test::Reveal(*opened), plaintext);
  }
}

TEST(Aead, UsesAFreshNonceEveryTime) {
  const Secret key(RandomBytes(kKeyBytes));
  std::set<std::string> nonces;
  for (int i = 0; i < 1000; ++i) nonces.insert(AeadSeal(key, "same", "same").substr(0, 12));
  EXPECT_EQ(nonces.size(), 1000U);
}

TEST(Aead, RefusesOtherContextOtherKeyAndTruncation) {
  const Secret key(RandomBytes(kKeyBytes));
  const std::string sealed = AeadSeal(key, "value", "context");
  EXPECT_TRUE(AeadOpen(key, sealed, "context"));
  EXPECT_FALSE(AeadOpen(key, sealed, "contexT"));
  EXPECT_FALSE(AeadOpen(key, sealed, ""));
  EXPECT_FALSE(AeadOpen(Secret(RandomBytes(kKeyBytes)), sealed, "context"));
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(AeadOpen(key, std::string_view(sealed).substr(0, size), "context")) << size;
  }
  EXPECT_FALSE(AeadOpen(key, sealed + '\0', "context"));
}

TEST(Aead, ErrorIsInternalAndSaysNothingOfTheValue) {
  const Secret key(RandomBytes(kKeyBytes));
  std::string sealed = AeadSeal(key, "tell-tale", "context");
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  auto opened = AeadOpen(key, sealed, "context");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind(), ErrorKind::kInternal);
  EXPECT_EQ(opened.error().message().find("tell"), std::string::npos);
}

TEST(Aead, RefusesAKeyOfAnotherSize) {
  EXPECT_THROW((void)AeadSeal(Secret("short"), "x", ""), std::runtime_error);
  EXPECT_THROW((void)AeadOpen(Secret(std::string(33, 'k')), std::string(40, 'x'), ""),
               std::runtime_error);
}

}  // namespace
}  // namespace sallyport::crypto
