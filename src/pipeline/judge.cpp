// The judgements before anything is done: none of them waits.
#include <string>
#include <utility>

#include "pipeline/authenticate.h"
#include "pipeline/gateway_impl.h"
#include "sallyport/base/strings.h"

namespace sallyport::pipeline {
namespace {

Error NotFound(std::string message) {
  return Error(ErrorKind::kNotFound, ErrorSource::kCaller, std::move(message));
}

Error Forbidden(std::string message) {
  return Error(ErrorKind::kForbidden, ErrorSource::kCaller, std::move(message));
}

bool IsObservation(const http::RequestHead& head) {
  return head.path == "/healthz" || head.path == "/readyz" || head.path == "/metrics";
}

}  // namespace

/// While draining, probes and scrapes are still answered: they tell that we are.
Result<void> Gateway::Impl::Admit(Call& call) {
  if (operations_.phase() != Operations::Phase::kDraining || IsObservation(call.head())) return {};
  call.exchange.CloseAfter();
  return Error(ErrorKind::kDraining, ErrorSource::kGateway,
               "The gateway is shutting down and takes no new calls.")
      .WithRetryAfter(1);
}

Result<void> Gateway::Impl::JudgeMethod(Call& call) {
  call.route = FindRoute(call.head(), call.door(), api_);
  if (call.route.method_allowed) return {};
  return Error(ErrorKind::kMethodNotAllowed, ErrorSource::kCaller,
               "This path does not take the method " + std::string(call.head().method) +
                   "; it takes " + std::string(call.route.allow) + ".")
      .WithAllow(std::string(call.route.allow));
}

Result<void> Gateway::Impl::AuthenticateCaller(Call& call) {
  if (IsPublic(call.route, call.door())) return {};
  const AuthenticationInput input{call.head(), call.exchange.peer(), *call.settings, *call.snapshot,
                                  clock_.Now()};
  Result<store::CallerPointer> caller = Authenticate(input);
  if (!caller) return caller.error();
  call.authenticated = std::move(*caller);
  return {};
}

/// The users of one key are callers of their own. Probes, pages and the control socket are free.
Result<void> Gateway::Impl::LimitCaller(Call& call) {
  const Quota& quota = call.settings->caller_quota;
  if (!quota.limits() || IsPublic(call.route, call.door()) || IsObservation(call.head()) ||
      call.door() == net::Door::kControl) {
    return {};
  }
  std::string who = "caller " + call.caller().id;
  if (call.caller().user) who += " " + *call.caller().user;
  Result<CallLimits::Place> place = limits_.Enter(who, quota, "This caller", clock_.Steady());
  if (!place) return std::move(place.error());
  call.caller_place = std::move(*place);
  return {};
}

/// Precondition: the resource is found. For calls that go to its target.
Result<void> Gateway::Impl::LimitResource(Call& call) {
  const Quota& quota = call.settings->resource_quota;
  if (!quota.limits()) return {};
  const std::string who = "resource " + call.entry->slug;
  Result<CallLimits::Place> place = limits_.Enter(who, quota, "This resource", clock_.Steady());
  if (!place) return std::move(place.error());
  call.resource_place = std::move(*place);
  return {};
}

Result<void> Gateway::Impl::JudgeRight(Call& call) {
  if (call.route.kind == RouteKind::kUnknown) {
    return NotFound(call.door() == net::Door::kOps
                        ? "There is no such path here: ops_listen has /healthz, /readyz and "
                          "/metrics only."
                        : "The gateway has no such path; see /openapi.json.");
  }
  if (IsForAdmins(call.route, call.door()) && !call.caller().is_admin()) {
    return Forbidden("This path is for callers with the role admin.");
  }
  const bool in_table = call.route.kind == RouteKind::kApi || call.route.kind == RouteKind::kRun;
  if (in_table && call.route.method != "OPTIONS") {
    return api_.JudgeRight(call.route.method, call.head().path, call.caller(), *call.snapshot);
  }
  return {};
}

Error SecretsDoNotOpen(std::string_view what) {
  return Error(ErrorKind::kStoreUnavailable, ErrorSource::kGateway,
               "The secrets of this " + std::string(what) +
                   " do not open with the configured master keys.")
      .WithRetryAfter(60);
}

/// The resource and the caller's right to it. What a runner may not use does not exist for it.
Result<void> Gateway::Impl::FindResource(Call& call, const std::string& slug) {
  call.entry = call.snapshot->resources.Find(slug);
  if (!call.entry || !call.caller().MayUse(slug)) {
    call.entry = nullptr;
    return NotFound("There is no resource \"" + slug + "\" that this caller may use.");
  }
  call.resource = dynamic_cast<const request::CompiledResource*>(call.entry->prepared.get());
  return {};
}

Result<void> Gateway::Impl::RefuseBroken(const Call& call) {
  if (call.entry->broken || call.resource == nullptr) return SecretsDoNotOpen("resource");
  return {};
}

Result<void> Gateway::Impl::LoadForProxy(Call& call) {
  Result<void> found = FindResource(call, std::string(call.route.slug));
  if (!found) return found;
  if (!call.caller().is_admin() && call.resource != nullptr &&
      !request::ProxyAllows(call.resource->proxy, call.head().method, call.route.rest)) {
    return Forbidden(
        "The resource does not open this method and path to runners (proxy.enabled, "
        "proxy.methods, proxy.paths).");
  }
  Result<void> whole = RefuseBroken(call);
  return whole ? LimitResource(call) : whole;
}

}  // namespace sallyport::pipeline
