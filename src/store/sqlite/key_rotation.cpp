#include "store/sqlite/key_rotation.h"

#include <string>
#include <utility>
#include <vector>

namespace sallyport::store::sqlite {
namespace {

constexpr std::int64_t kRowsPerTransaction = 500;

}  // namespace

Result<std::size_t> KeyRotation::Run(const AuditEntry& audit,
                                     const std::function<void()>& between) {
  Result<void> done = Begin(audit);
  if (!done) return done.error();
  between();
  std::size_t resealed = 0;
  for (const SealedColumn& sealed : kSealedColumns) {
    Result<std::size_t> count = ResealColumn(sealed, between);
    if (!count) return count.error();
    resealed += *count;
  }
  done = RemoveUnneededKeys();
  // Old wrapped keys leave the WAL, too. It is emptied by later checkpoints anyway when a reader
  // keeps this one from it.
  if (done) (void)connection_.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!done) return done.error();
  return resealed;
}

Result<void> KeyRotation::Begin(const AuditEntry& audit) {
  crypto::Keyring next = keyring_;  // becomes ours only once it is on the disk
  Transaction transaction(connection_);
  Result<void> done = transaction.Begin();
  if (done) done = data_keys_.InsertActive(next.CreateDataKey(), clock_.Now());
  if (!done) return done;
  Result<std::vector<std::string>> older = data_keys_.Inactive();
  if (!older) return older.error();
  for (const std::string& id : *older) {
    Result<crypto::WrappedKey> rewrapped = next.Rewrap(id);
    if (!rewrapped) continue;  // its master key is gone; the values under it are known as broken
    done = data_keys_.Replace(*rewrapped);
    if (!done) return done;
  }
  done = audit_.Append(audit);
  if (done) done = transaction.Commit();
  if (done) keyring_ = std::move(next);
  return done;
}

Result<std::size_t> KeyRotation::ResealColumn(const SealedColumn& sealed,
                                              const std::function<void()>& between) {
  std::size_t resealed = 0;
  Batch batch;
  do {
    Result<Batch> next = ResealBatch(sealed, batch.last_id);
    if (!next) return next.error();
    batch = *next;
    resealed += batch.resealed;
    between();
  } while (batch.rows == kRowsPerTransaction);
  return resealed;
}

Result<KeyRotation::Batch> KeyRotation::ResealBatch(const SealedColumn& sealed,
                                                    std::int64_t after) {
  const std::string table(sealed.table);
  const std::string column(sealed.column);
  const std::string key_column(sealed.key_column);
  const std::string select_sql = "SELECT id, " + column + " FROM " + table + " WHERE id > ?1 AND " +
                                 key_column + " <> ?2 ORDER BY id LIMIT ?3";
  const std::string update_sql =
      "UPDATE " + table + " SET " + column + " = ?2, " + key_column + " = ?3 WHERE id = ?1";
  Transaction transaction(connection_);
  Result<void> done = transaction.Begin();
  if (!done) return done.error();
  Batch batch;
  batch.last_id = after;
  std::vector<std::pair<std::int64_t, std::string>> fresh;
  {
    Statement rows(connection_, select_sql);
    rows.Bind(after, keyring_.active_id(), kRowsPerTransaction);
    while (true) {
      Result<bool> there = rows.Step();
      if (!there) return there.error();
      if (!*there) break;
      ++batch.rows;
      batch.last_id = rows.Int(0);
      Result<Secret> value = keyring_.Open(rows.Bytes(1), table, batch.last_id, column);
      if (!value) continue;
      fresh.emplace_back(batch.last_id, value->Reveal([&](std::string_view bytes) {
        return keyring_.Seal(bytes, table, batch.last_id, column);
      }));
    }
  }
  for (const auto& [id, blob] : fresh) {
    Statement update(connection_, update_sql);
    done = update.Bind(id, Blob{blob}, keyring_.active_id()).Run();
    if (!done) return done.error();
  }
  done = transaction.Commit();
  if (!done) return done.error();
  batch.resealed = fresh.size();
  return batch;
}

Result<void> KeyRotation::RemoveUnneededKeys() {
  Transaction transaction(connection_);
  Result<void> done = transaction.Begin();
  if (!done) return done;
  Result<std::vector<std::string>> inactive = data_keys_.Inactive();
  if (!inactive) return inactive.error();
  std::vector<std::string> removed;
  for (const std::string& id : *inactive) {
    Result<std::int64_t> values = data_keys_.CountValues(id);
    if (!values) return values.error();
    if (*values > 0) continue;
    done = data_keys_.Delete(id);
    if (!done) return done;
    removed.push_back(id);
  }
  done = transaction.Commit();
  if (!done) return done;
  for (const std::string& id : removed) keyring_.Forget(id);
  return {};
}

}  // namespace sallyport::store::sqlite
