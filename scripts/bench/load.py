"""Callers: wrk for calls in a row, plain sockets for connections that rest or read slowly."""

import json
import selectors
import socket
import subprocess
import time
from dataclasses import dataclass, field

SLOW_PIECE_BYTES = 64 * 1024
SLOW_PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Request:
    """What a caller sends, again and again."""

    path: str
    method: str = "GET"
    body: str = ""
    headers: dict = field(default_factory=dict)

    def bytes_for(self, key):
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {key}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + self.body.encode()


@dataclass(frozen=True)
class Outcome:
    requests: int
    bytes: int
    seconds: float
    p50_ms: float
    p99_ms: float
    errors: int


# The summary as JSON: wrk's own text rounds.
_SUMMARY = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\n{"requests":%d,"bytes":%d,"us":%d,"p50":%d,"p99":%d,"errors":%d}\\n',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50),
    latency:percentile(99), e.connect + e.read + e.write + e.timeout + e.status))
end
"""


def _script(request, key):
    headers = {"Authorization": f"Bearer {key}", **request.headers}
    lines = [f"wrk.method = {json.dumps(request.method)}"]
    lines += [f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}" for name, value in headers.items()]
    if request.body:
        lines.append(f"wrk.body = {json.dumps(request.body)}")
    return "\n".join(lines) + _SUMMARY


def run_wrk(work, port, request, key, connections, seconds):
    script = work / "call.lua"
    script.write_text(_script(request, key))
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s",
               "-s", str(script), f"http://127.0.0.1:{port}{request.path}"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    summary = json.loads(text.strip().splitlines()[-1])
    return Outcome(summary["requests"], summary["bytes"], summary["us"] / 1e6, summary["p50"] / 1e3,
                   summary["p99"] / 1e3, summary["errors"])


def call_once(connection, request, key):
    """One call on a connection that stays open; its status. The answer must have a Content-Length."""
    connection.sendall(request.bytes_for(key))
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length:"))
    missing = length - len(body)
    while missing > 0:
        missing -= len(_some(connection))
    return int(lines[0].split()[1])


def _some(connection):
    received = connection.recv(1 << 20)
    if not received:
        raise ConnectionError("the server closed the connection")
    return received


def open_idle(port, request, key, count):
    """Connections that made one call each and rest now; the caller closes them."""
    connections = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", port))
        connections.append(connection)
        if call_once(connection, request, key) != 200:
            raise RuntimeError(f"{request.path} did not answer 200")
    return connections


def read_slowly(port, request, key, readers, seconds, sample):
    """`readers` callers read a large answer in small pieces; calls `sample` twice a second."""
    selector = selectors.DefaultSelector()
    connections = []
    for _ in range(readers):
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_PIECE_BYTES)
        connection.connect(("127.0.0.1", port))
        connection.sendall(request.bytes_for(key))
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ)
        connections.append(connection)
    end = time.monotonic() + seconds
    next_sample = 0.0
    while time.monotonic() < end:
        for ready, _ in selector.select(timeout=0):
            if not ready.fileobj.recv(SLOW_PIECE_BYTES):
                selector.unregister(ready.fileobj)
        if time.monotonic() >= next_sample:
            sample()
            next_sample = time.monotonic() + 0.5
        time.sleep(SLOW_PAUSE_SECONDS)
    for connection in connections:
        connection.close()
