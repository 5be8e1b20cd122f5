// Sign-ins through the service: tickets, departures, arrivals.
#include "unit/oauth/service_fixture.h"

namespace sallyport::oauth {
namespace {

class SignIns : public ServiceTest {
 protected:
  void SetUp() override { MakeResource(); }

  std::string Ticket() {
    LoginRequest request;
    request.resource_id = resource_id;
    request.resource = "idp";
    request.resource_name = "The IdP";
    request.fingerprint = Compiled()->oauth->fingerprint;
    request.owner = Alice();
    request.user = "alice";
    request.audit = test::Audit("connection.create", "idp");
    return Run(service_->MakeTicket(std::move(request))).value;
  }
  void Remake(const Json& auth) {
    ASSERT_TRUE(Run(store_->DeleteResource("idp", {}, test::Audit("resource.delete"))));
    MakeResource(auth);
  }
  Departure Go() {
    Result<std::optional<Departure>> departure =
        Run(service_->Depart(Ticket(), "https://gw.example/oauth/callback"));
    EXPECT_TRUE(departure && *departure);
    return std::move(**departure);
  }
  LoginOutcome Come(Callback callback, const std::string& secret,
                    std::vector<std::string> users = {}) {
    std::vector<std::string> secrets{secret};
    return Run(service_->Arrive(std::move(callback), std::move(secrets), std::move(users)));
  }
};

TEST_F(SignIns, StoreTokensWithAnAuditEntry) {
  const Departure departure = Go();
  EXPECT_TRUE(departure.url.starts_with("https://idp.example/authorize?"));
  script.Answer(200, R"({"access_token":"a","refresh_token":"r","expires_in":"3600"})");
  Callback callback;
  callback.state = departure.started.state;
  callback.code = "c0de";
  const LoginOutcome outcome = Come(callback, departure.started.browser_secret);
  EXPECT_TRUE(outcome.ok) << outcome.reason;
  ASSERT_NE(Stored(), nullptr);
  EXPECT_EQ(test::Reveal(Stored()->tokens.access_token), "a");
  EXPECT_EQ(Stored()->user, "alice");
  const auto audit = Run(store_->ListAudit({}));
  ASSERT_TRUE(audit);
  EXPECT_EQ(audit->items.front().action, "connection.create");
  EXPECT_FALSE(Come(callback, departure.started.browser_secret).ok) << "a state works once";
  EXPECT_EQ(script.count(), 1U);
}

TEST_F(SignIns, ATicketWorksOnce) {
  const std::string ticket = Ticket();
  EXPECT_TRUE(*Run(service_->Depart(ticket, "https://gw.example/cb")));
  EXPECT_FALSE(*Run(service_->Depart(ticket, "https://gw.example/cb")));
}

TEST_F(SignIns, FailuresStoreNothingAndAskForNoToken) {
  struct Case {
    const char* name;
    std::function<void(Callback&, std::string&)> change;
    const char* reason;
    bool used_up;
  };
  const Case cases[] = {
      {"unknown state", [](Callback& c, std::string&) { c.state = "other"; }, "not known", false},
      {"wrong browser", [](Callback&, std::string& s) { s = "other"; },
       "This sign-in was started in another browser, or cookies are blocked.", false},
      {"error with description",
       [](Callback& c, std::string&) {
         c.code = "";
         c.error = "access_denied";
         c.error_description = "the user said no";
       },
       "The identity provider answered: access_denied: the user said no", true},
      {"neither code nor error", [](Callback& c, std::string&) { c.code = ""; }, "", true},
  };
  for (const Case& c : cases) {
    const Departure departure = Go();
    Callback callback;
    callback.state = departure.started.state;
    callback.code = "c0de";
    std::string secret = departure.started.browser_secret;
    c.change(callback, secret);
    const LoginOutcome outcome = Come(callback, secret);
    EXPECT_FALSE(outcome.ok) << c.name;
    EXPECT_NE(outcome.reason, "") << c.name;
    EXPECT_NE(outcome.reason.find(c.reason), std::string::npos) << c.name << outcome.reason;
    EXPECT_EQ(Stored(), nullptr) << c.name;
    EXPECT_EQ(script.count(), 0U) << c.name;
    Callback right;
    right.state = departure.started.state;
    right.error = "access_denied";
    const LoginOutcome again = Come(right, departure.started.browser_secret);
    EXPECT_EQ(again.request.resource.empty(), c.used_up) << c.name;
  }
}

TEST_F(SignIns, AnotherIssuerThanTheConfiguredOneGetsNoCode) {
  Json auth = ProviderAuth();
  auth["issuer"] = "https://idp.example";
  Remake(auth);
  const Departure departure = Go();
  Callback callback;
  callback.state = departure.started.state;
  callback.code = "c0de";
  callback.issuer = "https://evil.example";
  EXPECT_FALSE(Come(callback, departure.started.browser_secret).ok);
  EXPECT_EQ(script.count(), 0U);
}

/// An issuer that is slow or not there must not hold up a sign-in that needs nothing of it.
TEST_F(SignIns, WithBothUrlsGivenNothingIsDiscovered) {
  Json auth = ProviderAuth();
  auth["issuer"] = "https://idp.example";
  Remake(auth);
  script.Answer(200, R"({"access_token":"one"})");
  const Departure departure = Go();
  Callback callback;
  callback.code = "c0de";
  callback.state = departure.started.state;
  EXPECT_TRUE(Come(callback, departure.started.browser_secret).ok) << "a missing `iss` is taken";
  ASSERT_EQ(script.count(), 1U);
  EXPECT_EQ(script.seen()[0].url, "https://idp.example/token");
  const TokenSetPointer tokens = Stored();
  test::RunTask(context_, service_->Revoke(Compiled(), tokens));
  EXPECT_EQ(script.count(), 1U) << "nor a revocation endpoint";
}

TEST_F(SignIns, AMissingIssuerCountsWhereTheDiscoveredOnePromisesItsName) {
  for (const char* given : {"", "authorization_url", "token_url"}) {
    Json auth = ProviderAuth();
    auth["issuer"] = "https://idp.example";
    for (const char* url : {"authorization_url", "token_url"}) {
      if (url != std::string(given)) auth[url] = nullptr;
    }
    Remake(auth);
    script.Forget();
    clock.Advance(std::chrono::hours(2));  // what was discovered before is forgotten
    script.Answer(200, R"({"issuer":"https://idp.example",
      "authorization_endpoint":"https://idp.example/a","token_endpoint":"https://idp.example/t",
      "authorization_response_iss_parameter_supported":true})");
    const Departure departure = Go();
    Callback callback;
    callback.code = "c0de";
    callback.state = departure.started.state;
    const LoginOutcome outcome = Come(callback, departure.started.browser_secret);
    EXPECT_FALSE(outcome.ok) << given;
    EXPECT_EQ(outcome.reason, "The answer does not name its issuer, as this provider does.");
    EXPECT_EQ(script.count(), 1U) << "no token request";
  }
}

TEST_F(SignIns, AMissingIssuerCountsAlsoWhenTheIssuerCannotBeAskedAgain) {
  Json auth = ProviderAuth();
  auth["issuer"] = "https://idp.example";
  auth["authorization_url"] = nullptr;
  Remake(auth);
  script.Answer(200, R"({"issuer":"https://idp.example",
    "authorization_endpoint":"https://idp.example/a","token_endpoint":"https://idp.example/t",
    "authorization_response_iss_parameter_supported":true})");
  Go();
  clock.Advance(std::chrono::minutes(59));
  const Departure departure = Go();
  clock.Advance(std::chrono::minutes(2));  // the document is forgotten
  Callback callback;
  callback.code = "c0de";
  callback.state = departure.started.state;
  script.Fail({ErrorKind::kUpstreamReset, ErrorSource::kTarget, "is not there"});
  EXPECT_EQ(Come(callback, departure.started.browser_secret).reason,
            "The answer does not name its issuer, as this provider does.");
}

