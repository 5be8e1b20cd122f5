#include <gtest/gtest.h>

#include <stdexcept>

#include "unit/request/resource_builder.h"

namespace sallyport::request::test {
namespace {

TEST(CompileResource, ReadsWhatIsConfigured) {
  const CompiledPointer resource = Compile(
      R"({"base_url":"http://h.example:8080/a","timeouts":{"connect_ms":1,"first_byte_ms":2,
          "total_ms":3},"forward_cookies":["c"],"extra_origins":["https://o.example"],
          "proxy":{"enabled":true,"methods":["POST"],"paths":["/p"]}})");
  EXPECT_EQ(resource->slug, "r");
  EXPECT_EQ(resource->base.origin.ToString(), "http://h.example:8080");
  EXPECT_EQ(resource->timeouts.connect_ms, 1);
  EXPECT_EQ(resource->timeouts.first_byte_ms, 2);
  EXPECT_EQ(resource->timeouts.total_ms, 3);
  EXPECT_EQ(resource->forward_cookies, std::vector<std::string>{"c"});
  EXPECT_TRUE(resource->proxy.enabled);
  EXPECT_EQ(resource->extra_origins.at(0).host, "o.example");
  EXPECT_FALSE(resource->problem);
}

TEST(CompileResource, LimitsThatAreNotSetStayUnset) {
  EXPECT_EQ(Compile("{}")->timeouts.total_ms, std::nullopt);
}

TEST(CompileResource, DropsDisabledAndNamelessRowsAndOpensSecretOnesByTheirPlace) {
  const CompiledPointer resource = Compile(
      R"({"params":[{"name":"off","value":"1","enabled":false},{"name":"","value":"1"},
                    {"name":"s","value":"********","secret":true,"enabled":true}]})",
      {{"/params/2/value", Secret("open")}});
  ASSERT_EQ(resource->params.size(), 1U);
  EXPECT_EQ(resource->params[0].value.literal(), "open");
  EXPECT_TRUE(resource->params[0].secret);
}

TEST(CompileResource, AMaskWithoutItsSecretRefusesCallsInsteadOfSendingTheMask) {
  for (const std::string_view members :
       {R"({"auth":{"type":"bearer","token":"********","prefix":"Bearer"}})",
        R"({"headers":[{"name":"X","value":"********","secret":true}]})",
        R"({"tls":{"verify":true,"client_key_pem":"********"}})"}) {
    const CompiledPointer resource = Compile(members);
    ASSERT_TRUE(resource->problem) << members;
    EXPECT_EQ(resource->problem->kind(), ErrorKind::kStoreUnavailable);
  }
}

TEST(CompileResource, EightAsterisksAreATextLikeAnyOtherWhereNoSecretIsKept) {
  const CompiledPointer resource = Compile(
      R"({"description":"********","auth":{"type":"basic","username":"********","password":""},
          "headers":[{"name":"X","value":"********","secret":false}]})");
  EXPECT_FALSE(resource->problem);
  EXPECT_EQ(resource->headers.at(0).value.literal(), "********");
}

TEST(CompileResource, FingerprintTellsTlsSettingsApartAndHidesThem) {
  const auto fingerprint = [](std::string_view tls, store::Secrets secrets = {}) {
    return Compile(R"({"tls":)" + std::string(tls) + "}", std::move(secrets))->tls.fingerprint;
  };
  EXPECT_EQ(Compile("{}")->tls.fingerprint, "");
  const std::string unverified = fingerprint(R"({"verify":false})");
  EXPECT_EQ(unverified, fingerprint(R"({"verify":false})"));
  EXPECT_EQ(unverified.size(), 64U);
  EXPECT_NE(fingerprint(R"({"verify":true,"ca_pem":"ab","client_cert_pem":"c"})"),
            fingerprint(R"({"verify":true,"ca_pem":"a","client_cert_pem":"bc"})"));
  EXPECT_NE(
      fingerprint(R"({"client_key_pem":"********"})", {{"/tls/client_key_pem", Secret("1")}}),
      fingerprint(R"({"client_key_pem":"********"})", {{"/tls/client_key_pem", Secret("2")}}));
}

TEST(CompileResource, ThrowsOnWhatWasNeverValidated) {
  EXPECT_THROW(Compile(R"({"base_url":"ftp://x"})"), std::runtime_error);
  EXPECT_THROW(Compile(R"({"auth":{"type":"magic"}})"), std::runtime_error);
  EXPECT_THROW(Compile(R"({"headers":{"a":"b"}})"), std::runtime_error);
}

}  // namespace
}  // namespace sallyport::request::test
