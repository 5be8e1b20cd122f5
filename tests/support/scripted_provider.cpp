#include "support/scripted_provider.h"

#include <strings.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "support/form_text.h"
#include "support/scripted_target.h"

namespace sallyport::test {
namespace {

SeenRequest ParseHead(std::string_view head) {
  SeenRequest request;
  request.at = std::chrono::steady_clock::now();
  const std::string_view line = head.substr(0, head.find("\r\n"));
  request.method = line.substr(0, line.find(' '));
  std::string_view target = line.substr(std::min(line.size(), request.method.size() + 1));
  target = target.substr(0, target.rfind(' '));
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  request.query = target.substr(std::min(question + 1, target.size()));
  for (std::size_t at = line.size() + 2; at < head.size();) {
    const std::size_t end = std::min(head.find("\r\n", at), head.size());
    const std::string_view field = head.substr(at, end - at);
    const std::size_t colon = field.find(": ");
    if (colon != std::string_view::npos) {
      request.headers.emplace_back(field.substr(0, colon), field.substr(colon + 2));
    }
    at = end + 2;
  }
  return request;
}

std::string Bytes(const ScriptedAnswer& answer, bool closes) {
  if (answer.raw) return *answer.raw;
  std::string bytes = "HTTP/1.1 " + std::to_string(answer.status) + " Scripted\r\n";
  if (!answer.type.empty()) bytes += "Content-Type: " + answer.type + "\r\n";
  for (const auto& [name, value] : answer.headers) bytes += name + ": " + value + "\r\n";
  if (closes) bytes += "Connection: close\r\n";
  return bytes + "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
}

}  // namespace

std::string SeenRequest::Field(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key.size() == name.size() && strncasecmp(key.data(), name.data(), name.size()) == 0) {
      return value;
    }
  }
  return "";
}

std::string SeenRequest::Param(const std::string& name) const {
  if (!body.starts_with('{')) return FormMember(body, name);
  const auto json = nlohmann::json::parse(body, nullptr, false);
  return json.is_object() && json.contains(name) && json[name].is_string() ? json.value(name, "")
                                                                           : "";
}

