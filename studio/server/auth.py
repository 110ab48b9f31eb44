"""A password at the door, for a studio that other machines can reach.

One middleware stands before everything, Gradio's own routes included, so that nothing can be
forgotten. A session is a random cookie known to this process alone: a restart asks again.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from pathlib import Path
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

import assets
from studio.errors import RequestRefused

COOKIE = "ner-studio"
SHORTEST = 8
"""Our choice: what NIST SP 800-63B asks of a password at the least."""
FAILURE_DELAY = 0.5
"""Seconds, one attempt after another: about two guesses a second for the whole world."""
_FORM_BYTES = 4096
_REFUSED = '<p role="alert">That is not the password. Try again.</p>'


def read_password(path: Path) -> str:
    """The first line of a password file.

    Raises:
        RequestRefused: it is too short to keep anyone out.
        OSError: it cannot be read.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    password = lines[0].strip() if lines else ""
    if len(password) < SHORTEST:
        raise RequestRefused(
            f"The password in {path.name} is too short; use at least {SHORTEST} characters.",
            where=str(path),
        )
    return password


class Door:
    """ASGI middleware: a login page for strangers, the studio for those who know the password."""

    def __init__(self, app: ASGIApp, password: str) -> None:
        self.app = app
        self._password = password.encode()
        self._sessions: set[str] = set()
        self._one_by_one = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in, answer the login form, or turn away."""
        if scope["type"] != "http" or scope["path"] == "/health":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        if request.url.path == "/login":
            await (await self._login(request))(scope, receive, send)
        elif request.cookies.get(COOKIE) in self._sessions:
            await self.app(scope, receive, send)
        else:
            await _turn_away(request)(scope, receive, send)

    async def _login(self, request: Request) -> Response:
        if request.method != "POST":
            return _page(200)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _FORM_BYTES:
                return _page(413)
        given = parse_qs(body.decode("utf-8", "replace")).get("password", [""])[0]
        async with self._one_by_one:
            if not hmac.compare_digest(given.encode(), self._password):
                await asyncio.sleep(FAILURE_DELAY)
                return _page(401)
        token = secrets.token_urlsafe(32)
        self._sessions.add(token)
        answer = RedirectResponse(_home(request), 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", secure=secure)
        return answer


def _page(status: int) -> Response:
    page = assets.path("app", "login.html").read_text(encoding="utf-8")
    if status != 200:
        page = page.replace("<!-- refused -->", _REFUSED)
    return HTMLResponse(page, status)


def _home(request: Request) -> str:
    """Back to the address that was asked for: always ours, whatever the query says."""
    return f"/?{request.url.query}" if request.url.query else "/"


def _turn_away(request: Request) -> Response:
    wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if wants_page:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/login{query}", 303)
    message = "The password is needed; sign in at /login."
    return JSONResponse({"error": {"kind": "password", "message": message, "where": ""}}, 401)
