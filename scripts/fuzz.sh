#!/bin/sh
# Runs every fuzz target for a while. Usage: scripts/fuzz.sh build/fuzz SECONDS
# A finding stops the run; the input that did it stays in build/fuzz/findings.
set -eu
cd "$(dirname "$0")/.."
build=${1:?usage: scripts/fuzz.sh BUILD_DIRECTORY SECONDS}
seconds=${2:-60}

targets=$(find "$build/tests/fuzz" -maxdepth 1 -type f -name 'fuzz_*' -perm -u+x | sort)
[ -n "$targets" ] || { echo "fuzz: no target in $build/tests/fuzz" >&2; exit 1; }
mkdir -p "$build/findings"
for target in $targets; do
  name=$(basename "$target")
  seeds="tests/fuzz/corpus/${name#fuzz_}"
  mkdir -p "$build/corpus/$name"
  echo "== $name, $seconds s"
  "$target" -max_total_time="$seconds" -print_final_stats=1 -verbosity=0 \
    -artifact_prefix="$build/findings/$name-" "$build/corpus/$name" $([ -d "$seeds" ] && echo "$seeds")
done
