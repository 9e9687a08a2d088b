"""Put the machine back after a client that ended without doing it: at the next start, by command, by the watchdog.

Only journals whose client is gone are touched. Each change is undone newest first, and only where the setting still
has the value that the client gave it, so that what an administrator set meanwhile stays.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from lockdown.contract.errors import FailureCode, JournalError, JournalInUse, LockdownError, SettingUnknown
from lockdown.engaging.changes import MachineSetting, Undone, undo
from lockdown.engaging.journal import SUFFIX, Journal

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Restored:
    """One change that was undone.

    Attributes:
        session: whose journal held it.
        api: the machine setting.
        key: which instance of it.
        result: ``restored``, ``already`` (was back) or ``left`` (somebody else changed it since).
    """

    session: str
    api: str
    key: str
    result: Undone


@dataclass(frozen=True)
class Problem:
    """Something that could not be undone; its journal is kept and tried again at the next restore.

    Attributes:
        journal: name of its file.
        code: why.
        api: the machine setting that is still changed, None where the journal itself cannot be used.
    """

    journal: str
    code: FailureCode
    api: str | None = None


@dataclass(frozen=True)
class RestoreReport:
    """What restoring found and did.

    Attributes:
        restored: every change looked at with success, in the order of undoing.
        running: sessions whose client still runs; nothing was touched there.
        problems: what a person has to look at; a start must not go on while there are any.
    """

    restored: tuple[Restored, ...] = ()
    running: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing is left to be undone by anybody but a running client."""
        return not self.problems

    def as_json(self) -> dict[str, object]:
        """Return the report as JSON values, for ``invigilo restore --json``."""
        return {**asdict(self), "clean": self.clean}


def restore_all(directory: Path, settings: Mapping[str, MachineSetting], *, timeout_s: float = 0.0) -> RestoreReport:
    """Undo every journal in `directory` whose client is gone; a folder that does not exist holds none.

    `settings` are the machine settings by their api (`lockdown.platforms.backend`). Each journal is waited for up to
    `timeout_s` seconds, for the watchdog that follows a dying client.
    """
    restored: list[Restored] = []
    running: list[str] = []
    problems: list[Problem] = []
    for path in sorted(directory.glob(f"*{SUFFIX}")):
        try:
            journal = Journal.reopen(path, timeout_s=timeout_s)
        except JournalInUse:
            running.append(path.name.removesuffix(SUFFIX))
        except JournalError as error:
            _log.error("a journal cannot be restored: %s", error)
            problems.append(Problem(path.name, error.code))
        else:
            done, failed = restore(journal, settings)
            restored += done
            problems += failed
    return RestoreReport(tuple(restored), tuple(running), tuple(problems))


def restore(
    journal: Journal, settings: Mapping[str, MachineSetting]
) -> tuple[tuple[Restored, ...], tuple[Problem, ...]]:
    """Undo what `journal` still holds and close it, going on after errors; its file goes when nothing is left."""
    restored: list[Restored] = []
    problems: list[Problem] = []
    for entry in journal.outstanding:
        try:
            if entry.api not in settings:
                raise SettingUnknown(
                    f"this version does not know the setting {entry.api}; restore with the one that made it"
                )
            result = undo(journal, settings[entry.api], entry)
        except LockdownError as error:
            _log.error("%s cannot be restored: %s", entry.api, error)
            problems.append(Problem(journal.path.name, error.code, entry.api))
        else:
            _log.info("restored %s: %s", entry.api, result)
            restored.append(Restored(journal.session, entry.api, entry.key, result))
    journal.close()
    return tuple(restored), tuple(problems)
