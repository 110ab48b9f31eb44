"""Start the studio: take the port, open the database, build the app, say when it answers."""

from __future__ import annotations

import socket
import webbrowser
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from studio.errors import RequestRefused
from studio.settings import quiet_libraries

if TYPE_CHECKING:
    from fastapi import FastAPI

    from studio.settings import Settings

_WILDCARDS = frozenset({"0.0.0.0", "::"})
_GRACE_SECONDS = 3


def serve(settings: Settings, project: str = "") -> None:
    """Serve until interrupted; print `NER Studio is ready at URL` once it answers.

    Args:
        settings: address, port, password file, database, whether to open a browser.
        project: what the browser opens on, "" for the list of projects.

    Raises:
        RequestRefused: no password for an outside address, or the port is taken.
        OSError: the password file or the database cannot be read.
    """
    password = _password(settings)
    with take_port(settings) as listening:
        quiet_libraries()
        from db import jobs, session
        from studio.server.app import create_app

        database = session.connect(settings.db)
        try:
            with database.session() as opened:
                jobs.mark_interrupted(opened)
            app = create_app(settings, database, password)
            _answer(app, listening, settings, project)
        finally:
            database.close()


def take_port(settings: Settings) -> socket.socket:
    """Bind and listen, so that a taken port is known before anything slow is imported.

    Raises:
        RequestRefused: the port is taken, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, settings.port))
        taken.listen(128)
    except OSError as error:
        taken.close()
        raise RequestRefused(
            f"Cannot serve on {settings.host} port {settings.port}: {_reason(error)}.",
            kind="port_taken",
            where=f"{settings.host}:{settings.port}",
        ) from error
    return taken


def url_of(host: str, port: int) -> str:
    """Where a person on this machine finds the studio.

    >>> url_of("0.0.0.0", 7860), url_of("::1", 80)
    ('http://127.0.0.1:7860/', 'http://[::1]:80/')
    """
    if host in _WILDCARDS:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _password(settings: Settings) -> str:
    """The password to ask for, "" for none. Raises as `serve` does."""
    if settings.password_file is not None:
        from studio.server.auth import read_password

        return read_password(settings.password_file)
    if not settings.local:
        raise RequestRefused(
            f"Serving on {settings.host} lets other machines in; "
            f"name a file with a password with --password-file.",
            kind="password",
            where="--password-file",
        )
    return ""


def _reason(error: OSError) -> str:
    import errno

    known = {
        errno.EADDRINUSE: "the port is taken by another program; choose another one with --port",
        errno.EADDRNOTAVAIL: "that is no address of this machine",
        errno.EACCES: "this user may not serve on that port; choose one above 1024",
    }
    return known.get(error.errno or 0, error.strerror or str(error))


def _answer(app: FastAPI, listening: socket.socket, settings: Settings, project: str) -> None:
    """Answer requests until a signal comes; tell the person once the first would be answered."""
    import typer
    import uvicorn

    url = url_of(settings.host, listening.getsockname()[1])

    class Server(uvicorn.Server):
        """A server that says when it is ready."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Start, then tell."""
            await super().startup(sockets=sockets)
            typer.echo(f"NER Studio is ready at {url}")
            if settings.open_browser:
                query = f"?{urlencode({'project': project})}" if project else ""
                webbrowser.open(url + query)

    config = uvicorn.Config(
        app,
        log_level="warning",
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    Server(config).run(sockets=[listening])
