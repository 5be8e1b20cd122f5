// Refreshes: how many, when, and what they leave.
#include <thread>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "unit/oauth/service_fixture.h"

namespace sallyport::oauth {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kNewTokens =
    R"({"access_token":"access-2","refresh_token":"refresh-2","expires_in":3600})";

Task<void> Note(Task<Result<TokenGiven>> task, std::vector<std::string>& given) {
  const Result<TokenGiven> result = co_await std::move(task);
  given.push_back(result ? test::Reveal(result->tokens->tokens.access_token)
                         : result.error().message());
}

class Refresh : public ServiceTest {
 protected:
  void SetUp() override { MakeResource(); }

  /// What a caller gets whose refresh is at the provider while `meanwhile` happens.
  template <typename Meanwhile>
  std::vector<std::string> GivenWhile(const Meanwhile& meanwhile) {
    SignIn();
    clock.Advance(minutes(61));
    script.Answer(200, kNewTokens);
    script.Hold();
    std::vector<std::string> given;
    boost::asio::co_spawn(context_, Note(service_->Obtain(Need()), given), boost::asio::detached);
    context_.restart();
    context_.poll();
    EXPECT_TRUE(test::WaitUntil([this] { return script.count() == 1; }, seconds(10)));
    boost::asio::io_context other;
    meanwhile(other);
    script.Release();
    context_.run();
    return given;
  }
};

TEST_F(Refresh, TokensFarFromTheirEndAreGivenWithoutARequest) {
  SignIn();
  clock.Advance(minutes(58));
  EXPECT_EQ(Given(), "access-1");
  EXPECT_EQ(script.count(), 0U);
  EXPECT_NE(TokensAtHand(*store_->snapshot(), Need(), *Compiled()->oauth, clock.Now()), nullptr);
  clock.Advance(minutes(1));
  EXPECT_EQ(TokensAtHand(*store_->snapshot(), Need(), *Compiled()->oauth, clock.Now()), nullptr);
}

TEST_F(Refresh, AHundredCallsAtTheEndMakeOneRequest) {
  SignIn();
  clock.Advance(minutes(61));
  script.Answer(200, kNewTokens);
  script.Hold();
  std::vector<std::string> given;
  for (int i = 0; i < 100; ++i) {
    boost::asio::co_spawn(context_, Note(service_->Obtain(Need()), given), boost::asio::detached);
  }
  // Let all of them reach the service before the provider answers.
  std::thread release([this] {
    EXPECT_TRUE(test::WaitUntil([this] { return script.count() == 1; }, seconds(10)));
    std::this_thread::yield();
    script.Release();
  });
  context_.restart();
  context_.run();
  release.join();
  ASSERT_EQ(given.size(), 100U);
  for (const std::string& token : given) EXPECT_EQ(token, "access-2");
  EXPECT_EQ(script.count(), 1U);
  EXPECT_NE(script.seen().front().body.find("refresh_token=refresh-1"), std::string::npos);
  EXPECT_EQ(service_->refreshes().at("ok"), 1U);
}

TEST_F(Refresh, NewTokensAreStoredBeforeTheyAreUsed) {
  SignIn();
  clock.Advance(minutes(61));
  script.Answer(200, kNewTokens);
  const Result<TokenGiven> given = Obtain();
  ASSERT_TRUE(given);
  EXPECT_TRUE(given->refreshed);
  ASSERT_NE(Stored(), nullptr);
  EXPECT_EQ(test::Reveal(Stored()->tokens.refresh_token), "refresh-2");
  EXPECT_EQ(Stored()->version, 2);
  EXPECT_EQ(given->tokens->version, 2);
}

TEST_F(Refresh, AnAnswerWithoutRefreshTokenKeepsTheOldOne) {
  SignIn();
  clock.Advance(minutes(61));
  script.Answer(200, R"({"access_token":"access-2","expires_in":3600})");
  EXPECT_EQ(Given(), "access-2");
  EXPECT_EQ(test::Reveal(Stored()->tokens.refresh_token), "refresh-1");
}

TEST_F(Refresh, ARefusedTokenIsRenewedOnceHoweverManySawItRefused) {
  SignIn();
  script.Answer(200, kNewTokens);
  EXPECT_EQ(Given(1), "access-2");
  EXPECT_EQ(Given(1), "access-2") << "somebody else has renewed it already";
  EXPECT_EQ(script.count(), 1U);
}

TEST_F(Refresh, ARefusedTokenWithoutRefreshTokenIsTheTargetsAnswer) {
  SignIn("");
  EXPECT_EQ(Given(1), "token_refresh_failed");
  clock.Advance(minutes(61));
  EXPECT_EQ(Given(), "login_required");
  EXPECT_EQ(script.count(), 0U);
}

TEST_F(Refresh, WhileTheOldTokenIsValidAProviderThatIsDownStopsNobody) {
  SignIn();
  clock.Advance(minutes(59) + seconds(30));
  script.Fail({ErrorKind::kConnectFailed, ErrorSource::kTarget, "refused"});
  EXPECT_EQ(Given(), "access-1");
  EXPECT_EQ(script.count(), 1U);
  EXPECT_EQ(Given(), "access-1");
  EXPECT_EQ(script.count(), 1U) << "backing off";
  EXPECT_EQ(Stored()->last_error, "refused");
  EXPECT_FALSE(Stored()->dead);
}

/// The provider was not asked: the configuration of the gateway is told, and not 424.
TEST_F(Refresh, WhatEgressDeniesIsToldAsThat) {
  const auto kind = [this](std::optional<std::int64_t> refused) {
    const Result<TokenGiven> given = Obtain(refused);
    return given ? ErrorKind::kInternal : given.error().kind();
  };
  SignIn();
  clock.Advance(minutes(59) + seconds(30));
  script.Fail({ErrorKind::kEgressDenied, ErrorSource::kGateway, "not allowed"});
  EXPECT_EQ(Given(), "access-1") << "while the old token is valid";
  clock.Advance(seconds(31));
  EXPECT_EQ(kind(std::nullopt), ErrorKind::kEgressDenied);
  EXPECT_EQ(script.count(), 2U);
  EXPECT_EQ(kind(std::nullopt), ErrorKind::kEgressDenied) << "backing off";
  EXPECT_EQ(script.count(), 2U);
  EXPECT_EQ(Stored()->last_error,
            "The identity provider's token URL is at an address that this gateway does not call: "
            "not allowed.");
  EXPECT_FALSE(Stored()->dead);
  script.Forget();
  script.Answer(503, "");
  clock.Advance(seconds(2));
  EXPECT_EQ(kind(std::nullopt), ErrorKind::kTokenRefreshFailed);
  EXPECT_EQ(kind(std::nullopt), ErrorKind::kTokenRefreshFailed);
}

TEST_F(Refresh, BacksOffLongerWithEveryFailureAndForgetsThatWithASuccess) {
  SignIn();
  clock.Advance(minutes(61));
  script.Answer(503, "<html>down</html>");
  EXPECT_EQ(Given(), "token_refresh_failed");
  EXPECT_EQ(Given(), "token_refresh_failed");
  EXPECT_EQ(script.count(), 1U);
  clock.Advance(seconds(1));
  EXPECT_EQ(Given(), "token_refresh_failed");
  EXPECT_EQ(script.count(), 2U);
  clock.Advance(seconds(1));
  const Result<TokenGiven> waiting = Obtain();
  ASSERT_FALSE(waiting);
  EXPECT_EQ(waiting.error().retry_after(), 1);
  EXPECT_EQ(script.count(), 2U) << "two seconds now";
  clock.Advance(seconds(1));
  script.Forget();
  script.Answer(200, kNewTokens);
  EXPECT_EQ(Given(), "access-2");
  EXPECT_EQ(Stored()->last_error, "");
}

TEST_F(Refresh, InvalidGrantEndsTheSignInUnderAnyStatus) {
  SignIn();
  clock.Advance(minutes(61));
  script.Answer(500, R"({"error":"invalid_grant","error_description":"revoked"})");
  EXPECT_EQ(Given(), "login_required");
  EXPECT_TRUE(Stored()->dead);
  EXPECT_EQ(Given(), "login_required");
  EXPECT_EQ(script.count(), 1U);
}

TEST_F(Refresh, ALogoutDuringARefreshBringsNoTokensBack) {
  const std::vector<std::string> given = GivenWhile([this](boost::asio::io_context& context) {
    ASSERT_TRUE(test::RunTask(
        context, store_->DeleteTokens(resource_id, Alice(), test::Audit("connection.delete"))));
  });
  ASSERT_EQ(given.size(), 1U);
  EXPECT_NE(given.front(), "access-2");
  EXPECT_EQ(Stored(), nullptr);
  EXPECT_EQ(service_->refreshes().at("lost"), 1U);
}

TEST_F(Refresh, ADeletedResourceTakesTheTokensOfARefreshWithIt) {
  const std::vector<std::string> given = GivenWhile([this](boost::asio::io_context& context) {
    ASSERT_TRUE(
        test::RunTask(context, store_->DeleteResource("idp", {}, test::Audit("resource.delete"))));
  });
  ASSERT_EQ(given.size(), 1U);
  EXPECT_NE(given.front(), "access-2");
  EXPECT_EQ(service_->refreshes().at("lost"), 1U);
}

TEST_F(Refresh, ALoginDuringARefreshWins) {
  const std::vector<std::string> given = GivenWhile([this](boost::asio::io_context& context) {
    store::TokenSet fresh = *Stored();
    fresh.tokens.access_token = Secret("access-3");
    fresh.expires_at = clock.Now() + std::chrono::hours(1);
    const store::Precondition none;
    ASSERT_TRUE(test::RunTask(context, store_->PutTokens(fresh, none, std::nullopt)));
  });
  EXPECT_EQ(given, std::vector<std::string>{"access-3"});
  EXPECT_EQ(test::Reveal(Stored()->tokens.access_token), "access-3");
}

TEST_F(Refresh, ACallerThatGoesAwayHarmsNobody) {
  SignIn();
  clock.Advance(minutes(61));
  script.Answer(200, kNewTokens);
  script.Hold();
  boost::asio::io_context leaving;
  boost::asio::cancellation_signal leave;
  std::vector<std::string> never;
  boost::asio::co_spawn(leaving, Note(service_->Obtain(Need()), never),
                        boost::asio::bind_cancellation_slot(leave.slot(), boost::asio::detached));
  leaving.poll();
  ASSERT_TRUE(test::WaitUntil([this] { return script.count() == 1; }, seconds(10)));
  leave.emit(boost::asio::cancellation_type::terminal);
  try {
    leaving.restart();
    leaving.run();
  } catch (const std::exception&) {
    // what a cancelled coroutine ends with
  }
  EXPECT_TRUE(never.empty());
  script.Release();
  EXPECT_EQ(Given(), "access-2");
  EXPECT_EQ(script.count(), 1U);
}

TEST_F(Refresh, WhoeverHasNoTokensIsToldWhoSignsIn) {
  const Error mine = Obtain().error();
  EXPECT_EQ(mine.message(), "Nobody is signed in at the resource \"idp\" for this caller.");
  EXPECT_EQ(mine.hint(), "open login_url in the user's browser to sign in");

  Json auth = ProviderAuth();
  auth["credentials"] = "shared";
  ASSERT_TRUE(Run(store_->DeleteResource("idp", {}, test::Audit("resource.delete"))));
  MakeResource(auth);
  owner = {store::OwnerKind::kShared, ""};
  const Error shared = Obtain().error();
  EXPECT_EQ(shared.message(),
            "Nobody is signed in at the resource \"idp\" for this caller. Its tokens are for "
            "everybody: an administrator has to sign in there.");
  EXPECT_EQ(shared.hint(),
            "an administrator opens login_url, or asks POST /api/v1/resources/idp/login for a link "
            "to sign in with");
}

class ClientCredentials : public ServiceTest {
 protected:
  void SetUp() override {
    Json auth = ProviderAuth();
    auth["grant"] = "client_credentials";
    MakeResource(auth);
    owner = {store::OwnerKind::kClient, ""};
  }
};

TEST_F(ClientCredentials, AreFetchedOnceAndAgainAtTheirEndOrWhenRefused) {
  script.Answer(200, R"({"access_token":"one","expires_in":3600})");
  script.Answer(200, R"({"access_token":"two","expires_in":3600})");
  script.Answer(200, R"({"access_token":"three","expires_in":3600})");
  EXPECT_EQ(Given(), "one");
  EXPECT_EQ(Given(), "one");
  EXPECT_EQ(script.count(), 1U);
  EXPECT_NE(script.seen().front().body.find("grant_type=client_credentials"), std::string::npos);
  clock.Advance(minutes(61));
  EXPECT_EQ(Given(), "two");
  EXPECT_EQ(Given(Stored()->version), "three");
  EXPECT_EQ(script.count(), 3U);
}

TEST_F(ClientCredentials, ThatAreRefusedAreAskedForAgainAfterAPause) {
  script.Answer(400, R"({"error":"invalid_grant"})");
  EXPECT_EQ(Given(), "token_refresh_failed");
  EXPECT_EQ(Given(), "token_refresh_failed");
  EXPECT_EQ(script.count(), 1U);
  clock.Advance(seconds(1));
  script.Forget();
  script.Answer(200, R"({"access_token":"one"})");
  EXPECT_EQ(Given(), "one");
}

TEST_F(ClientCredentials, AreAskedForAtOnceWhenTheResourceWasEdited) {
  script.Answer(401, R"({"error":"invalid_client"})");
  EXPECT_EQ(Given(), "token_refresh_failed");
  const Result<TokenGiven> waiting = Obtain();
  ASSERT_FALSE(waiting);
  EXPECT_NE(waiting.error().message().find("invalid_client"), std::string::npos)
      << waiting.error().message();
  EXPECT_EQ(script.count(), 1U);

  store::Document repaired;
  repaired.body = Json{{"slug", "idp"}, {"name", "The IdP"}, {"base_url", "https://api.example"}};
  repaired.body["auth"] = ProviderAuth();
  repaired.body["auth"]["grant"] = "client_credentials";
  repaired.secrets.emplace("/auth/client_secret", Secret("the right one"));
  ASSERT_TRUE(Run(store_->UpdateResource("idp", "idp", repaired, {}, store::KeepTokens::kNo,
                                         test::Audit("resource.update"))));
  script.Forget();
  script.Answer(200, R"({"access_token":"one"})");
  EXPECT_EQ(Given(), "one");
}

class Discovery : public ServiceTest {
 protected:
  void SetUp() override {
    Json auth = ProviderAuth();
    auth["grant"] = "client_credentials";
    auth["token_url"] = nullptr;
    auth["authorization_url"] = nullptr;
    auth["issuer"] = "https://idp.example";
    MakeResource(auth);
    owner = {store::OwnerKind::kClient, ""};
  }
  static constexpr const char* kDocument =
      R"({"issuer":"https://idp.example","token_endpoint":"https://idp.example/t2"})";
};

TEST_F(Discovery, FindsTheTokenEndpointOnceAnHour) {
  script.Answer(404, "");
  script.Answer(200, kDocument);
  script.Answer(200, R"({"access_token":"one","expires_in":60})");
  EXPECT_EQ(Given(), "one");
  const std::vector<Script::Seen> seen = script.seen();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].url, "https://idp.example/.well-known/openid-configuration");
  EXPECT_EQ(seen[1].url, "https://idp.example/.well-known/oauth-authorization-server");
  EXPECT_EQ(seen[2].url, "https://idp.example/t2");
  clock.Advance(minutes(59));
  EXPECT_EQ(Given(), "one");
  EXPECT_EQ(script.count(), 4U) << "the document is still known";
  clock.Advance(minutes(2));
  script.Forget();
  script.Answer(200, kDocument);
  script.Answer(200, R"({"access_token":"two"})");
  EXPECT_EQ(Given(), "two");
  EXPECT_EQ(script.count(), 2U);
}

TEST_F(Discovery, ThatEgressDeniesIsToldAsThat) {
  script.Fail({ErrorKind::kEgressDenied, ErrorSource::kGateway, "not allowed"});
  const Result<TokenGiven> given = Obtain();
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().kind(), ErrorKind::kEgressDenied);
}

TEST_F(Discovery, OfAnotherIssuerSendsNothing) {
  script.Answer(200,
                R"({"issuer":"https://evil.example","token_endpoint":"https://evil.example"})");
  EXPECT_EQ(Given(), "token_refresh_failed");
  for (const Script::Seen& seen : script.seen()) EXPECT_EQ(seen.method, "GET");
}

}  // namespace
}  // namespace sallyport::oauth
