#!/bin/sh
# Is every source file as clang-format would write it? Usage: format.sh CLANG_FORMAT SOURCE_DIR
set -eu
cd "$2"
find src include tests \( -name '*.h' -o -name '*.cpp' \) -not -path '*/node_modules/*' -not -path 'tests/lint/fixtures/*' -print0 \
  | xargs -0 "$1" --dry-run --Werror
