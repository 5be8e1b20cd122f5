#!/bin/bash
# CPU per 1000 calls of 1 KB, Sallyport beside nginx, on this machine, in one run: passed through by both, and run as a saved
# query with one placeholder, whose answer is an envelope.
#
#   scripts/bench.sh        writes build/bench/table.md and prints it
#
# Both have one worker, keep-alive on both sides and the same target (a second nginx). The runs alternate, so that a busy machine
# hurts both; the medians are what counts. CPU time is that of the process and its children from /proc: it moves far less with
# other load than requests per second do. RUNS, SECONDS_PER_RUN, CONNECTIONS and BINARY may be set.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=${RUNS:-5}
seconds=${SECONDS_PER_RUN:-4}
connections=${CONNECTIONS:-32}
binary=${BINARY:-$PWD/build/release/bin/sallyport}
out=$PWD/build/bench
[ -x "$binary" ] || { echo "bench: $binary is missing; run make build" >&2; exit 1; }
for tool in nginx wrk curl python3; do
  command -v "$tool" >/dev/null || { echo "bench: $tool is missing; run scripts/install-deps.sh --bench" >&2; exit 1; }
done

# What build tools leave in the environment is no setting of the gateway.
for name in "${!SALLYPORT_@}"; do unset "$name"; done

work=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

wait_for() { # url [curl arguments]
  for _ in $(seq 200); do
    if curl -sf -o /dev/null "$@"; then return; fi
    sleep 0.05
  done
  echo "bench: $1 does not answer" >&2
  exit 1
}

