// The table of all keys: how each is read and where it goes. YAML, environment, messages, AllKeys()
// and the example's test all follow it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "sallyport/config/options.h"

namespace sallyport::config {

struct Key {
  std::string path;  ///< "limits.json_depth"
  bool is_list = false;
  /// Puts the value into the options; "" or what is wrong (without the key).
  std::function<std::string(const YAML::Node& value, Options& options)> apply;
};

[[nodiscard]] const std::vector<Key>& Keys();
[[nodiscard]] const Key* FindKey(std::string_view path);
/// Does any key begin with `path` and a dot?
[[nodiscard]] bool IsSection(std::string_view path);
/// "unknown key "limit.x"; the nearest known one is "limits.x"".
[[nodiscard]] std::string UnknownKeyMessage(const std::string& path);

}  // namespace sallyport::config
