#include <gtest/gtest.h>

#include "sallyport/base/encoding.h"
#include "sallyport/crypto/digest.h"
#include "sallyport/crypto/keyring.h"
#include "support/reveal.h"

namespace sallyport::crypto {
namespace {

const std::string kGood =
    HexDecode("9f3c1ab2e07744d86105b9ce28fa6d137ee2904b35c8d7a1fb06522e91cc4d80").value();

std::string Refusal(std::string_view text) {
  auto key = ParseMasterKey(text);
  return key ? "" : key.error().message();
}

TEST(MasterKey, ReadsHexAndBase64InAnyUsualSpelling) {
  std::string upper = HexEncode(kGood);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::string unpadded = Base64Encode(kGood);
  unpadded.pop_back();
  for (const std::string& text : {HexEncode(kGood), upper, Base64Encode(kGood), unpadded,
                                  Base64UrlEncode(kGood), "  " + Base64Encode(kGood) + "\r\n"}) {
    const auto key = ParseMasterKey(text);
    ASSERT_TRUE(key) << text;
    EXPECT_EQ(test::Reveal(*key), kGood);
  }
}

TEST(MasterKey, TakesEveryRandomKey) {
  for (int i = 0; i < 2000; ++i) {
    EXPECT_EQ(Refusal(Base64Encode(RandomBytes(kKeyBytes))), "");
  }
}

struct WeakKey {
  const char* name;
  std::string text;
  const char* reason;
};

class WeakMasterKey : public testing::TestWithParam<WeakKey> {};

TEST_P(WeakMasterKey, IsRefusedSayingWhyAndHowToMakeAGoodOne) {
  const std::string refusal = Refusal(GetParam().text);
  EXPECT_NE(refusal.find(GetParam().reason), std::string::npos) << refusal;
  EXPECT_NE(refusal.find("sallyport keys generate"), std::string::npos) << refusal;
  EXPECT_EQ(refusal.find('\n'), std::string::npos) << refusal;
  if (GetParam().text.size() > 8) {
    EXPECT_EQ(refusal.find(GetParam().text), std::string::npos);
  }
}

std::string Counting(int from, int step) {
  std::string key;
  for (int i = 0; i < 32; ++i) key += static_cast<char>(from + step * i);
  return key;
}

std::string Repeated(std::string_view part) {
  std::string key;
  while (key.size() < kKeyBytes) key += part;
  key.resize(kKeyBytes);
  return key;
}

INSTANTIATE_TEST_SUITE_P(
    Table, WeakMasterKey,
    testing::Values(
        WeakKey{"Empty", "", "is missing"}, WeakKey{"Blank", " \n", "is missing"},
        WeakKey{"NotEncoded", "not a key at all!", "neither Base64 nor hex"},
        WeakKey{"ShortHex", HexEncode(kGood.substr(0, 31)), "has 31 bytes"},
        WeakKey{"ShortBase64", Base64Encode(kGood.substr(0, 16)), "has 16 bytes"},
        WeakKey{"Long", Base64Encode(kGood + "x"), "has 33 bytes"},
        WeakKey{"ZeroHex", std::string(64, '0'), "is all zero"},
        WeakKey{"ZeroBase64", Base64Encode(std::string(32, '\0')), "is all zero"},
        WeakKey{"OneByte", Base64Encode(std::string(32, '\xA5')), "one repeated byte"},
        WeakKey{"Pattern", HexEncode(Repeated("\x01\x23\x45\x67\x89\xab\xcd\xef")), "a sample"},
        WeakKey{"HalfTwice", HexEncode(kGood.substr(0, 16) + kGood.substr(0, 16)), "a sample"},
        WeakKey{"OddPattern", HexEncode(Repeated("\x01\xfe\x77")), "a sample"},
        WeakKey{"CountingUp", HexEncode(Counting(0, 1)), "a sample"},
        WeakKey{"CountingDown", HexEncode(Counting(255, -1)), "a sample"},
        WeakKey{"FewValues", HexEncode(std::string(28, '\0') + "\x01\x02\x03\x04"), "a sample"},
        WeakKey{"Typed", Base64Encode("correct horse battery staple 123"), "typed text"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace sallyport::crypto
