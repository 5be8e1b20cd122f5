// Where the calls of a shard get their OAuth tokens; the seam at which tests put tokens without a
// provider.
#pragma once

#include "sallyport/async/task.h"
#include "sallyport/base/result.h"
#include "sallyport/oauth/service.h"

namespace sallyport::pipeline {

class TokenSource {
 public:
  virtual ~TokenSource() = default;
  /// As oauth::TokenService.
  virtual Task<Result<oauth::TokenGiven>> Obtain(oauth::TokenNeed need) = 0;
  virtual Task<oauth::Logins::Ticket> MakeTicket(oauth::LoginRequest request) = 0;
};

/// The real one, for any number of shards. `service` outlives it.
class ServiceTokenSource final : public TokenSource {
 public:
  explicit ServiceTokenSource(oauth::TokenService& service) : service_(service) {}
  Task<Result<oauth::TokenGiven>> Obtain(oauth::TokenNeed need) override {
    return service_.Obtain(std::move(need));
  }
  Task<oauth::Logins::Ticket> MakeTicket(oauth::LoginRequest request) override {
    return service_.MakeTicket(std::move(request));
  }

 private:
  oauth::TokenService& service_;
};

}  // namespace sallyport::pipeline
