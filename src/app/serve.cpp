// `sallyport serve`: read, check, acquire, run.
#include <exception>
#include <ostream>

#include "app/commands.h"
#include "app/problems.h"
#include "app/process_limits.h"
#include "app/runtime.h"
#include "app/start.h"
#include "sallyport/app/command_line.h"

namespace sallyport::app {
namespace {

/// The one line that says why.
int RefuseStart(observe::Log& log, const std::string& why, const std::string& detail) {
  Json fields = Json::object();
  if (!detail.empty()) fields["detail"] = detail;
  log.Write(observe::Level::kError, "cannot start: " + why, "", fields);
  return kExitUsage;
}

/// For a POSIX shell.
std::string ShellQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

void PrintDevHelp(const CommandContext& context, const Secret& admin_key,
                  const net::Endpoint& endpoint) {
  admin_key.Reveal([&](std::string_view key) {
    const std::string header = "Authorization: Bearer " + std::string(key);
    context.out << "Sallyport runs for development on http://" << endpoint.ToString() << "\n"
                << "Admin key: " << key << "\n"
                << "Try:\n  curl -sS -H " << ShellQuoted(header) << " http://"
                << endpoint.ToString() << "/api/v1/session\n"
                << std::flush;
  });
}

}  // namespace

int Serve(const CommandContext& context) {
  config::LoadResult loaded = config::Load(context.flags, context.environment);
  observe::Log log(loaded.options.log);
  if (!loaded.problems.empty()) return RefuseStart(log, JoinProblems(loaded.problems), "");

  const RealClock clock;
  const std::string warning = PrepareProcess(loaded.options.limits.connections, loaded.options.dev);
  Result<Start> start = PrepareStart(loaded.options, clock);
  if (!start) return RefuseStart(log, start.error().message(), start.error().detail());
  if (!warning.empty()) log.Warn(warning);

  try {
    const Secret admin_key = start->admin_key;
    const bool dev = loaded.options.dev;
    Runtime runtime(context, std::move(loaded.options), std::move(*start), log, clock);
    if (dev) PrintDevHelp(context, admin_key, runtime.bound().front());
    runtime.Run();
  } catch (const std::exception& error) {
    return RefuseStart(log, error.what(), "");
  }
  return kExitOk;
}

}  // namespace sallyport::app
