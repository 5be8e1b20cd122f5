// What every Repository does with token sets. Included after repository_contract.h, whose fixture
// it uses.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/repository_contract.h"

namespace sallyport::test {

using store::OwnerKind;
using store::TokenOwnerId;
using store::TokenSet;

class TokenContract : public RepositoryContract {
 protected:
  void SetUp() override {
    RepositoryContract::SetUp();
    github_ = MustCreate("github", PlainDocument("Code Hosting")).id;
    MustStartSession("s1");
  }
  void MustStartSession(const std::string& id, const std::string& made_by = "bootstrap") {
    store::Session session = SampleSession(id, "alice", clock_.Now() + std::chrono::hours(1));
    session.created_by = made_by;
    ASSERT_TRUE(repo_->CreateSession(session, Audit("session.create", id)));
  }
  TokenSet MustPut(const TokenSet& set) {
    auto stored = repo_->PutTokens(set, {}, std::nullopt);
    EXPECT_TRUE(stored) << stored.error().message();
    return *stored;
  }
  /// Of the one set that is stored.
  static Precondition Exactly(const TokenSet& set) {
    Precondition when;
    when.version = set.version;
    when.id = set.id;
    return when;
  }
  /// TokenKey -> access token.
  std::map<std::string, std::string> All() {
    std::map<std::string, std::string> all;
    EXPECT_TRUE(repo_->ForEachTokenSet([&](TokenSet&& set, bool broken) {
      EXPECT_FALSE(broken);
      all[store::TokenKey(set.resource_id, set.owner)] = Reveal(set.tokens.access_token);
    }));
    return all;
  }
  std::optional<TokenSet> Find(const TokenOwnerId& owner) {
    std::optional<TokenSet> found;
    EXPECT_TRUE(repo_->ForEachTokenSet([&](TokenSet&& set, bool) {
      if (set.resource_id == github_ && set.owner == owner) found = std::move(set);
    }));
    return found;
  }
  std::vector<std::string> Listed(const std::string& search, std::optional<std::string> user = {},
                                  std::size_t limit = 2) {
    store::TokenSetFilter filter;
    filter.user = std::move(user);
    return Filtered(search, filter, limit);
  }
  std::vector<std::string> Filtered(const std::string& search, const store::TokenSetFilter& filter,
                                    std::size_t limit) {
    std::vector<std::string> seen;
    ListQuery query;
    query.limit = limit;
    query.search = search;
    for (int pages = 0; pages < 10; ++pages) {
      auto page = repo_->ListTokenSets(query, filter);
      EXPECT_TRUE(page);
      EXPECT_LE(page->items.size(), limit);
      for (const auto& item : page->items) {
        seen.push_back(item.resource_slug + "/" + item.set.owner.id);
        EXPECT_TRUE(item.set.tokens.access_token.empty());
        EXPECT_TRUE(item.set.tokens.refresh_token.empty());
        EXPECT_TRUE(item.set.tokens.id_token.empty());
      }
      if (!page->next_cursor) break;
      query.cursor = *page->next_cursor;
    }
    return seen;
  }

  const TokenOwnerId alice_{OwnerKind::kUser, "alice"};
  std::int64_t github_ = 0;
};

TEST_P(TokenContract, TokensAreKeptWithAllTheirMembers) {
  TokenSet set = SampleTokens(github_, {OwnerKind::kSession, "s1"}, "access\xFF\"\n");
  set.scope = "read \"write\"";
  set.last_refresh_at = clock_.Now() - std::chrono::seconds(3);
  set.last_error = "the provider answered 500";
  set.dead = true;
  const TokenSet stored = MustPut(set);
  EXPECT_GT(stored.id, 0);
  EXPECT_EQ(stored.version, 1);
  EXPECT_EQ(Reveal(stored.tokens.access_token), "access\xFF\"\n") << "answered for the snapshot";
  const auto read = Find(set.owner);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->id, stored.id);
  EXPECT_EQ(read->resource_id, github_);
  EXPECT_EQ(read->owner, set.owner);
  EXPECT_EQ(read->user, set.user);
  EXPECT_EQ(read->version, 1);
  EXPECT_EQ(read->fingerprint, set.fingerprint);
  EXPECT_EQ(read->scope, set.scope);
  EXPECT_EQ(read->obtained_at, set.obtained_at);
  EXPECT_EQ(read->expires_at, set.expires_at);
  EXPECT_EQ(read->last_refresh_at, set.last_refresh_at);
  EXPECT_EQ(read->last_error, set.last_error);
  EXPECT_TRUE(read->dead);
  EXPECT_EQ(Reveal(read->tokens.access_token), "access\xFF\"\n");
  EXPECT_EQ(Reveal(read->tokens.refresh_token), "refresh");
  EXPECT_EQ(Reveal(read->tokens.id_token), "");
}

