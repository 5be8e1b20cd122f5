// What is behind store::Store. Included by the files that implement its members.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/use_awaitable.hpp>

#include "sallyport/store/store.h"
#include "store/answer.h"
#include "store/snapshot_keeper.h"
#include "store/store_thread.h"

namespace sallyport::store {

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

class Store::Impl {
 public:
  template <typename T>
  using Work = std::function<Result<T>()>;

  Impl(std::unique_ptr<Repository> repository, ResourceCompiler resource_compiler,
       QueryCompiler query_compiler, const Clock& clock)
      : repository_(std::move(repository)),
        keeper_(std::move(resource_compiler), std::move(query_compiler)),
        clock_(clock) {
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

  /// Runs `work` on the store thread; the awaiting coroutine goes on when its effect is adopted. A
  /// disk that fails it is what the next check tells.
  template <typename T>
  Task<Result<T>> Call(Work<T> work) {
    Work<T> noting = [this, work = std::move(work)] {
      Result<T> result = work();
      if (!result && result.error().kind() == ErrorKind::kStoreUnavailable) {
        NoteFailure(result.error());
      }
      return result;
    };
    return CallUnnoted<T>(std::move(noting));
  }

  template <typename T>
  Task<Result<T>> CallUnnoted(Work<T> work) {
    auto initiate = [this](auto handler, Work<T> task) {
      using Handler = decltype(handler);
      auto answer = std::make_shared<WaitingHandler<T, Handler>>(std::move(handler));
      this->Enqueue<T>(std::move(answer), std::move(task));
    };
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<T>)>(
        initiate, boost::asio::use_awaitable, std::move(work));
  }

  void SetPurgeHook(SessionsPurged hook) {
    const std::lock_guard lock(hook_mutex_);
    purge_hook_ = std::move(hook);
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
    if (!checked_ || now - checked_->at >= kCheckIsGoodFor) {
      checked_ = Checked{now, repository_->Check()};
    }
    return checked_->answer;
  }

  [[nodiscard]] std::uint64_t failures() const { return failures_; }

 private:
  static constexpr std::chrono::seconds kPurgeInterval{60};
  /// Anyone may ask for readiness; a flood of such calls must not become a flood of disk writes.
  static constexpr std::chrono::seconds kCheckIsGoodFor{1};

  struct Checked {
    SteadyTime at;
    Result<void> answer;
  };

  /// Small writes may go on where larger ones fail, so the failure itself is the answer for a
  /// while.
  void NoteFailure(const Error& why) {
    checked_ = Checked{clock_.Steady(), why};
    ++failures_;
  }

  static Error Refused() {
    return Error(ErrorKind::kStoreUnavailable, ErrorSource::kGateway,
                 "the store is stopping or has too many calls waiting")
        .WithRetryAfter(1);
  }

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
    const SnapshotPointer before = keeper_.current();
    for (const std::string& id : *ended) keeper_.EraseSession(id);
    keeper_.PublishAndThen([] {});
    TellPurged(before, *ended);
  }

  void TellPurged(const SnapshotPointer& before, const std::vector<std::string>& ids) {
    const std::lock_guard lock(hook_mutex_);
    if (purge_hook_) purge_hook_(before, ids);
  }

  std::unique_ptr<Repository> repository_;
  SnapshotKeeper keeper_;
  const Clock& clock_;
  bool rotating_ = false;
  SteadyTime purged_at_;
  std::mutex hook_mutex_;
  SessionsPurged purge_hook_;
  std::optional<Checked> checked_;
  std::atomic<std::uint64_t> failures_{0};
  std::optional<StoreThread> thread_;  // last: it uses the others
};

}  // namespace sallyport::store
