// Counters and histograms: plain numbers per shard, summed when scraped. Prometheus text format.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace sallyport::observe {

/// Seconds, OpenTelemetry's boundaries for HTTP durations.
struct Histogram {
  static constexpr std::array<double, 14> kBounds{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
                                                  0.5,   0.75, 1,     2.5,  5,     7.5, 10};
  std::array<std::uint64_t, kBounds.size() + 1> counts{};
  double sum = 0;
  void Observe(double seconds);
  void Add(const Histogram& other);
};

/// Orders series by their three labels, and finds one by views of them without a copy. Written out
/// because clang 14 does not compare tuples of different types.
struct LabelsLess {
  using is_transparent = void;
  template <typename Left, typename Right>
  bool operator()(const Left& left, const Right& right) const {
    if (const auto order = std::get<0>(left) <=> std::get<0>(right); order != 0) return order < 0;
    if (const auto order = std::get<1>(left) <=> std::get<1>(right); order != 0) return order < 0;
    return std::get<2>(left) < std::get<2>(right);
  }
};

/// Owned by one shard and touched only on its thread; a scrape copies it there. Keys hold route
/// templates, methods and status codes only: no user, no raw path, and methods outside the known
/// ones become "_OTHER".
struct ShardMetrics {
  /// Series of one kind; the resource or route of further ones becomes "_OTHER".
  static constexpr std::size_t kMostSeries = 1000;

  /// (method, route, status) -> duration
  std::map<std::tuple<std::string, std::string, int>, Histogram, LabelsLess> server_requests;
  /// (method, resource slug, status or error code) -> duration
  std::map<std::tuple<std::string, std::string, std::string>, Histogram, LabelsLess>
      client_requests;
  std::map<std::string, std::uint64_t> egress_denials;  ///< verdict -> count
  std::map<std::string, std::uint64_t> errors;          ///< code -> count
  /// Of the token service, outcome -> count; set in the sum only.
  std::map<std::string, std::uint64_t> token_refreshes;
  std::int64_t active_requests = 0;
  std::uint64_t pool_idle = 0, pool_busy = 0, pool_opened = 0, pool_reused = 0;
  std::uint64_t open_connections = 0;

  void CountServer(std::string_view method, std::string_view route, int status, double seconds);
  void CountClient(std::string_view method, std::string_view resource, std::string_view outcome,
                   double seconds);
  void Add(const ShardMetrics& other);
};

/// Values of the whole process.
struct ProcessMetrics {
  std::string version;
  std::uint64_t resources = 0, sessions = 0, snapshot_generation = 0;
  std::uint64_t log_lines_dropped = 0;  ///< Log::dropped()
  bool ready = false, draining = false;
  double start_time_seconds = 0;
};

/// Prometheus text exposition 0.0.4. Adds process_* read from /proc/self.
[[nodiscard]] std::string RenderPrometheus(const ShardMetrics& sum, const ProcessMetrics& process);

}  // namespace sallyport::observe
