"""The contract of what closes another program, where the test taker has agreed to it."""

from __future__ import annotations

from typing import Literal, Protocol

from lockdown.watching.programs import Program

CloseOutcome = Literal["closed", "still open", "left alone"]


class ProgramCloser(Protocol):
    """Closes one program of this platform."""

    def close(self, program: Program) -> CloseOutcome:
        """Ask `program` to close, and wait some seconds for it.

        It is looked at again before: another program that was given the same process id meanwhile is left alone.
        """
        ...
