// The keys that hold lists. Each function replaces the list in the options; "" or what is wrong,
// naming the element.
#pragma once

#include <string>

#include <yaml-cpp/yaml.h>

#include "config/keys.h"
#include "sallyport/config/options.h"

namespace sallyport::config {

std::string ApplyListen(const YAML::Node& node, Options& options);
std::string ApplyOpsListen(const YAML::Node& node, Options& options);
Complaint ApplyMasterKeys(const YAML::Node& node, Options& options);
std::string ApplyEgressAllow(const YAML::Node& node, Options& options);
std::string ApplyEgressDeny(const YAML::Node& node, Options& options);
std::string ApplyTrustedProxies(const YAML::Node& node, Options& options);
std::string ApplyCorsOrigins(const YAML::Node& node, Options& options);

}  // namespace sallyport::config
