#!/bin/bash
# Runs web scanners against a gateway of its own: sqlmap (level 2) and wapiti over the paths of its OpenAPI document.
#
#   scripts/scan.sh         writes build/scan/report.md and prints it; fails when a scanner finds anything above low
#
# BINARY may be set. SCAN_SECONDS (300) is the most that wapiti takes.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${BINARY:-$PWD/build/release/bin/sallyport}
seconds=${SCAN_SECONDS:-300}
out=$PWD/build/scan
[ -x "$binary" ] || { echo "scan: $binary is missing; run make build" >&2; exit 1; }
for tool in sqlmap wapiti curl python3; do
  command -v "$tool" >/dev/null || { echo "scan: $tool is missing; run scripts/install-deps.sh --scan" >&2; exit 1; }
done
for name in "${!SALLYPORT_@}"; do unset "$name"; done

work=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
rm -rf "$out"
mkdir -p "$out"

python3 scripts/soak_load.py target >"$work/echo" &
pids+=($!)
(
  cd "$work"
  umask 077
  "$binary" keys generate master.key >/dev/null
  echo "spk_scan-admin-key-$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')" >admin.key
)
cat >"$work/sallyport.yaml" <<CONF
listen: ["127.0.0.1:0"]
data_dir: $work/data
master_keys: [{ id: k1, file: master.key }]
egress: { allow: ["127.0.0.0/8"] }
log: { access: false, format: json }
CONF
"$binary" serve --config "$work/sallyport.yaml" 2>"$work/log" &
pids+=($!)
address=
for _ in $(seq 200); do
  address=$(sed -n 's/.*"msg":"listening".*"address":"\([^"]*\)".*/\1/p' "$work/log" | head -1)
  [ -n "$address" ] && [ -s "$work/echo" ] && curl -sf -o /dev/null "http://$address/readyz" && break
  sleep 0.05
done
[ -n "$address" ] || { echo "scan: the gateway did not start" >&2; cat "$work/log" >&2; exit 1; }
key=$(cat "$work/admin.key")
api() { # path body
  curl -sf "http://$address$1" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' -d "$2" >/dev/null
}
api /api/v1/resources "{\"slug\":\"t\",\"name\":\"t\",\"base_url\":\"http://127.0.0.1:$(cat "$work/echo")\",\"proxy\":{\"enabled\":true}}"
api /api/v1/resources/t/queries '{"slug":"q","name":"q","method":"GET","path":"/{{ id }}"}'
api /api/v1/sessions '{"user":"alice"}'

# Every GET of the OpenAPI document with its parameters filled in, so that the scanners have something to change.
curl -sf "http://$address/openapi.json" | python3 -c '
import json, sys
given = {"r": "t", "slug": "t", "q": "q", "id": "1", "limit": "50", "cursor": "a", "ticket": "a", "path": "x"}
document = json.load(sys.stdin)
def resolved(item):
    return document["components"]["parameters"][item["$ref"].rsplit("/", 1)[1]] if "$ref" in item else item
for path, methods in document["paths"].items():
    if "get" not in methods:
        continue
    parameters = [resolved(one) for one in methods["get"].get("parameters", []) + methods.get("parameters", [])]
    query = "&".join(one["name"] + "=" + given.get(one["name"], "a") for one in parameters if one.get("in") == "query")
    for name, value in [("{" + key + "}", value) for key, value in given.items()]:
        path = path.replace(name, value)
    print(sys.argv[1] + path.partition("{")[0] + ("?" + query if query else ""))
' "http://$address" | grep -v '/sessions/\|/metrics' | sort -u >"$work/urls"

# The segments of paths are parameters, too: "*" marks where sqlmap puts its payloads.
{
  grep '?' "$work/urls" || true
  echo "http://$address/api/v1/resources/t*"
  echo "http://$address/api/v1/resources/t/queries/q*"
  echo "http://$address/api/v1/resources?q=*&limit=50"
} >"$work/sql_urls"
sqlmap_options=(--batch --level 2 --risk 1 --dbms SQLite --flush-session --disable-coloring --output-dir "$work/sqlmap"
  --headers "Authorization: Bearer $key" --ignore-code "*")
while read -r url; do
  echo "== $url"
  sqlmap -u "$url" "${sqlmap_options[@]}" 2>&1 || true
done <"$work/sql_urls" >"$out/sqlmap.txt"
for body in 'resources {"slug":"s*","name":"n*","base_url":"http://a.example"}' 'sessions {"user":"u*"}' 'resources/t/queries/q/run {"params":{"id":"1*"}}'; do
  echo "== POST ${body%% *}"
  sqlmap -u "http://$address/api/v1/${body%% *}" --data "${body#* }" "${sqlmap_options[@]}" 2>&1 || true
done >>"$out/sqlmap.txt"

starts=()
while read -r url; do starts+=(-s "$url"); done <"$work/urls"
wapiti -u "http://$address/" "${starts[@]}" -H "Authorization: Bearer $key" --scope domain --max-scan-time "$((seconds / 60 + 1))" \
  --flush-session -f json -o "$out/wapiti.json" --no-bugreport >"$out/wapiti.txt" 2>&1 || true

curl -sf -o /dev/null "http://$address/readyz" || { echo "scan: the gateway is gone" >&2; exit 1; }
python3 - "$out" >"$out/report.md" <<'PY'
import collections, json, re, sys
out = sys.argv[1]
sql = open(out + "/sqlmap.txt", encoding="utf-8").read()
targets = sql.count("\n== ") + sql.startswith("== ")
injectable = re.findall(r"is vulnerable|appears to be '[^']*' injectable|identified the following injection", sql)
tested = len(re.findall(r"\[INFO\] testing '", sql))
print(f"- sqlmap: {targets} targets, {tested} tests, {len(injectable)} findings")
wapiti = json.load(open(out + "/wapiti.json", encoding="utf-8"))
found = {name: items for name, items in wapiti["vulnerabilities"].items() if items}
print(f"- wapiti: {sum(len(items) for items in found.values())} findings")
for name, items in found.items():
    levels = collections.Counter(item["level"] for item in items)
    print(f"  - {name}: {dict(levels)}, e.g. {items[0]['method']} {items[0]['path'][:80]}: {items[0]['info'][:100]}")
anomalies = {name: len(items) for name, items in wapiti["anomalies"].items() if items}
print(f"  - anomalies: {anomalies or 'none'}")
high = [item for items in found.values() for item in items if item["level"] > 1]
sys.exit(1 if injectable or high or anomalies or not tested else 0)
PY
cat "$out/report.md"