ScriptedAnswer ScriptedAnswer::Json(int status, std::string body) {
  ScriptedAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

ScriptedAnswer ScriptedAnswer::Raw(std::string bytes, Then then) {
  ScriptedAnswer answer;
  answer.raw = std::move(bytes);
  answer.then = then;
  return answer;
}

class ScriptedProvider::State {
 public:
  ScriptedAnswer Answer(const SeenRequest& request) {
    Handler handler;
    {
      const std::lock_guard lock(mutex);
      seen.push_back(request);
      const auto found = handlers.find(request.path);
      if (found != handlers.end()) handler = found->second;
      if (!handler && request.path == "/token" && !token_answers.empty()) {
        ScriptedAnswer next = std::move(token_answers.front());
        token_answers.pop_front();
        return next;
      }
    }
    if (handler) return handler(request);
    if (request.path == "/token") return Issue(request);
    if (request.path == "/revoke") return Revoke(request);
    if (IsApi(request.path)) return Serve(request);
    return ScriptedAnswer::Json(404, "{}");
  }

  ScriptedAnswer Issue(const SeenRequest& request) {
    const std::optional<std::string> tokens = issuer.Issue(
        {request.Param("grant_type"), request.Param("code"), request.Param("refresh_token")});
    if (tokens) return ScriptedAnswer::Json(200, *tokens);
    return ScriptedAnswer::Json(400, R"({"error":"invalid_grant","error_description":"no good"})");
  }

  ScriptedAnswer Serve(const SeenRequest& request) {
    std::string token = request.Field("Authorization");
    token = token.starts_with("Bearer ") ? token.substr(7) : "";
    const std::optional<std::string> owner = issuer.OwnerOf(token);
    if (!owner || refuse_all) {
      ScriptedAnswer refused = ScriptedAnswer::Json(401, R"({"error":"invalid_token"})");
      refused.headers = {{"WWW-Authenticate", "Bearer error=\"invalid_token\""}};
      return refused;
    }
    const nlohmann::json answer = {{"owner", *owner}, {"token", token}};
    return ScriptedAnswer::Json(200, answer.dump());
  }

  template <typename Predicate>
  std::vector<SeenRequest> Seen(Predicate concerns) const {
    const std::lock_guard lock(mutex);
    std::vector<SeenRequest> found;
    std::copy_if(seen.begin(), seen.end(), std::back_inserter(found), concerns);
    return found;
  }

  static bool IsApi(const std::string& path) { return path.starts_with("/api"); }

  TokenIssuer issuer;
  mutable std::mutex mutex;
  std::map<std::string, Handler> handlers;
  std::deque<ScriptedAnswer> token_answers;
  std::vector<SeenRequest> seen;
  std::atomic<bool> refuse_all{false};

 private:
  ScriptedAnswer Revoke(const SeenRequest& request) {
    issuer.Revoke(request.Param("token"));
    return ScriptedAnswer::Json(200, "");
  }
};

/// Listens; reads requests off connections and writes what the state says.
class ScriptedProvider::Door {
 public:
  explicit Door(State& state)
      : plain_(std::in_place, [&state](TargetConnection& connection) {
          while (ServeOne(state, connection, false) == ScriptedAnswer::Then::kGoOn) {
          }
        }) {}
  Door(State& state, TargetTls tls)
      : tls_(std::in_place, std::move(tls), [&state](TargetSide& side, int /*index*/) {
          (void)ServeOne(state, side, true);
          side.CloseInOrder();
        }) {}

  [[nodiscard]] std::string url() const {
    return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port());
  }
  [[nodiscard]] std::uint16_t port() const { return tls_ ? tls_->port() : plain_->port(); }
  [[nodiscard]] int connections() const {
    return tls_ ? tls_->connections() : plain_->connections();
  }

 private:
  static void Reset(TargetConnection& connection) { connection.ResetAtEnd(); }
  static void Reset(TargetSide& side) { side.Reset(); }

  template <typename Connection>
  static ScriptedAnswer::Then ServeOne(State& state, Connection& connection, bool closes) {
    const std::string head = connection.ReadHead();
    if (head.empty()) return ScriptedAnswer::Then::kClose;
    SeenRequest request = ParseHead(head);
    const std::string length = request.Field("Content-Length");
    if (!length.empty()) request.body = connection.ReadBody(std::stoul(length));
    const ScriptedAnswer answer = state.Answer(request);
    if (!connection.Send(Bytes(answer, closes))) return ScriptedAnswer::Then::kClose;
    if (answer.then == ScriptedAnswer::Then::kReset) Reset(connection);
    if (answer.then == ScriptedAnswer::Then::kHang) (void)connection.ReadBody(1);
    while (answer.then == ScriptedAnswer::Then::kDrip && connection.Send(" ")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return answer.then;
  }

  std::optional<ScriptedTarget> plain_;
  std::optional<TlsTarget> tls_;
};

ScriptedProvider::ScriptedProvider()
    : state_(std::make_shared<State>()), door_(std::make_unique<Door>(*state_)) {}
ScriptedProvider::ScriptedProvider(TargetTls tls)
    : state_(std::make_shared<State>()), door_(std::make_unique<Door>(*state_, std::move(tls))) {}
ScriptedProvider::~ScriptedProvider() = default;

std::string ScriptedProvider::url() const { return door_->url(); }
std::uint16_t ScriptedProvider::port() const { return door_->port(); }
int ScriptedProvider::connections() const { return door_->connections(); }

TokenIssuer& ScriptedProvider::issuer() { return state_->issuer; }

void ScriptedProvider::AnswerTokenOnce(ScriptedAnswer answer) {
  const std::lock_guard lock(state_->mutex);
  state_->token_answers.push_back(std::move(answer));
}

void ScriptedProvider::On(const std::string& path, Handler handler) {
  const std::lock_guard lock(state_->mutex);
  state_->handlers[path] = std::move(handler);
}

ScriptedAnswer ScriptedProvider::Issue(const SeenRequest& request) {
  return state_->Issue(request);
}

ScriptedAnswer ScriptedProvider::Serve(const SeenRequest& request) {
  return state_->Serve(request);
}

void ScriptedProvider::RefuseAll(bool refuses) { state_->refuse_all = refuses; }

std::vector<SeenRequest> ScriptedProvider::requests(const std::string& path) const {
  return state_->Seen([&](const SeenRequest& request) { return request.path == path; });
}

std::vector<SeenRequest> ScriptedProvider::api_requests() const {
  return state_->Seen([](const SeenRequest& request) { return State::IsApi(request.path); });
}

}  // namespace sallyport::test