TEST_F(SignIns, ByAnotherUserAreRefusedAndNotUsedUp) {
  const Departure departure = Go();
  Callback callback;
  callback.state = departure.started.state;
  callback.code = "c0de";
  const LoginOutcome refused = Come(callback, departure.started.browser_secret, {"bob"});
  EXPECT_FALSE(refused.ok);
  EXPECT_NE(refused.reason.find("another user"), std::string::npos) << refused.reason;
  EXPECT_NE(refused.reason.find("log out"), std::string::npos) << refused.reason;
  EXPECT_EQ(refused.request.resource, "");
  EXPECT_EQ(script.count(), 0U);
  EXPECT_EQ(Stored(), nullptr);
  script.Answer(200, R"({"access_token":"a"})");
  EXPECT_TRUE(Come(callback, departure.started.browser_secret, {"alice"}).ok);
}

TEST_F(SignIns, AnAddressThatEgressDeniesIsSaidToBeTheProviders) {
  const Error denied = Error(ErrorKind::kEgressDenied, ErrorSource::kGateway,
                             "calls to idp.example:443 are not allowed: it is a private address")
                           .WithHint("an operator can open it");
  const std::string rest =
      " is at an address that this gateway does not call: calls to idp.example:443 are not "
      "allowed: it is a private address; an administrator can allow it (egress.allow).";
  script.Fail(denied);
  const Departure departure = Go();
  Callback callback;
  callback.state = departure.started.state;
  callback.code = "c0de";
  EXPECT_EQ(Come(callback, departure.started.browser_secret).reason,
            "The identity provider's token URL" + rest);

  Json auth = ProviderAuth();
  auth["issuer"] = "https://idp.example";
  auth["authorization_url"] = nullptr;
  Remake(auth);
  const auto leaving = Run(service_->Depart(Ticket(), "https://gw.example/oauth/callback"));
  ASSERT_FALSE(leaving);
  EXPECT_EQ(leaving.error().message(), "The identity provider's discovery URL" + rest);
}

