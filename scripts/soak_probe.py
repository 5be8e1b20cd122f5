#!/usr/bin/env python3
"""The callers of scripts/soak.sh.

    soak_probe.py probe HOST:PORT KEY SECONDS GATEWAY_PID NAME   calls all the time; prints one row of a table
    soak_probe.py hold HOST:PORT KEY COUNT                       makes one call each over COUNT connections and keeps them
"""

import http.client
import os
import socket
import statistics
import sys
import threading
import time

PAUSE = 0.01
PATIENCE = 5.0


def call(connection, key):
    connection.request("GET", "/proxy/t/small", headers={"Authorization": f"Bearer {key}"})
    answer = connection.getresponse()
    return answer.status == 200 and answer.read() == b"small"


def one_prober(address, key, end, fresh, results):
    """Fresh connections for each call, or one that is kept: both kinds of caller must be served."""
    kept = None
    while time.monotonic() < end:
        begin = time.monotonic()
        good = False
        try:
            connection = kept or http.client.HTTPConnection(address, timeout=PATIENCE)
            good = call(connection, key)
            if fresh:
                connection.close()
            else:
                kept = connection
        except (OSError, http.client.HTTPException):
            kept = None
        results.append((good, time.monotonic() - begin))
        time.sleep(PAUSE)


def resident_mib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def open_files(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def probe(address, key, seconds, pid, name):
    results = []
    end = time.monotonic() + float(seconds)
    threads = [threading.Thread(target=one_prober, args=(address, key, end, i % 2 == 0, results)) for i in range(4)]
    for thread in threads:
        thread.start()
    most, resident = 0, 0.0
    while time.monotonic() < end:
        most, resident = max(most, open_files(pid)), max(resident, resident_mib(pid))
        time.sleep(0.5)
    for thread in threads:
        thread.join()
    times = sorted(1000 * seconds for _, seconds in results)
    failed = sum(not good for good, _ in results)
    print(
        f"| {name} | {len(results)} | {failed} | {statistics.median(times):.1f} | {times[int(len(times) * 0.99)]:.1f} "
        f"| {times[-1]:.1f} | {most} | {resident:.0f} |"
    )


def hold(address, key, count):
    host, port = address.rsplit(":", 1)
    request = f"GET /proxy/t/small HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
    held = []
    for _ in range(int(count)):
        connection = socket.create_connection((host, int(port)), timeout=30)
        connection.sendall(request)
        if b"200 OK" not in connection.recv(4096):
            sys.exit("a call was not answered")
        held.append(connection)
    print("held", len(held), flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    if sys.argv[1:2] == ["probe"]:
        probe(*sys.argv[2:])
    elif sys.argv[1:2] == ["hold"]:
        hold(*sys.argv[2:])
    else:
        sys.exit(__doc__)
