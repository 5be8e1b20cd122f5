// What every Repository does with queries. Included after repository_contract.h, whose fixture it
// uses.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "contract/repository_contract.h"

namespace sallyport::test {

class QueryContract : public RepositoryContract {
 protected:
  void SetUp() override {
    RepositoryContract::SetUp();
    MustCreate("github", PlainDocument("GitHub"));
  }
  store::Query MustSave(const std::string& resource, const std::string& slug,
                        store::Document document) {
    auto created = repo_->CreateQuery(resource, slug, std::move(document),
                                      Audit("query.create", resource + "/" + slug));
    EXPECT_TRUE(created) << slug;
    return *created;
  }
  template <typename T>
  static std::string MessageOf(const Result<T>& result) {
    return result ? "" : result.error().message();
  }
};

TEST_P(QueryContract, ASavedQueryIsReadBackWithItsSecretsOnlyWhenAskedFor) {
  const auto created = MustSave("github", "users", SecretQuery("Users", "k3y"));
  EXPECT_GT(created.id, 0);
  EXPECT_EQ(created.resource_id, repo_->GetResource("github", WithSecrets::kNo)->id);
  EXPECT_EQ(created.slug, "users");
  EXPECT_EQ(created.version, 1);
  EXPECT_EQ(created.created_at, clock_.Now());
  EXPECT_TRUE(created.document.secrets.empty());

  auto plain = repo_->GetQuery("github", "users", WithSecrets::kNo);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->id, created.id);
  EXPECT_EQ(plain->resource_id, created.resource_id);
  EXPECT_EQ(plain->document.body, SecretQuery("Users", "").body);
  EXPECT_TRUE(plain->document.secrets.empty());
  auto opened = repo_->GetQuery("github", "users", WithSecrets::kYes);
  ASSERT_TRUE(opened);
  EXPECT_EQ(Reveal(opened->document.secrets.at("/headers/0/value")), "k3y");
  EXPECT_EQ(repo_->ListAudit({})->items[0].object, "github/users");
}

TEST_P(QueryContract, ASlugIsTakenWithinItsResourceOnly) {
  MustCreate("jira", PlainDocument("Jira"));
  const auto one = MustSave("github", "users", PlainQuery("One"));
  const auto two = MustSave("jira", "users", PlainQuery("Two"));
  EXPECT_NE(one.id, two.id);
  const std::size_t written = AuditCount();
  auto again = repo_->CreateQuery("github", "users", PlainQuery("Three"), Audit("query.create"));
  EXPECT_EQ(KindOf(again), ErrorKind::kConflict);
  EXPECT_EQ(AuditCount(), written);
  EXPECT_EQ(repo_->GetQuery("github", "users", WithSecrets::kNo)->document.body["name"], "One");
  EXPECT_EQ(repo_->GetQuery("jira", "users", WithSecrets::kNo)->document.body["name"], "Two");
}

TEST_P(QueryContract, WhatIsNotThereIsNamed) {
  const auto read = [&](const char* resource, const char* slug) {
    return repo_->GetQuery(resource, slug, WithSecrets::kNo);
  };
  EXPECT_EQ(KindOf(read("github", "absent")), ErrorKind::kNotFound);
  EXPECT_NE(MessageOf(read("github", "absent")).find("query"), std::string::npos);
  EXPECT_EQ(KindOf(read("absent", "absent")), ErrorKind::kNotFound);
  EXPECT_NE(MessageOf(read("absent", "absent")).find("resource"), std::string::npos);
  const Precondition first{1, false};
  EXPECT_EQ(KindOf(repo_->ListQueries("absent", {})), ErrorKind::kNotFound);
  EXPECT_EQ(KindOf(repo_->CreateQuery("absent", "q", PlainQuery("Q"), Audit("c"))),
            ErrorKind::kNotFound);
  EXPECT_EQ(KindOf(repo_->UpdateQuery("absent", "q", "q", PlainQuery("Q"), first, Audit("u"))),
            ErrorKind::kNotFound);
  EXPECT_EQ(KindOf(repo_->DeleteQuery("absent", "q", first, Audit("d"))), ErrorKind::kNotFound);
  EXPECT_EQ(AuditCount(), 1U);
}

TEST_P(QueryContract, AnUpdateReplacesDocumentAndSecretsAndMayRename) {
  const auto created = MustSave("github", "users", SecretQuery("Users", "old"));
  MustSave("github", "repos", PlainQuery("Repos"));
  clock_.Advance(std::chrono::seconds(5));
  auto updated = repo_->UpdateQuery("github", "users", "people", SecretQuery("People", "new"), {},
                                    Audit("query.update"));
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->id, created.id);
  EXPECT_EQ(updated->resource_id, created.resource_id);
  EXPECT_EQ(updated->version, 2);
  EXPECT_EQ(updated->created_at, created.created_at);
  EXPECT_EQ(updated->updated_at, clock_.Now());
  EXPECT_EQ(KindOf(repo_->GetQuery("github", "users", WithSecrets::kNo)), ErrorKind::kNotFound);
  auto stored = repo_->GetQuery("github", "people", WithSecrets::kYes);
  ASSERT_TRUE(stored);
  EXPECT_EQ(Reveal(stored->document.secrets.at("/headers/0/value")), "new");
  auto clash = repo_->UpdateQuery("github", "people", "repos", PlainQuery("X"), {}, Audit("u"));
  EXPECT_EQ(KindOf(clash), ErrorKind::kConflict);
  ASSERT_TRUE(
      repo_->UpdateQuery("github", "people", "people", PlainQuery("Plain"), {}, Audit("u")));
  EXPECT_TRUE(repo_->GetQuery("github", "people", WithSecrets::kYes)->document.secrets.empty());
}

