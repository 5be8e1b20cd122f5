// The table of all keys: how each is read and where it goes. YAML, environment, messages, AllKeys()
// and the example's test all follow it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "sallyport/config/options.h"

namespace sallyport::config {

/// What is wrong with a value, without its key; an empty message for nothing.
struct Complaint {
  // NOLINTNEXTLINE(google-explicit-constructor): most keys have nothing but words to say
  Complaint(std::string what) : message(std::move(what)) {}
  Complaint(std::string what, const YAML::Mark& place) : message(std::move(what)), mark(place) {}

  std::string message;
  YAML::Mark mark = YAML::Mark::null_mark();  ///< the part to blame, where it is not the whole
};

struct Key {
  std::string path;  ///< "limits.json_depth"
  bool is_list = false;
  /// Puts the value into the options, or tells why not.
  std::function<Complaint(const YAML::Node& value, Options& options)> apply;
};

[[nodiscard]] const std::vector<Key>& Keys();
[[nodiscard]] const Key* FindKey(std::string_view path);
/// Does any key begin with `path` and a dot?
[[nodiscard]] bool IsSection(std::string_view path);
/// The first key of a section: an example of what may stand in it. Precondition: IsSection().
[[nodiscard]] const Key& FirstKeyOf(std::string_view section);

}  // namespace sallyport::config
