#include "support/secret_search.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sallyport/base/encoding.h"

namespace sallyport::test {
namespace {

namespace fs = std::filesystem;

std::string ReadBytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::string SecretSearch::Secret(const std::string& where) {
  secrets_.push_back("canary-" + where + "-zq9&=x+7 y");
  return secrets_.back();
}

std::string SecretSearch::PlainSecret(const std::string& where) {
  secrets_.push_back("canary-" + where + "-zq9x7y");
  return secrets_.back();
}

void SecretSearch::Watch(const std::string& secret) {
  ASSERT_GE(secret.size(), 8U) << "too short to be told from other text";
  secrets_.push_back(secret);
}

void SecretSearch::Search(const std::string& where, const std::string& text) {
  ++searched_;
  for (const std::string& secret : secrets_) {
    // Up to the first byte that percent-encoding changes; base64 in all three phases ("u:" and
    // ":" stand before it).
    const std::string forms[] = {secret.substr(0, secret.find_first_of("&=+ ")), HexEncode(secret),
                                 Base64Encode(secret), Base64Encode(":" + secret).substr(3),
                                 Base64Encode("u:" + secret).substr(4)};
    for (const std::string& form : forms) {
      const std::string core = form.substr(0, form.find_last_not_of('=') - 2);  // whole groups
      EXPECT_EQ(text.find(core), std::string::npos) << where << " holds " << form;
    }
  }
}

void SecretSearch::SearchAnswer(const std::string& what, const HttpResponse& response) {
  std::string all = response.body;
  for (const auto& [name, value] : response.headers) all += "\n" + name + ": " + value;
  Search(what, all);
}

void SecretSearch::SearchDirectory(const std::string& when, const std::string& path) {
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) {
      Search(when + " " + entry.path().filename().string(), ReadBytes(entry.path()));
    }
  }
}

}  // namespace sallyport::test
