// Expansion of templates: every run of a query does it for its path, rows and body.
#include <string>

#include <benchmark/benchmark.h>

#include "sallyport/request/expand.h"

namespace sallyport::request {
namespace {

/// Five inputs, as a run of a saved query has them.
Value Params() {
  return std::move(*Value::Parse(
      R"({"id":4711,"group":"blue team","page":3,"trace":"a1b2c3","name":"M\u00fcller"})", 64));
}

void ExpandAt(benchmark::State& state, const char* text, Position position) {
  const Template compiled = std::move(*Template::Compile(text));
  const Value params = Params();
  const Value vars = Value::Object({});
  Scope scope;
  scope.params = &params;
  scope.vars = &vars;
  std::string out;
  for (auto _ : state) {
    out.clear();
    benchmark::DoNotOptimize(Expand(compiled, scope, position, ArrayStyle::kRepeat, out));
  }
}

void ExpandsPath(benchmark::State& state) {
  ExpandAt(state, "/v1/{{ params.group }}/customers/{{ id }}", Position::kPath);
}
BENCHMARK(ExpandsPath);

void ExpandsHeader(benchmark::State& state) {
  ExpandAt(state, "trace={{ trace }}; page={{ page }}", Position::kHeader);
}
BENCHMARK(ExpandsHeader);

void ExpandsForm(benchmark::State& state) {
  ExpandAt(state, "{{ name }} of {{ group }}", Position::kForm);
}
BENCHMARK(ExpandsForm);

void CompilesTemplate(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(Template::Compile("/v1/{{ params.group }}/customers/{{ id }}"));
  }
}
BENCHMARK(CompilesTemplate);

void ReadsParams(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Params());
}
BENCHMARK(ReadsParams);

}  // namespace
}  // namespace sallyport::request
