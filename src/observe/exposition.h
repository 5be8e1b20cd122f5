// Writes Prometheus text exposition format 0.0.4.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sallyport/observe/metrics.h"

namespace sallyport::observe {

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

class Exposition {
 public:
  /// Begins a metric: its HELP and TYPE lines. `type`: counter, gauge or histogram.
  void Begin(std::string_view name, std::string_view type, std::string_view help);
  /// One sample of the metric begun last. A label with the value "" is left out, which means the
  /// same to Prometheus.
  void Sample(const Labels& labels, std::uint64_t value);
  void Sample(const Labels& labels, double value);
  void Sample(const Labels& labels, const Histogram& histogram);

  [[nodiscard]] std::string Take() { return std::move(text_); }

 private:
  void Line(std::string_view suffix, const Labels& labels, std::string_view value);

  std::string text_;
  std::string name_;
};

}  // namespace sallyport::observe
