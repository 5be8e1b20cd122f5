// Distinctive secrets, and the search for them in everything that a gateway writes or answers.
#pragma once

#include <string>
#include <vector>

#include "support/http_client.h"

namespace sallyport::test {

/// Every find is a failure of the test that names the place.
class SecretSearch {
 protected:
  /// A fresh secret that is looked for later, in clear, base64, hex and percent-encoded.
  std::string Secret(const std::string& where);
  /// The same, of bytes that fit anywhere.
  std::string PlainSecret(const std::string& where);
  /// One that somebody else made.
  void Watch(const std::string& secret);

  void Search(const std::string& where, const std::string& text);
  /// Body and fields.
  void SearchAnswer(const std::string& what, const HttpResponse& response);
  /// All files below it.
  void SearchDirectory(const std::string& when, const std::string& path);

  std::vector<std::string> secrets_;
  int searched_ = 0;
};

}  // namespace sallyport::test
