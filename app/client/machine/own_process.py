"""How a bundle, which has no `python -m`, starts the small processes of its own."""

from __future__ import annotations

import sys


def own_process(name: str) -> list[str] | None:
    """Give the command for `name` (see `app.client.__main__.main`); None where there is an interpreter."""
    return [sys.executable, name] if getattr(sys, "frozen", False) else None
