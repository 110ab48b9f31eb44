"""Start the studio: take the port, build the app, say when it answers."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from studio.errors import RequestRefused
from studio.settings import quiet_libraries

if TYPE_CHECKING:
    from studio.settings import Settings


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
            f"Cannot serve on {settings.host} port {settings.port}: {error.strerror}.",
            kind="port_taken",
        ) from error
    return taken


def serve(settings: Settings) -> None:
    """Serve until interrupted; print `NER Studio is ready at URL` once it answers.

    Raises:
        RequestRefused: no password for an outside address, or the port is taken.
    """
    quiet_libraries()
    listening = take_port(settings)
    import typer
    import uvicorn

    from db import session
    from studio.server.app import create_app

    database = session.connect(settings.db)
    app = create_app(settings, database)
    port = listening.getsockname()[1]

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            typer.echo(f"NER Studio is ready at http://{settings.host}:{port}/")

    server = Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    server.run(sockets=[listening])
