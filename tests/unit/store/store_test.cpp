#include "sallyport/store/store.h"

#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "support/run_task.h"
#include "unit/store/sqlite_fixture.h"

namespace sallyport::store {
namespace {

class PreparedPassword final : public Prepared {
 public:
  explicit PreparedPassword(std::string text) : password(std::move(text)) {}
  std::string password;
};

/// The secret at `pointer` of a resource or query.
template <typename Item>
std::shared_ptr<const Prepared> CompileSecret(const Item& item, const std::string& pointer) {
  if (item.slug == "uncompilable") throw std::runtime_error("never validated");
  const auto found = item.document.secrets.find(pointer);
  return std::make_shared<PreparedPassword>(
      found == item.document.secrets.end() ? "" : test::Reveal(found->second));
}

std::shared_ptr<const Prepared> CompilePassword(const Resource& resource) {
  return CompileSecret(resource, "/auth/password");
}

std::shared_ptr<const Prepared> CompileKey(const Query& query) {
  return CompileSecret(query, "/headers/0/value");
}

std::string KeyOf(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

template <typename T>
Task<void> NoteAnswer(Task<Result<T>> task, std::string name, std::vector<std::string>& answered) {
  const Result<T> result = co_await std::move(task);
  answered.push_back(name + (result ? "" : " refused"));
}

class StoreTest : public SqliteTest {
 protected:
  void SetUp() override { Start(); }
  void Start() {
    store_.reset();
    store_ = std::make_unique<Store>(Open(), CompilePassword, CompileKey, clock_);
  }
  template <typename T>
  T Run(Task<T> task) {
    return test::RunTask(context_, std::move(task));
  }
  auto CreateNow(const std::string& slug, const std::string& password = "p4ss") {
    return Run(store_->CreateResource(slug, test::SecretDocument(slug, password),
                                      test::Audit("resource.create", slug)));
  }
  std::string PreparedFor(const std::string& slug) {
    const auto entry = store_->snapshot()->resources.Find(slug);
    if (!entry) return "(absent)";
    if (entry->broken) return "(broken)";
    return std::static_pointer_cast<const PreparedPassword>(entry->prepared)->password;
  }

  boost::asio::io_context context_{1};
  std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, TheSnapshotFollowsEveryWriteOfAResource) {
  auto created = CreateNow("github", "one");
  ASSERT_TRUE(created);
  EXPECT_TRUE(created->document.secrets.empty());
  EXPECT_EQ(PreparedFor("github"), "one");
  EXPECT_EQ(store_->snapshot()->resources.Find("github")->version, 1);

  ASSERT_TRUE(Run(store_->UpdateResource("github", "hub", test::SecretDocument("H", "two"), {},
                                         KeepTokens::kYes, test::Audit("resource.update"))));
  EXPECT_EQ(PreparedFor("github"), "(absent)");
  EXPECT_EQ(PreparedFor("hub"), "two");
  EXPECT_EQ(store_->snapshot()->resources.Find("hub")->version, 2);

  ASSERT_TRUE(Run(store_->DeleteResource("hub", {}, test::Audit("resource.delete"))));
  EXPECT_EQ(PreparedFor("hub"), "(absent)");
}

TEST_F(StoreTest, QueriesAreInTheSnapshotUnderTheIdOfTheirResource) {
  const std::int64_t id = CreateNow("github")->id;
  const auto secret = [&](const std::string& slug) -> std::string {
    const auto entry = store_->snapshot()->queries.Find(QueryKey(id, slug));
    if (!entry) return "(absent)";
    EXPECT_EQ(entry->resource_id, id);
    if (entry->broken) return "(broken)";
    return std::static_pointer_cast<const PreparedPassword>(entry->prepared)->password;
  };
  const auto save = [&](const std::string& slug, const std::string& key) {
    return Run(store_->CreateQuery("github", slug, test::SecretQuery(slug, key), test::Audit("c")));
  };
  ASSERT_TRUE(save("users", "one"));
  ASSERT_TRUE(save("repos", "two"));
  ASSERT_TRUE(save("uncompilable", "three"));
  EXPECT_EQ(secret("users"), "one");
  EXPECT_EQ(secret("uncompilable"), "(broken)");
  ASSERT_TRUE(Run(store_->UpdateQuery("github", "users", "people", test::SecretQuery("P", "four"),
                                      {}, test::Audit("u"))));
  EXPECT_EQ(secret("users"), "(absent)");
  EXPECT_EQ(secret("people"), "four");
  ASSERT_TRUE(Run(store_->UpdateResource("github", "hub", test::SecretDocument("H", "p"), {},
                                         KeepTokens::kYes, test::Audit("u"))));
  EXPECT_EQ(secret("people"), "four") << "a rename of the resource moves nothing";
  Start();  // the same from the database
  EXPECT_EQ(secret("people"), "four");
  ASSERT_TRUE(Run(store_->DeleteQuery("hub", "people", {}, test::Audit("d"))));
  EXPECT_EQ(secret("people"), "(absent)");
  EXPECT_EQ(secret("repos"), "two");
  EXPECT_EQ(Run(store_->ListQueries("hub", {}))->items.size(), 2U);
  ASSERT_TRUE(Run(store_->GetQuery("hub", "repos", WithSecrets::kNo)));
  ASSERT_TRUE(Run(store_->DeleteResource("hub", {}, test::Audit("d"))));
  EXPECT_EQ(store_->snapshot()->queries.size(), 0U);
}

TEST_F(StoreTest, ARefusedWriteChangesNoSnapshot) {
  ASSERT_TRUE(CreateNow("github"));
  const auto before = store_->snapshot();
  auto again = CreateNow("github", "other");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind(), ErrorKind::kConflict);
  EXPECT_EQ(store_->snapshot(), before);
}

TEST_F(StoreTest, CallersAreFoundByTokenDigestUntilDeletedById) {
  const ApiKey key = test::SampleApiKey("k1");
  const Session session = test::SampleSession("s1", "alice", clock_.Now() + std::chrono::hours(1));
  ASSERT_TRUE(Run(store_->CreateApiKey(key, test::Audit("c"))));
  ASSERT_TRUE(Run(store_->CreateSession(session, test::Audit("c"))));
  EXPECT_EQ(store_->snapshot()->api_keys.Find(KeyOf(key.token_digest))->id, "k1");
  EXPECT_EQ(store_->snapshot()->sessions.Find(KeyOf(session.token_digest))->user, "alice");
  Start();  // the same from the database
  EXPECT_TRUE(store_->snapshot()->api_keys.Find(KeyOf(key.token_digest)));
  EXPECT_TRUE(store_->snapshot()->sessions.Find(KeyOf(session.token_digest)));
  ASSERT_TRUE(Run(store_->DeleteApiKey("k1", test::Audit("d"))));
  ASSERT_TRUE(Run(store_->DeleteSession("s1", test::Audit("d"))));
  EXPECT_FALSE(store_->snapshot()->api_keys.Find(KeyOf(key.token_digest)));
  EXPECT_FALSE(store_->snapshot()->sessions.Find(KeyOf(session.token_digest)));
}

TEST_F(StoreTest, SessionsOfARevokedKeyAreGoneFromTheSnapshot) {
  Session session = test::SampleSession("s1", "alice", clock_.Now() + std::chrono::hours(1));
  session.created_by = "k1";
  ASSERT_TRUE(Run(store_->CreateApiKey(test::SampleApiKey("k1"), test::Audit("c"))));
  ASSERT_TRUE(Run(store_->CreateSession(session, test::Audit("c"))));
  ASSERT_TRUE(store_->snapshot()->sessions.Find(KeyOf(session.token_digest)));
  ASSERT_TRUE(Run(store_->DeleteApiKey("k1", test::Audit("d"))));
  EXPECT_FALSE(store_->snapshot()->sessions.Find(KeyOf(session.token_digest)));
  EXPECT_EQ(Run(store_->DeleteApiKey("k1", test::Audit("d"))).error().kind(), ErrorKind::kNotFound);
}

TEST_F(StoreTest, ResourcesThatOpenWithNewMasterKeysAreWholeAgain) {
  ASSERT_TRUE(CreateNow("lost", "one"));
  store_.reset();
  // The value's data key is retired, and its master key is not configured any more.
  Sql("CREATE TABLE kept AS SELECT * FROM data_keys; UPDATE kept SET active = 0");
  Sql("CREATE TABLE row AS SELECT secrets, secrets_key FROM resources");
  ASSERT_TRUE(Open({"k2", "k1"})->RotateKeys(test::Audit("keys.rotate"), [] {}));
  Sql("INSERT INTO data_keys SELECT * FROM kept;"
      "UPDATE resources SET (secrets, secrets_key) = (SELECT secrets, secrets_key FROM row)");
  store_ = std::make_unique<Store>(Open({"k2"}), CompilePassword, CompileKey, clock_);
  ASSERT_EQ(PreparedFor("lost"), "(broken)");
  EXPECT_FALSE(Run(store_->SetMasterKeys(test::MasterKeys({"k1"})))) << "k2 is needed";
  EXPECT_EQ(PreparedFor("lost"), "(broken)");
  EXPECT_TRUE(Run(store_->SetMasterKeys(test::MasterKeys({"k2", "k1"}))));
  EXPECT_EQ(PreparedFor("lost"), "one");
}

TEST_F(StoreTest, CallsAreServedWhileKeysAreRotated) {
  ASSERT_TRUE(CreateNow("github", "one"));
  std::promise<void> all_queued;
  const std::shared_future<void> go = all_queued.get_future().share();
  store_->Subscribe([&](SnapshotPointer, const std::function<void()>& adopted) {
    go.wait();  // holds the store thread until everything below waits for it
    adopted();
  });
  std::vector<std::string> answered;
  context_.restart();  // it has run out of work before
  const auto start = [&](auto task, std::string name) {
    auto noted = NoteAnswer(std::move(task), std::move(name), answered);
    boost::asio::co_spawn(context_, std::move(noted), boost::asio::detached);
    context_.poll();
  };
  start(store_->CreateResource("jira", test::SecretDocument("J", "two"), test::Audit("c")),
        "write");
  start(store_->RotateKeys(test::Audit("keys.rotate")), "rotation");
  start(store_->GetResource("github", WithSecrets::kYes), "read");
  start(store_->RotateKeys(test::Audit("keys.rotate")), "second rotation");
  all_queued.set_value();
  context_.run();
  EXPECT_EQ(answered,
            (std::vector<std::string>{"write", "read", "second rotation refused", "rotation"}));
  EXPECT_EQ(ListDataKeys(path_)->size(), 1U);
}

TEST_F(StoreTest, AResourceThatDoesNotCompileIsBrokenAndOthersLoad) {
  ASSERT_TRUE(CreateNow("uncompilable"));
  ASSERT_TRUE(CreateNow("github"));
  EXPECT_EQ(PreparedFor("uncompilable"), "(broken)");
  Start();
  EXPECT_EQ(PreparedFor("uncompilable"), "(broken)");
  EXPECT_EQ(PreparedFor("github"), "p4ss");
}

TEST_F(StoreTest, AWriteIsAnsweredOnlyWhenEverySubscriberHasAdoptedIt) {
  std::vector<std::function<void()>> pending;
  std::mutex mutex;
  std::condition_variable arrived;
  for (int i = 0; i < 2; ++i) {
    store_->Subscribe([&](SnapshotPointer snapshot, std::function<void()> adopted) {
      EXPECT_TRUE(snapshot->resources.Find("github"));
      const std::lock_guard lock(mutex);
      pending.push_back(std::move(adopted));
      arrived.notify_one();
    });
  }
  std::optional<Result<Resource>> result;
  auto create = store_->CreateResource("github", test::SecretDocument("G", "p"), test::Audit("c"));
  boost::asio::co_spawn(context_, test::KeepResult(std::move(create), result),
                        boost::asio::detached);
  context_.poll();
  {
    std::unique_lock lock(mutex);
    arrived.wait(lock, [&] { return pending.size() == 2; });
  }
  context_.poll();
  EXPECT_FALSE(result.has_value());
  pending[0]();
  pending[0]();  // twice counts once
  context_.poll();
  EXPECT_FALSE(result.has_value());
  pending.erase(pending.begin() + 1);  // dropped: that shard is gone
  context_.run();
  EXPECT_TRUE(result.has_value() && *result);
}

TEST_F(StoreTest, DestructionAnswersWhatWaitsForAdoption) {
  std::vector<std::function<void()>> never_called;
  store_->Subscribe([&](SnapshotPointer, std::function<void()> adopted) {
    never_called.push_back(std::move(adopted));
  });
  std::optional<Result<Resource>> result;
  auto create = store_->CreateResource("github", test::SecretDocument("G", "p"), test::Audit("c"));
  boost::asio::co_spawn(context_, test::KeepResult(std::move(create), result),
                        boost::asio::detached);
  context_.poll();
  store_.reset();
  context_.run();
  EXPECT_TRUE(result.has_value() && *result);
  EXPECT_EQ(PasswordOf(*Open(), "github"), "p");
}

TEST_F(StoreTest, EndedSessionsArePurgedOnceAMinute) {
  const Session session =
      test::SampleSession("s1", "alice", clock_.Now() + std::chrono::seconds(30));
  ASSERT_TRUE(Run(store_->CreateSession(session, test::Audit("c"))));
  const auto is_loaded = [&] {
    return store_->snapshot()->sessions.Find(KeyOf(session.token_digest)) != nullptr;
  };
  clock_.Advance(std::chrono::seconds(59));
  for (int i = 0; i < 2; ++i) {  // the purge runs behind a call
    EXPECT_EQ(Run(store_->ListSessions({}))->items.size(), 0U) << "it has run out";
  }
  EXPECT_TRUE(is_loaded()) << "less than a minute has passed";
  clock_.Advance(std::chrono::seconds(2));
  (void)Run(store_->ListSessions({}));
  EXPECT_EQ(Run(store_->ListSessions({}))->items.size(), 0U);
  EXPECT_FALSE(is_loaded());
}

TEST_F(StoreTest, ReadsAndUpkeepGoThroughTheSameFront) {
  ASSERT_TRUE(CreateNow("github", "one"));
  auto read = Run(store_->GetResource("github", WithSecrets::kYes));
  ASSERT_TRUE(read);
  EXPECT_EQ(test::Reveal(read->document.secrets.at("/auth/password")), "one");
  EXPECT_EQ(Run(store_->ListResources({}))->items.size(), 1U);
  EXPECT_EQ(Run(store_->ListApiKeys({}))->items.size(), 0U);
  EXPECT_EQ(*Run(store_->RotateKeys(test::Audit("keys.rotate"))), 1U);
  EXPECT_EQ(Run(store_->ListAudit({}))->items.size(), 2U);
  EXPECT_TRUE(Run(store_->Check()));
  EXPECT_TRUE(Run(store_->Check()));
}

}  // namespace
}  // namespace sallyport::store
