"""``review`` and ``live``: looking at one recording, and at running exams."""

from __future__ import annotations

from app.institution.commands.console import fail


def review() -> None:
    """Look at a recording."""
    fail("the review window is not wired in this build yet; use “export” and open its files", 2)


def live() -> None:
    """Watch running exams: comes with live proctoring."""
    fail("watching running exams is not part of this version; it comes with live proctoring", 2)
