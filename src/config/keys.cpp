#include "config/keys.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "config/lists.h"
#include "config/value.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/url.h"

namespace sallyport::config {
namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;
constexpr std::uint64_t kDay = 24ULL * 3'600'000;

using Number = std::uint64_t& (*)(Options&);
using NumberParser = Result<std::uint64_t> (*)(const YAML::Node&, Range);

Key NumberKey(std::string path, NumberParser parse, Range range, Number place) {
  return {std::move(path), false, [=](const YAML::Node& node, Options& options) -> std::string {
            const Result<std::uint64_t> value = parse(node, range);
            if (!value) return value.error().message();
            place(options) = *value;
            return "";
          }};
}

Key BoolKey(std::string path, bool& (*place)(Options&)) {
  return {std::move(path), false, [=](const YAML::Node& node, Options& options) -> std::string {
            const Result<bool> value = ParseBool(node);
            if (!value) return value.error().message();
            place(options) = *value;
            return "";
          }};
}

Key TextKey(std::string path, std::string& (*place)(Options&)) {
  return {std::move(path), false, [=](const YAML::Node& node, Options& options) -> std::string {
            Result<std::string> value = ParseText(node);
            if (!value) return value.error().message();
            place(options) = std::move(*value);
            return "";
          }};
}

/// One of some words.
template <typename Enum>
Key ChoiceKey(std::string path, std::vector<std::pair<std::string, Enum>> choices,
              Enum& (*place)(Options&)) {
  return {std::move(path), false,
          [choices = std::move(choices), place](const YAML::Node& node,
                                                Options& options) -> std::string {
            std::string names;
            for (const auto& [name, value] : choices) {
              if (node.IsScalar() && node.Scalar() == name) {
                place(options) = value;
                return "";
              }
              names += (names.empty() ? "" : ", ") + name;
            }
            return "found " + Describe(node) + ", give one of " + names;
          }};
}

std::string ApplyPublicUrl(const YAML::Node& node, Options& options) {
  const Result<std::string> text = ParseText(node);
  if (!text) return text.error().message();
  const Result<http::Origin> origin = http::ParseOrigin(*text);
  if (!origin) {
    return "found " + Quoted(*text) + ", give scheme, host and port only, such as " +
           "https://gateway.example (" + origin.error().message() + ")";
  }
  options.public_url = origin->ToString();
  options.public_url_given = true;
  return "";
}

std::string ApplyUserHeader(const YAML::Node& node, Options& options) {
  if (node.IsNull() || (node.IsScalar() && (node.Scalar().empty() || node.Scalar() == "null"))) {
    options.user_header.clear();
    return "";
  }
  const std::string name = node.IsScalar() ? node.Scalar() : "";
  constexpr std::string_view kTaken[] = {"Authorization", "Cookie", "Host", "Content-Length",
                                         "Content-Type"};
  const bool taken = std::any_of(std::begin(kTaken), std::end(kTaken), [&](std::string_view other) {
    return EqualsIgnoreCase(name, other);
  });
  if (!http::IsToken(name) || http::IsHopByHop(name) || taken) {
    return "found " + Describe(node) +
           ", give the name of a header that carries nothing else, such as X-Forwarded-User, "
           "or null";
  }
  options.user_header = name;
  return "";
}

void AddLimits(std::vector<Key>& keys) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
  const auto size = [&](const char* name, Range range, Number place) {
    keys.push_back(NumberKey(std::string("limits.") + name, ParseSize, range, place));
  };
  const auto count = [&](const char* name, Range range, Number place) {
    keys.push_back(NumberKey(std::string("limits.") + name, ParseCount, range, place));
  };
  size(
      "request_head_bytes", {256, kMiB},
      [](Options & o) -> auto& { return o.limits.request_head_bytes; });
  count(
      "request_fields", {1, 10000}, [](Options & o) -> auto& { return o.limits.request_fields; });
  size(
      "target_bytes", {16, kMiB}, [](Options & o) -> auto& { return o.limits.target_bytes; });
  size(
      "api_body_bytes", {1, 1024 * kMiB},
      [](Options & o) -> auto& { return o.limits.api_body_bytes; });
  size(
      "proxy_body_bytes", {0, kMost},
      [](Options & o) -> auto& { return o.limits.proxy_body_bytes; });
  size(
      "target_head_bytes", {256, 16 * kMiB},
      [](Options & o) -> auto& { return o.limits.target_head_bytes; });
  size(
      "envelope_bytes", {1, 4096 * kMiB},
      [](Options & o) -> auto& { return o.limits.envelope_bytes; });
  count(
      "decode_ratio", {1, 1'000'000}, [](Options & o) -> auto& { return o.limits.decode_ratio; });
  count(
      "json_depth", {1, 1000}, [](Options & o) -> auto& { return o.limits.json_depth; });
  count(
      "connections", {1, 10'000'000}, [](Options & o) -> auto& { return o.limits.connections; });
}

