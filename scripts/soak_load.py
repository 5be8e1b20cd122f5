#!/usr/bin/env python3
"""The load of scripts/soak.sh: every answer is compared with what was asked for.

    soak_load.py target                                       an echo that can hold answers back; prints its port
    soak_load.py in-flight HOST:PORT KEY COUNT                COUNT calls at once, all answered, none with another's answer
    soak_load.py attempts HOST:PORT KEY COUNT                 COUNT connections at once, kept open; then how soon calls are served
    soak_load.py hanging HOST:PORT KEY COUNT                  calls alone, and beside COUNT calls that a target never answers
    soak_load.py mixed HOST:PORT KEY SECONDS GATEWAY_PID      calls of all kinds; memory and descriptors must stay flat

Each prints what it saw and exits with 1 when that breaks a promise.
"""

import asyncio
import json
import os
import resource
import socket
import statistics
import struct
import sys
import time

RECOVERY_SECONDS = 5.0
WORKERS = 16
HANGING_ROUNDS = 7
HANGING_SECONDS = 3


class Target:
    """GET /hold/COUNT/ID answers ID once COUNT of them wait, /hang never; anything else echoes its path or its body."""

    def __init__(self):
        self.waiting = []

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lines = head.decode("latin-1").split("\r\n")
                path = lines[0].split(" ")[1]
                fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
                body = await reader.readexactly(int(fields.get("content-length", "0")))
                if path == "/hang":
                    await reader.read()  # until the gateway closes
                    return
                if path.startswith("/hold/"):
                    await self.hold(int(path.split("/")[2]))
                answer = body or path.rsplit("/", 1)[1].encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def hold(self, count):
        event = asyncio.Event()
        self.waiting.append(event)
        if len(self.waiting) >= count:
            for one in self.waiting:
                one.set()
            self.waiting = []
        await event.wait()


async def run_target():
    server = await asyncio.start_server(Target().serve, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Caller:
    """One kept connection."""

    def __init__(self, address, key):
        self.host, port = address.rsplit(":", 1)
        self.port = int(port)
        self.key = key
        self.writer = None

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port)

    def close(self):
        if self.writer:
            self.writer.close()
            self.writer = None

    def reset(self):
        """A close that the gateway notices at once: after a FIN the caller may still read."""
        if self.writer:
            linger = struct.pack("ii", 1, 0)
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close()

    async def call(self, method, path, body=b"", kind="text/plain"):
        if self.writer is None:
            await self.open()
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {self.key}\r\n"
        if body:
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        self.writer.write(head.encode() + b"\r\n" + body)
        head = await self.reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        return status, await self.reader.readexactly(int(length or 0))


async def in_flight(address, key, count):
    start = time.monotonic()
    callers = [Caller(address, key) for _ in range(count)]
    for caller in callers:
        await caller.open()

    async def one(caller, number):
        status, body = await caller.call("GET", f"/proxy/e/hold/{count}/{number}")
        return status == 200 and body == str(number).encode()

    right = sum(await asyncio.gather(*(one(caller, number) for number, caller in enumerate(callers))))
    print(f"{count} calls in flight at once: {right} right, {count - right} wrong, {time.monotonic() - start:.1f} s in all")
    return right == count


async def attempt(address, key, kept):
    """What becomes of one connection: its status, or how it ended."""
    caller = Caller(address, key)
    try:
        await asyncio.wait_for(caller.open(), 90)
        kept.append(caller)
        status, _ = await asyncio.wait_for(caller.call("GET", "/proxy/e/x/1"), 90)
        return str(status)
    except asyncio.TimeoutError:
        return "timeout"
    except (OSError, asyncio.IncompleteReadError):
        return "closed"


