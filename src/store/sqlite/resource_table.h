// Rows of `resources`. No transactions of its own.
#pragma once

#include <functional>
#include <string>

#include "store/sqlite/document_table.h"

namespace sallyport::store::sqlite {

class ResourceTable {
 public:
  ResourceTable(Connection& connection, const crypto::Keyring& keyring, const Clock& clock);

  Result<Page<Resource>> List(const ListQuery& query);
  Result<Resource> Get(const std::string& slug, WithSecrets secrets);
  Result<Resource> Create(const std::string& slug, Document document);
  Result<Resource> Update(const std::string& slug, const std::string& new_slug, Document document,
                          const Precondition& when);
  /// Its queries go with it: the table of queries cascades.
  Result<void> Delete(const std::string& slug, const Precondition& when);
  Result<void> ForEach(const std::function<void(Resource&&, bool broken)>& visit);
  Result<std::int64_t> IdOf(const std::string& slug);

 private:
  DocumentTable rows_;
};

}  // namespace sallyport::store::sqlite