/// No setting opens an address that egress.deny names, so none is named.
TEST_F(SignIns, AnAddressThatNothingOpensIsNotSaidToBeOpenable) {
  script.Fail({ErrorKind::kEgressDenied, ErrorSource::kGateway, "an egress.deny rule names it"});
  const Departure departure = Go();
  Callback callback;
  callback.state = departure.started.state;
  callback.code = "c0de";
  const LoginOutcome outcome = Come(callback, departure.started.browser_secret);
  EXPECT_EQ(outcome.reason.find("egress.allow"), std::string::npos) << outcome.reason;
}

TEST_F(SignIns, AFailedExchangeStoresNothingAndUsesTheStateUp) {
  struct Case {
    int status;
    const char* body;
    const char* says;
  };
  for (const Case& c :
       {Case{400, R"({"error":"invalid_grant","error_description":"too late"})",
             "The identity provider answered: invalid_grant: too late"},
        Case{500, "<html>oops</html>",
             "The identity provider gave no tokens: the provider answered 500"},
        Case{200, R"({"token_type":"bearer"})", "The identity provider gave no tokens: "},
        Case{302, "", "The identity provider gave no tokens: the provider answered 302"}}) {
    script.Forget();
    script.Answer(c.status, c.body);
    const Departure departure = Go();
    Callback callback;
    callback.state = departure.started.state;
    callback.code = "c0de";
    const LoginOutcome outcome = Come(callback, departure.started.browser_secret);
    EXPECT_FALSE(outcome.ok) << c.body;
    EXPECT_TRUE(outcome.reason.starts_with(c.says)) << outcome.reason;
    EXPECT_EQ(outcome.reason.find("c0de"), std::string::npos);
    EXPECT_EQ(Stored(), nullptr);
    EXPECT_EQ(script.count(), 1U);
  }
}

TEST_F(SignIns, AnEditOfTheSettingsEndsThoseUnderWay) {
  const Departure departure = Go();
  store::Document changed;
  changed.body = Json{{"slug", "idp"}, {"name", "The IdP"}, {"base_url", "https://api.example"}};
  changed.body["auth"] = ProviderAuth();
  changed.body["auth"]["client_id"] = "another";
  ASSERT_TRUE(Run(store_->UpdateResource("idp", "idp", changed, {}, store::KeepTokens::kNo,
                                         test::Audit("resource.update"))));
  Callback callback;
  callback.state = departure.started.state;
  callback.code = "c0de";
  EXPECT_FALSE(Come(callback, departure.started.browser_secret).ok);
  EXPECT_EQ(script.count(), 0U);
  EXPECT_EQ(Stored(), nullptr);
}

TEST_F(SignIns, ALoginEndsTheBackOff) {
  SignIn();
  clock.Advance(std::chrono::minutes(61));
  script.Answer(503, "");
  EXPECT_EQ(Given(), "token_refresh_failed");
  script.Forget();
  script.Answer(200, R"({"access_token":"a","refresh_token":"r","expires_in":1})");
  const Departure departure = Go();
  Callback callback;
  callback.state = departure.started.state;
  callback.code = "c0de";
  EXPECT_TRUE(Come(callback, departure.started.browser_secret).ok);
  clock.Advance(std::chrono::milliseconds(1001));
  script.Forget();
  script.Answer(200, R"({"access_token":"b"})");
  EXPECT_EQ(Given(), "b");
}

TEST_F(SignIns, RevocationTellsTheProviderOfBothTokens) {
  Json auth = ProviderAuth();
  auth["revocation_url"] = "https://idp.example/revoke";
  Remake(auth);
  SignIn();
  script.Answer(200, "");
  const TokenSetPointer tokens = Stored();
  test::RunTask(context_, service_->Revoke(Compiled(), tokens));
  const std::vector<Script::Seen> seen = script.seen();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_NE(seen[0].body.find("token=refresh-1"), std::string::npos);
  EXPECT_NE(seen[1].body.find("token=access-1"), std::string::npos);
}

}  // namespace
}  // namespace sallyport::oauth
