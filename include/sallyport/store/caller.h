// Who is calling, once authenticated.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/clock.h"
#include "sallyport/base/json.h"

namespace sallyport::store {

/// Ids of callers that are no row of `api_keys`: the key of admin_key_file, the control socket.
inline constexpr std::string_view kBootstrapId = "bootstrap";
inline constexpr std::string_view kControlId = "control";

enum class Role : std::uint8_t { kRunner, kAdmin };
enum class CallerKind : std::uint8_t {
  kApiKey,
  kSession,
  kControl
};  ///< kControl: the command line, through the control socket

[[nodiscard]] std::string_view ToString(CallerKind kind);  ///< "api_key", "session", "control"

struct Caller {
  CallerKind kind = CallerKind::kApiKey;
  Role role = Role::kRunner;
  std::string id;    ///< of the API key or session (kBootstrapId for the admin key file)
  std::string name;  ///< of the API key; for the audit log
  std::vector<std::string> resources;  ///< slugs, or {"*"}
  bool act_as_users = false;
  std::optional<std::string>
      user;              ///< end user: of the session, of Sallyport-User or of the trusted header
  Json user_attributes;  ///< object; empty for none
  std::optional<SystemTime> expires_at;
  bool by_cookie = false;  ///< authenticated by the session cookie

  [[nodiscard]] bool is_admin() const { return role == Role::kAdmin; }
  [[nodiscard]] bool MayUse(const std::string& slug) const {
    if (is_admin()) return true;
    for (const std::string& allowed : resources) {
      if (allowed == "*" || allowed == slug) return true;
    }
    return false;
  }
};

/// Made once and shared by all calls: there is one for each key and session of a snapshot.
using CallerPointer = std::shared_ptr<const Caller>;

}  // namespace sallyport::store
