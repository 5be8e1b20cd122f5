#include "sallyport/store/store.h"

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/use_awaitable.hpp>

#include "store/answer.h"
#include "store/snapshot_keeper.h"
#include "store/store_thread.h"

namespace sallyport::store {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kPurgeInterval{60};
/// Anyone may ask for readiness; a flood of such calls must not become a flood of disk writes.
constexpr std::chrono::seconds kCheckIsGoodFor{1};

Error Refused() {
  return Error(ErrorKind::kStoreUnavailable, ErrorSource::kGateway,
               "the store is stopping or has too many calls waiting")
      .WithRetryAfter(1);
}

/// What the compiler needs: the repository answers without the secrets.
Resource WithSecretsOf(Resource resource, const Document& document) {
  resource.document.secrets = document.secrets;
  return resource;
}

/// A bug must not take the store thread down with it.
template <typename T>
Result<T> RunGuarded(const std::function<Result<T>()>& work) {
  try {
    return work();
  } catch (const std::exception& bug) {
    return Error(ErrorKind::kInternal, ErrorSource::kGateway, "the store failed")
        .WithDetail(bug.what());
  }
}

}  // namespace

class Store::Impl {
 public:
  template <typename T>
  using Work = std::function<Result<T>()>;

  Impl(std::unique_ptr<Repository> repository, ResourceCompiler compiler, const Clock& clock)
      : repository_(std::move(repository)), keeper_(std::move(compiler)), clock_(clock) {
    Result<void> loaded = keeper_.Load(*repository_);
    if (!loaded) {
      throw std::runtime_error("the database cannot be loaded: " + loaded.error().message());
    }
    keeper_.PublishAndThen([] {});
    purged_at_ = clock_.Steady();
    thread_.emplace([this] { PurgeSessionsIfDue(); });
  }

  ~Impl() {
    thread_->Stop();
    keeper_.FinishAdoptions();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  /// Runs `work` on the store thread; the awaiting coroutine goes on when its effect is adopted.
  template <typename T>
  Task<Result<T>> Call(Work<T> work) {
    auto initiate = [this](auto handler, Work<T> task) {
      using Handler = decltype(handler);
      auto answer = std::make_shared<WaitingHandler<T, Handler>>(std::move(handler));
      Enqueue<T>(std::move(answer), std::move(task));
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(Result<T>)>(
        initiate, asio::use_awaitable, std::move(work));
  }

  Repository& repository() { return *repository_; }
  SnapshotKeeper& keeper() { return keeper_; }

  /// Resealing 100,000 values takes seconds: calls that came meanwhile run between transactions.
  Result<std::size_t> RotateKeys(const AuditEntry& audit) {
    if (rotating_) {
      return Error(ErrorKind::kConflict, ErrorSource::kCaller, "keys are being rotated already");
    }
    rotating_ = true;
    Result<std::size_t> resealed = RunGuarded<std::size_t>(
        [&] { return repository_->RotateKeys(audit, [this] { thread_->RunWaiting(); }); });
    rotating_ = false;
    return resealed;
  }

  Result<void> CheckOrRemember() {
    const SteadyTime now = clock_.Steady();
    if (checked_at_ && now - *checked_at_ < kCheckIsGoodFor) return {};
    Result<void> checked = repository_->Check();
    checked_at_ = checked ? std::optional(now) : std::nullopt;
    return checked;
  }

 private:
  template <typename T>
  void Enqueue(std::shared_ptr<Answer<T>> answer, Work<T> work) {
    const bool queued = thread_->Post([this, answer, work = std::move(work)] {
      auto result = std::make_shared<Result<T>>(RunGuarded<T>(work));
      keeper_.PublishAndThen([answer, result] { answer->Give(std::move(*result)); });
    });
    if (!queued) answer->Give(Refused());
  }

  void PurgeSessionsIfDue() {
    const SteadyTime now = clock_.Steady();
    if (now - purged_at_ < kPurgeInterval) return;
    purged_at_ = now;
    const Work<std::vector<std::string>> purge = [this] {
      return repository_->DeleteExpiredSessions(clock_.Now());
    };
    Result<std::vector<std::string>> ended = RunGuarded(purge);
    // A failure costs nothing but space: ended sessions are refused by their time. Check() reports
    // a store that cannot write, and the next minute tries again.
    if (!ended || ended->empty()) return;
    for (const std::string& id : *ended) keeper_.EraseSession(id);
    keeper_.PublishAndThen([] {});
  }

  std::unique_ptr<Repository> repository_;
  SnapshotKeeper keeper_;
  const Clock& clock_;
  bool rotating_ = false;
  SteadyTime purged_at_;
  std::optional<SteadyTime> checked_at_;
  std::optional<StoreThread> thread_;  // last: it uses the others
};

Store::Store(std::unique_ptr<Repository> repository, ResourceCompiler compiler, const Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(repository), std::move(compiler), clock)) {}

Store::~Store() = default;

void Store::Subscribe(SnapshotSubscriber subscriber) {
  impl_->keeper().Subscribe(std::move(subscriber));
}

SnapshotPointer Store::snapshot() const { return impl_->keeper().current(); }

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
                                             Document document, Precondition when,
                                             AuditEntry audit) {
  return impl_->Call<Resource>([impl = impl_.get(), slug = std::move(slug),
                                new_slug = std::move(new_slug), document = std::move(document),
                                when, audit = std::move(audit)] {
    Result<Resource> updated =
        impl->repository().UpdateResource(slug, new_slug, document, when, audit);
    if (!updated) return updated;
    if (slug != new_slug) impl->keeper().EraseResource(slug);
    impl->keeper().Put(WithSecretsOf(*updated, document));
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
  return impl_->Call<void>([impl = impl_.get()] { return impl->CheckOrRemember(); });
}

}  // namespace sallyport::store
