#include "store/sqlite/resource_table.h"

#include "store/sqlite/document_item.h"

namespace sallyport::store::sqlite {
namespace {

constexpr std::int64_t kNoOwner = 0;
constexpr DocumentLayout kResourceLayout{kResourceSecrets, "", "resource"};

}  // namespace

ResourceTable::ResourceTable(Connection& connection, const crypto::Keyring& keyring,
                             const Clock& clock)
    : rows_(connection, keyring, clock, kResourceLayout) {}

Result<Page<Resource>> ResourceTable::List(const ListQuery& query) {
  return ItemsOf<Resource>(rows_.List(kNoOwner, query));
}

Result<Resource> ResourceTable::Get(const std::string& slug, WithSecrets secrets) {
  return ItemOf<Resource>(rows_.Get(kNoOwner, slug, secrets));
}

Result<Resource> ResourceTable::Create(const std::string& slug, Document document) {
  return ItemOf<Resource>(rows_.Create(kNoOwner, slug, std::move(document)));
}

Result<Resource> ResourceTable::Update(const std::string& slug, const std::string& new_slug,
                                       Document document, const Precondition& when) {
  return ItemOf<Resource>(rows_.Update(kNoOwner, slug, new_slug, std::move(document), when));
}

Result<void> ResourceTable::Delete(const std::string& slug, const Precondition& when) {
  return rows_.Delete(kNoOwner, slug, when);
}

Result<void> ResourceTable::ForEach(const std::function<void(Resource&&, bool broken)>& visit) {
  return rows_.ForEach(
      [&](DocumentRow&& row, bool broken) { visit(MakeItem<Resource>(std::move(row)), broken); });
}

Result<std::int64_t> ResourceTable::IdOf(const std::string& slug) {
  return rows_.IdOf(kNoOwner, slug);
}

}  // namespace sallyport::store::sqlite
