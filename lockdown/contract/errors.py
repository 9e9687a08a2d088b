"""What can go wrong in lockdown.

```
LockdownError
├── GuardError               a guard could not do or undo its work
├── JournalError             the journal of changes cannot be used
│   ├── JournalUnreadable    it exists and does not parse: kept as it is, the start stops
│   └── JournalInUse         another running process holds it
├── SettingError             a machine setting could not be read or written
├── WatchdogError            the watchdog process did not start
├── RootRefused              the program was started as root
└── MonitorError             a watcher of processes or devices could not be started
```

A violation, a control that this platform does not offer and a restore that leaves something alone are values, not
errors.
"""

from __future__ import annotations


class LockdownError(Exception):
    """Base of every error that lockdown raises on purpose; the message says what, on what, and what to do."""


class GuardError(LockdownError):
    """A guard could not do or undo its work."""


class JournalError(LockdownError):
    """The journal of changes cannot be used."""


class JournalUnreadable(JournalError):
    """A journal exists and does not parse; it is kept for a person to look at, and nothing starts until then."""


class JournalInUse(JournalError):
    """Another running process holds the journal: its changes are in force and not ours to undo."""


class SettingError(LockdownError):
    """A machine setting could not be read or written."""


class WatchdogError(LockdownError):
    """The watchdog process did not start, so a crash could leave the machine changed."""


class RootRefused(LockdownError):
    """The program was started as root, where the web engine's sandbox is off."""


class MonitorError(LockdownError):
    """A watcher of processes or devices could not be started; the message names the fallback."""
