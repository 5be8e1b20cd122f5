#include "sallyport/store/store.h"

#include "store/store_impl.h"

namespace sallyport::store {

Store::Store(std::unique_ptr<Repository> repository, ResourceCompiler resource_compiler,
             QueryCompiler query_compiler, const Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(repository), std::move(resource_compiler),
                                   std::move(query_compiler), clock)) {}

Store::~Store() = default;

void Store::Subscribe(SnapshotSubscriber subscriber) {
  impl_->keeper().Subscribe(std::move(subscriber));
}

void Store::OnSessionsPurged(SessionsPurged hook) { impl_->SetPurgeHook(std::move(hook)); }

SnapshotPointer Store::snapshot() const { return impl_->keeper().current(); }

Task<Result<Page<ApiKey>>> Store::ListApiKeys(ListQuery query) {
  return impl_->Call<Page<ApiKey>>([impl = impl_.get(), query = std::move(query)] {
    return impl->repository().ListApiKeys(query);
  });
}

Task<Result<void>> Store::CreateApiKey(ApiKey key, AuditEntry audit) {
  return impl_->Call<void>([impl = impl_.get(), key = std::move(key), audit = std::move(audit)] {
    Result<void> created = impl->repository().CreateApiKey(key, audit);
    if (created) impl->keeper().Put(key);
    return created;
  });
}

Task<Result<void>> Store::DeleteApiKey(std::string id, AuditEntry audit) {
  return impl_->Call<void>([impl = impl_.get(), id = std::move(id), audit = std::move(audit)] {
    const Result<std::vector<std::string>> ended = impl->repository().DeleteApiKey(id, audit);
    if (!ended) return Result<void>(ended.error());
    impl->keeper().EraseApiKey(id);
    for (const std::string& session : *ended) impl->keeper().EraseSession(session);
    return Result<void>();
  });
}

Task<Result<Page<Session>>> Store::ListSessions(ListQuery query) {
  return impl_->Call<Page<Session>>([impl = impl_.get(), query = std::move(query)] {
    return impl->repository().ListSessions(query);
  });
}

Task<Result<void>> Store::CreateSession(Session session, AuditEntry audit) {
  return impl_->Call<void>(
      [impl = impl_.get(), session = std::move(session), audit = std::move(audit)] {
        Result<void> created = impl->repository().CreateSession(session, audit);
        if (created) impl->keeper().Put(session);
        return created;
      });
}

Task<Result<void>> Store::DeleteSession(std::string id, AuditEntry audit) {
  return impl_->Call<void>([impl = impl_.get(), id = std::move(id), audit = std::move(audit)] {
    Result<void> deleted = impl->repository().DeleteSession(id, audit);
    if (deleted) impl->keeper().EraseSession(id);
    return deleted;
  });
}

Task<Result<Page<AuditEntry>>> Store::ListAudit(ListQuery query) {
  return impl_->Call<Page<AuditEntry>>([impl = impl_.get(), query = std::move(query)] {
    return impl->repository().ListAudit(query);
  });
}

Task<Result<std::size_t>> Store::RotateKeys(AuditEntry audit) {
  return impl_->Call<std::size_t>(
      [impl = impl_.get(), audit = std::move(audit)] { return impl->RotateKeys(audit); });
}

Task<Result<void>> Store::SetMasterKeys(std::vector<crypto::MasterKey> master_keys) {
  return impl_->Call<void>(
      [impl = impl_.get(), master_keys = std::move(master_keys)]() -> Result<void> {
        const Result<bool> more_opens = impl->repository().SetMasterKeys(master_keys);
        if (!more_opens) return more_opens.error();
        if (*more_opens) return impl->keeper().Load(impl->repository());
        return {};
      });
}

Task<Result<void>> Store::Check() {
  return impl_->CallUnnoted<void>([impl = impl_.get()] { return impl->CheckOrRemember(); });
}

std::uint64_t Store::failures() const { return impl_->failures(); }

}  // namespace sallyport::store
