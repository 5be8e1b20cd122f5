"""What is measured: who calls what through which servers. The first contender of a case is what the others are held against."""

from dataclasses import dataclass, replace

from gateway import RUN
from load import Request
from servers import BEFORE

PEERS = ("nginx", "sallyport", "haproxy", "fastify", "http-proxy", "express+got")
LARGE = ("nginx 64k", "sallyport", "nginx", "haproxy", "fastify", "http-proxy", "express+got")


@dataclass(frozen=True)
class Contender:
    label: str
    server: str  # a name of servers.py
    request: Request
    threads: int = 1


@dataclass(frozen=True)
class Case:
    """Calls in a row. `bar`: what Sallyport's CPU time may be, as a multiple of the first contender's."""

    name: str
    title: str
    contenders: tuple
    connections: int = 32
    body_bytes: int = 1024
    bar: float | None = None


@dataclass(frozen=True)
class MemoryCase:
    """Many connections that rest, or that read a large answer slowly."""

    name: str
    title: str
    kind: str  # "idle" or "slow"
    servers: tuple
    request: Request
    connections: int


def _through(servers, request):
    return tuple(Contender(name, name, request) for name in servers)


def _get(path, **headers):
    return Request(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


CASES = (
    Case("1k", "1 KB, http target", _through((*PEERS, "nginx with access log"), _get("/proxy/http/1k")), bar=1.10),
    Case("https", "1 KB, https target", _through(PEERS, _get("/proxy/https/1k")), bar=1.10),
    Case("100k", "100 KB", _through(LARGE, _get("/proxy/http/100k")), body_bytes=100 * 1024, bar=1.10),
    Case("100m", "100 MB, 4 connections", _through(LARGE, _get("/proxy/http/100m")), connections=4,
         body_bytes=100 * 1024 * 1024, bar=1.10),
    Case("new", "1 KB, a new connection for every call", _through(PEERS, _get("/proxy/http/1k", Connection="close")), bar=1.15),
    Case("256", "1 KB, 256 connections", _through(PEERS, _get("/proxy/http/1k")), connections=256, bar=1.10),
    Case("run", "A saved query with five inputs and a JSON body, and its envelope, beside the pass-through", (
        Contender("passed through", "sallyport", _get("/proxy/http/json")),
        Contender("run", "sallyport", RUN)), bar=1.6),
    Case("oauth", "An OAuth 2.0 token beside a fixed bearer token", (
        Contender("bearer", "sallyport with OAuth", _get("/proxy/http/1k")),
        Contender("oauth2", "sallyport with OAuth", _get("/proxy/oauth/1k"))), bar=1.05),
    Case("resources", "100,000 resources beside 10", (
        Contender("10", "sallyport with 10 resources", _get("/proxy/http/1k")),
        Contender("100,000", "sallyport with 100000 resources", _get("/proxy/http/1k"))), bar=1.05),
    Case("threads", "Two threads beside one", (
        Contender("sallyport with 1 thread", "sallyport", _get("/proxy/http/1k")),
        Contender("sallyport with 2 threads", "sallyport with 2 threads", _get("/proxy/http/1k"), threads=2),
        Contender("nginx with 1 worker", "nginx", _get("/proxy/http/1k")),
        Contender("nginx with 2 workers", "nginx with 2 workers", _get("/proxy/http/1k"), threads=2)), connections=64),
    MemoryCase("idle", "2000 idle caller connections", "idle", PEERS, _get("/proxy/http/1k"), 2000),
    MemoryCase("slow", "32 slow readers of 10 MB", "slow", PEERS, _get("/proxy/http/10m"), 32),
)

QUICK_CASES = ("1k", "https", "100k", "run")
QUICK_SERVERS = ("nginx", "nginx 64k", "sallyport")


def quick(case):
    """The case with the contenders of the short form only."""
    return replace(case, contenders=tuple(c for c in case.contenders if c.server in QUICK_SERVERS))


def with_before(case):
    """The case with a second Sallyport beside each: the binary given by --before."""
    if isinstance(case, MemoryCase):
        return replace(case, servers=case.servers + (BEFORE + "sallyport",))
    doubles = tuple(replace(c, label=BEFORE + c.label, server=BEFORE + c.server)
                    for c in case.contenders if c.server.startswith("sallyport"))
    return replace(case, contenders=case.contenders + doubles)


def limited(case, servers):
    """The case with those servers only."""
    if isinstance(case, MemoryCase):
        return replace(case, servers=tuple(name for name in case.servers if name in servers))
    return replace(case, contenders=tuple(c for c in case.contenders if c.server in servers))


def is_empty(case):
    return not (case.servers if isinstance(case, MemoryCase) else case.contenders)
