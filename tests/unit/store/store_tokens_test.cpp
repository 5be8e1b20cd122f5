// Token sets in the snapshot.
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "sallyport/store/store.h"
#include "support/fake_repository.h"
#include "support/run_task.h"
#include "unit/store/sqlite_fixture.h"

namespace sallyport::store {
namespace {

std::shared_ptr<const Prepared> PrepareNothing(const Resource& /*resource*/) { return nullptr; }
std::shared_ptr<const Prepared> PrepareNoQuery(const Query& /*query*/) { return nullptr; }

class StoreTokens : public SqliteTest {
 protected:
  void SetUp() override {
    Start();
    github_ = MustCreate("github");
    jira_ = MustCreate("jira");
  }
  void Start() {
    store_.reset();
    store_ = std::make_unique<Store>(Open(), PrepareNothing, PrepareNoQuery, clock_);
  }
  template <typename T>
  T Run(Task<T> task) {
    return test::RunTask(context_, std::move(task));
  }
  std::int64_t MustCreate(const std::string& slug) {
    auto created =
        Run(store_->CreateResource(slug, test::PlainDocument(slug), test::Audit("c", slug)));
    EXPECT_TRUE(created) << slug;
    return created->id;
  }
  void MustStartSession(const std::string& id, const std::string& made_by = "bootstrap") {
    Session session = test::SampleSession(id, "alice", clock_.Now() + std::chrono::hours(1));
    session.created_by = made_by;
    EXPECT_TRUE(Run(store_->CreateSession(session, test::Audit("session.create", id)))) << id;
  }
  Result<TokenSet> Put(std::int64_t resource, const TokenOwnerId& owner,
                       const std::string& access_token) {
    return Run(store_->PutTokens(test::SampleTokens(resource, owner, access_token), {},
                                 test::Audit("connection.create")));
  }
  std::string InUse(std::int64_t resource, const TokenOwnerId& owner) {
    const auto set = store_->snapshot()->tokens.Find(TokenKey(resource, owner));
    return set ? test::Reveal(set->tokens.access_token) : "";
  }
  std::size_t Count() { return store_->snapshot()->tokens.size(); }