# user + system time of a process and its children, in clock ticks
cpu_ticks() {
  local total=0 pid
  for pid in "$1" $(cat /proc/"$1"/task/*/children 2>/dev/null); do
    total=$((total + $(sed 's/.*) //' /proc/"$pid"/stat | awk '{print $12 + $13}')))
  done
  echo "$total"
}

nginx_paths="client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;"

start_nginx() { # name, lines of http{}
  mkdir -p "$work/$1"
  cat >"$work/$1/nginx.conf" <<CONF
daemon off; worker_processes 1; pid nginx.pid; error_log error.log;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; keepalive_timeout 300s; $nginx_paths
$2
}
CONF
  nginx -p "$work/$1/" -c nginx.conf -e error.log &
  pids+=($!)
}

target_port=$(free_port)
nginx_port=$(free_port)
body="{\"data\":\"$(head -c 759 /dev/urandom | base64 -w 0)\"}" # 1023 bytes; no file, which a worker of another user might not read
start_nginx target "server { listen 127.0.0.1:$target_port; location / { default_type application/json; return 200 '$body'; } }"
start_nginx proxy "upstream target { server 127.0.0.1:$target_port; keepalive 64; keepalive_requests 1000000000; }
  server { listen 127.0.0.1:$nginx_port; location /proxy/bench/ { proxy_pass http://target/; proxy_http_version 1.1;
    proxy_set_header Connection \"\"; proxy_set_header Authorization \"Bearer target-token\"; } }"
nginx_pid=${pids[1]}

mkdir -p "$work/sallyport"
(
  cd "$work/sallyport"
  umask 077
  "$binary" keys generate master.key >/dev/null
  echo "spk_benchmark-admin-key-$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')" >admin.key
)
cat >"$work/sallyport/sallyport.yaml" <<CONF
listen: ["127.0.0.1:0"]
data_dir: $work/sallyport/data
master_keys: [{ id: k1, file: master.key }]
threads: 1
egress: { allow: ["127.0.0.1:$target_port"] }
log: { access: false, format: json }
CONF
"$binary" serve --config "$work/sallyport/sallyport.yaml" 2>"$work/sallyport/log" &
sallyport_pid=$!
pids+=("$sallyport_pid")
address=
for _ in $(seq 200); do
  address=$(sed -n 's/.*"msg":"listening".*"address":"\([^"]*\)".*/\1/p' "$work/sallyport/log" | head -1)
  [ -n "$address" ] && break
  sleep 0.05
done
[ -n "$address" ] || { echo "bench: the gateway did not start" >&2; cat "$work/sallyport/log" >&2; exit 1; }
key=$(cat "$work/sallyport/admin.key")
wait_for "http://$address/readyz"
wait_for "http://127.0.0.1:$target_port/1k"
curl -sf -o /dev/null "http://$address/api/v1/resources" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
  -d "{\"slug\":\"bench\",\"name\":\"bench\",\"base_url\":\"http://127.0.0.1:$target_port\",\"auth\":{\"type\":\"bearer\",\"token\":\"target-token\"}}"
curl -sf -o /dev/null "http://$address/api/v1/resources/bench/queries" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
  -d '{"slug":"get","path":"/1k/{{ id }}"}'
wait_for "http://$address/proxy/bench/1k" -H "Authorization: Bearer $key"
wait_for "http://127.0.0.1:$nginx_port/proxy/bench/1k"
run_url="http://$address/api/v1/resources/bench/queries/get/run?id=7"
wait_for "$run_url" -H "Authorization: Bearer $key"

# One run: "<CPU milliseconds per 1000 calls> <calls per second> <errors>"
measure() { # pid url
  local before after requests rate errors report
  before=$(cpu_ticks "$1")
  report=$(wrk -t 1 -c "$connections" -d "${seconds}s" -H "Authorization: Bearer $key" "$2")
  after=$(cpu_ticks "$1")
  requests=$(awk '/ requests in /{print $1}' <<<"$report")
  rate=$(awk '/Requests\/sec/{print $2}' <<<"$report")
  errors=$(awk '/Non-2xx/{n += $NF} /Socket errors/{gsub(/[^0-9 ]/, ""); for (i = 1; i <= NF; i++) n += $i} END{print n + 0}' <<<"$report")
  awk -v t=$((after - before)) -v hz="$(getconf CLK_TCK)" -v n="$requests" -v r="$rate" -v e="$errors" \
    'BEGIN{printf "%.2f %.0f %d\n", t / hz * 1e6 / n, r, e}'
}

: >"$work/nginx.runs"
: >"$work/sallyport.runs"
: >"$work/sallyport run.runs"
measure "$nginx_pid" "http://127.0.0.1:$nginx_port/proxy/bench/1k" >/dev/null # warm up
measure "$sallyport_pid" "http://$address/proxy/bench/1k" >/dev/null
for run in $(seq "$runs"); do
  echo "bench: run $run of $runs" >&2
  measure "$nginx_pid" "http://127.0.0.1:$nginx_port/proxy/bench/1k" >>"$work/nginx.runs"
  measure "$sallyport_pid" "http://$address/proxy/bench/1k" >>"$work/sallyport.runs"
  measure "$sallyport_pid" "$run_url" >>"$work/sallyport run.runs"
done

mkdir -p "$out"
python3 - "$work" "$runs" "$seconds" "$connections" >"$out/table.md" <<'PYTHON'
import statistics
import sys

work, runs, seconds, connections = sys.argv[1:]


def read(name):
    rows = [line.split() for line in open(f"{work}/{name}.runs")]
    cpu = [float(row[0]) for row in rows]
    return statistics.median(cpu), min(cpu), max(cpu), statistics.median(float(row[1]) for row in rows), sum(int(row[2]) for row in rows)


rows = {name: read(name) for name in ("nginx", "sallyport", "sallyport run")}
base = rows["nginx"][0]
print(f"1 KB, {connections} connections, keep-alive, one worker each, {runs} runs of {seconds} s, alternating.\n")
print("| | CPU ms per 1000 calls, median | min to max | against nginx | calls/s, median | errors |")
print("|---|---|---|---|---|---|")
for name, (median, low, high, rate, errors) in rows.items():
    print(f"| {name} | {median:.1f} | {low:.1f} to {high:.1f} | {median / base:.2f} | {rate:.0f} | {errors} |")
PYTHON
cat "$out/table.md"
