// The members of Store that are about resources and queries.
#include "store/store_impl.h"

namespace sallyport::store {
namespace {

/// What the compiler needs: the repository answers without the secrets.
template <typename Item>
Item WithSecretsOf(Item item, const Document& document) {
  item.document.secrets = document.secrets;
  return item;
}

}  // namespace

Task<Result<Page<Resource>>> Store::ListResources(ListQuery query) {
  return impl_->Call<Page<Resource>>([impl = impl_.get(), query = std::move(query)] {
    return impl->repository().ListResources(query);
  });
}

Task<Result<Resource>> Store::GetResource(std::string slug, WithSecrets secrets) {
  return impl_->Call<Resource>([impl = impl_.get(), slug = std::move(slug), secrets] {
    return impl->repository().GetResource(slug, secrets);
  });
}

Task<Result<Resource>> Store::CreateResource(std::string slug, Document document,
                                             AuditEntry audit) {
  return impl_->Call<Resource>([impl = impl_.get(), slug = std::move(slug),
                                document = std::move(document), audit = std::move(audit)] {
    Result<Resource> created = impl->repository().CreateResource(slug, document, audit);
    if (created) impl->keeper().Put(WithSecretsOf(*created, document));
    return created;
  });
}

Task<Result<Resource>> Store::UpdateResource(std::string slug, std::string new_slug,
                                             Document document, Precondition when, KeepTokens keep,
                                             AuditEntry audit) {
  return impl_->Call<Resource>([impl = impl_.get(), slug = std::move(slug),
                                new_slug = std::move(new_slug), document = std::move(document),
                                when, keep, audit = std::move(audit)] {
    Result<Resource> updated =
        impl->repository().UpdateResource(slug, new_slug, document, when, keep, audit);
    if (!updated) return updated;
    impl->keeper().Rename(slug, WithSecretsOf(*updated, document));
    if (keep == KeepTokens::kNo) impl->keeper().EraseTokensOf(updated->id);
    return updated;
  });
}

Task<Result<void>> Store::DeleteResource(std::string slug, Precondition when, AuditEntry audit) {
  return impl_->Call<void>(
      [impl = impl_.get(), slug = std::move(slug), when, audit = std::move(audit)] {
        Result<void> deleted = impl->repository().DeleteResource(slug, when, audit);
        if (deleted) impl->keeper().EraseResource(slug);
        return deleted;
      });
}

Task<Result<Page<Query>>> Store::ListQueries(std::string resource_slug, ListQuery query) {
  return impl_->Call<Page<Query>>(
      [impl = impl_.get(), resource_slug = std::move(resource_slug), query = std::move(query)] {
        return impl->repository().ListQueries(resource_slug, query);
      });
}

Task<Result<Query>> Store::GetQuery(std::string resource_slug, std::string slug,
                                    WithSecrets secrets) {
  return impl_->Call<Query>(
      [impl = impl_.get(), resource_slug = std::move(resource_slug), slug = std::move(slug),
       secrets] { return impl->repository().GetQuery(resource_slug, slug, secrets); });
}

Task<Result<Query>> Store::CreateQuery(std::string resource_slug, std::string slug,
                                       Document document, AuditEntry audit) {
  return impl_->Call<Query>([impl = impl_.get(), resource_slug = std::move(resource_slug),
                             slug = std::move(slug), document = std::move(document),
                             audit = std::move(audit)] {
    Result<Query> created = impl->repository().CreateQuery(resource_slug, slug, document, audit);
    if (created) impl->keeper().Put(WithSecretsOf(*created, document));
    return created;
  });
}

Task<Result<Query>> Store::UpdateQuery(std::string resource_slug, std::string slug,
                                       std::string new_slug, Document document, Precondition when,
                                       AuditEntry audit) {
  return impl_->Call<Query>([impl = impl_.get(), resource_slug = std::move(resource_slug),
                             slug = std::move(slug), new_slug = std::move(new_slug),
                             document = std::move(document), when, audit = std::move(audit)] {
    Result<Query> updated =
        impl->repository().UpdateQuery(resource_slug, slug, new_slug, document, when, audit);
    if (updated) impl->keeper().Rename(slug, WithSecretsOf(*updated, document));
    return updated;
  });
}

Task<Result<void>> Store::DeleteQuery(std::string resource_slug, std::string slug,
                                      Precondition when, AuditEntry audit) {
  return impl_->Call<void>([impl = impl_.get(), resource_slug = std::move(resource_slug),
                            slug = std::move(slug), when, audit = std::move(audit)] {
    Result<void> deleted = impl->repository().DeleteQuery(resource_slug, slug, when, audit);
    if (deleted) impl->keeper().EraseQuery(resource_slug, slug);
    return deleted;
  });
}

}  // namespace sallyport::store
