#include "store/sqlite/query_table.h"

#include "store/sqlite/document_item.h"

namespace sallyport::store::sqlite {
namespace {

constexpr DocumentLayout kQueryLayout{kQuerySecrets, "resource_id", "query"};

}  // namespace

QueryTable::QueryTable(Connection& connection, const crypto::Keyring& keyring, const Clock& clock,
                       ResourceTable& resources)
    : resources_(resources), rows_(connection, keyring, clock, kQueryLayout) {}

Result<Page<Query>> QueryTable::List(const std::string& resource_slug, const ListQuery& query) {
  Result<std::int64_t> owner = resources_.IdOf(resource_slug);
  if (!owner) return owner.error();
  return ItemsOf<Query>(rows_.List(*owner, query));
}

Result<Query> QueryTable::Get(const std::string& resource_slug, const std::string& slug,
                              WithSecrets secrets) {
  Result<std::int64_t> owner = resources_.IdOf(resource_slug);
  if (!owner) return owner.error();
  return ItemOf<Query>(rows_.Get(*owner, slug, secrets));
}

Result<Query> QueryTable::Create(const std::string& resource_slug, const std::string& slug,
                                 Document document) {
  Result<std::int64_t> owner = resources_.IdOf(resource_slug);
  if (!owner) return owner.error();
  return ItemOf<Query>(rows_.Create(*owner, slug, std::move(document)));
}

Result<Query> QueryTable::Update(const std::string& resource_slug, const std::string& slug,
                                 const std::string& new_slug, Document document,
                                 const Precondition& when) {
  Result<std::int64_t> owner = resources_.IdOf(resource_slug);
  if (!owner) return owner.error();
  return ItemOf<Query>(rows_.Update(*owner, slug, new_slug, std::move(document), when));
}

Result<void> QueryTable::Delete(const std::string& resource_slug, const std::string& slug,
                                const Precondition& when) {
  Result<std::int64_t> owner = resources_.IdOf(resource_slug);
  if (!owner) return owner.error();
  return rows_.Delete(*owner, slug, when);
}

Result<void> QueryTable::ForEach(const std::function<void(Query&&, bool broken)>& visit) {
  return rows_.ForEach(
      [&](DocumentRow&& row, bool broken) { visit(MakeItem<Query>(std::move(row)), broken); });
}

}  // namespace sallyport::store::sqlite
