#!/bin/sh
# clang-tidy with the checks of .clang-tidy over every file of src/. Usage: scripts/tidy.sh build/dev
set -eu
cd "$(dirname "$0")/.."
build=${1:?usage: scripts/tidy.sh BUILD_DIRECTORY}
[ -f "$build/compile_commands.json" ] || { echo "tidy: $build is not configured" >&2; exit 1; }

# GCC's warning flags mean nothing to clang-tidy.
find src -name '*.cpp' -print0 | sort -z | xargs -0 -n 1 -P "$(nproc)" \
  clang-tidy-14 --quiet -p "$build" --warnings-as-errors='*' --extra-arg=-Wno-unknown-warning-option
echo "tidy: clean"
