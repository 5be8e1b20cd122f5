// What every Repository does, whatever it is made of. Included by one file, which instantiates
// `RepositoryContract` with a maker for each implementation.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "sallyport/store/repository.h"
#include "support/fake_clock.h"
#include "support/store_samples.h"

namespace sallyport::test {

/// One repository for one test; owns what it needs.
class RepositoryHolder {
 public:
  virtual ~RepositoryHolder() = default;
  virtual store::Repository& repository() = 0;
};
using RepositoryMaker = std::function<std::unique_ptr<RepositoryHolder>(const Clock& clock)>;

class RepositoryContract : public testing::TestWithParam<RepositoryMaker> {
 protected:
  void SetUp() override {
    holder_ = GetParam()(clock_);
    repo_ = &holder_->repository();
  }

  store::Resource MustCreate(const std::string& slug, store::Document document) {
    auto created = repo_->CreateResource(slug, std::move(document), Audit("resource.create", slug));
    EXPECT_TRUE(created) << slug;
    return *created;
  }
  std::size_t AuditCount() {
    store::ListQuery query;
    query.limit = 1000;
    auto page = repo_->ListAudit(query);
    EXPECT_TRUE(page);
    return page->items.size();
  }

  FakeClock clock_;
  std::unique_ptr<RepositoryHolder> holder_;
  store::Repository* repo_ = nullptr;
};

template <typename T>
ErrorKind KindOf(const Result<T>& result) {
  return result ? ErrorKind::kMalformedRequest : const_cast<Result<T>&>(result).error().kind();
}

using store::KeepTokens;
using store::ListQuery;
using store::Precondition;
using store::WithSecrets;

// Resources ---------------------------------------------------------------------------------------

TEST_P(RepositoryContract, ACreatedResourceIsReadBackWithItsSecretsOnlyWhenAskedFor) {
  const auto created = MustCreate("github", SecretDocument("GitHub", "p4ss"));
  EXPECT_GT(created.id, 0);
  EXPECT_EQ(created.slug, "github");
  EXPECT_EQ(created.version, 1);
  EXPECT_EQ(created.created_at, clock_.Now());
  EXPECT_EQ(created.updated_at, clock_.Now());

  auto plain = repo_->GetResource("github", WithSecrets::kNo);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->id, created.id);
  EXPECT_EQ(plain->version, 1);
  EXPECT_EQ(plain->created_at, created.created_at);
  EXPECT_EQ(plain->document.body, SecretDocument("GitHub", "p4ss").body);
  EXPECT_TRUE(plain->document.secrets.empty());

  auto opened = repo_->GetResource("github", WithSecrets::kYes);
  ASSERT_TRUE(opened);
  ASSERT_EQ(opened->document.secrets.size(), 1U);
  EXPECT_EQ(Reveal(opened->document.secrets.at("/auth/password")), "p4ss");
}

TEST_P(RepositoryContract, MembersKeepTheirOrderAndValuesTheirSpelling) {
  store::Document document;
  document.body =
      Json::parse(R"({"z":1,"a":[1.5,"é\u0000\n",null,true],"name":"N","m":{"y":0,"b":{}}})");
  document.secrets.emplace("/none", Secret("ü\n\"'\\ \x7f"));
  document.secrets.emplace("/empty", Secret(""));
  MustCreate("ordered", document);
  auto stored = repo_->GetResource("ordered", WithSecrets::kYes);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->document.body.dump(), document.body.dump());
  EXPECT_EQ(Reveal(stored->document.secrets.at("/none")), "ü\n\"'\\ \x7f");
  EXPECT_EQ(Reveal(stored->document.secrets.at("/empty")), "");
}

TEST_P(RepositoryContract, ATakenSlugIsAConflictAndChangesNothing) {
  MustCreate("github", PlainDocument("First"));
  auto again = repo_->CreateResource("github", PlainDocument("Second"), Audit("resource.create"));
  EXPECT_EQ(KindOf(again), ErrorKind::kConflict);
  EXPECT_EQ(repo_->GetResource("github", WithSecrets::kNo)->document.body["name"], "First");
  EXPECT_EQ(AuditCount(), 1U);
}

TEST_P(RepositoryContract, SlugsAreComparedByteByByte) {
  MustCreate("a-b", PlainDocument("One"));
  MustCreate("a_b", PlainDocument("Two"));
  EXPECT_EQ(KindOf(repo_->GetResource("A-b", WithSecrets::kNo)), ErrorKind::kNotFound);
  EXPECT_EQ(KindOf(repo_->GetResource("", WithSecrets::kNo)), ErrorKind::kNotFound);
}

