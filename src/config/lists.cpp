#include "config/lists.h"

#include <algorithm>
#include <utility>

#include "config/value.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/url.h"

namespace sallyport::config {
namespace {

/// Parses every element with `parse(text) -> Result<T>`; all wrong ones are named.
template <typename T, typename Parse>
std::string ApplyTexts(const YAML::Node& node, std::vector<T>& list, Parse parse) {
  if (!node.IsSequence()) return "found " + Describe(node) + ", give a list";
  std::vector<T> parsed;
  std::string problems;
  for (std::size_t i = 0; i < node.size(); ++i) {
    const std::string place = "element " + std::to_string(i + 1) + ": ";
    std::string problem;
    if (const Result<std::string> text = ParseText(node[i]); !text) {
      problem = text.error().message();
    } else if (Result<T> value = parse(*text); !value) {
      problem = value.error().message();
    } else {
      parsed.push_back(std::move(*value));
      continue;
    }
    problems += (problems.empty() ? "" : "; ") + place + problem;
  }
  if (problems.empty()) list = std::move(parsed);
  return problems;
}

Result<IpBlock> ParseBlock(const std::string& text) {
  const auto block = IpBlock::Parse(text);
  if (block) return *block;
  return Wrong("found " + Quoted(text) +
               ", give an address or a block such as 10.0.0.0/8 (no bits beyond the prefix)");
}

Result<std::string> ParseCorsOrigin(const std::string& text) {
  const Result<http::Origin> origin = http::ParseOrigin(text);
  if (origin) return origin->ToString();
  return Wrong("found " + Quoted(text) +
               ", give an exact origin such as https://admin.example (no *, no path)");
}

bool IsKeyId(std::string_view id) {
  constexpr std::size_t kMost = 64;
  return !id.empty() && id.size() <= kMost && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

Result<MasterKeyFile> ParseMasterKeyFile(const YAML::Node& node) {
  if (!node.IsMap()) return Wrong("found " + Describe(node) + ", give {id: k1, file: master.key}");
  MasterKeyFile key;
  for (const auto& member : node) {
    const std::string name = member.first.IsScalar() ? member.first.Scalar() : "";
    if (name != "id" && name != "file") {
      return Wrong("unknown member " + Describe(member.first) + ", known are id and file");
    }
    std::string& place = name == "id" ? key.id : key.file;
    if (!place.empty()) return Wrong("member " + name + " is given twice");
    Result<std::string> text = ParseText(member.second);
    if (!text) return Wrong(name + ": " + text.error().message());
    place = std::move(*text);
  }
  if (!IsKeyId(key.id)) {
    return Wrong("id " + Quoted(key.id) +
                 " must be 1 to 64 letters, digits, dots, dashes or underscores");
  }
  if (key.file.empty()) return Wrong("file is missing: the path of a file that holds the key");
  return key;
}

}  // namespace

std::string ApplyListen(const YAML::Node& node, Options& options) {
  std::string problem = ApplyTexts(node, options.listen, ParseEndpoint);
  if (problem.empty() && options.listen.empty()) {
    problem = "the list is empty, give at least one address such as 127.0.0.1:8080";
  }
  return problem;
}

std::string ApplyOpsListen(const YAML::Node& node, Options& options) {
  return ApplyTexts(node, options.ops_listen, ParseEndpoint);
}

std::string ApplyMasterKeys(const YAML::Node& node, Options& options) {
  if (!node.IsSequence()) {
    return "found " + Describe(node) + ", give a list such as [{id: k1, file: master.key}]";
  }
  std::vector<MasterKeyFile> keys;
  for (std::size_t i = 0; i < node.size(); ++i) {
    Result<MasterKeyFile> key = ParseMasterKeyFile(node[i]);
    const std::string place = "element " + std::to_string(i + 1) + ": ";
    if (!key) return place + key.error().message();
    const bool taken = std::any_of(keys.begin(), keys.end(),
                                   [&](const auto& other) { return other.id == key->id; });
    if (taken) return place + "id " + Quoted(key->id) + " is given twice";
    keys.push_back(std::move(*key));
  }
  if (keys.empty()) return "the list is empty, give at least one key";
  options.master_keys = std::move(keys);
  return "";
}

std::string ApplyEgressAllow(const YAML::Node& node, Options& options) {
  return ApplyTexts(node, options.egress.allow, net::EgressRule::Parse);
}

std::string ApplyEgressDeny(const YAML::Node& node, Options& options) {
  return ApplyTexts(node, options.egress.deny, net::EgressRule::Parse);
}

std::string ApplyTrustedProxies(const YAML::Node& node, Options& options) {
  return ApplyTexts(node, options.trusted_proxies, ParseBlock);
}

std::string ApplyCorsOrigins(const YAML::Node& node, Options& options) {
  return ApplyTexts(node, options.cors_origins, ParseCorsOrigin);
}

}  // namespace sallyport::config
