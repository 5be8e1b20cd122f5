// Rows of `queries`: slugs are unique within a resource. No transactions of its own.
#pragma once

#include <functional>
#include <string>

#include "store/sqlite/document_table.h"
#include "store/sqlite/resource_table.h"

namespace sallyport::store::sqlite {

/// Every member that takes a resource's slug answers not_found when there is no such resource.
class QueryTable {
 public:
  /// `resources` must outlive it.
  QueryTable(Connection& connection, const crypto::Keyring& keyring, const Clock& clock,
             ResourceTable& resources);

  Result<Page<Query>> List(const std::string& resource_slug, const ListQuery& query);
  Result<Query> Get(const std::string& resource_slug, const std::string& slug, WithSecrets secrets);
  Result<Query> Create(const std::string& resource_slug, const std::string& slug,
                       Document document);
  Result<Query> Update(const std::string& resource_slug, const std::string& slug,
                       const std::string& new_slug, Document document, const Precondition& when);
  Result<void> Delete(const std::string& resource_slug, const std::string& slug,
                      const Precondition& when);
  Result<void> ForEach(const std::function<void(Query&&, bool broken)>& visit);

 private:
  ResourceTable& resources_;
  DocumentTable rows_;
};

}  // namespace sallyport::store::sqlite
