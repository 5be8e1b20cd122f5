# A gateway of one's own, for scripts that load or attack one. To be sourced, with `set -euo pipefail`.
#
#   trial_begin NAME TOOLS...   checks the tools; sets binary (BINARY may be set) and work, which goes away with all of pids at the end
#   trial_start [YAML LINES]    starts it; sets gateway (pid), address and key (an admin's); `echo` (pid) answers at $(echo_address)
#   api PATH JSON               a POST that must succeed; prints the answer

trial_begin() {
  name=$1
  shift
  binary=${BINARY:-$PWD/build/release/bin/sallyport}
  [ -x "$binary" ] || { echo "$name: $binary is missing; run make build" >&2; exit 1; }
  for tool in "$@"; do
    command -v "$tool" >/dev/null || { echo "$name: $tool is missing; scripts/install-deps.sh brings it (see make help)" >&2; exit 1; }
  done
  # What build tools leave in the environment is no setting of the gateway.
  for setting in "${!SALLYPORT_@}"; do unset "$setting"; done
  work=$(mktemp -d)
  pids=()
  trap trial_end EXIT
}

trial_end() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}

trial_start() {
  mkdir -p "$work/sallyport"
  (
    cd "$work/sallyport"
    umask 077
    "$binary" keys generate master.key >/dev/null
    echo "spk_trial-admin-key-$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')" >admin.key
  )
  cat >"$work/sallyport/sallyport.yaml" <<CONF
listen: ["127.0.0.1:0"]
data_dir: $work/sallyport/data
master_keys: [{ id: k1, file: master.key }]
egress: { allow: ["127.0.0.0/8"] }
log: { access: false, format: json }
$*
CONF
  python3 scripts/soak_load.py target >"$work/echo" &
  pids+=($!)
  "$binary" serve --config "$work/sallyport/sallyport.yaml" 2>"$work/sallyport/log" &
  gateway=$!
  pids+=("$gateway")
  address=
  for _ in $(seq 400); do
    address=$(sed -n 's/.*"msg":"listening".*"address":"\([^"]*\)".*/\1/p' "$work/sallyport/log" | head -1)
    [ -n "$address" ] && [ -s "$work/echo" ] && curl -sf -o /dev/null "http://$address/readyz" && break
    sleep 0.05
  done
  [ -n "$address" ] || { echo "$name: the gateway did not start" >&2; cat "$work/sallyport/log" >&2; exit 1; }
  key=$(cat "$work/sallyport/admin.key")
}

echo_address() { echo "127.0.0.1:$(cat "$work/echo")"; }

api() {
  curl -sf "http://$address$1" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' -d "$2"
}