TEST_P(TokenContract, WhatIsNotKnownStaysUnknown) {
  TokenSet set = SampleTokens(github_, {OwnerKind::kClient, ""}, "a");
  set.expires_at.reset();
  set.tokens.refresh_token = {};
  MustPut(set);
  const auto read = Find(set.owner);
  ASSERT_TRUE(read.has_value());
  EXPECT_FALSE(read->expires_at.has_value());
  EXPECT_FALSE(read->last_refresh_at.has_value());
  EXPECT_TRUE(read->tokens.refresh_token.empty());
  EXPECT_FALSE(read->dead);
}

TEST_P(TokenContract, ALoginReplacesTheSetOfItsResourceAndOwnerAndNoOther) {
  const std::int64_t jira = MustCreate("jira", PlainDocument("Jira")).id;
  const TokenSet first = MustPut(SampleTokens(github_, alice_, "one"));
  const TokenOwnerId others[] = {{OwnerKind::kUser, "Alice"},
                                 {OwnerKind::kUser, ""},
                                 {OwnerKind::kSession, "s1"},
                                 {OwnerKind::kShared, ""},
                                 {OwnerKind::kClient, ""}};
  for (const TokenOwnerId& owner : others) {
    EXPECT_NE(MustPut(SampleTokens(github_, owner, "other")).id, first.id);
  }
  MustPut(SampleTokens(jira, alice_, "other"));
  const TokenSet second = MustPut(SampleTokens(github_, alice_, "two"));
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.version, 2) << "it grows, whatever the given set says";
  const auto all = All();
  EXPECT_EQ(all.size(), 7U);
  EXPECT_EQ(all.at(store::TokenKey(github_, alice_)), "two");
  EXPECT_EQ(all.at(store::TokenKey(jira, alice_)), "other");
}

TEST_P(TokenContract, ARefreshIsWrittenOnlyOverTheSetThatItBeganWith) {
  const TokenSet begun = MustPut(SampleTokens(github_, alice_, "one"));
  TokenSet refreshed = begun;
  refreshed.version = 2;
  refreshed.tokens.access_token = Secret("two");
  auto stored = repo_->PutTokens(refreshed, Exactly(begun), std::nullopt);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->version, 2);
  EXPECT_EQ(stored->id, begun.id);

  const auto late = [&] { return KindOf(repo_->PutTokens(refreshed, Exactly(begun), {})); };
  EXPECT_EQ(late(), ErrorKind::kPreconditionFailed) << "refreshed by another in the meantime";
  MustPut(SampleTokens(github_, alice_, "login"));
  EXPECT_EQ(late(), ErrorKind::kPreconditionFailed) << "a newer login";
  EXPECT_EQ(Reveal(Find(alice_)->tokens.access_token), "login");
  ASSERT_TRUE(repo_->DeleteTokens(github_, alice_, Audit("d")));
  EXPECT_EQ(late(), ErrorKind::kPreconditionFailed) << "disconnected";
  EXPECT_FALSE(Find(alice_).has_value());
  const TokenSet again = MustPut(SampleTokens(github_, alice_, "again"));
  EXPECT_EQ(again.version, begun.version);
  EXPECT_GT(again.id, begun.id) << "an id never comes back";
  EXPECT_EQ(late(), ErrorKind::kPreconditionFailed) << "the same version of another set";
  EXPECT_EQ(Reveal(Find(alice_)->tokens.access_token), "again");
}

