#!/bin/sh
# clang-tidy with the checks of .clang-tidy over the files of src/.
#
#   scripts/tidy.sh build/tidy            all
#   scripts/tidy.sh --changed build/tidy  those that differ from upstream (without one, from the last commit), and those that
#                                         include a header that does
set -eu
cd "$(dirname "$0")/.."

changed=no
[ "${1:-}" != --changed ] || { changed=yes; shift; }
build=${1:?usage: scripts/tidy.sh [--changed] BUILD_DIRECTORY}
[ -f "$build/compile_commands.json" ] || { echo "tidy: $build is not configured" >&2; exit 1; }

changed_sources() {
  base=$(git rev-parse --verify --quiet '@{upstream}' || git rev-parse HEAD)
  { git diff --name-only --diff-filter=d "$base" -- src include; git ls-files --others --exclude-standard src include; } \
    | while read -r file; do
      case $file in
        src/*.cpp) echo "$file" ;;
        *.h) grep -rlF --include='*.cpp' "#include \"$(echo "$file" | sed -e 's,^src/,,' -e 's,^include/,,')\"" src || true ;;
      esac
    done
}

if [ "$changed" = yes ]; then sources=$(changed_sources | sort -u); else sources=$(find src -name '*.cpp' | sort); fi
[ -n "$sources" ] || { echo "tidy: nothing changed"; exit 0; }

# GCC's warning flags mean nothing to clang-tidy; the count of warnings that it hides, in system headers, means nothing to us.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
echo "$sources" | xargs -n 1 -P "$(nproc)" clang-tidy-14 --quiet -p "$build" --warnings-as-errors='*' \
  --extra-arg=-Wno-unknown-warning-option 2>"$log" || status=1
grep -v -E '^[0-9]+ warnings? (generated|treated as errors?)\.?$' "$log" >&2 || true
[ "$status" = 0 ] || { echo "tidy: findings" >&2; exit 1; }
echo "tidy: clean, $(echo "$sources" | wc -l) files"