TEST_P(RepositoryContract, AnUpdateReplacesDocumentAndSecretsAndCountsTheVersion) {
  const auto created = MustCreate("github", SecretDocument("GitHub", "old"));
  clock_.Advance(std::chrono::seconds(5));
  auto updated = repo_->UpdateResource("github", "github", SecretDocument("Hub", "new"), {},
                                       KeepTokens::kYes, Audit("resource.update"));
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->id, created.id);
  EXPECT_EQ(updated->version, 2);
  EXPECT_EQ(updated->created_at, created.created_at);
  EXPECT_EQ(updated->updated_at, clock_.Now());
  auto stored = repo_->GetResource("github", WithSecrets::kYes);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->version, 2);
  EXPECT_EQ(stored->document.body["name"], "Hub");
  EXPECT_EQ(Reveal(stored->document.secrets.at("/auth/password")), "new");

  auto cleared = repo_->UpdateResource("github", "github", PlainDocument("Hub"), {},
                                       KeepTokens::kYes, Audit("resource.update"));
  ASSERT_TRUE(cleared);
  EXPECT_EQ(cleared->version, 3);
  EXPECT_TRUE(repo_->GetResource("github", WithSecrets::kYes)->document.secrets.empty());
}

TEST_P(RepositoryContract, AnUpdateMayRenameButNotOntoAnother) {
  const auto first = MustCreate("first", SecretDocument("First", "p"));
  MustCreate("second", PlainDocument("Second"));
  auto renamed = repo_->UpdateResource("first", "third", SecretDocument("Third", "p"), {},
                                       KeepTokens::kYes, Audit("resource.update"));
  ASSERT_TRUE(renamed);
  EXPECT_EQ(renamed->id, first.id);
  EXPECT_EQ(renamed->slug, "third");
  EXPECT_EQ(KindOf(repo_->GetResource("first", WithSecrets::kNo)), ErrorKind::kNotFound);
  EXPECT_TRUE(repo_->GetResource("third", WithSecrets::kYes));
  auto clash = repo_->UpdateResource("third", "second", PlainDocument("X"), {}, KeepTokens::kYes,
                                     Audit("x"));
  EXPECT_EQ(KindOf(clash), ErrorKind::kConflict);
  EXPECT_EQ(repo_->GetResource("third", WithSecrets::kNo)->version, 2);
}

TEST_P(RepositoryContract, PreconditionsAreJudgedBeforeAnythingChanges) {
  MustCreate("github", PlainDocument("GitHub"));
  const Precondition stale{7, false};
  const Precondition current{1, false};
  const Precondition free_slug{std::nullopt, true};
  const auto update = [&](const std::string& slug, const Precondition& when) {
    return KindOf(repo_->UpdateResource(slug, slug, PlainDocument("New"), when, KeepTokens::kYes,
                                        Audit("u")));
  };
  EXPECT_EQ(update("github", stale), ErrorKind::kPreconditionFailed);
  EXPECT_EQ(update("github", free_slug), ErrorKind::kPreconditionFailed);
  EXPECT_EQ(update("absent", current), ErrorKind::kPreconditionFailed);
  EXPECT_EQ(update("absent", {}), ErrorKind::kNotFound);
  EXPECT_EQ(KindOf(repo_->DeleteResource("github", stale, Audit("d"))),
            ErrorKind::kPreconditionFailed);
  EXPECT_EQ(KindOf(repo_->DeleteResource("absent", current, Audit("d"))),
            ErrorKind::kPreconditionFailed);
  EXPECT_EQ(KindOf(repo_->DeleteResource("absent", {}, Audit("d"))), ErrorKind::kNotFound);
  EXPECT_EQ(AuditCount(), 1U);
  EXPECT_TRUE(repo_->UpdateResource("github", "github", PlainDocument("New"), current,
                                    KeepTokens::kYes, Audit("u")));
  EXPECT_TRUE(repo_->DeleteResource("github", Precondition{2, false}, Audit("d")));
}

TEST_P(RepositoryContract, AnIdNeverComesBackAndAVersionStartsAgain) {
  const auto first = MustCreate("github", PlainDocument("One"));
  ASSERT_TRUE(repo_->DeleteResource("github", {}, Audit("resource.delete")));
  EXPECT_EQ(KindOf(repo_->GetResource("github", WithSecrets::kNo)), ErrorKind::kNotFound);
  const auto second = MustCreate("github", PlainDocument("Two"));
  EXPECT_GT(second.id, first.id);
  EXPECT_EQ(second.version, 1);
}

