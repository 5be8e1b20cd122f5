// Look-ups in the snapshot: three for every call, whatever the number of resources.
#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include "sallyport/store/snapshot.h"

namespace sallyport::store {
namespace {

SharedMap<ResourceEntry> Resources(int count) {
  SharedMap<ResourceEntry> map;
  for (int i = 0; i < count; ++i) {
    auto entry = std::make_shared<ResourceEntry>();
    entry->slug = "resource-" + std::to_string(i);
    map.Put(entry->slug, entry);
  }
  return map;
}

void FindsResource(benchmark::State& state) {
  const int count = static_cast<int>(state.range(0));
  const SharedMap<ResourceEntry> map = Resources(count);
  int next = 0;
  std::string slug;
  for (auto _ : state) {
    next = (next + 7919) % count;
    slug = "resource-";
    slug += std::to_string(next);
    benchmark::DoNotOptimize(map.Find(slug));
  }
}
BENCHMARK(FindsResource)->Arg(10)->Arg(1000)->Arg(100000);

void ChangesOneResource(benchmark::State& state) {
  SharedMap<ResourceEntry> map = Resources(static_cast<int>(state.range(0)));
  const auto entry = std::make_shared<const ResourceEntry>();
  for (auto _ : state) {
    SharedMap<ResourceEntry> next = map;
    next.Put("resource-5", entry);
    benchmark::DoNotOptimize(next);
  }
}
BENCHMARK(ChangesOneResource)->Arg(10)->Arg(100000);

}  // namespace
}  // namespace sallyport::store
