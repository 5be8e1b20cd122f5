#include "admin/router.h"

#include <algorithm>

#include "sallyport/base/strings.h"
#include "sallyport/http/url.h"

namespace sallyport::admin {
namespace {

bool IsParameter(std::string_view segment) { return !segment.empty() && segment.front() == '{'; }

/// Takes the next segment off `path`, which begins with '/'.
std::string_view TakeSegment(std::string_view& path) {
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

bool Matches(const Route& route, std::string_view path) {
  for (const std::string_view expected : route.segments) {
    if (path.empty() || path.front() != '/') return false;
    const std::string_view segment = TakeSegment(path);
    if (IsParameter(expected) ? segment.empty() : segment != expected) return false;
  }
  return path.empty();
}

/// HEAD is served wherever GET is, OPTIONS on every path.
std::string AllowedBy(const Route& route) {
  std::string allow;
  for (const Operation& operation : route.operations) {
    allow.append(operation.method).append(", ");
    if (operation.method == "GET") allow += "HEAD, ";
  }
  return allow + "OPTIONS";
}

Error Forbidden(std::string message, std::string hint) {
  return Error(ErrorKind::kForbidden, ErrorSource::kCaller, std::move(message))
      .WithHint(std::move(hint));
}

}  // namespace

Router::Router(std::vector<Operation> operations) {
  for (Operation& operation : operations) {
    Route* route = nullptr;
    for (Route& known : routes_) {
      if (known.path == operation.path) route = &known;
    }
    if (route == nullptr) {
      routes_.push_back({operation.path, Split(operation.path.substr(1), '/'), {}, {}});
      route = &routes_.back();
    }
    route->operations.push_back(std::move(operation));
  }
  for (Route& route : routes_) route.allow = AllowedBy(route);
}

const Route* Router::Find(std::string_view path) const {
  const auto segments = static_cast<std::size_t>(std::count(path.begin(), path.end(), '/'));
  for (const Route& route : routes_) {
    if (route.segments.size() == segments && Matches(route, path)) return &route;
  }
  return nullptr;
}

const Operation* FindOperation(const Route& route, std::string_view method) {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Operation& operation : route.operations) {
    if (operation.method == wanted) return &operation;
  }
  return nullptr;
}

std::vector<std::string> PathValues(const Route& route, std::string_view path) {
  std::vector<std::string> values;
  values.reserve(2);  // no route has more
  for (const std::string_view expected : route.segments) {
    const std::string_view segment = TakeSegment(path);
    if (IsParameter(expected)) values.push_back(http::PercentDecode(segment));
  }
  return values;
}

Result<void> JudgeAccess(Access access, const store::Caller& caller) {
  const bool session = caller.kind == store::CallerKind::kSession;
  switch (access) {
    case Access::kPublic:
    case Access::kAnyCaller:
      return {};
    case Access::kAdmin:
      if (caller.is_admin()) return {};
      return Forbidden("this needs the role admin; the caller has the role runner",
                       "use an API key with the role admin");
    case Access::kSessionMaker:
      if (session) {
        return Forbidden("a session cannot make sessions",
                         "use an API key that is an admin's or has act_as_users");
      }
      if (caller.is_admin() || caller.act_as_users) return {};
      return Forbidden("this API key may not make sessions: it lacks act_as_users",
                       "use an API key that is an admin's or has act_as_users");
    case Access::kSessionItself:
      if (session) return {};
      return Forbidden("only a session can be ended here; the caller is an API key",
                       "DELETE /api/v1/sessions/{id} ends any session, DELETE "
                       "/api/v1/api-keys/{id} revokes a key; both are for admins");
  }
  return Forbidden("not allowed", "");
}

}  // namespace sallyport::admin
