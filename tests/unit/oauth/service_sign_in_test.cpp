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
  Departure Go() {
    Result<std::optional<Departure>> departure =
        Run(service_->Depart(Ticket(), "https://gw.example/oauth/callback"));
    EXPECT_TRUE(departure && *departure);
    return std::move(**departure);
  }
  LoginOutcome Come(Callback callback, const std::string& secret) {
    std::vector<std::string> secrets{secret};
    return Run(service_->Arrive(std::move(callback), std::move(secrets)));
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
      {"wrong browser", [](Callback&, std::string& s) { s = "other"; }, "another browser", false},
      {"error with description",
       [](Callback& c, std::string&) {
         c.code = "";
         c.error = "access_denied";
         c.error_description = "the user said no";
       },
       "the user said no", true},
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
  ASSERT_TRUE(Run(store_->DeleteResource("idp", {}, test::Audit("resource.delete"))));
  MakeResource(auth);
  const Departure departure = Go();
  Callback callback;
  callback.state = departure.started.state;
  callback.code = "c0de";
  callback.issuer = "https://evil.example";
  EXPECT_FALSE(Come(callback, departure.started.browser_secret).ok);
  EXPECT_EQ(script.count(), 0U);
}

TEST_F(SignIns, AMissingIssuerCountsWhereTheConfiguredOnePromisesItsName) {
  Json auth = ProviderAuth();
  auth["issuer"] = "https://idp.example";
  ASSERT_TRUE(Run(store_->DeleteResource("idp", {}, test::Audit("resource.delete"))));
  MakeResource(auth);
  Callback callback;
  callback.code = "c0de";
  // One that does not say what it promises, and is asked again.
  script.Answer(404, "");
  script.Answer(404, "");
  script.Answer(200, R"({"access_token":"one"})");
  Departure departure = Go();
  callback.state = departure.started.state;
  EXPECT_TRUE(Come(callback, departure.started.browser_secret).ok);

  script.Forget();
  script.Answer(200, R"({"issuer":"https://idp.example",
    "authorization_response_iss_parameter_supported":true})");
  departure = Go();
  callback.state = departure.started.state;
  const LoginOutcome outcome = Come(callback, departure.started.browser_secret);
  EXPECT_FALSE(outcome.ok);
  EXPECT_EQ(outcome.reason, "The answer does not name its issuer, as this provider does.");
  EXPECT_EQ(script.count(), 1U) << "no token request";
}

TEST_F(SignIns, AFailedExchangeStoresNothingAndUsesTheStateUp) {
  struct Case {
    int status;
    const char* body;
  };
  for (const Case& c :
       {Case{400, R"({"error":"invalid_grant","error_description":"too late"})"},
        Case{500, "<html>oops</html>"}, Case{200, R"({"token_type":"bearer"})"}, Case{302, ""}}) {
    script.Forget();
    script.Answer(c.status, c.body);
    const Departure departure = Go();
    Callback callback;
    callback.state = departure.started.state;
    callback.code = "c0de";
    const LoginOutcome outcome = Come(callback, departure.started.browser_secret);
    EXPECT_FALSE(outcome.ok) << c.body;
    EXPECT_NE(outcome.reason, "") << c.body;
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
  ASSERT_TRUE(Run(store_->DeleteResource("idp", {}, test::Audit("resource.delete"))));
  MakeResource(auth);
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
