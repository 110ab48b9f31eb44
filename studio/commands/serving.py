"""`demo` and `serve`: open the studio in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.commands import console

if TYPE_CHECKING:
    from studio.settings import Settings

Port = Annotated[
    int | None, typer.Option(min=0, max=65535, help="Port (default 7860; 0 takes a free one).")
]
NoOpen = Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("demo")(demo)
    app.command("serve")(serve)


def demo(context: typer.Context, port: Port = None, no_open: NoOpen = False) -> None:
    """Run the studio with the demo project."""
    from studio import demo as demo_project
    from studio.server.main import take_port

    screen = console.of(context)
    settings = screen.settings(**_overrides(port, no_open))
    take_port(settings).close()
    with screen.database(create=True) as database:
        screen.follow(demo_project.make(settings, database), "Demo project")
        screen.follow(demo_project.fill(settings, database), "Its library, map and first run")
    _serve(settings, demo_project.NAME)


def serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(help="Address (default 127.0.0.1; another needs a password).")
    ] = None,
    port: Port = None,
    password_file: Annotated[
        Path | None, typer.Option(help="File whose first line is the password.")
    ] = None,
    no_open: NoOpen = False,
) -> None:
    """Run the studio until it is interrupted."""
    overrides = _overrides(port, no_open) | {"host": host, "password_file": password_file}
    settings = console.of(context).settings(**overrides)
    _serve(settings)


def _overrides(port: int | None, no_open: bool) -> dict[str, Any]:
    return {"port": port, "open_browser": False if no_open else None}


def _serve(settings: Settings, project: str = "") -> None:
    from studio.server.main import serve as run_server

    try:
        run_server(settings, project)
    except KeyboardInterrupt:
        return
