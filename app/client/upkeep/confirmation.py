"""Whether the person at the terminal agrees to what cannot be taken back."""

from __future__ import annotations

import typer

from app.client.upkeep.words import purge_question


def agrees_to_purge() -> bool:
    """Ask on the terminal; no answer, as where there is no terminal, is a no."""
    try:
        return typer.confirm(purge_question(), err=True)
    except typer.Abort:
        typer.echo(err=True)
        return False
