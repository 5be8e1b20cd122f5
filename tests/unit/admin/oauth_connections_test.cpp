// Who sees which token sets in the list of connections.
#include "unit/admin/oauth_api_fixture.h"

namespace sallyport::admin {
namespace {

using store::CallerKind;
using store::OwnerKind;

constexpr const char* kConnections = "/api/v1/connections";

class OAuthConnections : public OAuthApi {
 protected:
  void SetUp() override { MakeCode("idp", "per_session"); }

  std::int64_t MakeCode(const std::string& slug, const std::string& credentials) {
    store::Document document;
    document.body = Json{{"slug", slug}, {"name", slug}, {"base_url", "https://api.example"}};
    document.body["auth"] = oauth::ProviderAuth();
    document.body["auth"]["credentials"] = credentials;
    document.secrets.emplace("/auth/client_secret", Secret("shh"));
    const auto made = Run(store_->CreateResource(slug, document, test::Audit("resource.create")));
    EXPECT_TRUE(made);
    return made->id;
  }
  store::TokenSet Connect(const std::string& slug, store::TokenOwnerId whose,
                          const std::string& user = "alice") {
    const auto entry = store_->snapshot()->resources.Find(slug);
    const auto resource =
        std::dynamic_pointer_cast<const request::CompiledResource>(entry->prepared);
    store::TokenSet set;
    set.resource_id = entry->id;
    set.owner = std::move(whose);
    set.user = user;
    set.fingerprint = resource->oauth->fingerprint;
    set.tokens.access_token = Secret("access");
    const store::Precondition none;
    const auto put = Run(store_->PutTokens(set, none, std::nullopt));
    EXPECT_TRUE(put);
    return *put;
  }
  void Start(const std::string& id, const std::string& user,
             std::chrono::seconds lasts = std::chrono::hours(1)) {
    const store::Session session = test::SampleSession(id, user, clock.Now() + lasts);
    ASSERT_TRUE(Run(store_->CreateSession(session, test::Audit("session.create"))));
  }
  static store::Caller Session(const std::string& id, const std::string& user) {
    store::Caller caller = User(user);
    caller.kind = CallerKind::kSession;
    caller.id = id;
    return caller;
  }
  /// "resource owner session" of each item.
  std::vector<std::string> Listed(const store::Caller& caller, const std::string& query = "") {
    const OAuthReply reply = Call("GET", kConnections + query, "", caller);
    EXPECT_EQ(reply.status, 200) << reply.text;
    std::vector<std::string> found;
    for (const Json& item : reply.body["items"]) {
      const std::string session =
          item["session_id"].is_null() ? "-" : item["session_id"].get<std::string>();
      found.push_back(item["resource"].get<std::string>() + " " + item["owner"].get<std::string>() +
                      " " + session);
    }
    return found;
  }
};

using Items = std::vector<std::string>;

TEST_F(OAuthConnections, ASessionSeesWhatItsOwnCallsWouldUse) {
  MakeCode("user", "per_user");
  MakeCode("shared", "shared");
  Start("here", "alice");
  Start("there", "alice");
  Start("bobs", "bob");
  Connect("idp", {OwnerKind::kSession, "here"});
  Connect("idp", {OwnerKind::kSession, "there"});
  Connect("idp", {OwnerKind::kSession, "bobs"}, "bob");
  Connect("idp", {OwnerKind::kUser, "alice"});  // of keys that act for her
  Connect("user", {OwnerKind::kUser, "alice"});
  Connect("user", {OwnerKind::kUser, "bob"}, "bob");
  Connect("user", {OwnerKind::kSession, "here"});  // from before an edit to per_user
  Connect("shared", {OwnerKind::kShared, ""});     // an admin acted for her

  EXPECT_EQ(Listed(Session("here", "alice")), (Items{"idp session here", "user user -"}));
  EXPECT_EQ(Listed(Session("there", "alice")), (Items{"idp session there", "user user -"}));
  EXPECT_EQ(Listed(Session("bobs", "bob")), (Items{"idp session bobs", "user user -"}));
  EXPECT_EQ(Listed(User("alice")), (Items{"idp user -", "user user -"})) << "a key acting for her";
  EXPECT_EQ(Listed(User("carol")), Items{});
  EXPECT_EQ(Listed(Admin()).size(), 8U);
  EXPECT_EQ(Listed(Admin(), "?q=bob"), (Items{"idp session bobs", "user user -"}));
}

TEST_F(OAuthConnections, AResourceThatTheCallerMayNotUseIsNotShown) {
  MakeCode("other", "per_user");
  Connect("other", {OwnerKind::kUser, "alice"});
  Start("here", "alice");
  Connect("idp", {OwnerKind::kSession, "here"});
  store::Caller session = Session("here", "alice");
  session.resources = {"idp"};
  EXPECT_EQ(Listed(session), (Items{"idp session here"}));
  store::Caller key = User("alice");
  key.resources = {"idp"};
  EXPECT_EQ(Listed(key), Items{});
  key.resources = {"other"};
  EXPECT_EQ(Listed(key), (Items{"other user -"}));
}

TEST_F(OAuthConnections, PagesAreFullWhateverIsLeftOut) {
  Start("here", "alice");
  for (const char* slug : {"a", "b", "c"}) {
    MakeCode(slug, "per_user");
    Connect(slug, {OwnerKind::kSession, "here"});  // not used by anybody any more
    Connect(slug, {OwnerKind::kUser, "alice"});
  }
  const OAuthReply first =
      Call("GET", std::string(kConnections) + "?limit=2", "", Session("here", "alice"));
  EXPECT_EQ(first.body["items"].size(), 2U);
  ASSERT_TRUE(first.body["next_cursor"].is_string());
  const std::string cursor = first.body["next_cursor"];
  EXPECT_EQ(Listed(Session("here", "alice"), "?limit=2&cursor=" + cursor), (Items{"c user -"}));
}

TEST_F(OAuthConnections, TokensOfASessionThatHasRunOutAreNotShown) {
  Start("short", "alice", std::chrono::seconds(5));
  Start("long", "alice");
  Connect("idp", {OwnerKind::kSession, "short"});
  Connect("idp", {OwnerKind::kSession, "long"});
  EXPECT_EQ(Listed(Admin()).size(), 2U);
  clock.Advance(std::chrono::seconds(5));
  EXPECT_EQ(store_->snapshot()->tokens.size(), 2U) << "not purged yet";
  EXPECT_EQ(Listed(Admin()), (Items{"idp session long"}));
}

}  // namespace
}  // namespace sallyport::admin