TEST_P(TokenContract, AFailedRefreshKeepsTheVersionAndNoneEverFalls) {
  TokenSet set = MustPut(SampleTokens(github_, alice_, "one"));
  set = MustPut(set);
  ASSERT_EQ(set.version, 2);
  set.last_error = "the provider did not answer";
  auto noted = repo_->PutTokens(set, Exactly(set), std::nullopt);
  ASSERT_TRUE(noted);
  EXPECT_EQ(noted->version, 2);
  EXPECT_EQ(Find(alice_)->last_error, "the provider did not answer");
  TokenSet older = set;
  older.version = 1;
  EXPECT_EQ(repo_->PutTokens(older, Exactly(set), {})->version, 2);
}

TEST_P(TokenContract, OneOfTwoFirstFetchesIsStored) {
  const TokenOwnerId client{OwnerKind::kClient, ""};
  const Precondition first{std::nullopt, true};
  ASSERT_TRUE(repo_->PutTokens(SampleTokens(github_, client, "one"), first, {}));
  EXPECT_EQ(KindOf(repo_->PutTokens(SampleTokens(github_, client, "two"), first, {})),
            ErrorKind::kPreconditionFailed);
  EXPECT_EQ(Reveal(Find(client)->tokens.access_token), "one");
}

TEST_P(TokenContract, TokensOfAResourceThatIsGoneAreRefused) {
  const TokenSet begun = MustPut(SampleTokens(github_, alice_, "one"));
  ASSERT_TRUE(repo_->DeleteResource("github", {}, Audit("d")));
  EXPECT_EQ(KindOf(repo_->PutTokens(begun, Exactly(begun), {})), ErrorKind::kNotFound);
  EXPECT_EQ(KindOf(repo_->PutTokens(begun, {}, Audit("c"))), ErrorKind::kNotFound);
  MustCreate("github", PlainDocument("Again"));
  EXPECT_EQ(KindOf(repo_->PutTokens(begun, {}, {})), ErrorKind::kNotFound)
      << "another resource of that slug";
  EXPECT_TRUE(All().empty());
}

TEST_P(TokenContract, TokensOfASessionThatHasEndedAreRefused) {
  const TokenSet begun = MustPut(SampleTokens(github_, {OwnerKind::kSession, "s1"}, "one"));
  const std::size_t written = AuditCount();
  ASSERT_TRUE(repo_->DeleteSession("s1", Audit("session.delete")));
  const auto put = [&](const Precondition& when) {
    return KindOf(repo_->PutTokens(begun, when, Audit("connection.create")));
  };
  EXPECT_EQ(put(Exactly(begun)), ErrorKind::kUnauthenticated);
  EXPECT_EQ(put({}), ErrorKind::kUnauthenticated);
  MustStartSession("s2");
  const TokenSet late = SampleTokens(github_, {OwnerKind::kSession, "s2"}, "late");
  clock_.Advance(std::chrono::hours(1) - std::chrono::milliseconds(1));
  EXPECT_TRUE(repo_->PutTokens(late, {}, {}));
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(KindOf(repo_->PutTokens(late, {}, {})), ErrorKind::kUnauthenticated)
      << "it has ended, though it is not removed yet";
  EXPECT_EQ(AuditCount(), written + 2) << "a refusal leaves no entry";
}

TEST_P(TokenContract, TokensOfASessionEndWithItHoweverItEnds) {
  const SystemTime start = clock_.Now();
  struct End {
    const char* session;
    std::function<bool()> end;
  };
  ASSERT_TRUE(repo_->CreateApiKey(SampleApiKey("leaked"), Audit("c")));
  MustStartSession("of-key", "leaked");
  MustStartSession("logout");
  MustStartSession("expiry");
  const End ends[] = {
      {"logout", [&] { return repo_->DeleteSession("logout", Audit("d")).has_value(); }},
      {"of-key", [&] { return repo_->DeleteApiKey("leaked", Audit("d")).has_value(); }},
      {"expiry",
       [&] { return repo_->DeleteExpiredSessions(start + std::chrono::hours(1)).has_value(); }},
  };
  const std::int64_t jira = MustCreate("jira", PlainDocument("Jira")).id;
  for (const End& end : ends) {
    const TokenOwnerId owner{OwnerKind::kSession, end.session};
    const TokenOwnerId namesake{OwnerKind::kUser, end.session};
    MustPut(SampleTokens(github_, owner, "a"));
    MustPut(SampleTokens(jira, owner, "b"));
    MustPut(SampleTokens(jira, namesake, "c"));
    ASSERT_TRUE(end.end()) << end.session;
    const auto left = All();
    EXPECT_EQ(left.count(store::TokenKey(github_, owner)), 0U) << end.session;
    EXPECT_EQ(left.count(store::TokenKey(jira, owner)), 0U) << end.session;
    EXPECT_EQ(left.count(store::TokenKey(jira, namesake)), 1U) << end.session;
  }
  EXPECT_EQ(All().size(), 3U);
}

