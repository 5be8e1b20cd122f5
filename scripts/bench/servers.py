"""Names of servers and how each is started."""

import peers
from gateway import Gateway

BEFORE = "before: "  # a Sallyport of this prefix runs the other binary

_STARTS = {
    "nginx": lambda work, world: peers.nginx(work, world.target),
    "nginx 64k": lambda work, world: peers.nginx(work, world.target, peers.LARGE_BUFFERS),
    "nginx with access log": lambda work, world: peers.nginx(work, world.target, "access_log access.log;"),
    "nginx with 2 workers": lambda work, world: peers.nginx(work, world.target, workers=2),
    "haproxy": lambda work, world: peers.haproxy(work, world.target),
    "fastify": lambda work, world: peers.node(work, world.target, "fastify.js"),
    "http-proxy": lambda work, world: peers.node(work, world.target, "http_proxy.js"),
    "express+got": lambda work, world: peers.node(work, world.target, "express_got.js"),
}
_GATEWAYS = {
    "sallyport": {},
    "sallyport with 2 threads": {"threads": 2},
    "sallyport with OAuth": {"oauth": True},
    "sallyport with 10 resources": {"resources": 10},
    "sallyport with 100000 resources": {"resources": 100000},
}

NAMES = (*_STARTS, *_GATEWAYS, *(BEFORE + name for name in _GATEWAYS))


class World:
    """Where servers run: a directory, the target behind them, and the binaries."""

    def __init__(self, work, target, tokens, binary, before):
        self.work = work
        self.target = target
        self._tokens = tokens
        self._binary = binary
        self._before = before
        self._count = 0

    def start(self, name):
        self._count += 1
        work = self.work / f"server{self._count}"
        work.mkdir()
        if name in _STARTS:
            return _STARTS[name](work, self)
        binary = self._before if name.startswith(BEFORE) else self._binary
        return Gateway(work, self.target, self._tokens, binary, **_GATEWAYS[name.removeprefix(BEFORE)])