TEST_P(RepositoryContract, AnotherResourceOfTheSameSlugAndVersionIsNotTheOneThatWasRead) {
  Precondition read;
  read.id = MustCreate("github", PlainDocument("One")).id;
  read.version = 1;
  ASSERT_TRUE(repo_->DeleteResource("github", {}, Audit("resource.delete")));
  EXPECT_EQ(KindOf(repo_->DeleteResource("github", read, Audit("d"))),
            ErrorKind::kPreconditionFailed);
  const auto second = MustCreate("github", PlainDocument("Two"));
  const auto update = [&] {
    return KindOf(repo_->UpdateResource("github", "github", PlainDocument("Old"), read,
                                        KeepTokens::kYes, Audit("u")));
  };
  EXPECT_EQ(update(), ErrorKind::kPreconditionFailed);
  EXPECT_EQ(KindOf(repo_->DeleteResource("github", read, Audit("d"))),
            ErrorKind::kPreconditionFailed);
  EXPECT_EQ(repo_->GetResource("github", WithSecrets::kNo)->document.body["name"], "Two");
  read.id = second.id;
  EXPECT_TRUE(repo_->DeleteResource("github", read, Audit("d")));
}

// Lists -------------------------------------------------------------------------------------------

TEST_P(RepositoryContract, ResourcesAreListedBySlugPageByPage) {
  for (const char* slug : {"delta", "alpha", "echo", "bravo", "charlie"}) {
    MustCreate(slug, SecretDocument(slug, "p"));
  }
  std::vector<std::string> seen;
  ListQuery query;
  query.limit = 2;
  for (int pages = 0; pages < 5; ++pages) {
    auto page = repo_->ListResources(query);
    ASSERT_TRUE(page);
    EXPECT_LE(page->items.size(), 2U);
    for (const auto& item : page->items) {
      seen.push_back(item.slug);
      EXPECT_TRUE(item.document.secrets.empty());
    }
    if (!page->next_cursor) break;
    query.cursor = *page->next_cursor;
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"alpha", "bravo", "charlie", "delta", "echo"}));
}

TEST_P(RepositoryContract, TheLastFullPageHasNoNextCursor) {
  MustCreate("a", PlainDocument("A"));
  MustCreate("b", PlainDocument("B"));
  ListQuery query;
  query.limit = 2;
  auto page = repo_->ListResources(query);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.size(), 2U);
  EXPECT_FALSE(page->next_cursor.has_value());
}

TEST_P(RepositoryContract, ACursorStaysGoodWhenItsItemIsDeleted) {
  for (const char* slug : {"a", "b", "c"}) MustCreate(slug, PlainDocument(slug));
  ListQuery query;
  query.limit = 2;
  auto page = repo_->ListResources(query);
  ASSERT_TRUE(page && page->next_cursor);
  ASSERT_TRUE(repo_->DeleteResource("b", {}, Audit("d")));
  query.cursor = *page->next_cursor;
  page = repo_->ListResources(query);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->items[0].slug, "c");
}

TEST_P(RepositoryContract, AForeignCursorIsAValidationError) {
  MustCreate("a", PlainDocument("A"));
  for (const char* cursor : {"x", "!!!", "AAAA", "MTpmb3JlaWduOmE"}) {
    ListQuery query;
    query.cursor = cursor;
    EXPECT_EQ(KindOf(repo_->ListResources(query)), ErrorKind::kValidationFailed) << cursor;
    EXPECT_EQ(KindOf(repo_->ListApiKeys(query)), ErrorKind::kValidationFailed) << cursor;
    EXPECT_EQ(KindOf(repo_->ListSessions(query)), ErrorKind::kValidationFailed) << cursor;
    EXPECT_EQ(KindOf(repo_->ListAudit(query)), ErrorKind::kValidationFailed) << cursor;
  }
}

