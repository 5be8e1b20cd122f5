#include "sallyport/observe/metrics.h"

#include <algorithm>
#include <utility>

namespace sallyport::observe {
namespace {

constexpr std::string_view kOther = "_OTHER";

/// OpenTelemetry's known methods; a caller must not be able to invent label values.
std::string_view KnownMethod(std::string_view method) {
  constexpr std::array<std::string_view, 9> kKnown{"GET",    "HEAD",    "POST",  "PUT",    "PATCH",
                                                   "DELETE", "OPTIONS", "TRACE", "CONNECT"};
  const auto found = std::find(kKnown.begin(), kKnown.end(), method);
  return found == kKnown.end() ? kOther : *found;
}

/// The series of `views`. Its second element is the one that grows without bound (there may be
/// 100,000 resources): once there are kMostSeries, new ones share the label "_OTHER".
template <typename Map, typename Key>
Histogram& Slot(Map& map, const Key& views) {
  const auto found = map.find(views);  // compares views: nothing is copied once a series exists
  if (found != map.end()) return found->second;
  typename Map::key_type key(views);
  if (map.size() >= ShardMetrics::kMostSeries) std::get<1>(key) = kOther;
  return map[std::move(key)];
}

template <typename Map>
void AddHistograms(Map& sum, const Map& other) {
  for (const auto& [key, histogram] : other) sum[key].Add(histogram);
}

void AddCounts(std::map<std::string, std::uint64_t>& sum,
               const std::map<std::string, std::uint64_t>& other) {
  for (const auto& [key, count] : other) sum[key] += count;
}

}  // namespace

void Histogram::Observe(double seconds) {
  const auto bound = std::lower_bound(kBounds.begin(), kBounds.end(), seconds);  // le: inclusive
  ++counts[static_cast<std::size_t>(bound - kBounds.begin())];
  sum += seconds;
}

void Histogram::Add(const Histogram& other) {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  sum += other.sum;
}

void ShardMetrics::CountServer(std::string_view method, std::string_view route, int status,
                               double seconds) {
  Slot(server_requests, std::make_tuple(KnownMethod(method), route, status)).Observe(seconds);
}

void ShardMetrics::CountClient(std::string_view method, std::string_view resource,
                               std::string_view outcome, double seconds) {
  Slot(client_requests, std::make_tuple(KnownMethod(method), resource, outcome)).Observe(seconds);
}

void ShardMetrics::Add(const ShardMetrics& other) {
  AddHistograms(server_requests, other.server_requests);
  AddHistograms(client_requests, other.client_requests);
  AddCounts(egress_denials, other.egress_denials);
  AddCounts(token_refreshes, other.token_refreshes);
  AddCounts(errors, other.errors);
  active_requests += other.active_requests;
  pool_idle += other.pool_idle;
  pool_busy += other.pool_busy;
  pool_opened += other.pool_opened;
  pool_reused += other.pool_reused;
  open_connections += other.open_connections;
}

}  // namespace sallyport::observe
