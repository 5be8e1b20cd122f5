// The members of Store that are about token sets.
#include "store/store_impl.h"

namespace sallyport::store {

Task<Result<TokenSet>> Store::PutTokens(TokenSet set, Precondition when,
                                        std::optional<AuditEntry> audit) {
  return impl_->Call<TokenSet>(
      [impl = impl_.get(), set = std::move(set), when, audit = std::move(audit)] {
        Result<TokenSet> stored = impl->repository().PutTokens(set, when, audit);
        if (stored) impl->keeper().Put(*stored);
        return stored;
      });
}

Task<Result<void>> Store::DeleteTokens(std::int64_t resource_id, TokenOwnerId owner,
                                       AuditEntry audit) {
  return impl_->Call<void>(
      [impl = impl_.get(), resource_id, owner = std::move(owner), audit = std::move(audit)] {
        Result<void> deleted = impl->repository().DeleteTokens(resource_id, owner, audit);
        if (deleted) impl->keeper().EraseTokens(resource_id, owner);
        return deleted;
      });
}

Task<Result<Page<ListedTokenSet>>> Store::ListTokenSets(ListQuery query, TokenSetFilter filter) {
  return impl_->Call<Page<ListedTokenSet>>(
      [impl = impl_.get(), query = std::move(query), filter = std::move(filter)] {
        return impl->repository().ListTokenSets(query, filter);
      });
}

}  // namespace sallyport::store
