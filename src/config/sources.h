// The YAML file and the environment as lists of (key, value, place).
#pragma once

#include <string>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "config/keys.h"
#include "sallyport/config/options.h"

namespace sallyport::config {

struct Setting {
  const Key* key;
  YAML::Node value;
  std::string where;
  std::string file;  ///< that the marks of `value` belong to; "" for none
};

struct Source {
  std::vector<Setting> settings;
  std::vector<ConfigProblem> problems;
};

/// "sallyport.yaml:12"; the file alone for a mark without a line.
[[nodiscard]] std::string PlaceIn(const std::string& file, const YAML::Mark& mark);
/// Reads the file: syntax errors, unknown and duplicate keys are problems with their lines.
[[nodiscard]] Source ReadYaml(const std::string& file);
[[nodiscard]] Source ParseYaml(const std::string& text, const std::string& file);
/// Takes the variables that begin with SALLYPORT_.
[[nodiscard]] Source ReadEnvironment(const std::vector<std::string>& environment);

}  // namespace sallyport::config
