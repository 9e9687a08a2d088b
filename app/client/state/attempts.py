"""The durable state of an attempt: enough to go on after a crash and to deliver later."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from app.client.errors import AttemptUnreadable
from app.client.state.exam_time import ExamTime
from app.durable_files.writing import remove_file, write_file
from app.policy.document import Endpoint
from app.policy.exam_file import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator


class Attempt(BaseModel):
    """One test taker's attempt at one exam, across every restart of the client and the recorder.

    `t0_ns` is the monotonic time at which recording first began, `t0_wall_ns` the wall clock at that
    instant; after a restart of the machine the first is worked out again from the second. `signature` and
    `settings_blake2b512` prove to the endpoint, later if need be, that the exam is the institution's.
    `ticket` is the candidate's, where the institution issues them, and is shown at admission.
    `identified` says that the check-in is behind, `held` names the controls that staff have to release it for.
    `time` says how much of the exam's time is used, once it could be worked on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempt: str
    institution: str
    exam: str
    settings_sha256: str
    candidate: str
    ticket: str | None = None
    endpoint: Endpoint
    signature: str
    settings_blake2b512: str
    token: str | None = None
    nonce: str = ""
    t0_ns: int | None = None
    t0_wall_ns: int | None = None
    next_take: int = 0
    previous: str | None = None
    identified: bool = False
    ended: bool = False
    held: tuple[str, ...] = ()
    time: ExamTime | None = None

    def begun(self) -> Attempt:
        """Give the attempt with its time zero set, or with it moved to this boot's monotonic clock."""
        now_ns, wall_ns = time.monotonic_ns(), time.time_ns()
        if self.t0_wall_ns is None:
            return self.model_copy(update={"t0_ns": now_ns, "t0_wall_ns": wall_ns})
        expected_ns = now_ns - (wall_ns - self.t0_wall_ns)
        same_boot = self.t0_ns is not None and self.t0_ns <= now_ns and abs(self.t0_ns - expected_ns) < _CLOCK_STEP_NS
        return self if same_boot else self.model_copy(update={"t0_ns": expected_ns})


_CLOCK_STEP_NS = 5 * 60 * 1_000_000_000


class AttemptStore:
    """Keeps attempts as one small durable file each, beside the signed exam file that each was begun with."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, attempt: Attempt) -> None:
        """Write the attempt durably, replacing what was saved before."""
        write_file(self._folder / f"{attempt.attempt}.json", attempt.model_dump_json().encode())

    def keep_exam(self, attempt: str, exam_file: bytes) -> None:
        """Keep the signed exam file of an attempt, so that it can be gone on with where its own one is gone."""
        write_file(self._exam_file(attempt), exam_file)

    def exam_file(self, attempt: str) -> Path | None:
        """The exam file that was kept of an attempt, None where there is none."""
        kept = self._exam_file(attempt)
        return kept if kept.is_file() else None

    def _exam_file(self, attempt: str) -> Path:
        return self._folder / f"{attempt}{SUFFIX}"

    def all(self) -> Iterator[Attempt]:
        """Give every saved attempt.

        Raises:
            AttemptUnreadable: when a file is damaged; it is left as it is.
        """
        for path in sorted(self._folder.glob("*.json")):
            try:
                yield Attempt.model_validate_json(path.read_bytes())
            except (ValidationError, OSError) as error:
                raise AttemptUnreadable("the saved state of an attempt cannot be read", where=path.name) from error

    @property
    def empty(self) -> bool:
        """Whether no attempt is going on or waits to be delivered."""
        return not any(self._folder.glob("*.json"))

    def unfinished(self, institution: str, exam: str) -> Attempt | None:
        """Give the attempt at this exam that began and has not ended, if there is one."""
        for attempt in self.all():
            if (attempt.institution, attempt.exam) == (institution, exam) and not attempt.ended and attempt.next_take:
                return attempt
        return None

    def forget(self, attempt: str) -> None:
        """Remove the saved state once everything of the attempt has its receipt."""
        remove_file(self._exam_file(attempt))
        remove_file(self._folder / f"{attempt}.json")
