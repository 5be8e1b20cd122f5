// Rows of `audit`: append and read, nothing else.
#pragma once

#include "sallyport/store/repository.h"
#include "store/sqlite/connection.h"

namespace sallyport::store::sqlite {

class AuditTable {
 public:
  explicit AuditTable(Connection& connection) : connection_(connection) {}
  /// Newest first; `search` looks in action, object, actor name and user.
  Result<Page<AuditEntry>> List(const ListQuery& query);
  Result<void> Append(const AuditEntry& entry);

 private:
  Connection& connection_;
};

}  // namespace sallyport::store::sqlite
