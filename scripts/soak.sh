#!/bin/bash
# Many callers at one gateway: idle ones, slow ones that attack, as many calls at once as it can hold, more connections than it may
# hold, and calls of all kinds for a long time.
#
#   scripts/soak.sh         writes build/soak/report.md and prints it; fails when a promise is broken
#
# Beside a prober, of which no call may fail, for SOAK_SECONDS (20) each: nothing else; slowhttptest with SLOW (4000) connections
# that drip heads (-H), bodies (-B) and reads (-X); IDLE (5000) idle callers; a third of each attack and the idle ones at once.
# Then HANGING (1000) calls at a target that does not answer, IN_FLIGHT (8000) calls at once, ATTEMPTS (25000) connections at once,
# and MIXED_SECONDS (1800) of calls of all kinds.
# 0 leaves one out. BINARY may be set.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${SOAK_SECONDS:-20}
idle=${IDLE:-5000}
slow=${SLOW:-4000}
hanging=${HANGING:-1000}
in_flight=${IN_FLIGHT:-8000}
attempts=${ATTEMPTS:-25000}
mixed=${MIXED_SECONDS:-1800}
out=$PWD/build/soak
. scripts/trial_gateway.sh
trial_begin soak nginx slowhttptest curl python3
ulimit -n "$(ulimit -Hn)"

target_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
mkdir -p "$work/target"
chmod 755 "$work" "$work/target"
head -c 1048576 /dev/zero >"$work/target/large"
cat >"$work/target/nginx.conf" <<CONF
daemon off; master_process off; pid nginx.pid; error_log error.log;
events { worker_connections 16384; }
http { access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fcgi; uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server { listen 127.0.0.1:$target_port sndbuf=64k; root $work/target;
    location = /small { return 200 'small'; }
    location = /sink { proxy_pass http://127.0.0.1:$target_port/small; } } }
CONF
nginx -p "$work/target/" -c nginx.conf -e error.log &
pids+=($!)

trial_start 'timeouts: { idle_caller: 10 m, first_byte: 2 m, total: 2 m }'
api /api/v1/resources "{\"slug\":\"t\",\"name\":\"t\",\"base_url\":\"http://127.0.0.1:$target_port\",\"proxy\":{\"enabled\":true}}" >/dev/null
api /api/v1/resources "{\"slug\":\"e\",\"name\":\"e\",\"base_url\":\"http://$(echo_address)\",\"proxy\":{\"enabled\":true}}" >/dev/null
python3 scripts/soak_load.py target >"$work/hanging" &
pids+=($!)
for _ in $(seq 100); do [ -s "$work/hanging" ] && break; sleep 0.1; done
api /api/v1/resources "{\"slug\":\"h\",\"name\":\"h\",\"base_url\":\"http://127.0.0.1:$(cat "$work/hanging")\",\"proxy\":{\"enabled\":true}}" >/dev/null
api /api/v1/resources/e/queries '{"slug":"q","name":"q","method":"GET","path":"/{{ id }}"}' >/dev/null
started=${#pids[@]}  # what lives as long as the script
# slowhttptest can send a cookie, but no Authorization: the attackers are users of a session.
session=$(api /api/v1/sessions '{"user":"mallory"}' | python3 -c 'import json, sys; print(json.load(sys.stdin)["token"])')

probe() { # name; runs for a phase
  python3 scripts/soak_probe.py probe "$address" "$key" "$seconds" "$gateway" "$1" >>"$work/rows"
}

attack() { # slowhttptest arguments; runs beside a phase
  slowhttptest -c "$each" -r 1000 -l "$seconds" -p 5 -j "sallyport_session=$session" "$@" >"$work/attack.$1" 2>&1 &
  pids+=($!)
}

attack_heads() { attack -H -i 2 -u "http://$address/proxy/t/small"; }
# A cookie may be used from other origins with safe methods only, and a GET may have a body, too.
attack_bodies() { attack -B -i 2 -s 8192 -t GET -u "http://$address/proxy/t/sink"; }
attack_reads() { attack -X -w 512 -y 1024 -n 5 -z 32 -u "http://$address/proxy/t/large"; }

hold_idle() {
  python3 scripts/soak_probe.py hold "$address" "$key" "$idle" >"$work/idle" &
  holder=$!
  pids+=("$holder")
  for _ in $(seq 1200); do
    grep -q held "$work/idle" && return
    kill -0 "$holder" 2>/dev/null || break
    sleep 0.1
  done
  echo "soak: cannot hold $idle connections" >&2
  exit 1
}

end_attacks() {
  for pid in "${pids[@]:$started}"; do
    [ "$pid" = "${holder:-}" ] || { kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }
  done
}

: >"$work/rows"
probe "nothing else"
each=$slow
attack_heads; probe "$slow dripping heads"; end_attacks
attack_bodies; probe "$slow dripping bodies"; end_attacks
attack_reads; probe "$slow slow readers"; end_attacks
hold_idle; probe "$idle idle callers"
each=$((slow / 3))
attack_heads; attack_bodies; attack_reads; probe "the idle ones and $each of each attack"; end_attacks
kill "$holder" && wait "$holder" 2>/dev/null || true
probe "after them"

failed=0
load() { # arguments of soak_load.py behind the key; 0 = left out
  [ "$2" != 0 ] || return 0
  local kind=$1
  shift
  python3 scripts/soak_load.py "$kind" "$address" "$key" "$@" | sed 's/^/- /' >>"$work/loads" || failed=1
}
: >"$work/loads"
load hanging "$hanging"
load in-flight "$in_flight"
load attempts "$attempts"
load mixed "$mixed" "$gateway"

mkdir -p "$out"
{
  echo "$seconds s a phase, $(nproc) cores, limits as they are by default."
  echo
  echo "| beside the prober | probes | failed | median ms | 99 % ms | slowest ms | open files | resident MiB |"
  echo "|---|---|---|---|---|---|---|---|"
  cat "$work/rows"
  echo
  cat "$work/loads"
} >"$out/report.md"
cat "$out/report.md"
if grep -v '| 0 |' "$work/rows"; then
  echo "soak: probes failed" >&2
  exit 1
fi
if [ "$failed" != 0 ]; then
  echo "soak: the load broke a promise" >&2
  exit 1
fi
