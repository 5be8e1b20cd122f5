// Are these PEM texts what they claim? Used when a resource is saved.
#pragma once

#include <string>
#include <string_view>

namespace sallyport::crypto {

/// "" when `pem` holds at least one readable X.509 certificate and nothing unreadable, else what is
/// wrong.
[[nodiscard]] std::string CheckCertificates(std::string_view pem);
/// "" when `pem` holds an unencrypted private key, else what is wrong. The text never quotes the
/// key.
[[nodiscard]] std::string CheckPrivateKey(std::string_view pem);
/// "" when the key belongs to the first certificate, else what is wrong.
[[nodiscard]] std::string CheckKeyMatches(std::string_view certificate_pem,
                                          std::string_view key_pem);

}  // namespace sallyport::crypto
