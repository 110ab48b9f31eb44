"""Our address is `/?project=...&page=...`; to Gradio, `page` and `deep_link` mean something else.

The query of the page itself is therefore kept from Gradio (the browser still has it and sends it
with its events), and the answer is asked for uncompressed, so that it can be given its nonces.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send


class OnePage:
    """ASGI middleware around the page at `/`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hide the query and `accept-encoding` of a request for the page."""
        if scope["type"] == "http" and scope["path"] == "/":
            kept = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
            scope = {**scope, "query_string": b"", "headers": kept}
        await self.app(scope, receive, send)
