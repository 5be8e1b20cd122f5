// AES-256-GCM beside Wycheproof's vectors (tests/corpora/README.md).
#include <gtest/gtest.h>

#include "sallyport/base/encoding.h"
#include "sallyport/crypto/keyring.h"
#include "support/corpus.h"

namespace sallyport::crypto {
namespace {

using nlohmann::json;

constexpr std::size_t kNonceBytes = 12;

std::string Hex(const json& text) { return HexDecode(text.get<std::string>()).value(); }

TEST(AeadCorpus, OpensWhatIsValidAndNothingElse) {
  int opened = 0;
  int refused = 0;
  for (const json& item : test::LoadCorpus("crypto/aes_gcm.json")) {
    const std::string nonce = Hex(item.at("iv"));
    if (nonce.size() != kNonceBytes) continue;  // the next test's
    const auto plaintext =
        AeadOpen(Secret(Hex(item.at("key"))), nonce + Hex(item.at("ct")) + Hex(item.at("tag")),
                 Hex(item.at("aad")));
    const bool valid = item.at("result") == "valid";
    ASSERT_EQ(static_cast<bool>(plaintext), valid) << item;
    ++(valid ? opened : refused);
    if (!valid) continue;
    plaintext->Reveal(
        [&](std::string_view bytes) { EXPECT_EQ(bytes, Hex(item.at("msg"))) << item; });
  }
  EXPECT_EQ(opened, 39);
  EXPECT_EQ(refused, 27);
}

/// A sealed value has no room for another nonce, so that none of these can be mistaken for one.
TEST(AeadCorpus, OpensNothingThatWasSealedWithANonceOfAnotherSize) {
  int refused = 0;
  for (const json& item : test::LoadCorpus("crypto/aes_gcm.json")) {
    const std::string nonce = Hex(item.at("iv"));
    if (nonce.size() == kNonceBytes) continue;
    EXPECT_FALSE(AeadOpen(Secret(Hex(item.at("key"))),
                          nonce + Hex(item.at("ct")) + Hex(item.at("tag")), Hex(item.at("aad"))))
        << item;
    ++refused;
  }
  EXPECT_EQ(refused, 39);
}

}  // namespace
}  // namespace sallyport::crypto
