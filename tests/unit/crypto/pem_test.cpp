#include "sallyport/crypto/pem.h"

#include <gtest/gtest.h>

#include "unit/crypto/pem_samples.h"

namespace sallyport::crypto {
namespace {

using Text = std::string;

bool Says(const std::string& problem, std::string_view part) {
  return problem.find(part) != std::string::npos;
}

TEST(PemCertificates, AcceptsOneOrSeveralWithTextAround) {
  EXPECT_EQ(CheckCertificates(kFirstCertificate), "");
  EXPECT_EQ(CheckCertificates(Text(kFirstCertificate) + Text(kSecondCertificate)), "");
  EXPECT_EQ(CheckCertificates("subject=CN\n" + Text(kFirstCertificate) + "\n\ntrailing words\n"),
            "");
}

TEST(PemCertificates, SaysWhatIsWrong) {
  EXPECT_TRUE(Says(CheckCertificates(""), "holds no certificate"));
  EXPECT_TRUE(Says(CheckCertificates("hello"), "holds no certificate"));
  const Text certificate(kFirstCertificate);
  EXPECT_TRUE(Says(CheckCertificates(certificate.substr(0, certificate.size() / 2)), "damaged"));
  EXPECT_TRUE(
      Says(CheckCertificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
           "certificate 1 is not a readable"));
  EXPECT_TRUE(
      Says(CheckCertificates(certificate +
                             "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
           "certificate 2 is not a readable"));
  EXPECT_TRUE(Says(CheckCertificates("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"),
                   "no certificate"));
}

TEST(PemCertificates, RefusesAPrivateKeyBecauseItWouldBeStoredInClear) {
  EXPECT_TRUE(Says(CheckCertificates(Text(kFirstCertificate) + Text(kFirstKey)), "private key"));
  EXPECT_TRUE(Says(CheckCertificates(kFirstKeySec1), "private key"));
}

TEST(PemPrivateKey, AcceptsPkcs8AndSec1) {
  EXPECT_EQ(CheckPrivateKey(kFirstKey), "");
  EXPECT_EQ(CheckPrivateKey(kFirstKeySec1), "");
  EXPECT_EQ(CheckPrivateKey(Text(kFirstCertificate) + Text(kFirstKey)), "");
}

TEST(PemPrivateKey, SaysWhatIsWrongWithoutQuotingTheKey) {
  EXPECT_TRUE(Says(CheckPrivateKey(""), "holds no private key"));
  EXPECT_TRUE(Says(CheckPrivateKey(kFirstCertificate), "holds no private key"));
  EXPECT_TRUE(Says(CheckPrivateKey(kFirstKeyEncrypted), "encrypted"));
  EXPECT_TRUE(Says(CheckPrivateKey(kFirstKeyEncryptedOldStyle), "encrypted"));
  EXPECT_TRUE(Says(CheckPrivateKey(Text(kFirstKey) + Text(kSecondKey)), "several"));
  const Text key(kFirstKey);
  EXPECT_TRUE(Says(CheckPrivateKey(key.substr(0, key.size() - 40)), "damaged"));
  const Text unreadable =
      CheckPrivateKey("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
  EXPECT_TRUE(Says(unreadable, "not readable"));
  EXPECT_FALSE(Says(unreadable, "c2Vj"));
}

TEST(PemKeyMatches, ComparesWithTheFirstCertificate) {
  EXPECT_EQ(CheckKeyMatches(kFirstCertificate, kFirstKey), "");
  EXPECT_EQ(CheckKeyMatches(Text(kFirstCertificate) + Text(kSecondCertificate), kFirstKey), "");
  EXPECT_TRUE(Says(CheckKeyMatches(kSecondCertificate, kFirstKey), "does not belong"));
  EXPECT_TRUE(Says(CheckKeyMatches(Text(kSecondCertificate) + Text(kFirstCertificate), kFirstKey),
                   "does not belong"));
  EXPECT_TRUE(Says(CheckKeyMatches("", kFirstKey), "holds no certificate"));
  EXPECT_TRUE(Says(CheckKeyMatches(kFirstCertificate, "nothing"), "not readable"));
}

}  // namespace
}  // namespace sallyport::crypto
