// check-config, and what commands share in reading the configuration.
#include <filesystem>
#include <ostream>

#include "app/commands.h"
#include "app/key_files.h"
#include "sallyport/app/command_line.h"

namespace sallyport::app {
namespace {

/// --dev makes the files that are absent.
bool WillBeMade(const config::Options& options, const std::string& file) {
  return options.dev && !std::filesystem::exists(file);
}

/// Every key file by itself, so that all problems are found at once.
std::vector<std::string> CheckKeyFiles(const config::Options& options) {
  std::vector<std::string> problems;
  for (const config::MasterKeyFile& file : options.master_keys) {
    if (WillBeMade(options, file.file)) continue;
    config::Options one;
    one.master_keys = {file};
    const auto keys = ReadMasterKeys(one);
    if (!keys) problems.push_back(keys.error().message());
  }
  if (!WillBeMade(options, options.admin_key_file)) {
    const Result<Secret> key = ReadAdminKey(options);
    if (!key) problems.push_back(key.error().message());
  }
  return problems;
}

}  // namespace

int Fail(const CommandContext& context, const std::string& message) {
  context.err << "sallyport: " << message << '\n';
  return kExitFailed;
}

std::optional<config::Options> LoadOptions(const CommandContext& context) {
  config::LoadResult loaded = config::Load(context.flags, context.environment);
  if (loaded.problems.empty()) return std::move(loaded.options);
  std::string message = loaded.problems.front().ToString();
  if (loaded.problems.size() > 1) {
    message += " (and " + std::to_string(loaded.problems.size() - 1) +
               " more: run sallyport check-config)";
  }
  (void)Fail(context, message);
  return std::nullopt;
}

int CheckConfig(const CommandContext& context) {
  const config::LoadResult loaded = config::Load(context.flags, context.environment);
  std::vector<std::string> problems;
  for (const config::ConfigProblem& problem : loaded.problems) {
    problems.push_back(problem.ToString());
  }
  for (std::string& problem : CheckKeyFiles(loaded.options)) {
    problems.push_back(std::move(problem));
  }
  for (const std::string& problem : problems) context.err << problem << '\n';
  if (!problems.empty()) return kExitFailed;
  context.out << "ok\n";
  return kExitOk;
}

}  // namespace sallyport::app
