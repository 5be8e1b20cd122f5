"""What stands behind every gateway: nginx with static bytes, over http and https, and a token endpoint."""

import base64
import http.server
import json
import os
import subprocess
import threading

from process import Process, free_port, wait_until

BODIES = {"1k": 1024, "100k": 100 * 1024, "10m": 10 * 1024 * 1024, "100m": 100 * 1024 * 1024}
TOKEN = "target-token"

_TEMPORARY = " ".join(f"{kind}_temp_path {kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))


def nginx_config(http_lines, workers=1):
    """A whole nginx.conf; paths in it are relative to the server's directory."""
    # A worker of another user could not enter the temporary directory.
    user = "user root;" if os.geteuid() == 0 else ""
    return f"""{user} daemon off; worker_processes {workers}; pid nginx.pid; error_log error.log;
worker_rlimit_nofile 20000;
events {{ worker_connections 8192; }}
http {{ access_log off; keepalive_requests 1000000000; keepalive_timeout 300s; {_TEMPORARY}
{http_lines}
}}
"""


class Target:
    """Two ports of one nginx; `certificate` is what callers of the https port trust."""

    def __init__(self, work, workers=1):
        self.directory = work / "target"
        self.directory.mkdir()
        self.http_port = free_port()
        self.https_port = free_port()
        self.certificate = self.directory / "certificate.pem"
        self._make_certificate()
        for name, size in BODIES.items():
            (self.directory / name).write_bytes(_text(size))
        answer = json.dumps({"data": _text(1013).decode()})  # 1024 bytes
        locations = f"""root .; default_type text/plain; open_file_cache max=16;
  location /json {{ default_type application/json; return 200 '{answer}'; }}"""
        config = nginx_config(f"""sendfile on; tcp_nopush on;
 server {{ listen 127.0.0.1:{self.http_port}; {locations} }}
 server {{ listen 127.0.0.1:{self.https_port} ssl; ssl_certificate certificate.pem; ssl_certificate_key key.pem;
  {locations} }}""", workers)
        (self.directory / "nginx.conf").write_text(config)
        self.process = start_nginx(self.directory)
        wait_until(self.process, self.http_port)

    def stop(self):
        self.process.stop()

    def _make_certificate(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", str(self.directory / "key.pem"), "-out", str(self.certificate)],
            check=True, capture_output=True)


def start_nginx(directory):
    return Process(["nginx", "-p", f"{directory}/", "-c", "nginx.conf", "-e", "error.log"], directory / "log")


def _text(size):
    return base64.b64encode(os.urandom(size))[:size].replace(b"/", b"_").replace(b"+", b"-")


class TokenEndpoint:
    """Gives the same access token to whoever asks, valid for an hour."""

    def __init__(self):
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _TokenAnswer)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


class _TokenAnswer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
