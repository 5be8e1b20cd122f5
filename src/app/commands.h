// One function per command. Each returns the exit code.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "sallyport/config/options.h"

namespace sallyport::app {

/// What every command that works on a gateway's data needs.
struct CommandContext {
  config::FlagOverrides flags;
  std::vector<std::string> environment;
  std::ostream& out;
  std::ostream& err;
};

int Serve(const CommandContext& context);
int CheckConfig(const CommandContext& context);
int HealthCheck(const CommandContext& context);
int Backup(const CommandContext& context, const std::string& file);

/// Prints a new master key, or writes it to `file` (mode 0600; never over a file that exists).
int GenerateKey(const CommandContext& context, const std::optional<std::string>& file);
int ListKeys(const CommandContext& context);
int RotateKeys(const CommandContext& context);

struct ApiKeyRequest {
  std::string name;
  std::string role = "runner";
  std::vector<std::string> resources{"*"};
  bool act_as_users = false;
  std::string expires_at;  ///< RFC 3339, "" = never
};
/// The key alone on stdout, so that a script can take it; what it is on stderr.
int CreateApiKey(const CommandContext& context, const ApiKeyRequest& request);
int ListApiKeys(const CommandContext& context);
int RevokeApiKey(const CommandContext& context, const std::string& id);

/// An echo API on loopback, to try the gateway with.
int DemoTarget(const CommandContext& context, const std::string& listen);

/// The options, or nullopt after the first problem has been printed (how many more, and
/// check-config named).
[[nodiscard]] std::optional<config::Options> LoadOptions(const CommandContext& context);
/// Prints "sallyport: MESSAGE" and returns kExitFailed.
int Fail(const CommandContext& context, const std::string& message);

}  // namespace sallyport::app
