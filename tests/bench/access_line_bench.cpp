// The access line: one for every call.
#include <string>

#include <benchmark/benchmark.h>

#include "observe/line_format.h"

namespace sallyport::observe {
namespace {

void FormatsAccessLine(benchmark::State& state) {
  AccessRecord record;
  record.request_id = "0123456789abcdef0123456789abcdef";
  record.method = "GET";
  record.route = "/proxy/{r}/{path}";
  record.resource = "crm";
  record.peer = "192.0.2.17";
  record.status = 200;
  record.bytes_out = 1024;
  record.duration_ms = 1.234;
  record.upstream_ms = 1.111;
  const SystemTime now = std::chrono::system_clock::now();
  std::string line;
  for (auto _ : state) {
    line.clear();
    AppendAccess(line, Format::kJson, FormatTime(now), record);
    benchmark::DoNotOptimize(line);
  }
}
BENCHMARK(FormatsAccessLine);

}  // namespace
}  // namespace sallyport::observe
