"""Who may ask: a known Host, our own Origin, a body of bearable size.

A page on another site can make a browser send requests to a server on this machine. Three checks
stop that: the Host must be one we answer to (against DNS rebinding), a request that a browser marks
as coming from another origin is refused unless it merely follows a link, and a body may not be
larger than the cap, whatever its Content-Length claims.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What the guard lets through.

    Attributes:
        hosts: lower-case names without a port that a Host header may carry.
        any_address: also accept a literal IP address, for a server bound to every interface.
        max_body: largest request body in bytes.
    """

    hosts: frozenset[str]
    any_address: bool
    max_body: int


def rules(host: str, max_body: int) -> Rules:
    """The rules for a server bound to `host`; names of this machine count on a wildcard address."""
    wildcard = host in {"0.0.0.0", "::", ""}
    names = {host.lower(), *LOOPBACK}
    if wildcard:
        names |= {socket.gethostname().lower(), socket.getfqdn().lower()}
    return Rules(frozenset(names - {""}), wildcard, max_body)


def host_name(netloc: str) -> str:
    """The name in a Host header, without port and brackets.

    >>> host_name("[::1]:7860"), host_name("LOCALHOST:80")
    ('::1', 'localhost')
    """
    try:
        return (urlsplit(f"//{netloc}").hostname or "").lower()
    except ValueError:
        return ""


def known_host(netloc: str, allowed: Rules) -> bool:
    """Whether a Host header names this server."""
    name = host_name(netloc)
    if name in allowed.hosts:
        return True
    return allowed.any_address and is_address(name)


def is_address(name: str) -> bool:
    """Whether a name is a literal IP address, which no rebinding can forge."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def foreign(method: str, headers: Headers) -> bool:
    """Whether a browser says that another site makes this request.

    Following a link to us is fine; anything else from elsewhere is not.
    """
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
    site = headers.get("sec-fetch-site", "none")
    if site in {"none", "same-origin"}:
        return False
    return not (method in {"GET", "HEAD"} and headers.get("sec-fetch-mode") == "navigate")


class Guard:
    """ASGI middleware that applies the rules before anything else runs."""

    def __init__(self, app: ASGIApp, allowed: Rules) -> None:
        self.app = app
        self.allowed = allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse with 403 or 413, or pass the request on under the body cap."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope["method"], headers)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        await self.app(scope, _capped(receive, self.allowed.max_body), send)

    def _refusal(self, method: str, headers: Headers) -> PlainTextResponse | None:
        if not known_host(headers.get("host", ""), self.allowed):
            return PlainTextResponse("The studio does not answer to this host name.\n", 403)
        if foreign(method, headers):
            return PlainTextResponse("The studio refuses requests made by other sites.\n", 403)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self.allowed.max_body:
            return PlainTextResponse("That is more than the studio accepts at once.\n", 413)
        return None


def _capped(receive: Receive, limit: int) -> Receive:
    """A `receive` that ends the request as soon as more than `limit` bytes came in."""
    seen = 0

    async def capped() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > limit else message

    return capped
