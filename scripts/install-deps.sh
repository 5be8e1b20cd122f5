#!/bin/sh
# Installs what is missing, and nothing else: quick when all is there, safe to run again.
#
#   scripts/install-deps.sh             packages for building
#   scripts/install-deps.sh --tests     and those of the tests (target servers, lint tools, npm packages)
#   scripts/install-deps.sh --bench     and those of scripts/bench (peers, wrk, npm packages)
#   scripts/install-deps.sh --fuzz      and clang for the fuzz targets
#   scripts/install-deps.sh --scan      and the scanners of scripts/scan.sh
#   scripts/install-deps.sh --list      prints the packages and installs nothing
#
# The lists are scripts/packages/<distribution>.<set>.txt.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
sets=build
list_only=no
for argument in "$@"; do
  case $argument in
    --tests) sets="$sets tests" ;;
    --bench) sets="$sets bench" ;;
    --fuzz) sets="$sets fuzz" ;;
    --scan) sets="$sets scan" ;;
    --list) list_only=yes ;;
    *)
      echo "install-deps: unknown option $argument (known: --tests --bench --fuzz --scan --list)" >&2
      exit 2
      ;;
  esac
done

# The packages of one set for a distribution, without comments.
packages_of() { # distribution set
  sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$root/scripts/packages/$1.$2.txt"
}

distribution=unknown
if [ -r /etc/os-release ]; then
  # Read in a subshell: the file sets many names.
  distribution=$(. /etc/os-release && echo "${ID:-unknown}-${VERSION_ID:-unknown}")
fi

if [ ! -f "$root/scripts/packages/$distribution.build.txt" ]; then
  {
    echo "install-deps: no package list for '$distribution' (there are lists for Debian 12 and Ubuntu 24.04)."
    echo "Install by hand: a C++20 compiler (GCC 12 or later), CMake 3.25, Ninja, Boost 1.81 headers, OpenSSL 3,"
    echo "SQLite 3.40, zlib, Brotli, nlohmann-json 3.11, spdlog, yaml-cpp and CLI11; for the tests GoogleTest, nginx, haproxy, Caddy, gunicorn"
    echo "with httpbin, Node.js with npm, curl, jq, clang-tidy 14 and clang-format 14. Then run:"
    echo "  cmake --preset release && cmake --build --preset release --target sallyport"
  } >&2
  exit 1
fi

wanted=$(for set in $sets; do packages_of "$distribution" "$set"; done | sort -u)
# Debian's npm brings hundreds of packages; a Node.js that is already here does as well.
case " $sets " in
  *" tests "* | *" bench "*)
    command -v node >/dev/null 2>&1 || wanted="$wanted nodejs"
    command -v npm >/dev/null 2>&1 || wanted="$wanted npm"
    ;;
esac
if [ "$list_only" = yes ]; then
  printf '%s\n' $wanted
  exit 0
fi

missing=
for package in $wanted; do
  state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done

if [ -n "$missing" ]; then
  echo "install-deps: installing$missing"
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || {
      echo "install-deps: run as root, or install sudo, or as root: apt-get install$missing" >&2
      exit 1
    }
    as_root="sudo"
  fi
  $as_root apt-get update -qq
  $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 $missing >/dev/null
fi

# The packages of a folder's lock file. A copy of the files that decide what is installed lies beside them, and tells
# whether they are current.
install_npm() { # folder, its files that decide beside the lock file
  folder="$root/$1"
  shift
  stamp="$folder/node_modules/.installed.copy"
  (cd "$folder" && cat package-lock.json "$@") | cmp -s - "$stamp" && return
  echo "install-deps: npm ci in ${folder#"$root/"}"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  # Some packages bring far more than is used.
  [ ! -f "$folder/keep_descriptions.js" ] || (cd "$folder" && node keep_descriptions.js)
  (cd "$folder" && cat package-lock.json "$@") >"$stamp"
}

case " $sets " in
  *" tests "*)
    install_npm tests/npm openapi/apis.txt
    install_npm tests/browser
    ;;
esac
case " $sets " in
  *" bench "*) install_npm tests/bench ;;
esac
