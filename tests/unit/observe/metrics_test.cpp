#include "sallyport/observe/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "observe/exposition.h"
#include "observe/process_stats.h"

namespace sallyport::observe {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Histogram, BoundsAreInclusive) {
  Histogram histogram;
  histogram.Observe(0.005);
  histogram.Observe(0.0051);
  histogram.Observe(10);
  histogram.Observe(10.1);
  EXPECT_EQ(histogram.counts[0], 1U);
  EXPECT_EQ(histogram.counts[1], 1U);
  EXPECT_EQ(histogram.counts[13], 1U);
  EXPECT_EQ(histogram.counts[14], 1U);
  EXPECT_DOUBLE_EQ(histogram.sum, 20.1101);
}

TEST(ShardMetrics, MethodsThatCallersInventShareOneSeries) {
  ShardMetrics metrics;
  metrics.CountServer("BREW", "/healthz", 405, 0.1);
  metrics.CountServer("get", "/healthz", 405, 0.1);  // methods are case-sensitive
  metrics.CountServer("GET", "/healthz", 200, 0.1);
  ASSERT_EQ(metrics.server_requests.size(), 2U);
  EXPECT_EQ(metrics.server_requests.begin()->first, std::make_tuple("GET", "/healthz", 200));
  EXPECT_EQ(metrics.server_requests.rbegin()->first, std::make_tuple("_OTHER", "/healthz", 405));
}

TEST(ShardMetrics, ResourcesBeyondTheMostSeriesShareOne) {
  ShardMetrics metrics;
  for (std::size_t i = 0; i < ShardMetrics::kMostSeries; ++i) {
    metrics.CountClient("GET", "r" + std::to_string(i), "200", 0.1);
  }
  EXPECT_EQ(metrics.client_requests.size(), ShardMetrics::kMostSeries);
  metrics.CountClient("GET", "late", "200", 0.1);
  metrics.CountClient("GET", "later", "200", 0.1);
  metrics.CountClient("GET", "r7", "200", 0.1);  // known ones keep their own
  EXPECT_EQ(metrics.client_requests.size(), ShardMetrics::kMostSeries + 1);
  EXPECT_DOUBLE_EQ(metrics.client_requests.at({"GET", "_OTHER", "200"}).sum, 0.2);
  EXPECT_DOUBLE_EQ(metrics.client_requests.at({"GET", "r7", "200"}).sum, 0.2);
}

TEST(ShardMetrics, SumsShards) {
  ShardMetrics a, b;
  a.CountServer("GET", "/x", 200, 1);
  b.CountServer("GET", "/x", 200, 2);
  b.CountClient("GET", "github", "connect_failed", 3);
  a.errors["not_found"] = 2;
  b.errors["not_found"] = 3;
  b.egress_denials["denied_private"] = 4;
  a.active_requests = 1;
  b.active_requests = 2;
  b.pool_idle = 5;
  b.pool_busy = 6;
  b.pool_opened = 7;
  b.pool_reused = 8;
  b.open_connections = 9;
  a.Add(b);
  EXPECT_DOUBLE_EQ(a.server_requests.begin()->second.sum, 3);
  EXPECT_EQ(a.client_requests.size(), 1U);
  EXPECT_EQ(a.errors["not_found"], 5U);
  EXPECT_EQ(a.egress_denials["denied_private"], 4U);
  EXPECT_EQ(a.active_requests, 3);
  EXPECT_EQ(a.pool_idle + a.pool_busy + a.pool_opened + a.pool_reused + a.open_connections, 35U);
}

TEST(Exposition, EscapesLabelValuesAndLeavesEmptyOnesOut) {
  Exposition out;
  out.Begin("x_total", "counter", "Help.");
  out.Sample({{"a", "q\"b\\n\nz"}, {"b", ""}}, std::uint64_t{7});
  out.Sample({{"b", ""}}, 0.25);
  EXPECT_EQ(out.Take(),
            "# HELP x_total Help.\n# TYPE x_total counter\n"
            "x_total{a=\"q\\\"b\\\\n\\nz\"} 7\nx_total 0.25\n");
}

