#include "config/lists.h"

#include <algorithm>
#include <utility>

#include "config/unknown_key.h"
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

/// Blames the member, or the element where one is missing.
Complaint ParseMasterKeyFile(const YAML::Node& node, MasterKeyFile& key) {
  const YAML::Mark place = node.Mark();
  if (!node.IsMap()) {
    return {"found " + Describe(node) + ", give {id: k1, file: master.key}", place};
  }
  for (const auto& member : node) {
    const YAML::Mark here = member.first.Mark();
    const std::string name = member.first.IsScalar() ? member.first.Scalar() : "";
    if (name != "id" && name != "file") {
      return {UnknownKeyMessage(name, Closest(name, {"id", "file"})), here};
    }
    std::string& value = name == "id" ? key.id : key.file;
    if (!value.empty()) return {"member " + name + " is given twice", here};
    Result<std::string> text = ParseText(member.second);
    if (!text) return {name + ": " + text.error().message(), here};
    value = std::move(*text);
  }
  if (!IsKeyId(key.id)) {
    return {
        "id " + Quoted(key.id) + " must be 1 to 64 letters, digits, dots, dashes or underscores",
        place};
  }
  if (key.file.empty()) return {"file is missing: the path of a file that holds the key", place};
  return std::string();
}

/// A URL says more than a rule may, and its scheme would be taken for a name with a bad port.
Result<net::EgressRule> ParseEgressRule(const std::string& text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return net::EgressRule::Parse(text);
  return Wrong("found " + Quoted(text) + ", a URL: leave " + Quoted(text.substr(0, scheme + 3)) +
               " and any path out, give an address, a block or a name, each with a port or "
               "without, such as api.example:443");
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

Complaint ApplyMasterKeys(const YAML::Node& node, Options& options) {
  if (!node.IsSequence()) {
    return "found " + Describe(node) + ", give a list such as [{id: k1, file: master.key}]";
  }
  std::vector<MasterKeyFile> keys;
  for (std::size_t i = 0; i < node.size(); ++i) {
    MasterKeyFile key;
    const Complaint wrong = ParseMasterKeyFile(node[i], key);
    const std::string place = "element " + std::to_string(i + 1) + ": ";
    if (!wrong.message.empty()) return {place + wrong.message, wrong.mark};
    const bool taken = std::any_of(keys.begin(), keys.end(),
                                   [&](const auto& other) { return other.id == key.id; });
    if (taken) return {place + "id " + Quoted(key.id) + " is given twice", node[i].Mark()};
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return std::string("the list is empty, give at least one key");
  options.master_keys = std::move(keys);
  return std::string();
}

std::string ApplyEgressAllow(const YAML::Node& node, Options& options) {
  return ApplyTexts(node, options.egress.allow, ParseEgressRule);
}

std::string ApplyEgressDeny(const YAML::Node& node, Options& options) {
  return ApplyTexts(node, options.egress.deny, ParseEgressRule);
}

std::string ApplyTrustedProxies(const YAML::Node& node, Options& options) {
  return ApplyTexts(node, options.trusted_proxies, ParseBlock);
}

std::string ApplyCorsOrigins(const YAML::Node& node, Options& options) {
  return ApplyTexts(node, options.cors_origins, ParseCorsOrigin);
}

}  // namespace sallyport::config