void AddCallQuotas(std::vector<Key>& keys) {
  const auto calls = [&](const char* name, Number place) {
    keys.push_back(NumberKey(std::string("limits.") + name, ParseCount, {0, 10'000'000}, place));
  };
  calls(
      "caller_calls", [](Options & o) -> auto& { return o.limits.caller_calls; });
  calls(
      "caller_rate", [](Options & o) -> auto& { return o.limits.caller_rate; });
  calls(
      "resource_calls", [](Options & o) -> auto& { return o.limits.resource_calls; });
  calls(
      "resource_rate", [](Options & o) -> auto& { return o.limits.resource_rate; });
}

void AddTimeouts(std::vector<Key>& keys) {
  const auto time = [&](const char* name, std::uint64_t min, Number place) {
    keys.push_back(NumberKey(std::string("timeouts.") + name, ParseDuration, {min, kDay}, place));
  };
  time(
      "request_head", 1, [](Options & o) -> auto& { return o.timeouts.request_head; });
  time(
      "body_idle", 1, [](Options & o) -> auto& { return o.timeouts.body_idle; });
  time(
      "dns", 1, [](Options & o) -> auto& { return o.timeouts.dns; });
  time(
      "connect", 1, [](Options & o) -> auto& { return o.timeouts.connect; });
  time(
      "tls", 1, [](Options & o) -> auto& { return o.timeouts.tls; });
  time(
      "first_byte", 1, [](Options & o) -> auto& { return o.timeouts.first_byte; });
  time(
      "total", 1, [](Options & o) -> auto& { return o.timeouts.total; });
  time(
      "token", 1, [](Options & o) -> auto& { return o.timeouts.token; });
  time(
      "idle_caller", 1, [](Options & o) -> auto& { return o.timeouts.idle_caller; });
  time(
      "idle_target", 1, [](Options & o) -> auto& { return o.timeouts.idle_target; });
  time(
      "drain_grace", 0, [](Options & o) -> auto& { return o.timeouts.drain_grace; });
  time(
      "drain", 0, [](Options & o) -> auto& { return o.timeouts.drain; });
}

void AddLog(std::vector<Key>& keys) {
  using observe::Format;
  using observe::Level;
  keys.push_back(ChoiceKey<Level>(
      "log.level",
      {{"trace", Level::kTrace},
       {"debug", Level::kDebug},
       {"info", Level::kInfo},
       {"warn", Level::kWarn},
       {"error", Level::kError}},
      [](Options & o) -> auto& { return o.log.level; }));
  keys.push_back(ChoiceKey<Format>(
      "log.format", {{"json", Format::kJson}, {"text", Format::kText}},
      [](Options & o) -> auto& { return o.log.format; }));
  keys.push_back(BoolKey(
      "log.access", [](Options & o) -> auto& { return o.log.access; }));
}

std::vector<Key> MakeKeys() {
  std::vector<Key> keys;
  keys.push_back({"listen", true, ApplyListen});
  keys.push_back({"ops_listen", true, ApplyOpsListen});
  keys.push_back({"public_url", false, ApplyPublicUrl});
  keys.push_back(TextKey(
      "data_dir", [](Options & o) -> auto& { return o.data_dir; }));
  keys.push_back({"master_keys", true, ApplyMasterKeys});
  keys.push_back(TextKey(
      "admin_key_file", [](Options & o) -> auto& { return o.admin_key_file; }));
  keys.push_back(NumberKey(
      "threads", ParseCount, {0, 256}, [](Options & o) -> auto& { return o.threads; }));
  keys.push_back(BoolKey(
      "egress.allow_private", [](Options & o) -> auto& { return o.egress.allow_private; }));
  keys.push_back({"egress.allow", true, ApplyEgressAllow});
  keys.push_back({"egress.deny", true, ApplyEgressDeny});
  keys.push_back({"identity.trusted_proxies", true, ApplyTrustedProxies});
  keys.push_back({"identity.user_header", false, ApplyUserHeader});
  keys.push_back(BoolKey(
      "identity.confirm_login", [](Options & o) -> auto& { return o.confirm_login; }));
  keys.push_back({"cors.origins", true, ApplyCorsOrigins});
  AddLimits(keys);
  AddCallQuotas(keys);
  AddTimeouts(keys);
  AddLog(keys);
  return keys;
}

}  // namespace

const std::vector<Key>& Keys() {
  static const std::vector<Key> keys = MakeKeys();
  return keys;
}

const Key* FindKey(std::string_view path) {
  const auto found =
      std::find_if(Keys().begin(), Keys().end(), [&](const Key& key) { return key.path == path; });
  return found == Keys().end() ? nullptr : &*found;
}

bool IsSection(std::string_view path) {
  return std::any_of(Keys().begin(), Keys().end(), [&](const Key& key) {
    return key.path.size() > path.size() && key.path.compare(0, path.size(), path) == 0 &&
           key.path[path.size()] == '.';
  });
}

const Key& FirstKeyOf(std::string_view section) {
  return *std::find_if(Keys().begin(), Keys().end(),
                       [prefix = std::string(section) + "."](const Key& key) {
                         return key.path.starts_with(prefix);
                       });
}

std::vector<std::string> AllKeys() {
  std::vector<std::string> paths;
  for (const Key& key : Keys()) paths.push_back(key.path);
  return paths;
}

}  // namespace sallyport::config
