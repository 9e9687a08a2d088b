"""Settings of the machine that lockdown may change: read, journalled, changed, and put back by compare-and-set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from lockdown.contract.errors import SettingNotRestored, SettingNotTaken
from lockdown.engaging.journal import Change, Journal

Undone = Literal["restored", "already", "left"]
"""How undoing ended: the value was put back, it was back already, or somebody else's value was left alone."""


class MachineSetting(Protocol):
    """One kind of setting of the machine that outlives the process which changes it.

    Values are text that survives a round trip: ``write(key, read(key))`` changes nothing.
    """

    @property
    def api(self) -> str:
        """Name in the journal; never changes its meaning, because an older client's journal may be restored."""
        ...

    def read(self, key: str) -> str | None:
        """Return the present value, None where there is none.

        Raises:
            SettingError: it cannot be read.
        """
        ...

    def write(self, key: str, value: str | None, *, inherited: Sequence[int] = ()) -> None:
        """Set the value, durably and completely before it returns.

        `inherited` are descriptors that programs started for it inherit (`Journal.lock_descriptors`).

        Raises:
            SettingError: it cannot be written.
        """
        ...


def change(journal: Journal, setting: MachineSetting, key: str, after: str | None) -> Change | None:
    """Change a machine setting so that it can be undone after any crash; None where it has that value already.

    Raises:
        JournalError: the change could not be journalled and was not made.
        SettingError: it could not be read or written, or did not take; what is journalled is undone later.
    """
    before = setting.read(key)
    if before == after:
        return None
    entry = journal.intend(setting.api, key, before, after)
    setting.write(key, after, inherited=journal.lock_descriptors)
    if setting.read(key) != after:
        # Compare-and-set could never undo a value that nobody journalled, so it is taken back here.
        setting.write(key, before, inherited=journal.lock_descriptors)
        raise SettingNotTaken(
            f"{setting.api} of {key} did not take the value it was given; it has its earlier one again"
        )
    journal.applied(entry)
    return entry


def undo(journal: Journal, setting: MachineSetting, entry: Change) -> Undone:
    """Put back what was before `entry`, only if the setting still has the value that `entry` gave it.

    A change that was on its way when the client died may be there in part, with the old value still shown; for such
    a one the old value is written once more.

    Raises:
        SettingError: it cannot be read or written; the entry stays outstanding.
    """
    current = setting.read(entry.key)
    if current == entry.before:
        if entry.step == "intended":
            setting.write(entry.key, entry.before, inherited=journal.lock_descriptors)
        journal.restored(entry)
        return "already"
    if current != entry.after:
        journal.left(entry)
        return "left"
    setting.write(entry.key, entry.before, inherited=journal.lock_descriptors)
    if setting.read(entry.key) != entry.before:
        raise SettingNotRestored(f"{entry.api} of {entry.key} did not take its earlier value back; set it by hand")
    journal.restored(entry)
    return "restored"
