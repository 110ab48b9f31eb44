"""Texts and the edits made on them, as the span editor reads and writes them."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api/texts")
