"""What can go wrong in lockdown: each error has a code; its message is for developers and logs.

```
LockdownError
├── GuardError               a guard could not do or undo its work
├── JournalError             the journal of changes cannot be used
│   ├── JournalUnreadable    it exists and does not parse: kept as it is, the start stops
│   └── JournalInUse         another running process holds it
├── SettingError             a machine setting could not be read or written
│   ├── SettingUnknown       this version does not know it
│   ├── SettingNotTaken      it did not take the new value and has its earlier one again
│   └── SettingNotRestored   it did not take its earlier value back
├── WatchdogError            the watchdog process did not start
└── RootRefused              the program was started as root
```

A violation, a control that this platform does not offer and a restore that leaves something alone are values, not
errors. The words for people are made from the codes in `app/client/pages/machine_refusals.py`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class FailureCode(StrEnum):
    """Why lockdown could not do or undo something; stable, in reports, stored files and events."""

    GUARD_FAILED = "guard_failed"
    JOURNAL_UNUSABLE = "journal_unusable"
    JOURNAL_UNREADABLE = "journal_unreadable"
    JOURNAL_IN_USE = "journal_in_use"
    SETTING_UNUSABLE = "setting_unusable"
    SETTING_UNKNOWN = "setting_unknown"
    SETTING_NOT_TAKEN = "setting_not_taken"
    SETTING_NOT_RESTORED = "setting_not_restored"
    WATCHDOG_NOT_STARTED = "watchdog_not_started"
    ROOT_REFUSED = "root_refused"
    PROGRAM_FAULT = "program_fault"
    """An error that nobody expected."""


class LockdownError(Exception):
    """Base of every error that lockdown raises on purpose; the message says what, on what, and what to do."""

    code: ClassVar[FailureCode] = FailureCode.GUARD_FAILED


class GuardError(LockdownError):
    """A guard could not do or undo its work."""


class JournalError(LockdownError):
    """The journal of changes cannot be used."""

    code = FailureCode.JOURNAL_UNUSABLE


class JournalUnreadable(JournalError):
    """A journal exists and does not parse; it is kept for a person to look at, and nothing starts until then."""

    code = FailureCode.JOURNAL_UNREADABLE


class JournalInUse(JournalError):
    """Another running process holds the journal: its changes are in force and not ours to undo."""

    code = FailureCode.JOURNAL_IN_USE


class SettingError(LockdownError):
    """A machine setting could not be read or written."""

    code = FailureCode.SETTING_UNUSABLE


class SettingUnknown(SettingError):
    """A journal names a machine setting that this version does not know; the version that made it can undo it."""

    code = FailureCode.SETTING_UNKNOWN


class SettingNotTaken(SettingError):
    """A machine setting did not take the value that it was given, and has its earlier one again."""

    code = FailureCode.SETTING_NOT_TAKEN


class SettingNotRestored(SettingError):
    """A machine setting did not take its earlier value back; a person has to set it."""

    code = FailureCode.SETTING_NOT_RESTORED


class WatchdogError(LockdownError):
    """The watchdog process did not start, so a crash could leave the machine changed."""

    code = FailureCode.WATCHDOG_NOT_STARTED


class RootRefused(LockdownError):
    """The program was started as root, where the web engine's sandbox is off."""

    code = FailureCode.ROOT_REFUSED


def failure_code(error: Exception) -> FailureCode:
    """Return the code of `error`, also of one that lockdown did not raise."""
    return error.code if isinstance(error, LockdownError) else FailureCode.PROGRAM_FAULT