  const TokenOwnerId alice_{OwnerKind::kUser, "alice"};
  boost::asio::io_context context_{1};
  std::unique_ptr<Store> store_;
  std::int64_t github_ = 0;
  std::int64_t jira_ = 0;
};

TEST_F(StoreTokens, TheSnapshotFollowsEveryLoginRefreshAndDisconnect) {
  const auto first = Put(github_, alice_, "one");
  ASSERT_TRUE(first);
  EXPECT_EQ(InUse(github_, alice_), "one");
  EXPECT_EQ(InUse(jira_, alice_), "");
  TokenSet refreshed = *first;
  refreshed.version = 2;
  refreshed.tokens.access_token = Secret("two");
  Precondition when;
  when.id = first->id;
  when.version = first->version;
  ASSERT_TRUE(Run(store_->PutTokens(refreshed, when, std::nullopt)));
  EXPECT_EQ(InUse(github_, alice_), "two");
  EXPECT_EQ(store_->snapshot()->tokens.Find(TokenKey(github_, alice_))->version, 2);
  Start();  // the same from the database
  EXPECT_EQ(InUse(github_, alice_), "two");
  const auto before = store_->snapshot();
  EXPECT_FALSE(Run(store_->PutTokens(refreshed, when, std::nullopt)));
  EXPECT_EQ(store_->snapshot(), before) << "a refused write changes no snapshot";
  TokenSetFilter of_alice;
  of_alice.user = "alice";
  EXPECT_EQ(Run(store_->ListTokenSets({}, of_alice))->items.size(), 1U);
  ASSERT_TRUE(Run(store_->DeleteTokens(github_, alice_, test::Audit("d"))));
  EXPECT_EQ(Count(), 0U);
  EXPECT_EQ(Run(store_->DeleteTokens(github_, alice_, test::Audit("d"))).error().kind(),
            ErrorKind::kNotFound);
}

TEST_F(StoreTokens, WhatEndsTakesItsTokensOutOfTheSnapshotAndNoOthers) {
  ASSERT_TRUE(Run(store_->CreateApiKey(test::SampleApiKey("leaked"), test::Audit("c"))));
  MustStartSession("logout");
  MustStartSession("of-key", "leaked");
  MustStartSession("stays");
  for (const char* id : {"logout", "of-key", "stays"}) {
    for (const std::int64_t resource : {github_, jira_}) {
      ASSERT_TRUE(Put(resource, {OwnerKind::kSession, id}, id));
    }
  }
  ASSERT_TRUE(Put(github_, {OwnerKind::kUser, "logout"}, "a namesake"));
  Start();  // the index is as good when it was loaded
  ASSERT_EQ(Count(), 7U);
  ASSERT_TRUE(Run(store_->DeleteSession("logout", test::Audit("d"))));
  EXPECT_EQ(Count(), 5U);
  ASSERT_TRUE(Run(store_->DeleteApiKey("leaked", test::Audit("d"))));
  EXPECT_EQ(Count(), 3U);
  ASSERT_TRUE(Run(store_->DeleteResource("jira", {}, test::Audit("d"))));
  EXPECT_EQ(Count(), 2U);
  EXPECT_EQ(InUse(github_, {OwnerKind::kSession, "stays"}), "stays");
  EXPECT_EQ(InUse(github_, {OwnerKind::kUser, "logout"}), "a namesake");
  clock_.Advance(std::chrono::hours(2));
  (void)Run(store_->ListSessions({}));  // the purge runs behind a call
  (void)Run(store_->ListSessions({}));
  EXPECT_EQ(Count(), 1U);
}

TEST_F(StoreTokens, WhoeverAsksIsToldWhatThePurgeRemoved) {
  MustStartSession("ends");
  ASSERT_TRUE(Put(github_, {OwnerKind::kSession, "ends"}, "one"));
  std::vector<std::string> ended;
  SnapshotPointer before;
  store_->OnSessionsPurged([&](const SnapshotPointer& then, const std::vector<std::string>& ids) {
    before = then;
    ended = ids;
  });
  clock_.Advance(std::chrono::hours(2));
  (void)Run(store_->ListSessions({}));  // the purge runs behind a call
  (void)Run(store_->ListSessions({}));
  EXPECT_EQ(ended, std::vector<std::string>{"ends"});
  ASSERT_TRUE(before);
  EXPECT_TRUE(before->tokens.Find(TokenKey(github_, {OwnerKind::kSession, "ends"})));
  EXPECT_EQ(Count(), 0U);
  store_->OnSessionsPurged(nullptr);  // it refers to what is on the stack
}

TEST_F(StoreTokens, AnEditDropsTheTokensOfItsResourceOnlyWhenAsked) {
  ASSERT_TRUE(Put(github_, alice_, "one"));
  ASSERT_TRUE(Put(github_, {OwnerKind::kShared, ""}, "two"));
  ASSERT_TRUE(Put(jira_, alice_, "three"));
  const auto edit = [&](const std::string& from, const std::string& to, KeepTokens keep) {
    return Run(store_->UpdateResource(from, to, test::PlainDocument("New"), {}, keep,
                                      test::Audit("resource.update")));
  };
  ASSERT_TRUE(edit("github", "hub", KeepTokens::kYes));
  EXPECT_EQ(Count(), 3U);
  ASSERT_TRUE(edit("hub", "github", KeepTokens::kNo));
  EXPECT_EQ(Count(), 1U);
  EXPECT_EQ(InUse(jira_, alice_), "three");
}

TEST_F(StoreTokens, ATokenThatDoesNotOpenCountsAsNoneUntilTheNextLogin) {
  ASSERT_TRUE(Put(github_, alice_, "one"));
  const TokenOwnerId bob{OwnerKind::kUser, "bob"};
  ASSERT_TRUE(Put(github_, bob, "two"));
  ASSERT_TRUE(Put(jira_, bob, "three"));
  store_.reset();
  Sql("UPDATE token_sets SET secrets = x'00' WHERE owner_id = 'bob'");
  Start();
  EXPECT_EQ(InUse(github_, alice_), "one");
  EXPECT_EQ(InUse(github_, bob), "");
  const auto broken = store_->snapshot()->broken_tokens.Find(TokenKey(github_, bob));
  ASSERT_TRUE(broken);
  EXPECT_TRUE(broken->tokens.access_token.empty());
  EXPECT_EQ(broken->resource_id, github_);
  ASSERT_TRUE(Put(github_, bob, "again"));
  EXPECT_EQ(InUse(github_, bob), "again");
  EXPECT_EQ(store_->snapshot()->broken_tokens.size(), 1U);
  ASSERT_TRUE(Run(store_->DeleteResource("jira", {}, test::Audit("d"))));
  EXPECT_EQ(store_->snapshot()->broken_tokens.size(), 0U);
}

TEST_F(StoreTokens, NewTokensAreOnTheDiskAndOnEveryShardBeforeTheyAreAnswered) {
  std::function<void()> adopt;
  std::mutex mutex;
  std::condition_variable arrived;
  store_->Subscribe([&](SnapshotPointer snapshot, std::function<void()> adopted) {
    EXPECT_TRUE(snapshot->tokens.Find(TokenKey(github_, alice_)));
    const std::lock_guard lock(mutex);
    adopt = std::move(adopted);
    arrived.notify_one();
  });
  std::optional<Result<TokenSet>> result;
  auto put = store_->PutTokens(test::SampleTokens(github_, alice_, "one"), {}, std::nullopt);
  context_.restart();
  boost::asio::co_spawn(context_, test::KeepResult(std::move(put), result), boost::asio::detached);
  context_.poll();
  {
    std::unique_lock lock(mutex);
    arrived.wait(lock, [&] { return static_cast<bool>(adopt); });
  }
  context_.poll();
  EXPECT_FALSE(result.has_value());
  test::TempDir crashed;  // what a kill -9 now would leave
  for (const char* name : {"sallyport.db", "sallyport.db-wal"}) {
    std::filesystem::copy(directory_ / name, crashed / name);
  }
  adopt();
  context_.run();
  ASSERT_TRUE(result.has_value() && *result);
  auto left = OpenSqliteRepository({crashed / "sallyport.db", test::MasterKeys({"k1"})}, clock_);
  ASSERT_TRUE(left);
  EXPECT_EQ(AccessTokens(**left)["alice"], "one");
}

TEST_F(StoreTokens, AFakeRepositoryMayHaveTokensThatDoNotOpen) {
  auto fake = std::make_unique<test::FakeRepository>(clock_);
  const auto resource =
      fake->CreateResource("github", test::PlainDocument("G"), test::Audit("resource.create"));
  ASSERT_TRUE(fake->PutTokens(test::SampleTokens(resource->id, alice_, "one"), {}, std::nullopt));
  fake->BreakTokens(resource->id, alice_);
  const Store store(std::move(fake), PrepareNothing, PrepareNoQuery, clock_);
  EXPECT_EQ(store.snapshot()->tokens.size(), 0U);
  EXPECT_EQ(store.snapshot()->broken_tokens.size(), 1U);
}

}  // namespace
}  // namespace sallyport::store