TEST_P(RepositoryContract, SearchFindsInSlugAndNameWithoutCase) {
  MustCreate("github", PlainDocument("Code Hosting"));
  MustCreate("jira", PlainDocument("ÄRGER 100%_done"));
  const auto found = [&](const std::string& text) {
    ListQuery query;
    query.search = text;
    auto page = repo_->ListResources(query);
    EXPECT_TRUE(page);
    std::string slugs;
    for (const auto& item : page->items) slugs += item.slug + " ";
    return slugs;
  };
  EXPECT_EQ(found("HUB"), "github ");
  EXPECT_EQ(found("hosting"), "github ");
  EXPECT_EQ(found("ärger"), "jira ");
  EXPECT_EQ(found("%_D"), "jira ");
  EXPECT_EQ(found("_"), "jira ");
  EXPECT_EQ(found("api.example"), "");
  EXPECT_EQ(found("i"), "github jira ");
  ASSERT_TRUE(repo_->UpdateResource("jira", "tickets", PlainDocument("Issues"), {},
                                    KeepTokens::kYes, Audit("u")));
  EXPECT_EQ(found("jira"), "");
  EXPECT_EQ(found("issue"), "tickets ");
}

TEST_P(RepositoryContract, SearchPagesLikeAnyOtherList) {
  for (int i = 0; i < 9; ++i) {
    MustCreate("r" + std::to_string(i), PlainDocument(i % 2 == 0 ? "even" : "odd"));
  }
  ListQuery query;
  query.limit = 2;
  query.search = "EVEN";
  std::string seen;
  while (true) {
    auto page = repo_->ListResources(query);
    ASSERT_TRUE(page);
    for (const auto& item : page->items) seen += item.slug;
    if (!page->next_cursor) break;
    query.cursor = *page->next_cursor;
  }
  EXPECT_EQ(seen, "r0r2r4r6r8");
}

// API keys and sessions ---------------------------------------------------------------------------

TEST_P(RepositoryContract, ApiKeysAreKeptWithAllTheirMembersUntilDeleted) {
  store::ApiKey key = SampleApiKey("k1", "Deploy bot");
  key.role = store::Role::kAdmin;
  key.act_as_users = true;
  key.expires_at = clock_.Now() + std::chrono::hours(1);
  ASSERT_TRUE(repo_->CreateApiKey(key, Audit("api_key.create")));
  ASSERT_TRUE(repo_->CreateApiKey(SampleApiKey("k2"), Audit("api_key.create")));

  auto page = repo_->ListApiKeys({});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 2U);
  const store::ApiKey& stored = page->items[0].id == "k1" ? page->items[0] : page->items[1];
  const store::ApiKey& other = page->items[0].id == "k1" ? page->items[1] : page->items[0];
  EXPECT_EQ(stored.name, "Deploy bot");
  EXPECT_EQ(stored.role, store::Role::kAdmin);
  EXPECT_EQ(stored.resources, key.resources);
  EXPECT_TRUE(stored.act_as_users);
  EXPECT_EQ(stored.expires_at, key.expires_at);
  EXPECT_EQ(stored.created_at, key.created_at);
  EXPECT_EQ(stored.token_digest, key.token_digest);
  EXPECT_EQ(other.role, store::Role::kRunner);
  EXPECT_FALSE(other.act_as_users);
  EXPECT_FALSE(other.expires_at.has_value());

  EXPECT_TRUE(repo_->DeleteApiKey("k1", Audit("api_key.revoke")));
  EXPECT_EQ(KindOf(repo_->DeleteApiKey("k1", Audit("api_key.revoke"))), ErrorKind::kNotFound);
  EXPECT_EQ(repo_->ListApiKeys({})->items.size(), 1U);
  EXPECT_EQ(AuditCount(), 3U);
}

TEST_P(RepositoryContract, DeletingAnApiKeyEndsTheSessionsThatItMadeAndNoOthers) {
  const SystemTime later = clock_.Now() + std::chrono::hours(1);
  for (const char* id : {"leaked", "other"}) {
    ASSERT_TRUE(repo_->CreateApiKey(SampleApiKey(id), Audit("api_key.create", id)));
  }
  for (const char* id : {"s1", "s2", "s3"}) {
    store::Session session = SampleSession(id, "alice", later);
    session.created_by = std::string(id) == "s3" ? "other" : "leaked";
    ASSERT_TRUE(repo_->CreateSession(session, Audit("session.create", id)));
  }
  auto ended = repo_->DeleteApiKey("leaked", Audit("api_key.revoke", "leaked"));
  ASSERT_TRUE(ended);
  EXPECT_EQ(*ended, (std::vector<std::string>{"s1", "s2"}));
  const auto left = repo_->ListSessions({});
  ASSERT_EQ(left->items.size(), 1U);
  EXPECT_EQ(left->items[0].id, "s3");
  const auto audit = repo_->ListAudit({});
  EXPECT_EQ(audit->items[0].action, "api_key.revoke");
  EXPECT_EQ(audit->items[0].change["ended_sessions"], Json::parse(R"(["s1","s2"])"));

  // A call of the key that was authenticated just before must not leave one behind.
  store::Session late = SampleSession("s4", "alice", later);
  late.created_by = "leaked";
  EXPECT_EQ(KindOf(repo_->CreateSession(late, Audit("session.create"))),
            ErrorKind::kUnauthenticated);
  EXPECT_EQ(repo_->ListSessions({})->items.size(), 1U);
}

