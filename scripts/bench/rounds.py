"""Runs a case: its servers side by side, measured in turns, so that a busy machine hurts all alike."""

import os
import sys
import time
from dataclasses import dataclass, field

import load
import measure
from load import Request

SETTLE_SECONDS = 1.0
SLOW_SECONDS = 5.0


@dataclass
class Figures:
    """Of one contender, one entry a round."""

    cpu_ms: list = field(default_factory=list)  # per 1000 calls
    rate: list = field(default_factory=list)  # calls per second
    p50_ms: list = field(default_factory=list)
    p99_ms: list = field(default_factory=list)
    resident: int = 0  # bytes, after the last round
    errors: int = 0


@dataclass
class Memory:
    before: int  # bytes
    growth: int


class Running:
    """The servers of a case; stopped when left, however that is."""

    def __init__(self, world, names):
        self._world = world
        self._names = dict.fromkeys(names)
        self.servers = {}

    def __enter__(self):
        try:
            for name in self._names:
                self.servers[name] = self._world.start(name)
        except BaseException:
            self.__exit__()
            raise
        return self.servers

    def __exit__(self, *_):
        for server in self.servers.values():
            server.stop()


def run_calls(world, case, rounds, seconds):
    """Contender label -> Figures."""
    figures = {contender.label: Figures() for contender in case.contenders}
    with Running(world, [contender.server for contender in case.contenders]) as servers:
        for contender in case.contenders:  # warm up: connections, caches, compilers
            _call(world, servers, contender, case, 1)
        for number in range(1, rounds + 1):
            print(f"bench: {case.name}: round {number} of {rounds}", file=sys.stderr)
            for contender in case.contenders:
                _add_round(figures[contender.label], world, servers, contender, case, seconds)
    return figures


def _call(world, servers, contender, case, seconds):
    server = servers[contender.server]
    os.truncate(server.process.log, 0)  # access lines of a long run would fill the disk
    return load.run_wrk(world.work, server.port, contender.request, server.key, case.connections, seconds)


def _add_round(figures, world, servers, contender, case, seconds):
    pid = servers[contender.server].process.pid
    before = measure.cpu_seconds(pid)
    outcome = _call(world, servers, contender, case, seconds)
    cpu = measure.cpu_seconds(pid) - before
    # Of large bodies few calls end in time; the bytes of the others count as well.
    calls = outcome.requests if case.body_bytes < 1 << 20 else outcome.bytes / case.body_bytes
    figures.cpu_ms.append(cpu * 1e6 / max(calls, 1))
    figures.rate.append(calls / outcome.seconds)
    figures.p50_ms.append(outcome.p50_ms)
    figures.p99_ms.append(outcome.p99_ms)
    figures.resident = measure.resident_bytes(pid)
    figures.errors += outcome.errors


def run_memory(world, case):
    """Server name -> Memory. One server at a time, fresh, after a short warm-up."""
    found = {}
    for name in case.servers:
        print(f"bench: {case.name}: {name}", file=sys.stderr)
        with Running(world, [name]) as servers:
            found[name] = _measure_memory(world, servers[name], case)
    return found


def _measure_memory(world, server, case):
    pid = server.process.pid
    warm_up = Request("/proxy/http/1k")
    load.run_wrk(world.work, server.port, warm_up, server.key, 8, 1)
    time.sleep(SETTLE_SECONDS)
    before = measure.resident_bytes(pid)
    most = before

    def sample():
        nonlocal most
        most = max(most, measure.resident_bytes(pid))

    if case.kind == "slow":
        load.read_slowly(server.port, case.request, server.key, case.connections, SLOW_SECONDS, sample)
    else:
        connections = load.open_idle(server.port, case.request, server.key, case.connections)
        time.sleep(SETTLE_SECONDS)
        sample()
        for connection in connections:
            connection.close()
    return Memory(before, most - before)
