#include "store/sqlite/data_key_table.h"

#include "store/sqlite/columns.h"
#include "store/sqlite/schema.h"

namespace sallyport::store::sqlite {
namespace {

Error WrongMasterKey(const Error& cause) {
  return Error(ErrorKind::kInternal, ErrorSource::kGateway,
               "none of the configured master keys opens this database: " + cause.message() +
                   "; add the key it was sealed with to master_keys");
}

Error StillNeeded(const Error& cause) {
  return Error(ErrorKind::kInvalidState, ErrorSource::kGateway,
               "master_keys would lock out what is stored: " + cause.message() +
                   "; keep that key in master_keys until `sallyport keys rotate` has run");
}

}  // namespace

Result<void> DataKeyTable::LoadInto(crypto::Keyring& keyring) {
  return Load(keyring,
              [](const crypto::WrappedKey&, bool active, const Error& why) -> Result<void> {
                if (active) return WrongMasterKey(why);
                return {};
              });
}

Result<void> DataKeyTable::LoadInto(crypto::Keyring& keyring, const crypto::Keyring& current) {
  return Load(keyring, [&](const crypto::WrappedKey& key, bool, const Error& why) -> Result<void> {
    if (current.Holds(key.id)) return StillNeeded(why);
    return {};
  });
}

Result<void> DataKeyTable::Load(crypto::Keyring& keyring, const NotOpened& judge) {
  Statement rows(connection_, "SELECT id, master_id, wrapped, active FROM data_keys");
  while (true) {
    Result<bool> there = rows.Step();
    if (!there) return there.error();
    if (!*there) break;
    const crypto::WrappedKey key{std::string(rows.Text(0)), std::string(rows.Text(1)),
                                 std::string(rows.Bytes(2))};
    const bool active = rows.Int(3) != 0;
    Result<void> added = keyring.AddDataKey(key, active);
    if (!added) added = judge(key, active, added.error());
    if (!added) return added;
  }
  if (keyring.active_id().empty()) {
    return Error(ErrorKind::kInternal, ErrorSource::kGateway,
                 "the database holds no active data key: it is damaged; restore a backup");
  }
  return {};
}

Result<void> DataKeyTable::InsertActive(const crypto::WrappedKey& key, SystemTime now) {
  Statement retire(connection_, "UPDATE data_keys SET active = 0 WHERE active = 1");
  Result<void> done = retire.Run();
  if (!done) return done;
  Statement insert(connection_,
                   "INSERT INTO data_keys (id, master_id, wrapped, active, created_at)"
                   " VALUES (?1, ?2, ?3, 1, ?4)");
  return insert.Bind(key.id, key.master_id, Blob{key.wrapped}, ToMillis(now)).Run();
}

Result<void> DataKeyTable::Replace(const crypto::WrappedKey& key) {
  Statement update(connection_, "UPDATE data_keys SET master_id = ?2, wrapped = ?3 WHERE id = ?1");
  return update.Bind(key.id, key.master_id, Blob{key.wrapped}).Run();
}

Result<std::vector<std::string>> DataKeyTable::Inactive() {
  Statement rows(connection_, "SELECT id FROM data_keys WHERE active = 0");
  std::vector<std::string> ids;
  while (true) {
    Result<bool> there = rows.Step();
    if (!there) return there.error();
    if (!*there) return ids;
    ids.emplace_back(rows.Text(0));
  }
}

Result<std::int64_t> DataKeyTable::CountValues(const std::string& id) {
  Result<std::int64_t> schema = connection_.QueryInt("PRAGMA user_version");
  if (!schema) return schema;
  std::int64_t count = 0;
  for (const SealedColumn& sealed : kSealedColumns) {
    if (sealed.since > *schema) continue;
    const std::string sql = "SELECT count(*) FROM " + std::string(sealed.table) + " WHERE " +
                            std::string(sealed.key_column) + " = ?1";
    Statement query(connection_, sql);
    Result<bool> there = query.Bind(id).Step();
    if (!there) return there.error();
    count += query.Int(0);
  }
  return count;
}

Result<void> DataKeyTable::Delete(const std::string& id) {
  Statement remove(connection_, "DELETE FROM data_keys WHERE id = ?1");
  return remove.Bind(id).Run();
}

Result<std::vector<DataKeyInfo>> DataKeyTable::List() {
  Statement rows(connection_,
                 "SELECT id, master_id, active, created_at FROM data_keys ORDER BY created_at, id");
  std::vector<DataKeyInfo> keys;
  while (true) {
    Result<bool> there = rows.Step();
    if (!there) return there.error();
    if (!*there) return keys;
    DataKeyInfo key;
    key.id = rows.Text(0);
    key.master_id = rows.Text(1);
    key.active = rows.Int(2) != 0;
    key.created_at = FromMillis(rows.Int(3));
    Result<std::int64_t> values = CountValues(key.id);
    if (!values) return values.error();
    key.values = *values;
    keys.push_back(std::move(key));
  }
}

}  // namespace sallyport::store::sqlite
