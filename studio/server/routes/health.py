"""Whether the studio answers, and which version it is."""

from __future__ import annotations

from fastapi import APIRouter

from studio.version import product_version

router = APIRouter()


@router.get("/health")
def health() -> dict[str, str]:
    """Answer `{"status": "ok", "version": ...}`; needs no password."""
    return {"status": "ok", "version": product_version()}
