#!/usr/bin/env bash
# Runs a gateway for development, with a demo API behind it, until Ctrl-C.
# Settings: SALLYPORT_BIN (the binary), PORT, DEMO_PORT, DATA_DIR.
set -euo pipefail
cd "$(dirname "$0")/.."

port=${PORT:-8080}
demo_port=${DEMO_PORT:-9000}
data_dir=${DATA_DIR:-./data/dev}
binary=${SALLYPORT_BIN:-}
if [ -z "$binary" ]; then
  for candidate in build/release/bin/sallyport build/dev/bin/sallyport; do
    if [ -x "$candidate" ]; then binary=$candidate; break; fi
  done
fi
if [ ! -x "$binary" ]; then
  echo "dev-up: no binary found; run 'make build' first, or set SALLYPORT_BIN" >&2
  exit 1
fi

# What build tools leave in the environment is no setting of the gateway.
for name in "${!SALLYPORT_@}"; do unset "$name"; done

logs=$(mktemp -d)
pids=()
stop() {
  trap - INT TERM EXIT
  for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$logs"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# wait_for NAME PID FILE TEXT: until TEXT is in FILE; says why when the program ends before.
wait_for() {
  for _ in $(seq 200); do
    if grep -q "$4" "$3" 2>/dev/null; then return 0; fi
    if ! kill -0 "$2" 2>/dev/null; then
      echo "dev-up: $1 did not start:" >&2
      sed 's/^/  /' "$3" >&2
      exit 1
    fi
    sleep 0.05
  done
  echo "dev-up: $1 did not become ready" >&2
  exit 1
}

"$binary" demo-target --listen "127.0.0.1:$demo_port" 2>"$logs/demo" &
pids+=($!)
wait_for "the demo API on port $demo_port" "$!" "$logs/demo" listening

mkdir -p "$(dirname "$data_dir")"
"$binary" serve --dev --listen "127.0.0.1:$port" --data-dir "$data_dir" >"$logs/out" 2> >(tee "$logs/err" >&2) &
gateway=$!
pids+=("$gateway")
wait_for "the gateway on port $port" "$gateway" "$logs/err" '"ready"\|INFO  ready'

gateway_url="http://127.0.0.1:$port"
key=$(cat "$data_dir/admin.key")
answer=$(curl -sS -o "$logs/body" -w '%{http_code}' -X PUT "$gateway_url/api/v1/resources/demo" \
  -H "Authorization: Bearer $key" -H 'Content-Type: application/json' -d '{
    "name": "Demo", "base_url": "http://127.0.0.1:'"$demo_port"'",
    "auth": {"type": "bearer", "token": "demo-secret-token"},
    "proxy": {"enabled": true, "methods": ["GET", "HEAD", "POST"], "paths": ["/"]}
  }')
case $answer in
  200 | 201) ;;
  *)
    echo "dev-up: the demo resource could not be made ($answer):" >&2
    cat "$logs/body" >&2
    exit 1
    ;;
esac

cat <<TEXT

Sallyport is up on $gateway_url, the demo API on http://127.0.0.1:$demo_port.

Call the demo API; its answer shows the credential that the gateway added:
  curl -sS -H 'Authorization: Bearer $key' '$gateway_url/proxy/demo/echo?hello=world'

Make a resource of your own:
  curl -sS -X POST -H 'Authorization: Bearer $key' -H 'Content-Type: application/json' \\
    -d '{"slug":"mine","name":"Mine","base_url":"https://api.example.com","auth":{"type":"bearer","token":"secret"}}' \\
    '$gateway_url/api/v1/resources'

Ctrl-C stops both.

TEXT
wait "$gateway"
