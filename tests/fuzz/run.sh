#!/bin/sh
# Runs every fuzz target, or those named, one after the other: tests/fuzz/run.sh [-t SECONDS] [NAME...]
# Starts from the seeds in corpus/NAME; what it finds anew stays in the build folder. Stops at the first finding.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=${SALLYPORT_FUZZ_BUILD:-$here/../../build/fuzz}
seconds=60
if [ "${1:-}" = "-t" ]; then
  seconds=$2
  shift 2
fi
[ $# -gt 0 ] || set -- $(ls "$here/corpus")

for name in "$@"; do
  found=$build/fuzz/found/$name
  mkdir -p "$found"
  echo "fuzz_$name for $seconds s"
  "$build/fuzz/fuzz_$name" -max_total_time="$seconds" -max_len=4096 -timeout=5 -print_final_stats=1 \
    -artifact_prefix="$found/" "$found" "$here/corpus/$name"
done
