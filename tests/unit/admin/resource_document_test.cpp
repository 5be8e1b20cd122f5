#include "admin/resource_document.h"

#include <gtest/gtest.h>

#include "admin/resource_table.h"
#include "support/store_samples.h"
#include "unit/crypto/pem_samples.h"

namespace sallyport::admin {
namespace {

/// A right resource with these members on top.
Json With(std::string_view members) {
  Json input = Json::parse(R"({"slug":"github","base_url":"https://api.github.com"})");
  input.update(Json::parse(members));
  return input;
}

Result<BuiltDocument> Build(const Json& input) { return BuildDocument(input, StoredDocument()); }

store::Document MustBuild(std::string_view members) {
  auto built = Build(With(members));
  if (!built) throw std::runtime_error(built.error().message());
  return std::move(built->document);
}

Result<BuiltDocument> Rebuild(const store::Document& stored, const Json& input) {
  StoredDocument before;
  before.document = &stored;
  return BuildDocument(input, before);
}

Result<BuiltDocument> Patch(const store::Document& stored, std::string_view patch) {
  return Rebuild(stored, schema::MergePatch(ResourceTable(), stored.body, Json::parse(patch)));
}

std::string SecretAt(const BuiltDocument& built, const std::string& pointer) {
  const auto found = built.document.secrets.find(pointer);
  return found == built.document.secrets.end() ? "<none>" : test::Reveal(found->second);
}

TEST(ResourceDocument, ASmallestOneHasEveryDefault) {
  const store::Document document = MustBuild("{}");
  EXPECT_EQ(document.body, Json::parse(R"({
    "slug": "github", "name": "github", "description": "",
    "base_url": "https://api.github.com",
    "params": [], "headers": [], "cookies": [], "body_fields": [],
    "variables": {},
    "auth": {"type":"none"},
    "login_test_url": null,
    "tls": {"verify":true,"ca_pem":null,"client_cert_pem":null,"client_key_pem":null,
            "server_name":null},
    "timeouts": {"connect_ms":null,"first_byte_ms":null,"total_ms":null},
    "redirects": {"follow":"same_origin","max":5},
    "forward_cookies": [],
    "proxy": {"enabled":false,"methods":["GET","HEAD"],"paths":["/"]},
    "extra_origins": []
  })"));
  EXPECT_TRUE(document.secrets.empty());
}

TEST(ResourceDocument, AReadShowsTheTimeoutsInForceAndTheReadOnlyMembers) {
  store::Resource resource;
  resource.id = 7;
  resource.version = 3;
  resource.document = MustBuild(R"({"timeouts":{"total_ms":9}})");
  const Json view = ResourceView(resource, Options());
  EXPECT_EQ(view["timeouts"],
            Json::parse(R"({"connect_ms":5000,"first_byte_ms":30000,"total_ms":9})"));
  EXPECT_EQ(view["id"], 7);
  EXPECT_EQ(view["version"], 3);
  EXPECT_TRUE(view.contains("created_at"));
  EXPECT_TRUE(view.contains("updated_at"));
}

TEST(ResourceDocument, AcceptsWhatIsRight) {
  for (const char* members : {
           R"({"slug":"a"})",
           R"({"slug":"0-_a"})",
           R"({"slug":"a23456789012345678901234567890123456789012345678901234567890123"})",
           R"({"base_url":"  http://127.0.0.1:8080/v1?x=1  "})",
           R"({"base_url":"https://[::1]/"})",
           R"({"headers":{"X-A":"1","Accept":"x"}})",
           R"({"headers":[{"name":"X-A","value":"Grüße\t1"}]})",
           R"({"headers":[{"name":"","value":""}]})",
           R"({"params":[{"name":"filter[a b]","value":"é\n"},{"name":"filter[a b]"}]})",
           R"({"cookies":[{"name":"sid","value":"a; b"}]})",
           R"({"variables":{"org-1":"acme","_x":""}})",
           R"({"auth":{"type":"basic","username":"","password":""}})",
           R"({"auth":{"type":"api_key","send_as":"query","name":"a b","value":"v"}})",
           R"({"login_test_url":null})",
           R"({"login_test_url":"https://api.github.com/user"})",
           R"({"timeouts":{"connect_ms":1,"first_byte_ms":null,"total_ms":86400000}})",
           R"({"redirects":{"follow":"none","max":0}})",
           R"({"redirects":{"follow":"any","max":20}})",
           R"({"forward_cookies":["lang"]})",
           R"({"proxy":{"enabled":true,"methods":["GET","PURGE"],"paths":["/a/b","/%7Euser"]}})",
           R"({"proxy":{"methods":[],"paths":[]}})",
           R"({"extra_origins":["https://uploads.github.com","http://10.0.0.1:8080/"]})",
           R"({"tls":{"verify":false,"server_name":"api.internal"}})",
           R"({"id":1,"version":"x","created_at":null,"updated_at":1,"callback_url":[]})",
       }) {
    const auto built = Build(With(members));
    EXPECT_TRUE(built) << members << " " << (built ? "" : built.error().message());
  }
}

TEST(ResourceDocument, NamesTheFieldThatIsWrong) {
  struct Case {
    const char* members;
    const char* pointer;
  };
  const Case cases[] = {
      {R"({"slug":""})", "/slug"},
      {R"({"slug":"A"})", "/slug"},
      {R"({"slug":"-a"})", "/slug"},
      {R"({"slug":"a.b"})", "/slug"},
      {R"({"slug":"a234567890123456789012345678901234567890123456789012345678901234"})", "/slug"},
      {R"({"slug":5})", "/slug"},
      {R"({"slug":null})", "/slug"},
      {R"({"base_ur":"x"})", "/base_ur"},
      {R"({"base_url":""})", "/base_url"},
      {R"({"base_url":"ftp://x"})", "/base_url"},
      {R"({"base_url":"api.github.com"})", "/base_url"},
      {R"({"base_url":"https://u:p@x.example"})", "/base_url"},
      {R"({"base_url":"https://x.example/#f"})", "/base_url"},
      {R"({"base_url":"http://127.1/"})", "/base_url"},
      {R"({"base_url":"http://0x7f.1/"})", "/base_url"},
      {R"({"base_url":"http://münchen.de/"})", "/base_url"},
      {R"({"headers":[{"name":"X A","value":"1"}]})", "/headers/0/name"},
      {R"({"headers":{"Host":"x"}})", "/headers/Host"},
      {R"({"headers":[{"name":"content-length","value":"1"}]})", "/headers/0/name"},
      {R"({"headers":[{"name":"Transfer-Encoding","value":"x"}]})", "/headers/0/name"},
      {R"({"headers":[{"name":"Connection","value":"x"}]})", "/headers/0/name"},
      {R"({"headers":[{"name":"Keep-Alive","value":"x"}]})", "/headers/0/name"},
      {R"({"headers":[{"name":"X-A","value":"1\r\nX-B: 2"}]})", "/headers/0/value"},
      {R"({"headers":[{"name":"X-A","value":5}]})", "/headers/0/value"},
      {R"({"headers":[{"name":"Authorization","value":"a\nb"}]})", "/headers/0/value"},
      {R"({"cookies":[{"name":"a b","value":"1"}]})", "/cookies/0/name"},
      {R"({"params":[{"key":"a","name":"b"}]})", "/params/0/key"},
      {R"({"variables":{"a":1}})", "/variables/a"},
      {R"({"variables":{"a b":""}})", "/variables"},
      {R"({"auth":{"type":"magic"}})", "/auth/type"},
      {R"({"auth":{"type":"bearer"}})", "/auth/token"},
      {R"({"auth":{"type":"none","token":"x"}})", "/auth/token"},
      {R"({"auth":{"type":"api_key","name":"X Y","value":"v"}})", "/auth/name"},
      {R"({"auth":null})", "/auth"},
      {R"({"login_test_url":"/user"})", "/login_test_url"},
      {R"({"timeouts":{"connect_ms":0}})", "/timeouts/connect_ms"},
      {R"({"timeouts":{"connect_ms":300001}})", "/timeouts/connect_ms"},
      {R"({"timeouts":{"total_ms":86400001}})", "/timeouts/total_ms"},
      {R"({"timeouts":{"total":5}})", "/timeouts/total"},
      {R"({"redirects":{"follow":"all"}})", "/redirects/follow"},
      {R"({"redirects":{"max":21}})", "/redirects/max"},
      {R"({"redirects":{"max":-1}})", "/redirects/max"},
      {R"({"forward_cookies":["sallyport_session"]})", "/forward_cookies/0"},
      {R"({"forward_cookies":["a b"]})", "/forward_cookies/0"},
      {R"({"proxy":{"methods":["get"]}})", "/proxy/methods/0"},
      {R"({"proxy":{"methods":["*"]}})", "/proxy/methods/0"},
      {R"({"proxy":{"methods":["GET","TRACE"]}})", "/proxy/methods/1"},
      {R"({"proxy":{"paths":["repos"]}})", "/proxy/paths/0"},
      {R"({"proxy":{"paths":["/a/../b"]}})", "/proxy/paths/0"},
      {R"({"proxy":{"paths":["/a/%2e%2E/b"]}})", "/proxy/paths/0"},
      {R"({"extra_origins":["https://x.example/path"]})", "/extra_origins/0"},
      {R"({"extra_origins":"https://x.example"})", "/extra_origins"},
      {R"({"tls":{"ca_pem":"nonsense"}})", "/tls/ca_pem"},
      {R"({"tls":{"client_key_pem":"nonsense"}})", "/tls/client_key_pem"},
      {R"({"tls":{"server_name":"https://x"}})", "/tls/server_name"},
      {R"({"tls":{"server_name":""}})", "/tls/server_name"},
  };
  for (const Case& c : cases) {
    const auto built = Build(With(c.members));
    ASSERT_FALSE(built) << c.members;
    EXPECT_EQ(built.error().kind(), ErrorKind::kValidationFailed) << c.members;
    ASSERT_EQ(built.error().violations().size(), 1U) << c.members << built.error().message();
    EXPECT_EQ(built.error().violations()[0].pointer, c.pointer) << c.members;
    EXPECT_NE(built.error().message().find(DottedField(c.pointer)), std::string::npos);
  }
}

TEST(ResourceDocument, ReportsProblemsOfAllPartsAtOnce) {
  const auto built =
      Build(Json::parse(R"({"base_url":"x","headers":{"Host":"y"},"redirects":{"max":99},"zzz":1,)"
                        R"("auth":{"type":"api_key","name":"a b","value":"v"}})"));
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().violations().size(), 6U);
}

TEST(ResourceDocument, TlsKeyAndCertificateGoTogetherAndMatch) {
  const auto build = [](std::string_view certificate, std::string_view key) {
    Json input = With("{}");
    if (!certificate.empty()) input["tls"]["client_cert_pem"] = certificate;
    if (!key.empty()) input["tls"]["client_key_pem"] = key;
    return Build(input);
  };
  const auto right = build(crypto::kFirstCertificate, crypto::kFirstKey);
  ASSERT_TRUE(right);
  EXPECT_EQ(right->document.body["tls"]["client_key_pem"], store::kMask);
  EXPECT_EQ(SecretAt(*right, "/tls/client_key_pem"), crypto::kFirstKey);
  const auto pointer = [](const Result<BuiltDocument>& built) {
    return built ? "" : built.error().violations().at(0).pointer;
  };
  EXPECT_EQ(pointer(build(crypto::kFirstCertificate, "")), "/tls/client_key_pem");
  EXPECT_EQ(pointer(build("", crypto::kFirstKey)), "/tls/client_cert_pem");
  EXPECT_EQ(pointer(build(crypto::kFirstCertificate, crypto::kSecondKey)), "/tls/client_key_pem");
  // A new certificate over a kept key is held against that key.
  Json input = right->document.body;
  input["tls"]["client_cert_pem"] = crypto::kSecondCertificate;
  EXPECT_EQ(pointer(Rebuild(right->document, input)), "/tls/client_key_pem");
}

constexpr const char* kSecretive = R"({
  "auth": {"type":"basic","username":"u","password":"p4ss"},
  "headers": [{"name":"X-Token","value":"one"},{"name":"x-token","value":"two"},
              {"name":"Accept","value":"a"},{"name":"X-Hidden","value":"h","secret":true},
              {"name":"Cookie","value":"open","secret":false}]
})";

TEST(Secrets, AreTakenOutOfTheBody) {
  const auto built = Build(With(kSecretive));
  ASSERT_TRUE(built);
  EXPECT_EQ(built->document.secrets.size(), 4U);
  EXPECT_EQ(SecretAt(*built, "/auth/password"), "p4ss");
  EXPECT_EQ(SecretAt(*built, "/headers/0/value"), "one");
  EXPECT_EQ(SecretAt(*built, "/headers/1/value"), "two");
  EXPECT_EQ(SecretAt(*built, "/headers/3/value"), "h");
  const std::string text = built->document.body.dump();
  for (const char* secret : {"p4ss", "\"one\"", "\"two\"", "\"h\""}) {
    EXPECT_EQ(text.find(secret), std::string::npos) << secret;
  }
  EXPECT_EQ(built->document.body["headers"][4]["value"], "open");
  EXPECT_EQ(built->new_secrets.size(), 4U);
}

TEST(Secrets, AnEmptyOneIsStoredToo) {
  const auto built = Build(With(R"({"auth":{"type":"basic","username":"u","password":""}})"));
  ASSERT_TRUE(built);
  EXPECT_EQ(SecretAt(*built, "/auth/password"), "");
  EXPECT_EQ(built->document.body["auth"]["password"], store::kMask);
}

TEST(Secrets, TheMaskOrAnOmissionKeepsTheStoredValue) {
  const store::Document stored = MustBuild(kSecretive);
  const auto put = Rebuild(stored, stored.body);
  ASSERT_TRUE(put);
  EXPECT_EQ(SecretAt(*put, "/headers/1/value"), "two");
  EXPECT_EQ(SecretAt(*put, "/auth/password"), "p4ss");
  EXPECT_TRUE(put->new_secrets.empty());
  const auto patch = Patch(stored, R"({"auth":{"username":"other"}})");
  ASSERT_TRUE(patch);
  EXPECT_EQ(SecretAt(*patch, "/auth/password"), "p4ss");
  EXPECT_EQ(patch->document.body["auth"]["username"], "other");
}

TEST(Secrets, RowsOfOneNameMatchByTheirOrder) {
  const store::Document stored = MustBuild(kSecretive);
  const auto patch = Patch(stored, R"({"headers":[{"name":"X-Hidden","value":"********"},
      {"name":"X-TOKEN","value":"********"},{"name":"X-Token","value":"new"}]})");
  ASSERT_TRUE(patch) << patch.error().message();
  EXPECT_EQ(SecretAt(*patch, "/headers/0/value"), "h");
  EXPECT_EQ(SecretAt(*patch, "/headers/1/value"), "one");
  EXPECT_EQ(SecretAt(*patch, "/headers/2/value"), "new");
  EXPECT_EQ(patch->new_secrets, (std::vector<std::string>{"/headers/2/value"}));
  const auto object = Patch(stored, R"({"headers":{"X-Token":"********"}})");
  ASSERT_TRUE(object);
  EXPECT_EQ(SecretAt(*object, "/headers/0/value"), "one");
}

TEST(Secrets, AValueThatAPatchLeavesOutStays) {
  const store::Document stored = MustBuild(kSecretive);
  const auto patch = Patch(stored, R"({"headers":[{"name":"X-Hidden","description":"kept"},
      {"name":"X-Plain"},{"name":"X-Token","enabled":false},{"name":"x-token","value":"new"},
      {"name":"Authorization","enabled":false}]})");
  ASSERT_TRUE(patch) << patch.error().message();
  EXPECT_EQ(SecretAt(*patch, "/headers/0/value"), "h");
  EXPECT_EQ(patch->document.body["headers"][0]["secret"], true);
  EXPECT_EQ(patch->document.body["headers"][1]["value"], "");
  EXPECT_EQ(SecretAt(*patch, "/headers/2/value"), "one");
  EXPECT_EQ(SecretAt(*patch, "/headers/3/value"), "new");
  EXPECT_EQ(SecretAt(*patch, "/headers/4/value"), "") << "it removes another row";

  const auto moved =
      Patch(stored, R"({"base_url":"https://evil.example","headers":[{"name":"X-Hidden"}]})");
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().kind(), ErrorKind::kSecretReentryRequired);
  for (const char* nothing_stored :
       {R"({"headers":[{"name":"X-Api-Key"}]})", R"({"params":[{"name":"p","secret":true}]})",
        R"({"headers":[{"name":"X-Hidden","secret":false}]})"}) {
    const auto refused = Patch(stored, nothing_stored);
    ASSERT_FALSE(refused) << nothing_stored;
    EXPECT_EQ(refused.error().kind(), ErrorKind::kValidationFailed) << nothing_stored;
  }
}

TEST(Secrets, AMaskWithNothingBehindItIsRefused) {
  const store::Document stored = MustBuild(kSecretive);
  struct Case {
    const char* patch;
    const char* pointer;
  };
  const Case cases[] = {
      {R"({"headers":[{"name":"X-Other-Token","value":"********"}]})", "/headers/0/value"},
      {R"({"headers":[{"name":"Accept","value":"********"}]})", "/headers/0/value"},
      {R"({"params":[{"name":"X-Token","value":"********"}]})", "/params/0/value"},
      {R"({"auth":{"type":"bearer","token":"********"}})", "/auth/token"},
      {R"({"headers":[{"name":"X-Token","value":"********","secret":false}]})", "/headers/0/value"},
      {R"({"headers":[{"name":"X-Hidden","value":"********","secret":false}]})",
       "/headers/0/value"},
  };
  for (const Case& c : cases) {
    const auto patched = Patch(stored, c.patch);
    ASSERT_FALSE(patched) << c.patch;
    EXPECT_EQ(patched.error().kind(), ErrorKind::kValidationFailed) << c.patch;
    EXPECT_EQ(patched.error().violations().at(0).pointer, c.pointer) << c.patch;
  }
  EXPECT_FALSE(Build(With(R"({"auth":{"type":"bearer","token":"********"}})")));
}

TEST(Secrets, LostOnesMustBeEnteredAgain) {
  store::Document stored = MustBuild(kSecretive);
  stored.secrets.clear();
  StoredDocument before;
  before.document = &stored;
  before.opens = false;
  EXPECT_FALSE(BuildDocument(stored.body, before));
  EXPECT_TRUE(BuildDocument(With(kSecretive), before));
}

TEST(Secrets, AChangedOriginNeedsThemAgain) {
  const store::Document stored = MustBuild(
      R"({"auth":{"type":"bearer","token":"t"},"headers":{"X-Api-Key":"k"},
          "login_test_url":"https://api.github.com/user",
          "extra_origins":["https://uploads.github.com"]})");
  for (const char* patch : {
           R"({"base_url":"https://evil.example"})",
           R"({"base_url":"http://api.github.com"})",
           R"({"base_url":"https://api.github.com:8443"})",
           R"({"base_url":"https://uploads.github.com"})",
           R"({"login_test_url":"https://evil.example/user"})",
           R"({"extra_origins":["https://uploads.github.com","https://evil.example"]})",
           R"({"extra_origins":["https://evil.example"]})",
           R"({"base_url":"https://evil.example","auth":{"token":"new"}})",
           R"({"base_url":"https://evil.example","auth":{"type":"none"}})",
       }) {
    const auto patched = Patch(stored, patch);
    ASSERT_FALSE(patched) << patch;
    EXPECT_EQ(patched.error().kind(), ErrorKind::kSecretReentryRequired) << patch;
    EXPECT_NE(patched.error().hint().find("headers.0.value"), std::string::npos) << patch;
    EXPECT_FALSE(patched.error().violations().empty()) << patch;
  }
  for (
      const char* patch : {
          R"({"base_url":"https://api.github.com/v3?x=1"})",
          R"({"base_url":"HTTPS://API.GitHub.com:443/"})",
          R"({"login_test_url":null})",
          R"({"login_test_url":"https://api.github.com/me"})",
          R"({"extra_origins":[]})",
          R"({"extra_origins":["https://api.github.com","https://uploads.github.com/"]})",
          R"({"base_url":"https://new.example","auth":{"token":"new"},"headers":{"X-Api-Key":"n"}})",
          R"({"base_url":"https://new.example","auth":{"type":"none"},"headers":[]})",
      }) {
    const auto patched = Patch(stored, patch);
    EXPECT_TRUE(patched) << patch << " " << (patched ? "" : patched.error().message());
  }
}

TEST(Secrets, MayMeetAnAddedOriginThatHasThemAlready) {
  const store::Document stored = MustBuild(
      R"({"base_url":"https://api.example","auth":{"type":"oauth2","grant":"authorization_code",
          "client_id":"c","client_secret":"s","token_url":"https://idp.example/token",
          "authorization_url":"https://login.example/authorize"}})");
  for (const char* patch : {R"({"auth":{"revocation_url":"https://idp.example/revoke"}})",
                            R"({"login_test_url":"https://api.example/me"})"}) {
    EXPECT_TRUE(Patch(stored, patch)) << patch;
  }
  for (const char* patch : {R"({"auth":{"authorization_url":"https://idp.example/authorize"}})",
                            R"({"auth":{"token_url":"https://login.example/token"}})",
                            R"({"auth":{"revocation_url":"https://evil.example/revoke"}})"}) {
    const auto refused = Patch(stored, patch);
    ASSERT_FALSE(refused) << patch;
    EXPECT_EQ(refused.error().kind(), ErrorKind::kSecretReentryRequired) << patch;
  }
}

}  // namespace
}  // namespace sallyport::admin
