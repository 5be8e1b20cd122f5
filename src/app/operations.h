// Readiness, metrics and control of the whole process, for the pipeline of every shard.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "app/shard.h"
#include "app/store_probe.h"
#include "sallyport/oauth/service.h"
#include "sallyport/pipeline/gateway.h"
#include "sallyport/store/store.h"

namespace sallyport::app {

/// Thread-safe once the shards are set.
class ProcessOperations final : public pipeline::Operations {
 public:
  /// All outlive it. `tokens` is null where no gateway runs.
  ProcessOperations(store::Store& store, const oauth::TokenService* tokens, observe::Log& log,
                    const Clock& clock);

  /// Before the shards run.
  void SetShards(std::vector<Shard*> shards) { shards_ = std::move(shards); }
  void SetPhase(Phase phase) { phase_ = phase; }

  [[nodiscard]] Phase phase() const override { return phase_; }
  Task<std::string> RenderMetrics() override;
  Task<http::ApiResponse> Readiness(bool verbose) override;
  Task<Result<http::ApiResponse>> Control(http::ApiRequest request) override;

 private:
  [[nodiscard]] observe::ProcessMetrics Describe(bool store_ok) const;
  Task<Result<http::ApiResponse>> RotateKeys(http::ApiRequest request);

  store::Store& store_;
  const oauth::TokenService* tokens_;
  observe::Log& log_;
  const Clock& clock_;
  StoreProbe probe_;
  double start_time_seconds_;
  std::vector<Shard*> shards_;
  std::atomic<Phase> phase_{Phase::kRunning};
};

}  // namespace sallyport::app
