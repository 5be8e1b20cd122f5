#include "support/corpus.h"

#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include <gtest/gtest.h>

#include "support/paths.h"

namespace sallyport::test {
namespace {

std::string ReadSource(const std::string& name) {
  std::ifstream file(SourceDirectory() + "/" + name, std::ios::binary);
  if (!file) throw std::runtime_error(name + " cannot be read");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The text below one heading, up to the next.
std::string SectionOf(const std::string& page, std::string_view heading) {
  const std::size_t begin = page.find("\n## " + std::string(heading) + "\n");
  if (begin == std::string::npos) return "";
  return page.substr(begin, page.find("\n## ", begin + 1) - begin);
}

std::set<std::string> ExplainedReasons(const std::string& section) {
  std::set<std::string> reasons;
  std::istringstream lines(section);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    reasons.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return reasons;
}

}  // namespace

nlohmann::json LoadCorpus(const std::string& name) {
  return nlohmann::json::parse(ReadSource("tests/corpora/" + name)).at("cases");
}

std::string BytesOf(const nlohmann::json& text) {
  if (text.is_object()) {
    const std::string piece = BytesOf(text.at("repeat"));
    std::string bytes;
    for (int i = text.at("times").get<int>(); i > 0; --i) bytes += piece;
    return bytes;
  }
  std::string bytes;
  const auto& utf8 = text.get_ref<const std::string&>();
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x80) {
      bytes += utf8[i];
    } else if (byte < 0xC4) {  // two bytes of UTF-8 hold U+0080 to U+00FF
      bytes += static_cast<char>(byte << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3F));
    } else {
      throw std::runtime_error("a corpus holds a character above U+00FF");
    }
  }
  return bytes;
}

void ExpectExplained(const nlohmann::json& cases, std::string_view heading) {
  std::set<std::string> used;
  for (const nlohmann::json& item : cases) {
    if (item.contains("why")) used.insert(item["why"].get<std::string>());
  }
  EXPECT_EQ(used, ExplainedReasons(SectionOf(ReadSource("docs/parsers.md"), heading)))
      << "docs/parsers.md, " << heading;
}

}  // namespace sallyport::test
