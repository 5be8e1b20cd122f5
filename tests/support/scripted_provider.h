// An identity provider and the API behind it, on one origin: issues tokens, rotates refresh tokens,
// tells whose token a call came with; or answers whatever a test scripts. Real sockets, plain or
// TLS.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/http_client.h"
#include "support/tls_target.h"
#include "support/token_issuer.h"

namespace sallyport::test {

/// A request as the provider read it.
struct SeenRequest {
  std::string method, path, query;
  HeaderList headers;
  std::string body;
  std::chrono::steady_clock::time_point at;

  /// The first field of that name, "" when there is none.
  [[nodiscard]] std::string Field(std::string_view name) const;
  /// A parameter of the body, a form or a JSON object, decoded; "" when there is none.
  [[nodiscard]] std::string Param(const std::string& name) const;
};

struct ScriptedAnswer {
  int status = 200;
  std::string body;
  std::string type = "application/json";
  HeaderList headers;
  std::optional<std::string> raw;  ///< these bytes instead of all that
  /// And then: the next request, or an end. kDrip sends a byte now and then until the peer is gone.
  enum class Then { kGoOn, kClose, kReset, kHang, kDrip } then = Then::kGoOn;

  static ScriptedAnswer Json(int status, std::string body);
  static ScriptedAnswer Raw(std::string bytes, Then then);
};

/// POST /token issues tokens by the issuer's policy; POST /revoke takes them back; every path under
/// /api is the API: 200 {"owner", "token"} for a good access token in `Authorization: Bearer`, else
/// 401. All is recorded. Thread-safe.
class ScriptedProvider {
 public:
  using Handler = std::function<ScriptedAnswer(const SeenRequest&)>;

  ScriptedProvider();
  /// Over TLS; every connection serves one request.
  explicit ScriptedProvider(TargetTls tls);
  /// Ends all connections and waits for their threads.
  ~ScriptedProvider();
  ScriptedProvider(const ScriptedProvider&) = delete;
  ScriptedProvider& operator=(const ScriptedProvider&) = delete;

  /// "http://127.0.0.1:4711"
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] int connections() const;

  /// Codes, the policy, and who a token belongs to.
  [[nodiscard]] TokenIssuer& issuer();
  /// The next token request is answered so; several are answered in order, then the policy again.
  void AnswerTokenOnce(ScriptedAnswer answer);
  /// Every request of the path is answered by `handler`, which may block; null: as before.
  void On(const std::string& path, Handler handler);
  /// What the token endpoint, and the API, say by themselves; for handlers.
  [[nodiscard]] ScriptedAnswer Issue(const SeenRequest& request);
  [[nodiscard]] ScriptedAnswer Serve(const SeenRequest& request);

  /// The API answers 401 whatever the token.
  void RefuseAll(bool refuses);

  [[nodiscard]] std::vector<SeenRequest> requests(const std::string& path) const;
  [[nodiscard]] std::vector<SeenRequest> token_requests() const { return requests("/token"); }
  /// Requests of the API, whatever the path below it.
  [[nodiscard]] std::vector<SeenRequest> api_requests() const;

 private:
  class State;
  class Door;
  std::shared_ptr<State> state_;
  std::unique_ptr<Door> door_;  // last: its threads use the state
};

}  // namespace sallyport::test
