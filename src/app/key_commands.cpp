// keys generate | list | rotate, backup, healthcheck.
#include <ostream>

#include "app/admin_channel.h"
#include "app/commands.h"
#include "app/control_client.h"
#include "app/key_files.h"
#include "app/start.h"
#include "app/table.h"
#include "sallyport/app/command_line.h"
#include "sallyport/base/encoding.h"
#include "sallyport/crypto/digest.h"
#include "sallyport/store/sqlite.h"

namespace sallyport::app {
namespace {

/// A gateway that hangs is not healthy; readiness itself waits two seconds for the store.
constexpr std::chrono::seconds kHealthPatience{5};

}  // namespace

int GenerateKey(const CommandContext& context, const std::optional<std::string>& file) {
  const Secret key(Base64Encode(crypto::RandomBytes(crypto::kKeyBytes)));
  if (!file) {
    key.Reveal([&](std::string_view text) { context.out << text << '\n'; });
    return kExitOk;
  }
  const Result<void> written = WriteKeyFile(*file, key);
  if (!written) return Fail(context, written.error().message());
  context.out << "wrote " << *file << '\n';
  return kExitOk;
}

int ListKeys(const CommandContext& context) {
  const auto options = LoadOptions(context);
  if (!options) return kExitFailed;
  const auto keys = store::ListDataKeys(DatabasePath(*options));
  if (!keys) return Fail(context, keys.error().message());
  std::vector<std::vector<std::string>> rows{{"DATA KEY", "MASTER KEY", "STATE", "MADE", "VALUES"}};
  for (const store::DataKeyInfo& key : *keys) {
    rows.push_back({key.id, key.master_id, key.active ? "active" : "old",
                    FormatTime(key.created_at), std::to_string(key.values)});
  }
  PrintTable(context.out, rows);
  return kExitOk;
}

int RotateKeys(const CommandContext& context) {
  const auto options = LoadOptions(context);
  if (!options) return kExitFailed;
  const Result<Json> rotated = CallAdmin(*options, "POST", "/control/keys/rotate", nullptr);
  if (!rotated) return Fail(context, rotated.error().message());
  context.out << "resealed " << rotated->value("resealed", std::uint64_t{0})
              << " values with a new data key\n";
  return kExitOk;
}

int Backup(const CommandContext& context, const std::string& file) {
  const auto options = LoadOptions(context);
  if (!options) return kExitFailed;
  const Result<void> copied = store::BackupDatabase(DatabasePath(*options), file);
  if (!copied) return Fail(context, copied.error().message());
  context.out << "wrote " << file << '\n';
  return kExitOk;
}

int HealthCheck(const CommandContext& context) {
  const auto options = LoadOptions(context);
  if (!options) return kExitFailed;
  const auto answer = CallControl(options->data_dir, "GET", "/readyz", "", kHealthPatience);
  if (!answer) return Fail(context, answer.error().message());
  if (!*answer) return Fail(context, "no gateway runs with data_dir " + options->data_dir);
  if ((*answer)->status != 200) {
    return Fail(context, "not ready (" + std::to_string((*answer)->status) + ")");
  }
  context.out << "ready\n";
  return kExitOk;
}

}  // namespace sallyport::app
