#include "pipeline/run/retry.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "sallyport/base/strings.h"
#include "sallyport/http/http_date.h"

namespace sallyport::pipeline {
namespace {

constexpr Milliseconds kFirstWait{100};
constexpr Milliseconds kLongestWait{5000};
constexpr int kDoublings = 6;  // 100 ms * 2^6 is beyond the longest wait

bool NothingWasSent(ErrorKind kind) {
  return kind == ErrorKind::kDnsFailed || kind == ErrorKind::kConnectFailed ||
         kind == ErrorKind::kConnectTimeout;
}

bool MayPass(ErrorKind kind) {
  return kind == ErrorKind::kUpstreamReset || kind == ErrorKind::kFirstByteTimeout;
}

bool MayPass(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

}  // namespace

std::optional<Milliseconds> RetryState::AfterError(ErrorKind kind, const RetryChance& chance) {
  const bool again = NothingWasSent(kind) || (MayPass(kind) && chance.idempotent);
  if (!again) return std::nullopt;
  return Grant(Milliseconds(0), chance);
}

std::optional<Milliseconds> RetryState::AfterAnswer(int status,
                                                    std::optional<Milliseconds> retry_after,
                                                    const RetryChance& chance) {
  if (!MayPass(status) || !chance.idempotent) return std::nullopt;
  return Grant(retry_after.value_or(Milliseconds(0)), chance);
}

std::optional<Milliseconds> RetryState::Grant(Milliseconds at_least, const RetryChance& chance) {
  if (left_ == 0 || !chance.can_resend) return std::nullopt;
  const Milliseconds full = std::min(kLongestWait, kFirstWait * (1 << std::min(used_, kDoublings)));
  const auto spread =
      static_cast<std::int64_t>(static_cast<double>(full.count()) * (0.5 + chance.random / 2));
  const Milliseconds wait = std::max(at_least, Milliseconds(spread));
  if (wait >= chance.left) return std::nullopt;
  --left_;
  ++used_;
  return wait;
}

std::optional<Milliseconds> ParseRetryAfter(std::string_view value, SystemTime now) {
  constexpr std::uint64_t kDay = 24 * 3600;  // longer than any run: the sum cannot overflow
  if (const auto seconds = ParseUnsigned(value)) {
    return std::chrono::seconds(static_cast<std::int64_t>(std::min(*seconds, kDay)));
  }
  const std::optional<SystemTime> date = http::ParseHttpDate(value, now);
  if (!date) return std::nullopt;
  return std::max(Milliseconds(0), std::chrono::ceil<Milliseconds>(*date - now));
}

}  // namespace sallyport::pipeline
