// Nothing secret is ever in clear on the disk.
#include "sallyport/base/encoding.h"
#include "unit/store/sqlite_fixture.h"

namespace sallyport::store {
namespace {

class Sealing : public SqliteTest {
 protected:
  void ExpectNowhere(const std::string& canary) {
    for (const auto& [name, bytes] : Files()) {
      EXPECT_EQ(bytes.find(canary), std::string::npos) << canary << " is in " << name;
    }
  }
};

TEST_F(Sealing, NoFileEverHoldsASecretInClear) {
  auto repository = Open();
  ASSERT_TRUE(Create(*repository, "github", "canary-created"));
  ExpectNowhere("canary-created");
  ASSERT_TRUE(repository->UpdateResource("github", "github",
                                         test::SecretDocument("G", "canary-updated"), {},
                                         KeepTokens::kYes, test::Audit("resource.update")));
  ExpectNowhere("canary-created");
  ExpectNowhere("canary-updated");
  ASSERT_TRUE(repository->RotateKeys(test::Audit("keys.rotate"), [] {}));
  ASSERT_TRUE(repository->DeleteResource("github", {}, test::Audit("resource.delete")));
  ExpectNowhere("canary-updated");
  repository.reset();
  ExpectNowhere("canary");
}

TEST_F(Sealing, NoFileEverHoldsATokenInClear) {
  auto repository = Open();
  const std::int64_t id = Create(*repository, "github")->id;
  TokenSet set = test::SampleTokens(id, {OwnerKind::kUser, "alice"}, "canary-access");
  set.tokens.refresh_token = Secret("canary-refresh");
  set.tokens.id_token = Secret("canary-id");
  const auto search = [&] {
    for (const char* kind : {"access", "refresh", "id"}) {
      const std::string token = std::string("canary-") + kind;
      ExpectNowhere(token);
      ExpectNowhere(Base64Encode(token));
    }
  };
  ASSERT_TRUE(repository->PutTokens(set, {}, test::Audit("connection.create")));
  search();
  ASSERT_TRUE(repository->PutTokens(set, {}, std::nullopt));
  ASSERT_TRUE(repository->RotateKeys(test::Audit("keys.rotate"), [] {}));
  search();
  ASSERT_TRUE(repository->DeleteTokens(id, set.owner, test::Audit("connection.delete")));
  repository.reset();
  search();
}

TEST_F(Sealing, ASecretLeftInTheDocumentIsMaskedBeforeItIsStored) {
  auto repository = Open();
  Document document = test::SecretDocument("G", "canary-value");
  document.body["auth"]["password"] = "canary-value";
  auto created = repository->CreateResource("github", document, test::Audit("c"));
  ASSERT_TRUE(created);
  EXPECT_EQ(created->document.body["auth"]["password"], kMask);
  EXPECT_EQ(PasswordOf(*repository, "github"), "canary-value");
  ExpectNowhere("canary-value");
}

TEST_F(Sealing, ADeletedSealedValueLeavesNoCopyInTheFile) {
  auto repository = Open();
  ASSERT_TRUE(Create(*repository, "github"));
  const auto id = ListDataKeys(path_)->front().id;
  ASSERT_TRUE(repository->DeleteResource("github", {}, test::Audit("resource.delete")));
  repository.reset();
  // Sealed blobs start with the id of their key and a colon.
  EXPECT_EQ(BytesOf(path_).find(id + ":"), std::string::npos);
}

TEST_F(Sealing, TokensAreNotStoredOnlyTheirDigests) {
  auto repository = Open();
  ASSERT_TRUE(repository->CreateApiKey(test::SampleApiKey("k9"), test::Audit("api_key.create")));
  ExpectNowhere("token of key k9");
}

}  // namespace
}  // namespace sallyport::store
