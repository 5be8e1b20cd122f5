// Rows that hold a document under a slug: masked JSON text, secrets sealed beside it. Resources and
// queries are kept this way. No transactions of its own.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sallyport/crypto/keyring.h"
#include "sallyport/store/repository.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/schema.h"

namespace sallyport::store::sqlite {

/// What tells one table of documents from another.
struct DocumentLayout {
  SealedColumn sealed;            ///< names the table, too
  std::string_view owner_column;  ///< slugs are unique under one owner; "" when there is only one
  std::string_view noun;          ///< "resource": for messages
};

/// A row of any such table.
struct DocumentRow {
  std::int64_t id = 0;
  std::int64_t owner = 0;  ///< 0 without an owner column
  std::string slug;
  std::int64_t version = 1;
  SystemTime created_at;
  SystemTime updated_at;
  Document document;
};

/// `owner` is 0 in every call when the layout has no owner column.
class DocumentTable {
 public:
  DocumentTable(Connection& connection, const crypto::Keyring& keyring, const Clock& clock,
                const DocumentLayout& layout);

  /// By slug, without secrets.
  Result<Page<DocumentRow>> List(std::int64_t owner, const ListQuery& query);
  Result<DocumentRow> Get(std::int64_t owner, const std::string& slug, WithSecrets secrets);
  Result<DocumentRow> Create(std::int64_t owner, const std::string& slug, Document document);
  Result<DocumentRow> Update(std::int64_t owner, const std::string& slug,
                             const std::string& new_slug, Document document,
                             const Precondition& when);
  Result<void> Delete(std::int64_t owner, const std::string& slug, const Precondition& when);
  /// With secrets; a row that does not open, or is damaged, is given as `broken`.
  Result<void> ForEach(const std::function<void(DocumentRow&&, bool broken)>& visit);
  /// The id of the row; not_found when there is none.
  Result<std::int64_t> IdOf(std::int64_t owner, const std::string& slug);

 private:
  /// Statements with the names of this table put in. The first parameter is the owner in each
  /// statement that looks for a slug.
  struct Sql {
    explicit Sql(const DocumentLayout& layout);
    std::string list, search, get, find, insert, update, remove, for_each, set_secrets;
  };
  struct Found {
    std::int64_t id;
    std::int64_t version;
    SystemTime created_at;
  };

  /// The row that a write is about, once the precondition holds.
  Result<Found> FindForWrite(std::int64_t owner, const std::string& slug, const Precondition& when);
  Result<void> JudgeFree(std::int64_t owner, const std::string& slug);
  Result<void> WriteSecrets(std::int64_t id, const Secrets& secrets);
  [[nodiscard]] Result<Secrets> OpenSecrets(std::int64_t id, std::string_view blob) const;
  [[nodiscard]] Error NotFound(const std::string& slug) const;

  Connection& connection_;
  const crypto::Keyring& keyring_;
  const Clock& clock_;
  const DocumentLayout layout_;
  const Sql sql_;
};

}  // namespace sallyport::store::sqlite
