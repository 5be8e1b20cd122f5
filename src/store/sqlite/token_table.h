// Rows of `token_sets`: one per resource and owner, the tokens sealed. No transactions of its own.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sallyport/crypto/keyring.h"
#include "sallyport/store/repository.h"
#include "store/sqlite/connection.h"

namespace sallyport::store::sqlite {

class TokenTable {
 public:
  /// All must outlive it.
  TokenTable(Connection& connection, const crypto::Keyring& keyring, const Clock& clock)
      : connection_(connection), keyring_(keyring), clock_(clock) {}

  /// See Repository::PutTokens.
  Result<TokenSet> Put(TokenSet set, const Precondition& when);
  Result<void> Delete(std::int64_t resource_id, const TokenOwnerId& owner);
  /// All of a resource; there may be none.
  Result<void> DeleteOf(std::int64_t resource_id);
  Result<Page<ListedTokenSet>> List(const ListQuery& query, const TokenSetFilter& filter);
  /// With tokens; a row that does not open, or is damaged, is given as `broken`.
  Result<void> ForEach(const std::function<void(TokenSet&&, bool broken)>& visit);

 private:
  struct Stored {
    std::int64_t id;
    std::int64_t version;
  };

  /// The resource is there, and so is the session when one owns the set.
  Result<void> JudgeOwner(const TokenSet& set);
  Result<std::optional<Stored>> Find(const TokenSet& set);
  Result<void> Insert(const TokenSet& set);
  Result<void> Update(const TokenSet& set);
  Result<void> WriteTokens(const TokenSet& set);
  [[nodiscard]] Result<Tokens> OpenTokens(std::int64_t id, std::string_view blob) const;

  Connection& connection_;
  const crypto::Keyring& keyring_;
  const Clock& clock_;
};

}  // namespace sallyport::store::sqlite
