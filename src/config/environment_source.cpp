#include <algorithm>

#include "config/sources.h"
#include "config/unknown_key.h"
#include "config/value.h"
#include "sallyport/base/strings.h"

namespace sallyport::config {
namespace {

constexpr std::string_view kPrefix = "SALLYPORT_";

/// "LOG__LEVEL" -> "log.level".
std::string PathOf(std::string_view name) {
  std::string path = ToLowerAscii(name);
  for (std::size_t at = path.find("__"); at != std::string::npos; at = path.find("__", at)) {
    path.replace(at, 2, ".");
  }
  return path;
}

/// "log.level" -> "SALLYPORT_LOG__LEVEL".
std::string VariableOf(std::string_view path) {
  std::string variable(kPrefix);
  for (const char c : path) {
    if (c == '.') {
      variable += "__";
    } else {
      variable += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return variable;
}

/// Why the part of a variable's name behind the prefix is no key.
std::string UnknownVariable(const std::string& path) {
  if (FindKey(path) != nullptr) {
    return "unknown key: names are in upper case, write " + VariableOf(path);
  }
  if (IsSection(path)) {
    return path + " is a section: set its keys one by one, such as " +
           VariableOf(FirstKeyOf(path).path);
  }
  return UnknownKeyMessage(path);
}

/// Kubernetes gives every container variables for the services of its namespace; for one that is
/// called "sallyport" they begin like ours.
bool IsKubernetesServiceVariable(std::string_view name) {
  if (name == "PORT" || name.rfind("SERVICE_", 0) == 0) return true;
  return name.rfind("PORT_", 0) == 0 && name.size() > 5 && name[5] >= '0' && name[5] <= '9';
}

YAML::Node ListFrom(std::string_view text) {
  if (!text.empty() && text.front() == '[') return YAML::Load(std::string(text));
  YAML::Node list(YAML::NodeType::Sequence);
  if (text.empty()) return list;
  for (const std::string_view element : Split(text, ',')) {
    list.push_back(std::string(Trim(element)));
  }
  return list;
}

void ReadVariable(std::string_view name, std::string_view value, Source& source) {
  const std::string where = std::string(kPrefix) + std::string(name);
  const std::string path = PathOf(name);
  const Key* key = FindKey(path);
  const bool upper_case =
      std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (key == nullptr || !upper_case) {
    source.problems.push_back({where, UnknownVariable(path)});
    return;
  }
  try {
    YAML::Node node = key->is_list ? ListFrom(Trim(value)) : YAML::Node(std::string(value));
    source.settings.push_back({key, node, where, ""});
  } catch (const YAML::Exception& error) {
    source.problems.push_back({where, key->path + ": not a YAML list: " + error.msg});
  }
}

}  // namespace

Source ReadEnvironment(const std::vector<std::string>& environment) {
  Source source;
  for (const std::string& variable : environment) {
    const std::string_view text = variable;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || text.rfind(kPrefix, 0) != 0) continue;
    const std::string_view name = text.substr(kPrefix.size(), equals - kPrefix.size());
    if (IsKubernetesServiceVariable(name)) continue;
    ReadVariable(name, text.substr(equals + 1), source);
  }
  return source;
}

}  // namespace sallyport::config
