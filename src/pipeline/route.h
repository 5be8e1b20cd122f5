// Which part of the gateway a request asks for, judged from its method and path alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/http/message_head.h"
#include "sallyport/net/server_exchange.h"
#include "sallyport/pipeline/gateway.h"

namespace sallyport::pipeline {

enum class RouteKind : std::uint8_t {
  kUnknown,
  kHealth,
  kReadiness,
  kMetrics,
  kOpenApi,
  kProxy,
  kApi,
  kRun,  ///< runs and previews of queries
  kControl,
  kPreflight,
};

struct Route {
  RouteKind kind = RouteKind::kUnknown;
  std::string_view label = "(unknown)";  ///< route template for logs and metrics
  std::string_view method;               ///< as the route sees it: GET for a HEAD of the JSON API
  bool method_allowed = true;
  std::string_view allow;                ///< for the Allow field
  bool has_body = false;                 ///< kApi, kControl: reads one; a run judges that itself
  bool is_public = false;                ///< kApi: for anyone
  bool verbose = false;                  ///< kReadiness
  Service service = Service::kApi;       ///< kRun
  std::vector<std::string> path_values;  ///< kRun: decoded; the resource, then the query
  std::string_view slug;                 ///< kProxy
  std::string_view rest;                 ///< kProxy: what follows the slug, "" or from '/' on
};

/// Pure. Views into `head` and of `api`. Each door has its own routes: health and metrics alone on
/// kOps, /control on kControl only.
[[nodiscard]] Route FindRoute(const http::RequestHead& head, net::Door door, const JsonApi& api);

/// May anyone ask for this, without a key?
[[nodiscard]] bool IsPublic(const Route& route, net::Door door);
/// Is it for admins only, whatever else holds?
[[nodiscard]] bool IsForAdmins(const Route& route, net::Door door);

}  // namespace sallyport::pipeline