TEST_P(TokenContract, TokensGoWithTheirResourceAndStayWhenItIsEditedOrRenamed) {
  const std::int64_t jira = MustCreate("jira", PlainDocument("Jira")).id;
  MustPut(SampleTokens(github_, alice_, "gone"));
  MustPut(SampleTokens(jira, alice_, "kept"));
  ASSERT_TRUE(repo_->UpdateResource("jira", "tickets", PlainDocument("T"), {}, KeepTokens::kYes,
                                    Audit("u")));
  EXPECT_EQ(All().size(), 2U);
  EXPECT_EQ(Listed("tickets"), (std::vector<std::string>{"tickets/alice"}));
  ASSERT_TRUE(repo_->DeleteResource("github", {}, Audit("d")));
  EXPECT_EQ(All(), (std::map<std::string, std::string>{{store::TokenKey(jira, alice_), "kept"}}));
}

TEST_P(TokenContract, AnEditThatDropsTokensDropsThoseOfThatResourceOrNothing) {
  const std::int64_t jira = MustCreate("jira", PlainDocument("Jira")).id;
  MustPut(SampleTokens(github_, alice_, "one"));
  MustPut(SampleTokens(github_, {OwnerKind::kShared, ""}, "two"));
  MustPut(SampleTokens(jira, alice_, "kept"));
  const auto edit = [&](const Precondition& when) {
    return KindOf(repo_->UpdateResource("github", "github", PlainDocument("New"), when,
                                        KeepTokens::kNo, Audit("resource.update")));
  };
  EXPECT_EQ(edit(Precondition{7, false}), ErrorKind::kPreconditionFailed);
  EXPECT_EQ(All().size(), 3U) << "a refused edit drops nothing";
  ASSERT_TRUE(repo_->UpdateResource("github", "github", PlainDocument("New"), {}, KeepTokens::kNo,
                                    Audit("resource.update")));
  EXPECT_EQ(All(), (std::map<std::string, std::string>{{store::TokenKey(jira, alice_), "kept"}}));
  EXPECT_TRUE(repo_->UpdateResource("github", "github", PlainDocument("New"), {}, KeepTokens::kNo,
                                    Audit("resource.update")))
      << "there may be none";
}

TEST_P(TokenContract, DeletedTokensAreGoneAndDeletingNoneIsNotFound) {
  MustPut(SampleTokens(github_, alice_, "one"));
  const TokenOwnerId bob{OwnerKind::kUser, "bob"};
  MustPut(SampleTokens(github_, bob, "two"));
  const std::size_t written = AuditCount();
  ASSERT_TRUE(repo_->DeleteTokens(github_, alice_, Audit("connection.delete", "github")));
  EXPECT_EQ(All(), (std::map<std::string, std::string>{{store::TokenKey(github_, bob), "two"}}));
  const auto missing = [&](std::int64_t resource, const TokenOwnerId& owner) {
    return KindOf(repo_->DeleteTokens(resource, owner, Audit("connection.delete")));
  };
  EXPECT_EQ(missing(github_, alice_), ErrorKind::kNotFound);
  EXPECT_EQ(missing(github_ + 100, bob), ErrorKind::kNotFound);
  EXPECT_EQ(missing(github_, {OwnerKind::kSession, "bob"}), ErrorKind::kNotFound);
  EXPECT_EQ(AuditCount(), written + 1);
}