async def attempts_of_one_process(address, key, count):
    kept = []
    results = await asyncio.gather(*(attempt(address, key, kept) for _ in range(count)))
    print(json.dumps({result: results.count(result) for result in set(results)}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)  # keeps all connections until told
    for caller in kept:
        caller.close()


async def attempts(address, key, count):
    """Several processes: one may not open so many files."""
    shares = [count // 4] * 4
    arguments = [sys.executable, os.path.abspath(__file__), "attempts-part", address, key]
    pipe = asyncio.subprocess.PIPE
    parts = [await asyncio.create_subprocess_exec(*arguments, str(share), stdin=pipe, stdout=pipe) for share in shares]
    seen = {}
    for part in parts:
        for result, number in json.loads(await part.stdout.readline()).items():
            seen[result] = seen.get(result, 0) + number
    for part in parts:
        part.stdin.write(b"\n")
    end = time.monotonic()
    served = None
    while time.monotonic() - end < 30:
        if await attempt(address, key, []) == "200":
            served = time.monotonic() - end
            break
        await asyncio.sleep(0.05)
    for part in parts:
        await part.wait()
    capped = seen.get("503", 0) + seen.get("closed", 0)
    told = ", ".join(f"{number} {result}" for result, number in sorted(seen.items()))
    print(f"{sum(seen.values())} connections at once: {told}; a call was served {served or 99:.2f} s after they were gone")
    return capped > 0 and served is not None and served <= RECOVERY_SECONDS


async def call_times(address, key, seconds):
    """Milliseconds of each of many calls in turns, over four connections."""
    times = []
    end = time.monotonic() + seconds

    async def one():
        caller = Caller(address, key)
        while time.monotonic() < end:
            start = time.monotonic()
            status, body = await caller.call("GET", "/proxy/e/x/well")
            if status != 200 or body != b"well":
                raise RuntimeError(f"a call was answered {status}")
            times.append(1000 * (time.monotonic() - start))
            await asyncio.sleep(0.002)
        caller.close()

    await asyncio.gather(*(one() for _ in range(4)))
    return times


async def hanging(address, key, count):
    """In turns, and by medians of the rounds, so that a busy machine hurts both alike."""
    alone, beside = [], []
    for _ in range(HANGING_ROUNDS):
        alone.append(await call_times(address, key, HANGING_SECONDS))
        stuck = [Caller(address, key) for _ in range(count)]
        calls = [asyncio.create_task(caller.call("GET", "/proxy/h/hang")) for caller in stuck]
        await asyncio.sleep(1)
        beside.append(await call_times(address, key, HANGING_SECONDS))
        if any(call.done() for call in calls):
            raise RuntimeError("a call to the hanging target ended")
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        for caller in stuck:
            caller.reset()
        await asyncio.sleep(1)
    median = [statistics.median(statistics.median(times) for times in rounds) for rounds in (alone, beside)]
    late = [statistics.median(sorted(times)[int(len(times) * 0.99)] for times in rounds) for rounds in (alone, beside)]
    print(
        f"{count} calls at a target that does not answer: others take {median[1]:.2f} ms instead of {median[0]:.2f} in the middle, "
        f"{late[1]:.2f} instead of {late[0]:.2f} at 99 %"
    )
    return late[1] <= 2 * late[0]


def usage(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        resident = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS:"))
    return resident, len(os.listdir(f"/proc/{pid}/fd"))


async def mixed_worker(address, key, number, end, counts):
    """Keeps its connection, but for every 50th call."""
    caller = Caller(address, key)
    turn = 0
    while time.monotonic() < end:
        turn += 1
        text = f"w{number}-{turn}"
        size = (turn * 7919) % 20000 + 1
        large = (text.encode() * (size // len(text) + 1))[:size]
        kinds = {
            0: ("GET", f"/proxy/e/{text}", b"", 200, lambda body, text=text: body == text.encode()),
            1: ("POST", "/proxy/e/echo", large, 200, lambda body, large=large: body == large),
            2: ("GET", f"/api/v1/resources/e/queries/q/run?id={text}", b"", 200, lambda body, text=text: json.loads(body)["body"] == text),
            3: ("GET", "/proxy/nothing/x", b"", 404, lambda body: b"not_found" in body),
            4: ("PATCH", "/api/v1/resources/e", json.dumps({"description": text}).encode(), 200, lambda body, text=text: json.loads(body)["description"] != ""),
            5: ("GET", "/proxy/e/a/%2e%2e/b", b"", 422, lambda body: b"outside_base_url" in body),
        }
        # Writes are rarer than calls.
        kind = turn % 4 if turn % 64 else 4 + (turn // 64) % 2
        method, path, body, status, check = kinds[kind]
        try:
            got, answer = await caller.call(method, path, body, "application/json" if kind == 4 else "text/plain")
            counts["right" if got == status and check(answer) else "wrong"] += 1
        except (OSError, asyncio.IncompleteReadError):
            counts["wrong"] += 1
            caller.close()
        if turn % 50 == 0:
            caller.close()
    caller.close()


async def mixed(address, key, seconds, pid):
    counts = {"right": 0, "wrong": 0}
    samples = []
    end = time.monotonic() + seconds
    workers = [asyncio.create_task(mixed_worker(address, key, number, end, counts)) for number in range(WORKERS)]
    while time.monotonic() < end:
        await asyncio.sleep(max(0.2, seconds / 300))
        samples.append(usage(pid))
    await asyncio.gather(*workers)
    third = len(samples) // 3
    first, last = samples[third : 2 * third], samples[2 * third :]  # the first third warms pools and caches up
    resident = [statistics.median(sample[0] for sample in part) for part in (first, last)]
    files = [statistics.median(sample[1] for sample in part) for part in (first, last)]
    print(
        f"{seconds} s of mixed traffic: {counts['right']} right, {counts['wrong']} wrong; resident MiB {resident[0]:.1f} in the second third, "
        f"{resident[1]:.1f} in the last; open files {files[0]:.0f}, {files[1]:.0f}"
    )
    return counts["wrong"] == 0 and resident[1] <= resident[0] * 1.05 + 2 and files[1] <= files[0] + 10


def main(arguments):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    match arguments:
        case ["target"]:
            asyncio.run(run_target())
        case ["in-flight", address, key, count]:
            return asyncio.run(in_flight(address, key, int(count)))
        case ["attempts", address, key, count]:
            return asyncio.run(attempts(address, key, int(count)))
        case ["attempts-part", address, key, count]:
            asyncio.run(attempts_of_one_process(address, key, int(count)))
        case ["hanging", address, key, count]:
            return asyncio.run(hanging(address, key, int(count)))
        case ["mixed", address, key, seconds, pid]:
            return asyncio.run(mixed(address, key, int(seconds), int(pid)))
        case _:
            sys.exit(__doc__)
    return True


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
