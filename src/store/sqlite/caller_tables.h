// Rows of `api_keys` and `sessions`: digests of tokens, never tokens. No transactions of their own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sallyport/store/repository.h"
#include "store/sqlite/connection.h"

namespace sallyport::store::sqlite {

class ApiKeyTable {
 public:
  explicit ApiKeyTable(Connection& connection) : connection_(connection) {}
  Result<Page<ApiKey>> List(const ListQuery& query);
  Result<void> Create(const ApiKey& key);
  Result<void> Delete(const std::string& id);
  Result<void> ForEach(const std::function<void(ApiKey&&)>& visit);

 private:
  Connection& connection_;
};

class SessionTable {
 public:
  explicit SessionTable(Connection& connection) : connection_(connection) {}
  /// Those that end after `now`.
  Result<Page<Session>> List(const ListQuery& query, SystemTime now);
  Result<void> Create(const Session& session);
  Result<void> Delete(const std::string& id);
  /// The ids of those that the key made.
  Result<std::vector<std::string>> DeleteCreatedBy(const std::string& key_id);
  /// The ids of those that ended at `now` or before.
  Result<std::vector<std::string>> DeleteExpired(SystemTime now);
  Result<void> ForEach(const std::function<void(Session&&)>& visit);

 private:
  Connection& connection_;
};

}  // namespace sallyport::store::sqlite
