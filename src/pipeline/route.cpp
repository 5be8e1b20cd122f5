#include "pipeline/route.h"

#include <algorithm>

#include "sallyport/base/strings.h"
#include "sallyport/http/url.h"

namespace sallyport::pipeline {
namespace {

constexpr std::string_view kProxyPrefix = "/proxy/";
constexpr std::string_view kControlPrefix = "/control/";
constexpr std::string_view kReadMethods = "GET, HEAD, OPTIONS";
// Any method passes the proxy but these two: CONNECT asks for a tunnel, TRACE echoes credentials.
constexpr std::string_view kProxyMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

bool IsRefusedEverywhere(std::string_view method) {
  return method == "CONNECT" || method == "TRACE";
}

bool ListHas(std::string_view list, std::string_view method) {
  const auto items = Split(list, ',');
  return std::any_of(items.begin(), items.end(),
                     [&](std::string_view item) { return TrimOws(item) == method; });
}

Route LocalRoute(RouteKind kind, const http::RequestHead& head) {
  Route route;
  route.kind = kind;
  route.label = head.path;
  route.method = head.method;
  route.allow = kReadMethods;
  route.method_allowed = ListHas(kReadMethods, head.method);
  return route;
}

bool AsksForVerbose(std::string_view query) {
  const auto pieces = http::SplitQuery(query);
  return std::any_of(pieces.begin(), pieces.end(),
                     [](const http::QueryPiece& piece) { return piece.name == "verbose"; });
}

Route ProxyRoute(const http::RequestHead& head) {
  const std::string_view tail = head.path.substr(kProxyPrefix.size());
  const std::size_t slash = tail.find('/');
  Route route;
  route.slug = tail.substr(0, slash);
  if (route.slug.empty()) return Route{};
  route.kind = RouteKind::kProxy;
  route.label = "/proxy/{r}/{path}";
  route.method = head.method;
  route.method_allowed = !IsRefusedEverywhere(head.method);
  if (!route.method_allowed) route.allow = kProxyMethods;
  if (slash != std::string_view::npos) route.rest = tail.substr(slash);
  return route;
}

Route ControlRoute(const http::RequestHead& head) {
  Route route;
  route.kind = RouteKind::kControl;
  route.label = "/control/{action}";
  route.method = head.method;
  route.allow = "POST";
  route.method_allowed = head.method == "POST";
  route.has_body = true;
  return route;
}

Route ApiRoute(const http::RequestHead& head, const JsonApi& api) {
  const std::string_view method = head.method == "HEAD" ? "GET" : head.method;
  JsonApi::Verdict verdict = api.Judge(method, head.path);
  Route route;
  if (!verdict.known) return route;
  route.kind = verdict.service == Service::kApi ? RouteKind::kApi : RouteKind::kRun;
  route.service = verdict.service;
  route.path_values = std::move(verdict.path_values);
  route.label = verdict.label;
  route.method = method;
  route.allow = verdict.allow;
  route.method_allowed = verdict.method_allowed || method == "OPTIONS";
  route.has_body = verdict.has_body && method != "OPTIONS";
  route.is_public = verdict.is_public;
  return route;
}

Route FindMainRoute(const http::RequestHead& head, const JsonApi& api) {
  if (head.path == "/metrics") return LocalRoute(RouteKind::kMetrics, head);
  if (head.path == "/openapi.json") return LocalRoute(RouteKind::kOpenApi, head);
  if (head.path.starts_with(kProxyPrefix)) return ProxyRoute(head);
  return ApiRoute(head, api);
}

}  // namespace

Route FindRoute(const http::RequestHead& head, net::Door door, const JsonApi& api) {
  Route route;
  if (head.path == "/healthz") {
    route = LocalRoute(RouteKind::kHealth, head);
  } else if (head.path == "/readyz") {
    route = LocalRoute(RouteKind::kReadiness, head);
    route.verbose = AsksForVerbose(head.query);
  } else if (door == net::Door::kOps) {
    if (head.path == "/metrics") route = LocalRoute(RouteKind::kMetrics, head);
  } else if (door == net::Door::kControl && head.path.starts_with(kControlPrefix)) {
    route = ControlRoute(head);
  } else {
    route = FindMainRoute(head, api);
  }
  if (route.kind == RouteKind::kUnknown) {
    route.method = head.method;
    route.allow = kReadMethods;
  }
  if (IsRefusedEverywhere(head.method)) route.method_allowed = false;
  return route;
}

bool IsPublic(const Route& route, net::Door door) {
  if (door == net::Door::kOps) return true;  // a door of its own is the permission
  switch (route.kind) {
    case RouteKind::kHealth:
    case RouteKind::kOpenApi:
      return true;
    case RouteKind::kReadiness:
      return !route.verbose;
    case RouteKind::kApi:
      return route.is_public;
    default:
      return false;
  }
}

bool IsForAdmins(const Route& route, net::Door door) {
  if (door == net::Door::kOps) return false;
  return route.kind == RouteKind::kMetrics || route.kind == RouteKind::kControl ||
         (route.kind == RouteKind::kReadiness && route.verbose);
}

}  // namespace sallyport::pipeline