TEST_P(QueryContract, PreconditionsAreAboutTheQuery) {
  const auto created = MustSave("github", "users", PlainQuery("Users"));
  const auto update = [&](const std::string& slug, const Precondition& when) {
    return KindOf(repo_->UpdateQuery("github", slug, slug, PlainQuery("New"), when, Audit("u")));
  };
  EXPECT_EQ(update("users", Precondition{7, false}), ErrorKind::kPreconditionFailed);
  EXPECT_EQ(update("users", Precondition{std::nullopt, true}), ErrorKind::kPreconditionFailed);
  EXPECT_EQ(update("absent", Precondition{1, false}), ErrorKind::kPreconditionFailed);
  EXPECT_EQ(update("absent", {}), ErrorKind::kNotFound);
  Precondition other = {1, false};
  other.id = created.id + 1;
  EXPECT_EQ(KindOf(repo_->DeleteQuery("github", "users", other, Audit("d"))),
            ErrorKind::kPreconditionFailed);
  other.id = created.id;
  EXPECT_TRUE(repo_->DeleteQuery("github", "users", other, Audit("d")));
  EXPECT_EQ(KindOf(repo_->DeleteQuery("github", "users", {}, Audit("d"))), ErrorKind::kNotFound);
}

TEST_P(QueryContract, AnIdNeverComesBack) {
  const auto first = MustSave("github", "users", PlainQuery("One"));
  ASSERT_TRUE(repo_->DeleteQuery("github", "users", {}, Audit("d")));
  EXPECT_GT(MustSave("github", "users", PlainQuery("Two")).id, first.id);
}

TEST_P(QueryContract, QueriesOfOneResourceAreListedBySlugPageByPageAndSearched) {
  MustCreate("jira", PlainDocument("Jira"));
  MustSave("jira", "bravo", PlainQuery("not mine"));
  for (const char* slug : {"delta", "alpha", "echo", "bravo", "charlie"}) {
    MustSave("github", slug, SecretQuery(slug == std::string("echo") ? "Find ME" : "Q", "p"));
  }
  std::vector<std::string> seen;
  ListQuery query;
  query.limit = 2;
  for (int pages = 0; pages < 5; ++pages) {
    auto page = repo_->ListQueries("github", query);
    ASSERT_TRUE(page);
    for (const auto& item : page->items) {
      seen.push_back(item.slug);
      EXPECT_TRUE(item.document.secrets.empty());
    }
    if (!page->next_cursor) break;
    query.cursor = *page->next_cursor;
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"alpha", "bravo", "charlie", "delta", "echo"}));
  ListQuery search;
  search.search = "find me";
  auto found = repo_->ListQueries("github", search);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->items.size(), 1U);
  EXPECT_EQ(found->items[0].slug, "echo");
  ListQuery foreign;
  foreign.cursor = "MTpyZXNvdXJjZXM6YQ";  // of the list of resources
  EXPECT_EQ(KindOf(repo_->ListQueries("github", foreign)), ErrorKind::kValidationFailed);
}

TEST_P(QueryContract, QueriesGoWithTheirResourceAndStayWhenItIsRenamed) {
  MustCreate("jira", PlainDocument("Jira"));
  MustSave("jira", "issues", SecretQuery("Issues", "kept"));
  MustSave("github", "users", SecretQuery("Users", "gone"));
  ASSERT_TRUE(repo_->UpdateResource("jira", "tickets", PlainDocument("T"), {}, KeepTokens::kYes,
                                    Audit("u")));
  auto moved = repo_->GetQuery("tickets", "issues", WithSecrets::kYes);
  ASSERT_TRUE(moved);
  EXPECT_EQ(Reveal(moved->document.secrets.at("/headers/0/value")), "kept");
  ASSERT_TRUE(repo_->DeleteResource("github", {}, Audit("d")));
  EXPECT_EQ(KindOf(repo_->GetQuery("github", "users", WithSecrets::kNo)), ErrorKind::kNotFound);
  MustCreate("github", PlainDocument("Again"));
  EXPECT_TRUE(repo_->ListQueries("github", {})->items.empty());
  int left = 0;
  ASSERT_TRUE(repo_->ForEachQuery([&](store::Query&&, bool) { ++left; }));
  EXPECT_EQ(left, 1);
}

TEST_P(QueryContract, LoadingStreamsAllQueriesWithSecrets) {
  const auto saved = MustSave("github", "users", SecretQuery("Users", "k3y"));
  MustSave("github", "repos", PlainQuery("Repos"));
  std::map<std::string, std::string> seen;
  ASSERT_TRUE(repo_->ForEachQuery([&](store::Query&& query, bool broken) {
    EXPECT_FALSE(broken);
    EXPECT_EQ(query.resource_id, saved.resource_id);
    const auto secret = query.document.secrets.find("/headers/0/value");
    seen[query.slug] = secret == query.document.secrets.end() ? "" : Reveal(secret->second);
  }));
  EXPECT_EQ(seen, (std::map<std::string, std::string>{{"repos", ""}, {"users", "k3y"}}));
}

TEST_P(QueryContract, RotationReachesQueriesToo) {
  MustSave("github", "users", SecretQuery("Users", "k3y"));
  auto resealed = repo_->RotateKeys(Audit("keys.rotate"), [] {});
  ASSERT_TRUE(resealed);
  EXPECT_EQ(*resealed, 1U);
  auto stored = repo_->GetQuery("github", "users", WithSecrets::kYes);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->version, 1);
  EXPECT_EQ(Reveal(stored->document.secrets.at("/headers/0/value")), "k3y");
}

}  // namespace sallyport::test
