// What /metrics says. Names follow OpenTelemetry's semantic conventions where they have one.
#include <algorithm>
#include <cctype>

#include "observe/exposition.h"
#include "observe/process_stats.h"
#include "sallyport/observe/metrics.h"

namespace sallyport::observe {
namespace {

bool IsNumber(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void RenderRequests(Exposition& out, const ShardMetrics& sum) {
  out.Begin("http_server_request_duration_seconds", "histogram",
            "Time from a request's head to the end of its answer.");
  for (const auto& [key, histogram] : sum.server_requests) {
    const auto& [method, route, status] = key;
    const std::string code = std::to_string(status);
    out.Sample({{"http_request_method", method},
                {"http_route", route},
                {"http_response_status_code", code}},
               histogram);
  }
  out.Begin("http_server_active_requests", "gauge", "Requests being served now.");
  out.Sample({}, static_cast<double>(sum.active_requests));
  out.Begin("http_client_request_duration_seconds", "histogram",
            "Time of one call to a target, to the end of its answer.");
  for (const auto& [key, histogram] : sum.client_requests) {
    const auto& [method, resource, outcome] = key;
    const std::string_view label = IsNumber(outcome) ? "http_response_status_code" : "error_type";
    out.Sample(
        {{"http_request_method", method}, {"sallyport_resource", resource}, {label, outcome}},
        histogram);
  }
}

void RenderConnections(Exposition& out, const ShardMetrics& sum) {
  out.Begin("http_client_open_connections", "gauge", "Connections to targets, by their state.");
  out.Sample({{"http_connection_state", "active"}}, sum.pool_busy);
  out.Sample({{"http_connection_state", "idle"}}, sum.pool_idle);
  out.Begin("sallyport_pool_connections_opened_total", "counter",
            "Connections to targets that were opened.");
  out.Sample({}, sum.pool_opened);
  out.Begin("sallyport_pool_connections_reused_total", "counter",
            "Calls that took a kept-alive connection.");
  out.Sample({}, sum.pool_reused);
  out.Begin("sallyport_server_connections", "gauge", "Callers' connections that are open.");
  out.Sample({}, sum.open_connections);
}

void RenderFailures(Exposition& out, const ShardMetrics& sum) {
  out.Begin("sallyport_egress_denials_total", "counter",
            "Addresses that were not dialled, by the reason.");
  for (const auto& [verdict, count] : sum.egress_denials) out.Sample({{"verdict", verdict}}, count);
  out.Begin("sallyport_token_refreshes_total", "counter",
            "Refreshes and fetches of OAuth tokens, by how they ended.");
  for (const auto& [outcome, count] : sum.token_refreshes) {
    out.Sample({{"outcome", outcome}}, count);
  }
  out.Begin("sallyport_errors_total", "counter",
            "Errors that the gateway answered, by their code.");
  for (const auto& [code, count] : sum.errors) out.Sample({{"code", code}}, count);
}

void RenderGateway(Exposition& out, const ProcessMetrics& process) {
  out.Begin("sallyport_build_info", "gauge", "Always 1; the version is in the label.");
  out.Sample({{"version", process.version}}, std::uint64_t{1});
  out.Begin("sallyport_ready", "gauge", "1 while /readyz answers 200.");
  out.Sample({}, std::uint64_t{process.ready});
  out.Begin("sallyport_draining", "gauge", "1 once the gateway has been asked to end.");
  out.Sample({}, std::uint64_t{process.draining});
  out.Begin("sallyport_resources", "gauge", "Resources in the snapshot.");
  out.Sample({}, process.resources);
  out.Begin("sallyport_sessions", "gauge", "Sessions in the snapshot.");
  out.Sample({}, process.sessions);
  out.Begin("sallyport_snapshot_generation", "gauge", "Grows by one with every change.");
  out.Sample({}, process.snapshot_generation);
  out.Begin("sallyport_log_lines_dropped_total", "counter",
            "Access lines lost because stderr was not read.");
  out.Sample({}, process.log_lines_dropped);
}

void RenderProcess(Exposition& out, const ProcessMetrics& process) {
  const ProcessStats stats = ReadProcessStats();
  out.Begin("process_cpu_seconds_total", "counter", "User and system time.");
  out.Sample({}, stats.cpu_seconds);
  out.Begin("process_resident_memory_bytes", "gauge", "Memory in RAM.");
  out.Sample({}, stats.resident_bytes);
  out.Begin("process_virtual_memory_bytes", "gauge", "Mapped memory.");
  out.Sample({}, stats.virtual_bytes);
  out.Begin("process_open_fds", "gauge", "Open file descriptors.");
  out.Sample({}, stats.open_descriptors);
  out.Begin("process_max_fds", "gauge", "Most file descriptors that may be open.");
  out.Sample({}, stats.most_descriptors);
  out.Begin("process_threads", "gauge", "Threads.");
  out.Sample({}, stats.threads);
  out.Begin("process_start_time_seconds", "gauge", "Start, in seconds since 1970 UTC.");
  out.Sample({}, process.start_time_seconds);
}

}  // namespace

std::string RenderPrometheus(const ShardMetrics& sum, const ProcessMetrics& process) {
  Exposition out;
  RenderRequests(out, sum);
  RenderConnections(out, sum);
  RenderFailures(out, sum);
  RenderGateway(out, process);
  RenderProcess(out, process);
  return out.Take();
}

}  // namespace sallyport::observe
