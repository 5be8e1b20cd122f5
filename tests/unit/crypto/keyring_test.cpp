#include "sallyport/crypto/keyring.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "sallyport/crypto/digest.h"
#include "support/reveal.h"

namespace sallyport::crypto {
namespace {

MasterKey NewMaster(const std::string& id) { return {id, Secret(RandomBytes(kKeyBytes))}; }

TEST(Keyring, OpensWhatItSealed) {
  Keyring keyring({NewMaster("k1")});
  const WrappedKey key = keyring.CreateDataKey();
  EXPECT_EQ(key.master_id, "k1");
  EXPECT_EQ(keyring.active_id(), key.id);
  const std::string blob = keyring.Seal("value", "resources", 7, "secrets");
  EXPECT_EQ(blob.find("value"), std::string::npos);
  EXPECT_EQ(blob.substr(0, key.id.size() + 1), key.id + ":");
  const auto opened = keyring.Open(blob, "resources", 7, "secrets");
  ASSERT_TRUE(opened);
  EXPECT_EQ(test::Reveal(*opened), "value");
}

TEST(Keyring, DoesNotOpenAValueMovedToAnotherPlace) {
  Keyring keyring({NewMaster("k1")});
  (void)keyring.CreateDataKey();
  const std::string blob = keyring.Seal("value", "resources", 7, "secrets");
  EXPECT_TRUE(keyring.Open(blob, "resources", 7, "secrets"));
  EXPECT_FALSE(keyring.Open(blob, "tokens", 7, "secrets"));
  EXPECT_FALSE(keyring.Open(blob, "resources", 8, "secrets"));
  EXPECT_FALSE(keyring.Open(blob, "resources", -7, "secrets"));
  EXPECT_FALSE(keyring.Open(blob, "resources", 7, "other"));
  EXPECT_FALSE(keyring.Open(blob, "resources7", 0, "secrets"));
}

TEST(Keyring, PlacesThatJoinToTheSameTextAreStillDifferent) {
  Keyring keyring({NewMaster("k1")});
  (void)keyring.CreateDataKey();
  const std::string blob = keyring.Seal("value", "a", 11, "b");
  EXPECT_FALSE(keyring.Open(blob, "a1", 1, "b"));
  EXPECT_FALSE(keyring.Open(blob, "a", 1, "1b"));
}

TEST(Keyring, DoesNotOpenWhenAnyByteOfTheBlobIsFlipped) {
  Keyring keyring({NewMaster("k1")});
  (void)keyring.CreateDataKey();
  const std::string blob = keyring.Seal("value", "resources", 7, "secrets");
  for (std::size_t i = 0; i < blob.size(); ++i) {
    std::string damaged = blob;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(keyring.Open(damaged, "resources", 7, "secrets")) << i;
  }
  EXPECT_FALSE(keyring.Open("", "resources", 7, "secrets"));
  EXPECT_FALSE(keyring.Open(keyring.active_id(), "resources", 7, "secrets"));
  EXPECT_FALSE(keyring.Open(keyring.active_id() + ":", "resources", 7, "secrets"));
}

TEST(Keyring, TheKeyIdIsPartOfTheAssociatedData) {
  const MasterKey master = NewMaster("k1");
  Keyring keyring({master});
  const WrappedKey key = keyring.CreateDataKey();
  const std::string blob = keyring.Seal("value", "resources", 7, "secrets");
  const std::string swapped = RandomId();
  EXPECT_FALSE(keyring.Open(swapped + blob.substr(key.id.size()), "resources", 7, "secrets"));
  EXPECT_FALSE(keyring.AddDataKey({swapped, key.master_id, key.wrapped}, false));
}

TEST(Keyring, AStoredDataKeyOpensOnlyWithTheMasterThatWrappedIt) {
  const MasterKey master = NewMaster("k1");
  Keyring first({master});
  const WrappedKey key = first.CreateDataKey();
  const std::string blob = first.Seal("value", "resources", 7, "secrets");

  Keyring again({NewMaster("k0"), master});
  ASSERT_TRUE(again.AddDataKey(key, true));
  EXPECT_TRUE(again.Open(blob, "resources", 7, "secrets"));

  Keyring other_bytes({NewMaster("k1")});
  auto refused = other_bytes.AddDataKey(key, true);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::kInternal);
  EXPECT_NE(refused.error().message().find("\"k1\""), std::string::npos);

  Keyring other_id({NewMaster("k2")});
  auto missing = other_id.AddDataKey(key, true);
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message().find("not configured"), std::string::npos);

  WrappedKey renamed = key;
  renamed.master_id = "k2";
  Keyring same_bytes_other_id({MasterKey{"k2", master.bytes}});
  EXPECT_FALSE(same_bytes_other_id.AddDataKey(renamed, true));
}

TEST(Keyring, RewrapMovesADataKeyToTheFirstMasterKey) {
  const MasterKey old_master = NewMaster("k1");
  const MasterKey new_master = NewMaster("k2");
  Keyring before({old_master});
  const WrappedKey key = before.CreateDataKey();
  const std::string blob = before.Seal("value", "resources", 7, "secrets");

  Keyring both({new_master, old_master});
  ASSERT_TRUE(both.AddDataKey(key, true));
  auto rewrapped = both.Rewrap(key.id);
  ASSERT_TRUE(rewrapped);
  EXPECT_EQ(rewrapped->id, key.id);
  EXPECT_EQ(rewrapped->master_id, "k2");

  Keyring after({new_master});
  ASSERT_TRUE(after.AddDataKey(*rewrapped, true));
  EXPECT_TRUE(after.Open(blob, "resources", 7, "secrets"));
  EXPECT_FALSE(both.Rewrap("unknown"));
}

TEST(Keyring, ANewDataKeySealsAndTheOldOneStillOpensUntilForgotten) {
  Keyring keyring({NewMaster("k1")});
  const WrappedKey old_key = keyring.CreateDataKey();
  const std::string old_blob = keyring.Seal("old", "resources", 1, "secrets");
  const WrappedKey new_key = keyring.CreateDataKey();
  const std::string new_blob = keyring.Seal("new", "resources", 1, "secrets");
  EXPECT_NE(old_key.id, new_key.id);
  EXPECT_TRUE(keyring.Open(old_blob, "resources", 1, "secrets"));
  keyring.Forget(old_key.id);
  EXPECT_FALSE(keyring.Open(old_blob, "resources", 1, "secrets"));
  EXPECT_TRUE(keyring.Open(new_blob, "resources", 1, "secrets"));
}

TEST(Keyring, NeedsAMasterKeyAndAnActiveDataKey) {
  EXPECT_THROW(Keyring({}), std::invalid_argument);
  Keyring keyring({NewMaster("k1")});
  EXPECT_THROW((void)keyring.Seal("value", "t", 1, "c"), std::logic_error);
}

}  // namespace
}  // namespace sallyport::crypto
