#include "config/unknown_key.h"

#include <algorithm>
#include <vector>

#include "config/keys.h"
#include "config/value.h"
#include "sallyport/base/strings.h"

namespace sallyport::config {
namespace {

/// The part behind the last dot.
std::string_view LastPart(std::string_view path) { return path.substr(path.rfind('.') + 1); }

/// "limits" of "limits.json_depth"; all of "threads".
std::string_view FirstPart(std::string_view path) { return path.substr(0, path.find('.')); }

/// What may stand where `path` stands: the keys of its section; at the top keys and sections;
/// every key for one of a section that is not known either.
std::vector<std::string_view> KeysBeside(std::string_view path) {
  const std::string_view section = FirstPart(path);
  const bool at_top = section == path;
  std::vector<std::string_view> beside;
  for (const Key& key : Keys()) {
    if (at_top) {
      beside.push_back(FirstPart(key.path));
    } else if (!IsSection(section) || FirstPart(key.path) == section) {
      beside.push_back(key.path);
    }
  }
  return beside;
}

/// A key written into the wrong section is as near as one with a wrong letter.
std::string_view NearestKey(std::string_view path) {
  std::vector<std::string_view> paths, last_parts;
  for (const Key& key : Keys()) {
    paths.push_back(key.path);
    last_parts.push_back(LastPart(key.path));
  }
  const auto path_of = [&](std::string_view last_part) -> std::string_view {
    const auto found = std::find(last_parts.begin(), last_parts.end(), last_part);
    if (found == last_parts.end()) return {};
    return paths[static_cast<std::size_t>(found - last_parts.begin())];
  };
  const std::vector<std::string_view> beside = KeysBeside(path);
  for (const std::string_view nearest :
       {path_of(LastPart(path)), Nearest(path, beside), Nearest(path, paths),
        path_of(Nearest(LastPart(path), last_parts))}) {
    if (!nearest.empty()) return nearest;
  }
  return Closest(path, beside);
}

}  // namespace

std::string UnknownKeyMessage(const std::string& path) {
  return UnknownKeyMessage(path, NearestKey(path));
}

std::string UnknownKeyMessage(const std::string& path, std::string_view nearest) {
  return "unknown key " + Quoted(path) + "; the nearest known one is " + Quoted(nearest);
}

}  // namespace sallyport::config
