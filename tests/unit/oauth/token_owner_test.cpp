#include "sallyport/oauth/token_owner.h"

#include <gtest/gtest.h>

namespace sallyport::oauth {
namespace {

using request::Grant;
using request::TokenOwner;
using store::CallerKind;
using store::Role;

struct Row {
  TokenOwner owner;
  Grant grant;
  CallerKind caller;
  std::optional<std::string> user;
  std::string_view expected;  ///< key of resource 1, "" = refused
};

TEST(OwnerFor, FollowsTheContract) {
  constexpr auto kCode = Grant::kAuthorizationCode;
  constexpr auto kClient = Grant::kClientCredentials;
  for (const Row& row : std::vector<Row>{
           {TokenOwner::kPerSession, kCode, CallerKind::kSession, "alice", "1/session/s1"},
           {TokenOwner::kPerSession, kCode, CallerKind::kApiKey, "alice", "1/user/alice"},
           {TokenOwner::kPerSession, kCode, CallerKind::kApiKey, {}, ""},
           {TokenOwner::kPerSession, kCode, CallerKind::kApiKey, "", ""},
           {TokenOwner::kPerUser, kCode, CallerKind::kSession, "alice", "1/user/alice"},
           {TokenOwner::kPerUser, kCode, CallerKind::kApiKey, "alice", "1/user/alice"},
           {TokenOwner::kPerUser, kCode, CallerKind::kApiKey, {}, ""},
           {TokenOwner::kShared, kCode, CallerKind::kSession, "alice", "1/shared/"},
           {TokenOwner::kShared, kCode, CallerKind::kApiKey, {}, "1/shared/"},
           {TokenOwner::kPerSession, kClient, CallerKind::kApiKey, {}, "1/client/"},
           {TokenOwner::kPerUser, kClient, CallerKind::kSession, "alice", "1/client/"},
           {TokenOwner::kShared, kClient, CallerKind::kApiKey, {}, "1/client/"},
       }) {
    request::OAuthSettings settings;
    settings.owner = row.owner;
    settings.grant = row.grant;
    store::Caller caller;
    caller.kind = row.caller;
    caller.id = "s1";
    caller.user = row.user;
    const auto owner = OwnerFor(settings, caller);
    EXPECT_EQ(owner ? store::TokenKey(1, *owner) : "", row.expected);
    if (owner) continue;
    EXPECT_EQ(owner.error().kind(), ErrorKind::kValidationFailed);
    EXPECT_EQ(owner.error().violations().at(0).pointer, "/Sallyport-User");
  }
}

TEST(MayConnect, SharedTokensAreForAdmins) {
  struct Case {
    TokenOwner owner;
    Grant grant;
    Role role;
    bool expected;
  };
  for (const Case& c :
       {Case{TokenOwner::kPerSession, Grant::kAuthorizationCode, Role::kRunner, true},
        Case{TokenOwner::kPerUser, Grant::kAuthorizationCode, Role::kRunner, true},
        Case{TokenOwner::kShared, Grant::kAuthorizationCode, Role::kRunner, false},
        Case{TokenOwner::kShared, Grant::kAuthorizationCode, Role::kAdmin, true},
        Case{TokenOwner::kPerUser, Grant::kClientCredentials, Role::kRunner, false},
        Case{TokenOwner::kPerUser, Grant::kClientCredentials, Role::kAdmin, true}}) {
    request::OAuthSettings settings;
    settings.owner = c.owner;
    settings.grant = c.grant;
    store::Caller caller;
    caller.role = c.role;
    EXPECT_EQ(MayConnect(settings, caller), c.expected);
  }
}

}  // namespace
}  // namespace sallyport::oauth