TEST_P(RepositoryContract, ApiKeysAreFoundByNameAndPaged) {
  for (int i = 0; i < 5; ++i) {
    const std::string id = "k" + std::to_string(i);
    ASSERT_TRUE(repo_->CreateApiKey(SampleApiKey(id, i < 3 ? "Bot" : "Person"), Audit("c", id)));
  }
  ListQuery query;
  query.limit = 2;
  query.search = "bOT";
  std::set<std::string> seen;
  while (true) {
    auto page = repo_->ListApiKeys(query);
    ASSERT_TRUE(page);
    for (const auto& item : page->items) EXPECT_TRUE(seen.insert(item.id).second);
    if (!page->next_cursor) break;
    query.cursor = *page->next_cursor;
  }
  EXPECT_EQ(seen, (std::set<std::string>{"k0", "k1", "k2"}));
}

TEST_P(RepositoryContract, SessionsAreKeptWithAllTheirMembersUntilDeleted) {
  const store::Session session = SampleSession("s1", "alice", clock_.Now() + std::chrono::hours(8));
  ASSERT_TRUE(repo_->CreateSession(session, Audit("session.create")));
  auto page = repo_->ListSessions({});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 1U);
  const store::Session& stored = page->items[0];
  EXPECT_EQ(stored.id, "s1");
  EXPECT_EQ(stored.user, "alice");
  EXPECT_EQ(stored.attributes, session.attributes);
  EXPECT_EQ(stored.resources, session.resources);
  EXPECT_EQ(stored.created_by, session.created_by);
  EXPECT_EQ(stored.token_digest, session.token_digest);
  EXPECT_EQ(stored.created_at, session.created_at);
  EXPECT_EQ(stored.expires_at, session.expires_at);
  EXPECT_TRUE(repo_->DeleteSession("s1", Audit("session.delete")));
  EXPECT_EQ(KindOf(repo_->DeleteSession("s1", Audit("session.delete"))), ErrorKind::kNotFound);
  EXPECT_EQ(repo_->ListSessions({})->items.size(), 0U);
}

TEST_P(RepositoryContract, SessionsThatRanOutAreNotListedThoughTheyAreStillThere) {
  const std::chrono::milliseconds tick(1);
  for (const char* id : {"a", "b", "c", "d"}) {
    const bool ends = id[0] == 'b' || id[0] == 'c';
    const SystemTime end =
        clock_.Now() + (ends ? std::chrono::milliseconds(1000) : std::chrono::milliseconds(1001));
    ASSERT_TRUE(repo_->CreateSession(SampleSession(id, "alice", end), Audit("c")));
  }
  clock_.Advance(std::chrono::milliseconds(999));
  EXPECT_EQ(repo_->ListSessions({})->items.size(), 4U);
  clock_.Advance(tick);
  ListQuery query;
  query.limit = 1;  // a page is as long as it may be
  auto page = repo_->ListSessions(query);
  ASSERT_TRUE(page && page->next_cursor);
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->items[0].id, "a");
  query.cursor = *page->next_cursor;
  page = repo_->ListSessions(query);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->items[0].id, "d");
  EXPECT_FALSE(page->next_cursor);
  EXPECT_EQ(repo_->DeleteExpiredSessions(clock_.Now())->size(), 2U);
}

TEST_P(RepositoryContract, SessionsThatEndedAreRemovedExactly) {
  const SystemTime now = clock_.Now();
  const std::chrono::milliseconds tick(1);
  ASSERT_TRUE(repo_->CreateSession(SampleSession("before", "a", now - tick), Audit("c")));
  ASSERT_TRUE(repo_->CreateSession(SampleSession("after", "c", now + tick), Audit("c")));
  auto ended = repo_->DeleteExpiredSessions(now);
  ASSERT_TRUE(ended);
  EXPECT_EQ(*ended, (std::vector<std::string>{"before"}));
  EXPECT_EQ(repo_->ListSessions({})->items.size(), 1U);
  EXPECT_TRUE(repo_->DeleteExpiredSessions(now)->empty());
}

