#!/bin/bash
# Runs web scanners against a gateway of its own: sqlmap (level 2) and wapiti over the paths of its OpenAPI document.
#
#   scripts/scan.sh         writes build/scan/report.md and prints it; fails when a scanner finds anything above low
#
# BINARY may be set. SCAN_SECONDS (300) is the most that wapiti takes.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${SCAN_SECONDS:-300}
out=$PWD/build/scan
. scripts/trial_gateway.sh
trial_begin scan sqlmap wapiti curl python3
rm -rf "$out"
mkdir -p "$out"

trial_start
{
  api /api/v1/resources "{\"slug\":\"t\",\"name\":\"t\",\"base_url\":\"http://$(echo_address)\",\"proxy\":{\"enabled\":true}}"
  api /api/v1/resources/t/queries '{"slug":"q","name":"q","method":"GET","path":"/{{ id }}"}'
  api /api/v1/sessions '{"user":"alice"}'
} >/dev/null

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
judged=0
python3 - "$out" >"$out/report.md" <<'PY' || judged=1
import collections, json, re, sys
out = sys.argv[1]
sql = open(out + "/sqlmap.txt", encoding="utf-8").read()
targets = sql.count("\n== ") + sql.startswith("== ")
# What "appears" injectable is checked once more, and withdrawn or confirmed.
injectable = re.findall(r"is vulnerable|identified the following injection", sql)
withdrawn = sql.count("false positive or unexploitable injection point detected")
tested = len(re.findall(r"\[INFO\] testing '", sql))
print(f"- sqlmap: {targets} targets, {tested} tests, {len(injectable)} findings ({withdrawn} suspicions that sqlmap withdrew)")
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
exit "$judged"
