// Hosts and ports of URLs beside the URL standard. tests/corpora/README.md says how the verdicts
// are written, docs/parsers.md why they differ.
#include <gtest/gtest.h>

#include "sallyport/base/ip_address.h"
#include "sallyport/http/url.h"
#include "support/corpus.h"

namespace sallyport::http {
namespace {

using nlohmann::json;

std::string Judge(const std::string& text) {
  const Result<Url> url = ParseUrl(text);
  if (!url) return "refused";
  const Origin& origin = url->origin;
  const bool is_v6 = origin.host.find(':') != std::string::npos;
  return origin.scheme + " " + (is_v6 ? "[" + origin.host + "]" : origin.host) + " " +
         std::to_string(origin.port);
}

TEST(UrlCorpus, JudgesEveryUrlAsTabulated) {
  for (const json& item : test::LoadCorpus("url/hosts.json")) {
    const std::string ours = Judge(item.at("url"));
    EXPECT_EQ(ours, item.value("ours", "?")) << item["url"];
    EXPECT_EQ(item.contains("why"), ours != item.at("whatwg")) << item;
  }
}

/// "[::7f00:1]" and "[::127.0.0.1]" are one address.
std::string WithOneSpelling(const std::string& verdict) {
  const std::size_t begin = verdict.find('[');
  const std::size_t end = verdict.find(']');
  if (begin == std::string::npos || end == std::string::npos) return verdict;
  const auto address = IpAddress::Parse(verdict.substr(begin + 1, end - begin - 1));
  return verdict.substr(0, begin) + (address ? address->ToString() : "?") + verdict.substr(end + 1);
}

/// Refusing more than others is safe. Reading another host is not: the egress policy and the fence
/// around credentials would judge one host, and some client would dial another.
TEST(UrlCorpus, NeverReadsAnotherHostThanTheStandardWhereBothAccept) {
  int both = 0;
  for (const json& item : test::LoadCorpus("url/hosts.json")) {
    if (item.at("ours") == "refused" || item.at("whatwg") == "refused") continue;
    ++both;
    EXPECT_EQ(WithOneSpelling(item["ours"]), WithOneSpelling(item["whatwg"])) << item["url"];
  }
  EXPECT_GT(both, 20);
}

TEST(UrlCorpus, ExplainsEveryDifference) {
  test::ExpectExplained(test::LoadCorpus("url/hosts.json"), "Hosts and ports: the URL standard");
}

}  // namespace
}  // namespace sallyport::http
