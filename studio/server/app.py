"""The FastAPI app: door, guard, security headers, our own routes, our assets, the Gradio pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import FastAPI
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import assets
from studio.pages import layout
from studio.server import auth, failures, guard, headers, plotly
from studio.server.one_page import OnePage
from studio.server.routes import (
    bulk,
    exports,
    figures,
    health,
    jobs,
    leases,
    library,
    queue,
    texts,
    traces,
)
from studio.server.theme import theme

if TYPE_CHECKING:
    from db.session import Database
    from studio.settings import Settings

_SERVED = ("app", "span_editor", "live_plot", "cluster_map", "library")
_NO_DOCS: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None}
_ENVELOPE_BYTES = 100_000
"""Our choice: room for the form around a file that is as large as one may be."""
_FRESH = {"cache-control": "no-cache"}
_HEAD = (
    '<link rel="stylesheet" href="/static/theme.css">'
    '<link rel="icon" type="image/svg+xml" href="/static/app/mark.svg">'
)
"""Not Gradio's `css`, which takes selectors with a comma inside apart."""


class Assets(StaticFiles):
    """Static files that a browser asks about again each time, so that an upgrade shows at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be revalidated by its ETag."""
        response = await super().get_response(path, scope)
        response.headers.update(_FRESH)
        return response


def create_app(settings: Settings, database: Database, password: str = "") -> FastAPI:
    """The studio as an ASGI app; with a password, nobody gets past the login page without it."""
    app = FastAPI(title="NER Studio", **_NO_DOCS)
    app.state.settings = settings
    app.state.database = database
    failures.install(app)
    for routes in (health, texts, bulk, leases, queue, jobs, exports, figures, library, traces):
        app.include_router(routes.router)
    for folder in _SERVED:
        app.mount(f"/static/{folder}", Assets(directory=assets.path(folder)), name=folder)
    app.mount("/static/plotly", Assets(directory=plotly.folder()), name="plotly")
    app.add_api_route("/static/theme.css", _theme_css, methods=["GET"])
    app.add_api_route("/favicon.ico", _mark, methods=["GET"])
    gr.mount_gradio_app(
        app,
        layout.build(settings, database),
        path="/",
        theme=theme(),
        head=_HEAD,
        app_kwargs=dict(_NO_DOCS),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        max_file_size=settings.upload_bytes,
    )
    # The last one added is the first to see a request.
    app.add_middleware(OnePage)
    if password:
        app.add_middleware(auth.Door, password=password)
    largest = settings.upload_bytes + _ENVELOPE_BYTES
    app.add_middleware(guard.Guard, allowed=guard.rules(settings.host, largest))
    app.add_middleware(headers.SecurityHeaders)
    return app


def _theme_css() -> Response:
    return FileResponse(assets.path("theme.css"), headers=_FRESH)


def _mark() -> Response:
    return FileResponse(assets.path("app", "mark.svg"), headers=_FRESH)