// Audit, keys, loading ----------------------------------------------------------------------------

TEST_P(RepositoryContract, EveryWriteLeavesItsAuditEntryNewestFirst) {
  MustCreate("github", PlainDocument("GitHub"));
  ASSERT_TRUE(repo_->UpdateResource("github", "github", PlainDocument("Hub"), {}, KeepTokens::kYes,
                                    Audit("resource.update", "github")));
  ASSERT_TRUE(repo_->DeleteResource("github", {}, Audit("resource.delete", "github")));
  auto page = repo_->ListAudit({});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 3U);
  EXPECT_EQ(page->items[0].action, "resource.delete");
  EXPECT_EQ(page->items[2].action, "resource.create");
  EXPECT_GT(page->items[0].id, page->items[1].id);
  const store::AuditEntry wanted = Audit("resource.create", "github");
  const store::AuditEntry& entry = page->items[2];
  EXPECT_EQ(entry.at, wanted.at);
  EXPECT_EQ(entry.actor_kind, wanted.actor_kind);
  EXPECT_EQ(entry.actor_id, wanted.actor_id);
  EXPECT_EQ(entry.actor_name, wanted.actor_name);
  EXPECT_EQ(entry.peer, wanted.peer);
  EXPECT_EQ(entry.request_id, wanted.request_id);
  EXPECT_EQ(entry.object, wanted.object);
  EXPECT_EQ(entry.change, wanted.change);
}

TEST_P(RepositoryContract, AuditIsPagedFromTheNewestBackwards) {
  for (int i = 0; i < 5; ++i) MustCreate("r" + std::to_string(i), PlainDocument("R"));
  ListQuery query;
  query.limit = 2;
  std::string seen;
  while (true) {
    auto page = repo_->ListAudit(query);
    ASSERT_TRUE(page);
    for (const auto& item : page->items) seen += item.object;
    if (!page->next_cursor) break;
    query.cursor = *page->next_cursor;
  }
  EXPECT_EQ(seen, "r4r3r2r1r0");
}

TEST_P(RepositoryContract, RotationKeepsEverySecretAndVersion) {
  for (int i = 0; i < 5; ++i) {
    MustCreate("r" + std::to_string(i), SecretDocument("R", "secret" + std::to_string(i)));
  }
  MustCreate("plain", PlainDocument("P"));
  auto resealed = repo_->RotateKeys(Audit("keys.rotate"), [] {});
  ASSERT_TRUE(resealed);
  EXPECT_EQ(*resealed, 5U);
  for (int i = 0; i < 5; ++i) {
    auto stored = repo_->GetResource("r" + std::to_string(i), WithSecrets::kYes);
    ASSERT_TRUE(stored);
    EXPECT_EQ(stored->version, 1);
    EXPECT_EQ(Reveal(stored->document.secrets.at("/auth/password")), "secret" + std::to_string(i));
  }
  EXPECT_EQ(repo_->ListAudit({})->items[0].action, "keys.rotate");
}

TEST_P(RepositoryContract, LoadingStreamsEverythingWithSecrets) {
  MustCreate("a", SecretDocument("A", "secret"));
  MustCreate("b", PlainDocument("B"));
  ASSERT_TRUE(repo_->CreateApiKey(SampleApiKey("k1"), Audit("c")));
  ASSERT_TRUE(repo_->CreateSession(
      SampleSession("s1", "alice", clock_.Now() + std::chrono::hours(1)), Audit("c")));
  std::set<std::string> seen;
  ASSERT_TRUE(repo_->ForEachResource([&](store::Resource&& resource, bool broken) {
    EXPECT_FALSE(broken);
    seen.insert(resource.slug);
    if (resource.slug == "a") {
      EXPECT_EQ(Reveal(resource.document.secrets.at("/auth/password")), "secret");
    }
  }));
  ASSERT_TRUE(repo_->ForEachApiKey([&](store::ApiKey&& key) { seen.insert(key.id); }));
  ASSERT_TRUE(repo_->ForEachSession([&](store::Session&& s) { seen.insert(s.id); }));
  EXPECT_EQ(seen, (std::set<std::string>{"a", "b", "k1", "s1"}));
}

TEST_P(RepositoryContract, TheCheckPassesAndLeavesNoTrace) {
  EXPECT_TRUE(repo_->Check());
  EXPECT_EQ(AuditCount(), 0U);
}

}  // namespace sallyport::test
