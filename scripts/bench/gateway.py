"""Sallyport as its users run it: callers by API key, access log and metrics on."""

import json
import os
import re
import secrets
import sqlite3
import subprocess
import urllib.request

from load import Request
from process import Process
from target import TOKEN

# A saved query with five inputs and a JSON body, and a call of it.
QUERY = {
    "slug": "search", "method": "POST", "path": "/json/{{ group }}/{{ id }}",
    "params": [{"name": "page", "value": "{{ page }}"}],
    "headers": [{"name": "X-Trace", "value": "{{ trace }}"}],
    "body": {"type": "json", "text": '{"filter":{"name":"{{ name }}","group":"{{ group }}"},"page":{{ page }},"sort":["name"]}'},
    "inputs": [{"name": "id", "type": "integer", "required": True}, {"name": "group", "type": "string", "required": True},
               {"name": "page", "type": "integer", "required": True}, {"name": "trace", "type": "string", "required": True},
               {"name": "name", "type": "string", "required": True}],
}
RUN = Request("/api/v1/resources/http/queries/search/run", "POST",
              json.dumps({"params": {"id": 4711, "group": "blue team", "page": 3, "trace": "a1b2c3", "name": "M\"ller"}}),
              {"Content-Type": "application/json"})


class Gateway:
    """A running Sallyport with the resources http and https (and oauth), and a runner's key to them."""

    def __init__(self, work, target, tokens, binary, threads=1, resources=2, oauth=False):
        self._work = work
        self._binary = binary
        self._write_configuration(target, tokens, threads)
        self._start()
        self._create(target, tokens if oauth else None)
        if resources > 2:
            self.process.stop()
            self._multiply(resources - 2)
            self._start()

    def stop(self):
        self.process.stop()

    def _write_configuration(self, target, tokens, threads):
        before = os.umask(0o077)
        subprocess.run([self._binary, "keys", "generate", "master.key"], cwd=self._work, check=True, capture_output=True)
        self._admin = "spk_bench_" + secrets.token_hex(32)
        (self._work / "admin.key").write_text(self._admin + "\n")
        os.umask(before)
        allowed = ", ".join(f'"127.0.0.1:{port}"' for port in (target.http_port, target.https_port, tokens.port))
        (self._work / "sallyport.yaml").write_text(f"""listen: ["127.0.0.1:0"]
data_dir: {self._work}/data
master_keys: [{{ id: k1, file: master.key }}]
admin_key_file: admin.key
threads: {threads}
egress: {{ allow: [{allowed}] }}
log: {{ format: json }}
""")

    def _start(self):
        log = self._work / "log"
        log.unlink(missing_ok=True)
        # What build tools leave in the environment is no setting of the gateway.
        clean = ["env"] + [f"--unset={name}" for name in os.environ if name.startswith("SALLYPORT_")]
        self.process = Process([*clean, self._binary, "serve", "--config", str(self._work / "sallyport.yaml")], log)
        pattern = re.compile(r'"msg":"listening".*?"address":"127\.0\.0\.1:(\d+)"')
        self.port = int(self.process.wait_for(lambda: pattern.search(self.process.text())).group(1))

    def _create(self, target, tokens):
        def resource(slug, base_url, auth, **more):
            self._post("resources", {"slug": slug, "name": slug, "base_url": base_url, "auth": auth,
                                     "headers": [{"name": "X-Bench", "value": "1"}],
                                     "proxy": {"enabled": True, "methods": ["GET"], "paths": ["/"]}, **more})

        plain = f"http://127.0.0.1:{target.http_port}"
        bearer = {"type": "bearer", "token": TOKEN}
        resource("http", plain, bearer)
        resource("https", f"https://127.0.0.1:{target.https_port}", bearer, tls={"ca_pem": target.certificate.read_text()})
        if tokens:
            resource("oauth", plain, {
                "type": "oauth2", "grant": "client_credentials", "token_url": f"http://127.0.0.1:{tokens.port}/token",
                "client_id": "bench", "client_secret": "bench-secret", "credentials": "shared"})
        self._post("resources/http/queries", QUERY)
        made = self._post("api-keys", {"name": "bench", "role": "runner", "resources": ["*"]})
        self.key = made["key"]

    def _post(self, path, document):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{path}", json.dumps(document).encode(),
            {"Authorization": f"Bearer {self._admin}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def _multiply(self, count):
        """Copies of the resource http; through the API an fsync each would take minutes."""
        database = sqlite3.connect(self._work / "data" / "sallyport.db")
        with database:
            database.execute(
                """WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)
                INSERT INTO resources (slug, version, created_at, updated_at, search, body)
                SELECT printf('copy%06d', n), 1, created_at, updated_at, search,
                       replace(body, '"slug":"http"', printf('"slug":"copy%06d"', n))
                FROM numbers, resources WHERE slug = 'http'""", (count,))
        database.close()