TEST_P(TokenContract, ALoginLeavesAnAuditEntryAndARefreshNone) {
  const std::size_t written = AuditCount();
  const TokenSet set = SampleTokens(github_, alice_, "one");
  ASSERT_TRUE(repo_->PutTokens(set, {}, Audit("connection.create", "github")));
  EXPECT_EQ(AuditCount(), written + 1);
  EXPECT_EQ(repo_->ListAudit({})->items[0].action, "connection.create");
  ASSERT_TRUE(repo_->PutTokens(set, {}, std::nullopt));
  EXPECT_EQ(AuditCount(), written + 1);
}

TEST_P(TokenContract, TokenSetsAreListedOldestFirstPageByPageSearchedAndByUser) {
  const std::int64_t jira = MustCreate("jira", PlainDocument("Tickets")).id;
  for (const char* user : {"dora", "alice", "Älva"}) {
    MustPut(SampleTokens(github_, {OwnerKind::kUser, user}, "a"));
  }
  MustPut(SampleTokens(jira, alice_, "b"));
  MustPut(SampleTokens(jira, {OwnerKind::kSession, "s1"}, "c"));
  using Rows = std::vector<std::string>;
  EXPECT_EQ(Listed(""),
            (Rows{"github/dora", "github/alice", "github/Älva", "jira/alice", "jira/s1"}));
  EXPECT_EQ(Listed("", {}, 5).size(), 5U);
  EXPECT_EQ(Listed("ÄLV"), (Rows{"github/Älva"}));
  EXPECT_EQ(Listed("TICKETS"), (Rows{"jira/alice", "jira/s1"}));
  EXPECT_EQ(Listed("git", "alice"), (Rows{"github/alice"}));
  EXPECT_EQ(Listed("", "alice", 1), (Rows{"github/alice", "jira/alice", "jira/s1"}))
      << "whoever signed in, not whose name the owner has";
  EXPECT_EQ(Listed("", "Alice"), Rows{});
  EXPECT_EQ(Listed("", ""), Rows{}) << "no user is not every user";
  ListQuery foreign;
  foreign.cursor = "MTpyZXNvdXJjZXM6YQ";  // of the list of resources
  EXPECT_EQ(KindOf(repo_->ListTokenSets(foreign, {})), ErrorKind::kValidationFailed);
}

TEST_P(TokenContract, AFilterLeavesFullPagesAndNoRestBehindTheLast) {
  for (const char* user : {"a1", "b", "a2", "c", "a3", "a4", "d"}) {
    MustPut(SampleTokens(github_, {OwnerKind::kUser, user}, "x"));
  }
  store::TokenSetFilter filter;
  filter.shows = [](const store::ListedTokenSet& listed) {
    return listed.resource_slug == "github" && listed.set.owner.id.starts_with('a');
  };
  using Rows = std::vector<std::string>;
  for (const std::size_t limit : {1U, 2U, 3U, 4U, 5U}) {
    EXPECT_EQ(Filtered("", filter, limit),
              (Rows{"github/a1", "github/a2", "github/a3", "github/a4"}))
        << limit;
  }
  ListQuery four;
  four.limit = 4;
  EXPECT_FALSE(repo_->ListTokenSets(four, filter)->next_cursor) << "only \"d\" is left";
}

TEST_P(TokenContract, TokensOfASessionThatHasRunOutAreNotListed) {
  MustPut(SampleTokens(github_, {OwnerKind::kSession, "s1"}, "a"));
  MustPut(SampleTokens(github_, {OwnerKind::kUser, "s1"}, "b"));
  clock_.Advance(std::chrono::hours(1) - std::chrono::milliseconds(1));
  EXPECT_EQ(Listed("").size(), 2U);
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(Listed(""), (std::vector<std::string>{"github/s1"})) << "the user's";
  EXPECT_EQ(All().size(), 2U) << "they are there until they are purged";
}

TEST_P(TokenContract, RotationReachesTokensToo) {
  MustPut(SampleTokens(github_, alice_, "one"));
  MustPut(SampleTokens(github_, {OwnerKind::kSession, "s1"}, "two"));
  auto resealed = repo_->RotateKeys(Audit("keys.rotate"), [] {});
  ASSERT_TRUE(resealed);
  EXPECT_EQ(*resealed, 2U);
  EXPECT_EQ(Reveal(Find(alice_)->tokens.access_token), "one");
  EXPECT_EQ(Find(alice_)->version, 1);
}

}  // namespace sallyport::test
