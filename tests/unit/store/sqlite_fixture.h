// A data directory with a database in it.
#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "sallyport/store/sqlite.h"
#include "support/fake_clock.h"
#include "support/store_samples.h"
#include "support/temp_dir.h"

namespace sallyport::store {

class SqliteTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Repository>> TryOpen(const std::vector<std::string>& master_ids = {"k1"}) {
    return OpenSqliteRepository({path_, test::MasterKeys(master_ids)}, clock_);
  }
  std::unique_ptr<Repository> Open(const std::vector<std::string>& master_ids = {"k1"}) {
    auto opened = TryOpen(master_ids);
    if (!opened) throw std::runtime_error(opened.error().message() + opened.error().detail());
    return std::move(*opened);
  }
  /// "" when it opens.
  std::string Refusal(const std::vector<std::string>& master_ids = {"k1"}) {
    auto opened = TryOpen(master_ids);
    return opened ? "" : opened.error().message();
  }
  /// Runs SQL of the test on the file, past the repository.
  void Sql(const std::string& sql, const std::string& path = "") {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open((path.empty() ? path_ : path).c_str(), &handle), SQLITE_OK);
    char* error = nullptr;
    ASSERT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
    sqlite3_close(handle);
  }
  static std::string BytesOf(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void Overwrite(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  /// File name -> bytes, of the whole directory.
  std::map<std::string, std::string> Files() {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
      files[entry.path().filename().string()] = BytesOf(entry.path());
    }
    return files;
  }
  static Result<Resource> Create(Repository& repository, const std::string& slug,
                                 const std::string& password = "p4ss") {
    return repository.CreateResource(slug, test::SecretDocument(slug, password),
                                     test::Audit("resource.create", slug));
  }
  static std::string PasswordOf(Repository& repository, const std::string& slug) {
    auto resource = repository.GetResource(slug, WithSecrets::kYes);
    return resource ? test::Reveal(resource->document.secrets.at("/auth/password")) : "";
  }

  static Result<Query> Save(Repository& repository, const std::string& resource,
                            const std::string& slug, const std::string& key = "k3y") {
    return repository.CreateQuery(resource, slug, test::SecretQuery(slug, key),
                                  test::Audit("query.create", slug));
  }
  static std::string KeyOfQuery(Repository& repository, const std::string& resource,
                                const std::string& slug) {
    auto query = repository.GetQuery(resource, slug, WithSecrets::kYes);
    return query ? test::Reveal(query->document.secrets.at("/headers/0/value")) : "";
  }

  static Result<TokenSet> SignIn(Repository& repository, std::int64_t resource_id,
                                 const std::string& user, const std::string& access_token) {
    return repository.PutTokens(
        test::SampleTokens(resource_id, {OwnerKind::kUser, user}, access_token), {}, std::nullopt);
  }
  /// User -> access token, "(broken)" for one that does not open; of the whole database.
  static std::map<std::string, std::string> AccessTokens(Repository& repository) {
    std::map<std::string, std::string> tokens;
    EXPECT_TRUE(repository.ForEachTokenSet([&](TokenSet&& set, bool broken) {
      EXPECT_EQ(set.tokens.access_token.empty(), broken);
      tokens[set.owner.id] = broken ? "(broken)" : test::Reveal(set.tokens.access_token);
    }));
    return tokens;
  }

  test::TempDir directory_;
  const std::string path_ = directory_ / "sallyport.db";
  test::FakeClock clock_;
};

}  // namespace sallyport::store