TEST(Exposition, HistogramsAreCumulative) {
  Histogram histogram;
  histogram.Observe(0.001);
  histogram.Observe(0.2);
  histogram.Observe(99);
  Exposition out;
  out.Begin("h", "histogram", "H.");
  out.Sample({{"l", "v"}}, histogram);
  const std::string text = out.Take();
  EXPECT_THAT(text, HasSubstr("h_bucket{l=\"v\",le=\"0.005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("h_bucket{l=\"v\",le=\"0.25\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("h_bucket{l=\"v\",le=\"10\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("h_bucket{l=\"v\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("h_count{l=\"v\"} 3\n"));
}

TEST(Prometheus, EveryMetricHasHelpAndTypeOnceAndEverySampleBelongsToOne) {
  ShardMetrics sum;
  sum.CountServer("GET", "/x", 200, 1);
  sum.CountClient("GET", "r", "200", 1);
  sum.errors["not_found"] = 1;
  sum.egress_denials["denied_self"] = 1;
  ProcessMetrics process;
  process.version = "1.2.3";
  std::istringstream text(RenderPrometheus(sum, process));
  std::set<std::string> names;
  std::string name;
  for (std::string line; std::getline(text, line);) {
    if (line.rfind("# HELP ", 0) == 0) {
      name = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_TRUE(names.insert(name).second) << name;
    } else if (line.rfind("# TYPE ", 0) == 0) {
      EXPECT_EQ(line.substr(7, line.find(' ', 7) - 7), name);
    } else {
      EXPECT_EQ(line.rfind(name, 0), 0U) << line;
    }
  }
  for (const char* wanted :
       {"http_server_request_duration_seconds", "http_client_request_duration_seconds",
        "process_cpu_seconds_total", "process_resident_memory_bytes", "process_open_fds",
        "process_start_time_seconds", "sallyport_build_info"}) {
    EXPECT_EQ(names.count(wanted), 1U) << wanted;
  }
}

TEST(Prometheus, TellsStatusAndErrorApart) {
  ShardMetrics sum;
  sum.CountClient("GET", "r", "200", 1);
  sum.CountClient("GET", "r", "connect_failed", 1);
  const std::string text = RenderPrometheus(sum, {});
  EXPECT_THAT(text,
              HasSubstr("http_client_request_duration_seconds_count{http_request_method="
                        "\"GET\",sallyport_resource=\"r\",http_response_status_code=\"200\"}"));
  EXPECT_THAT(text, HasSubstr("sallyport_resource=\"r\",error_type=\"connect_failed\"}"));
}

TEST(ProcessStats, ReadsThisProcess) {
  const ProcessStats stats = ReadProcessStats();
  EXPECT_GT(stats.resident_bytes, 1000000U);
  EXPECT_GT(stats.virtual_bytes, stats.resident_bytes);
  EXPECT_GE(stats.threads, 1U);
  EXPECT_GE(stats.open_descriptors, 3U);
  EXPECT_GE(stats.most_descriptors, stats.open_descriptors);
}

TEST(ProcessStats, ParsesNamesWithParenthesesAndRefusesOtherTexts) {
  const auto fields =
      ParseStat("42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4096 20 21 22\n");
  ASSERT_TRUE(fields.has_value());
  EXPECT_EQ(fields->user_ticks, 11U);
  EXPECT_EQ(fields->system_ticks, 12U);
  EXPECT_EQ(fields->threads, 17U);
  EXPECT_EQ(fields->virtual_bytes, 20U);
  EXPECT_EQ(fields->resident_pages, 21U);
  for (const char* text : {"", "42 (x", "42 (x)", "42 (x) S 1 2", "42 (x) S a b c"}) {
    EXPECT_FALSE(ParseStat(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace sallyport::observe
