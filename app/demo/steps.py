"""The steps of the demonstration, as they are said on the console: a number each, and one sentence."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

_say = Console(highlight=False).print


def step(number: int | None, sentence: str, **values: object) -> None:
    """Say one step, with its `values` standing out; None: it belongs to the step before."""
    marked = {name: f"[bold]{escape(str(value))}[/]" for name, value in values.items()}
    _say(f"{' ' if number is None else f'[bold]{number}[/]'} {escape(sentence).format(**marked)}")
