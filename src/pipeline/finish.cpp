// What remains of a call: its log lines.
#include <string>

#include "pipeline/gateway_impl.h"
#include "pipeline/trusted_proxy.h"
#include "sallyport/http/problem.h"

namespace sallyport::pipeline {
namespace {

/// Callers' mistakes are their own business (the access line has the code); a call that could not
/// be made is worth a warning, a failure of ours an error.
observe::Level LevelOf(const Error& error) {
  if (error.kind() == ErrorKind::kInternal || error.kind() == ErrorKind::kStoreUnavailable) {
    return observe::Level::kError;
  }
  const int status = http::StatusOf(error.kind());
  return status == 502 || status == 504 ? observe::Level::kWarn : observe::Level::kDebug;
}

}  // namespace

std::string PeerText(const Call& call) {
  if (call.door() == net::Door::kControl) return "local";
  return ClientAddress(call.exchange.peer().address, call.head().fields,
                       call.settings->trusted_proxies);
}

void Gateway::Impl::LogFailure(const Call& call, const Error& error) {
  const observe::Level level = LevelOf(error);
  if (!log_.Enabled(level)) return;
  Json fields = Json::object();
  fields["code"] = http::CodeOf(error.kind());
  fields["error"] = error.message();
  if (!error.detail().empty()) fields["detail"] = error.detail();
  fields["route"] = call.route.label;
  if (call.entry) fields["resource"] = call.entry->slug;
  log_.Write(level, "call failed", call.request_id, fields);
}

void Gateway::Impl::WriteAccessLine(const Call& call, double duration_ms) {
  const std::string peer = PeerText(call);
  observe::AccessRecord record;
  record.request_id = call.request_id;
  record.method = call.head().method;
  record.route = call.route.label;
  if (call.entry) record.resource = call.entry->slug;
  if (call.caller().user) record.user = *call.caller().user;
  record.peer = peer;
  record.code = call.caller_gone ? std::string_view("caller_gone") : call.code;
  record.status = call.status;
  record.bytes_out = call.exchange.bytes_sent();
  record.bytes_in = call.exchange.bytes_received();
  record.duration_ms = duration_ms;
  record.upstream_ms = call.upstream_ms;
  log_.Access(record);
}

}  // namespace sallyport::pipeline
