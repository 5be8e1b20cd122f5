// The judge of heads: every request and every answer passes it once.
#include <string>

#include <benchmark/benchmark.h>

#include "sallyport/http/chunked.h"
#include "sallyport/http/message_head.h"

namespace sallyport::http {
namespace {

const std::string kRequest =
    "GET /proxy/crm/v1/customers?limit=50&page=3 HTTP/1.1\r\nHost: gateway.example:8080\r\n"
    "Authorization: Bearer spk_0123456789abcdef0123456789abcdef0123456789abcdef\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
    "Accept: application/json\r\nAccept-Language: en-US,en;q=0.5\r\n"
    "Accept-Encoding: gzip, deflate, br\r\nConnection: keep-alive\r\n\r\n";

const std::string kAnswer =
    "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Tue, 24 Nov 2026 04:00:00 GMT\r\n"
    "Content-Type: application/json; charset=utf-8\r\nContent-Length: 1024\r\n"
    "Connection: keep-alive\r\nETag: \"6743a1b2-400\"\r\nCache-Control: max-age=60\r\n"
    "Vary: Accept-Encoding\r\n\r\n";

void FindsHeadEnd(benchmark::State& state) {
  for (auto _ : state) {
    std::size_t scanned = 0;
    benchmark::DoNotOptimize(FindHeadEnd(kRequest, scanned));
  }
}
BENCHMARK(FindsHeadEnd);

void JudgesRequestHead(benchmark::State& state) {
  const HeadLimits limits;
  for (auto _ : state) benchmark::DoNotOptimize(ParseRequestHead(kRequest, limits));
}
BENCHMARK(JudgesRequestHead);

void JudgesAnswerHead(benchmark::State& state) {
  const HeadLimits limits;
  for (auto _ : state) benchmark::DoNotOptimize(ParseResponseHead(kAnswer, "GET", limits));
}
BENCHMARK(JudgesAnswerHead);

void DecodesChunks(benchmark::State& state) {
  std::string body;
  for (int i = 0; i < 16; ++i) body += ChunkHeader(4096) + std::string(4096, 'x') + "\r\n";
  body += kLastChunk;
  for (auto _ : state) {
    ChunkDecoder decoder(ErrorSource::kTarget);
    std::string_view rest = body;
    while (!rest.empty()) {
      const Result<ChunkDecoder::Step> step = decoder.Next(rest);
      if (!step || step->consumed == 0) break;
      rest.remove_prefix(step->consumed);
    }
    benchmark::DoNotOptimize(rest);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(DecodesChunks);

}  // namespace
}  // namespace sallyport::http
