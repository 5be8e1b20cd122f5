// Rows of `resources`: document as masked JSON text, secrets sealed. No transactions of its own.
#pragma once

#include <functional>
#include <string>

#include "sallyport/crypto/keyring.h"
#include "sallyport/store/repository.h"
#include "store/sqlite/connection.h"

namespace sallyport::store::sqlite {

class ResourceTable {
 public:
  ResourceTable(Connection& connection, const crypto::Keyring& keyring, const Clock& clock)
      : connection_(connection), keyring_(keyring), clock_(clock) {}

  Result<Page<Resource>> List(const ListQuery& query);
  Result<Resource> Get(const std::string& slug, WithSecrets secrets);
  Result<Resource> Create(const std::string& slug, Document document);
  Result<Resource> Update(const std::string& slug, const std::string& new_slug, Document document,
                          const Precondition& when);
  Result<void> Delete(const std::string& slug, const Precondition& when);
  Result<void> ForEach(const std::function<void(Resource&&, bool broken)>& visit);

 private:
  struct Found {
    std::int64_t id;
    std::int64_t version;
    SystemTime created_at;
  };
  /// The row that a write is about, once the precondition holds.
  Result<Found> FindForWrite(const std::string& slug, const Precondition& when);
  Result<bool> Exists(const std::string& slug);
  Result<void> WriteSecrets(std::int64_t id, const Secrets& secrets);
  [[nodiscard]] Result<Secrets> OpenSecrets(std::int64_t id, std::string_view blob) const;

  Connection& connection_;
  const crypto::Keyring& keyring_;
  const Clock& clock_;
};

}  // namespace sallyport::store::sqlite
