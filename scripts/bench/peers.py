"""Gateways that Sallyport is measured against: each adds the same two fields and passes the call on."""

from pathlib import Path

from process import Process, free_port, wait_until
from target import TOKEN, nginx_config, start_nginx

NODE = Path(__file__).resolve().parents[2] / "tests" / "bench"
KEY = "unused"  # peers ask nobody for a key
LARGE_BUFFERS = "proxy_buffer_size 64k; proxy_buffers 8 64k; proxy_busy_buffers_size 128k;"


class Peer:
    """A started peer: its port, its process, the key that callers send."""

    key = KEY

    def __init__(self, process, port):
        self.process = process
        self.port = port
        wait_until(process, port)

    def stop(self):
        self.process.stop()


def nginx(work, target, lines="", workers=1):
    """`lines` go into http{}."""
    port = free_port()
    fields = f'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Authorization "Bearer {TOKEN}"; ' \
             f'proxy_set_header X-Bench "1";'
    trust = f"proxy_ssl_trusted_certificate {target.certificate}; proxy_ssl_verify on; proxy_ssl_name 127.0.0.1;"
    keep = "keepalive 64; keepalive_requests 1000000000;"
    (work / "nginx.conf").write_text(nginx_config(f"""{lines} {trust}
 upstream plain {{ server 127.0.0.1:{target.http_port}; {keep} }}
 upstream secure {{ server 127.0.0.1:{target.https_port}; {keep} }}
 server {{ listen 127.0.0.1:{port} backlog=4096;
  location /proxy/http/ {{ proxy_pass http://plain/; {fields} }}
  location /proxy/https/ {{ proxy_pass https://secure/; {fields} }} }}""", workers))
    return Peer(start_nginx(work), port)


def haproxy(work, target):
    port = free_port()

    def backend(name, server):
        return f"""backend {name}
  http-reuse always
  http-request set-path %[path,regsub(^/proxy/{name},)]
  http-request set-header Authorization "Bearer {TOKEN}"
  http-request set-header X-Bench 1
  server target {server}
"""

    (work / "haproxy.cfg").write_text(f"""global
  nbthread 1
  maxconn 8000
defaults
  mode http
  timeout connect 5s
  timeout client 300s
  timeout server 300s
frontend callers
  bind 127.0.0.1:{port}
  use_backend https if {{ path_beg /proxy/https/ }}
  default_backend http
""" + backend("http", f"127.0.0.1:{target.http_port}")
        + backend("https", f"127.0.0.1:{target.https_port} ssl verify required ca-file {target.certificate}"))
    return Peer(Process(["haproxy", "-f", str(work / "haproxy.cfg")], work / "log"), port)


def node(work, target, program):
    """`program` is a file of tests/bench."""
    port = free_port()
    command = ["node", str(NODE / program), str(port), str(target.http_port), str(target.https_port),
               str(target.certificate), TOKEN]
    return Peer(Process(command, work / "log", cwd=NODE), port)
