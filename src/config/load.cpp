#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "config/sources.h"
#include "config/value.h"
#include "sallyport/base/encoding.h"
#include "sallyport/config/options.h"

namespace sallyport::config {
namespace {

namespace fs = std::filesystem;

/// Collects one LoadResult.
class Loader {
 public:
  void Take(Source source) {
    for (ConfigProblem& problem : source.problems) {
      result_.problems.push_back(std::move(problem));
    }
    for (const Setting& setting : source.settings) Apply(setting);
  }

  void TakeFlags(const FlagOverrides& flags) {
    if (!flags.listen.empty()) {
      YAML::Node list(YAML::NodeType::Sequence);
      for (const std::string& endpoint : flags.listen) list.push_back(endpoint);
      Apply({FindKey("listen"), list, "--listen", ""});
    }
    if (flags.data_dir) Apply({FindKey("data_dir"), YAML::Node(*flags.data_dir), "--data-dir", ""});
    result_.options.dev = flags.dev;
    result_.options.egress.allow_loopback = flags.dev;
  }

  /// Defaults that depend on other settings.
  void Complete(const FlagOverrides& flags) {
    Options& options = result_.options;
    if (!Given("listen")) options.listen = {{IpAddress::V4(0x7F000001), 8080}};
    if (!Given("log.format") && flags.on_terminal) options.log.format = observe::Format::kText;
    if (!Given("master_keys")) {
      options.master_keys = {{"k1", KeyFileDefault(flags, "master.key")}};
    }
    if (!Given("admin_key_file")) options.admin_key_file = KeyFileDefault(flags, "admin.key");
    const fs::path base =
        flags.config_file ? fs::path(*flags.config_file).parent_path() : fs::path();
    if (Given("master_keys") || !options.dev) {
      for (MasterKeyFile& key : options.master_keys) key.file = Resolve(base, key.file);
    }
    if (Given("admin_key_file") || !options.dev) {
      options.admin_key_file = Resolve(base, options.admin_key_file);
    }
  }

  /// Rules over several keys.
  void Check() {
    CheckListeners();
    for (const net::Endpoint& endpoint : result_.options.listen) CheckDev("listen", endpoint);
    for (const net::Endpoint& endpoint : result_.options.ops_listen) {
      CheckDev("ops_listen", endpoint);
    }
  }

  [[nodiscard]] LoadResult Result() { return std::move(result_); }

 private:
  void Apply(const Setting& setting) {
    given_[setting.key->path] = setting.where;
    const bool nothing = setting.value.IsNull() && setting.key->path != "identity.user_header";
    const Complaint wrong = nothing ? Complaint("has no value, give one or leave the key out")
                                    : setting.key->apply(setting.value, result_.options);
    if (wrong.message.empty()) return;
    const bool has_line = !wrong.mark.is_null() && !setting.file.empty();
    const std::string where = has_line ? PlaceIn(setting.file, wrong.mark) : setting.where;
    result_.problems.push_back({where, setting.key->path + ": " + wrong.message});
  }

  [[nodiscard]] bool Given(const std::string& path) const { return given_.count(path) > 0; }
  [[nodiscard]] std::string PlaceOf(const std::string& path) const {
    const auto found = given_.find(path);
    return found == given_.end() ? "" : found->second;
  }

  [[nodiscard]] std::string KeyFileDefault(const FlagOverrides& flags, const char* name) const {
    return flags.dev ? (fs::path(result_.options.data_dir) / name).string() : name;
  }

  static std::string Resolve(const fs::path& base, const std::string& file) {
    return (base / file).string();  // an absolute `file` stands for itself
  }

  void CheckListeners() {
    std::set<net::Endpoint> seen;
    const auto check = [&](const std::string& key, const std::vector<net::Endpoint>& endpoints) {
      for (const net::Endpoint& endpoint : endpoints) {
        if (endpoint.port == 0 || seen.insert(endpoint).second) continue;
        result_.problems.push_back(
            {PlaceOf(key), key + ": " + endpoint.ToString() + " is given twice, keep one"});
      }
    };
    check("listen", result_.options.listen);
    check("ops_listen", result_.options.ops_listen);
  }

  void CheckDev(const std::string& key, const net::Endpoint& endpoint) {
    const IpAddress& address = endpoint.address;
    const bool loopback =
        address.is_v4() ? (address.v4() >> 24) == 127 : address == *IpAddress::Parse("::1");
    if (!result_.options.dev || loopback) return;
    result_.problems.push_back({PlaceOf(key), key + ": " + endpoint.ToString() +
                                                  " is no loopback address, and --dev allows no "
                                                  "other; use 127.0.0.1 or [::1]"});
  }

  LoadResult result_;
  std::map<std::string, std::string> given_;  ///< key -> where it was set last
};

}  // namespace

std::string ConfigProblem::ToString() const {
  const std::string text = where.empty() ? message : where + ": " + message;
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F) {
      line += c;
    } else {
      line += "\\x" + HexEncode(std::string_view(&c, 1));
    }
  }
  return line;
}

LoadResult Load(const FlagOverrides& flags, const std::vector<std::string>& environment) {
  Loader loader;
  if (flags.config_file) loader.Take(ReadYaml(*flags.config_file));
  loader.Take(ReadEnvironment(environment));
  loader.TakeFlags(flags);
  loader.Complete(flags);
  loader.Check();
  return loader.Result();
}

}  // namespace sallyport::config
